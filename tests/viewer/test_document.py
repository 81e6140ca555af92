"""All that a report holds, made of real trace files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from oracles import trace_file
from reviews import MS, attempt, review

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.span import Link, Span
from pytest_flock_trace.store.file.reading import viewed
from pytest_flock_trace.store.file.session_view import SessionView
from pytest_flock_trace.viewer.answers.overview import Head
from pytest_flock_trace.viewer.document import Contents, packed_answers, question


def head() -> Head:
    return Head("Traces", "2026-11-23T00:00:00Z", "traces.duckdb")


def report(path: Path, **more: Any) -> dict[str, Any]:
    with viewed(path) as view:
        return {one.question: one.answer for one in packed_answers(Contents(view, head(), path, **more))}


def test_a_report_answers_what_a_page_asks(written: Callable[..., Path]) -> None:
    found = report(written(*review("aa", 0), *review("bb", 5, failed=True), tests=(attempt("s", 0, "aa", "bb"),)))

    assert {asked.partition("?")[0] for asked in found} == {
        *("overview", "traces", "trace", "details", "statistics", "attributes", "red", "dependencies", "tests"),
        *("queries", "query", "schema", "pairs", "guide", "storage"),
    }
    assert found["overview"]["spans"] == 6
    assert found["overview"]["errors"] == 1
    assert found["overview"]["layers"] == ["call"]
    assert found["overview"]["can"] == {"filter": False, "sql": False, "clear": False, "compare": False}
    assert [(row["key"], row["whole"], row["test"], row["run"], row["status"]) for row in found["traces"]["rows"]] == [
        ("bb", True, "test_it.py::test_review", "review", "unset"),
        ("aa", True, "test_it.py::test_review", "review", "unset"),
    ]
    assert found["tests"]["rows"][0]["traces"] == ["aa", "bb"]
    assert found["trace?key=aa"]["count"] == 3
    assert [row["subject"] for row in found["red?by=agent"]["rows"]] == ["critic", "writer"]
    assert found["storage"]["path"] == "traces.duckdb"
    assert {query["name"] for query in found["queries"]} == {
        asked.partition("name=")[2] for asked in found if asked.startswith("query?")
    }


def test_the_same_report_is_made_in_the_same_order(written: Callable[..., Path]) -> None:
    path = written(*review("aa", 0), *review("bb", 5))

    assert list(report(path)) == list(report(path))


@pytest.mark.parametrize("name", ["linear", "loop"])
def test_files_that_flock_wrote_are_reported_whole(name: str) -> None:
    path = trace_file(f"flock/{name}_traced.duckdb")
    found = report(path)
    with viewed(path) as view:
        spans = list(view.sql("SELECT trace_id, count(*) FROM spans GROUP BY ALL"))

    assert {row["trace_id"]: row["spans"] for row in found["traces"]["rows"]} == dict(spans)
    assert {key: found[question("trace", key=key)]["count"] for key, _ in spans} == dict(spans)
    assert found["overview"]["layers"][0] == "artifact"
    assert found["storage"]["flocks"] is True
    if name == "loop":
        graph = found["dependencies?layer=artifact&by=agent"]
        assert [(edge["source"], edge["target"], edge["artifact"], edge["count"]) for edge in graph["edges"]] == [
            ("(external)", "writer", "Ticket", 1),
            ("critic", "writer", "Review", 2),
            ("writer", "critic", "Draft", 3),
        ]
        assert [cycle["text"] for cycle in graph["cycles"]] == ["critic → writer → critic"]


def test_no_secret_is_in_a_report_of_a_file_that_has_them(written: Callable[..., Path]) -> None:
    span = Span(
        "call",
        span_id="1",
        trace_id="aa",
        end_ns=5,
        status="error",
        status_description="refused: password=hunter2",
        attributes={"api_key": "hunter2", "body": '{"password": "hunter2"}'},
        resource={"secret": "hunter2"},
        links=[Link("2", "zz", {"token": "hunter2"})],
    )
    found = report(written(span))

    assert "hunter2" not in json.dumps(found)
    assert found["details?key=aa&block=0"]["rows"][0]["attributes"]["api_key"] == "[redacted]"


def test_beyond_the_cap_failed_traces_stay_whole_then_the_slowest_and_all_numbers_stay(
    written: Callable[..., Path],
) -> None:
    quick = [span.replace(end_ns=span.start_ns + MS) for span in review("aa", 0)]
    path = written(*quick, *review("bb", 5), *review("cc", 9, failed=True))
    whole, capped = report(path), report(path, most_spans=6)

    assert {row["key"]: row["whole"] for row in capped["traces"]["rows"]} == {"aa": False, "bb": True, "cc": True}
    assert "trace?key=aa" not in capped
    assert "details?key=aa&block=0" not in capped
    (sentence,) = capped["overview"]["left_out"]
    assert sentence.startswith("1 trace of 3, with 3 spans, can't be looked into here: a report holds up to 6 spans")
    for asked in ("red?by=agent", "statistics?by=operation", "dependencies?layer=call&by=agent", "attributes"):
        assert capped[asked] == whole[asked]
    assert whole["overview"]["left_out"] == []


def test_a_session_s_report_is_of_its_own_tests_and_compares_them_with_the_session_before(
    written: Callable[..., Path],
) -> None:
    slow = review("bb", 60, critics=2, length=30)
    path = written(*review("aa", 0), *slow, tests=(attempt("old", 0, "aa"), attempt("new", 60, "bb")))
    with viewed(path) as whole:
        contents = Contents(SessionView(whole, "new"), head(), path, among_all=whole)
        found = {one.question: one.answer for one in packed_answers(contents)}

    assert [row["key"] for row in found["traces"]["rows"]] == ["bb"]
    assert [row["session"] for row in found["tests"]["rows"]] == ["new"]
    assert found["overview"]["spans"] == 4
    assert found["overview"]["can"]["compare"] is True
    assert found["pairs"]["rows"] == [{"a": "aa", "b": "bb", "test": "test_it.py::test_review", "run": "review"}]
    compared = found["compare?a=aa&b=bb"]
    assert compared["added"] == [{"label": "invoke_agent critic", "count": 1}]
    assert compared["sentence"] == "1 span added, 2 spans slower; 1 unchanged."
    assert [(row["label"], row["state"], row["a"], row["b"]) for row in compared["rows"]] == [
        ("review", "same", 0, 0),
        ("invoke_agent writer", "slower", 1, 1),
        ("invoke_agent critic", "slower", 2, 2),
        ("invoke_agent critic", "added", None, 3),
    ]


def test_a_file_without_spans_is_reported_too(written: Callable[..., Path]) -> None:
    found = report(written(tests=(attempt("s", 0),)))

    assert found["overview"]["spans"] == 0
    assert found["overview"]["from_ms"] is None
    assert len(found["tests"]["rows"]) == 1
    assert found["red?by=agent"]["series"]["all"]["count"] == []


@pytest.mark.parametrize("trace_id", ["a/b?c=d&e", "</script>", "ä", "x" * 65, "h-1"])
def test_ids_that_no_address_holds_have_keys_that_mean_them(written: Callable[..., Path], trace_id: str) -> None:
    found = report(written(Span("s", span_id="1", trace_id=trace_id, links=[Link("1", trace_id)])))
    (row,) = found["traces"]["rows"]

    assert row["trace_id"] == trace_id
    assert row["key"].startswith("h-")
    assert row["key"].isascii()
    assert found[f"trace?key={row['key']}"]["trace_id"] == trace_id
    assert found[f"details?key={row['key']}&block=0"]["rows"][0]["links"][0]["key"] == row["key"]


def test_questions_are_written_as_a_browser_writes_them() -> None:
    assert question("statistics", by="attributes.a b/ü") == "statistics?by=attributes.a%20b%2F%C3%BC"
    assert question("x", a="!'()*-._~") == "x?a=!'()*-._~"
    assert question("overview") == "overview"


def test_what_does_not_exist_is_said(written: Callable[..., Path]) -> None:
    from pytest_flock_trace.viewer.answers.dependency_graph import dependency_graph
    from pytest_flock_trace.viewer.answers.trace_key import trace_of
    from pytest_flock_trace.viewer.answers.trace_list import traces

    with viewed(written(*review("aa", 0))) as view:
        for ask in (
            lambda: traces(view, order="best"),
            lambda: trace_of(view, "zz"),
            lambda: trace_of(view, "h-zz"),
            lambda: dependency_graph(view, "none", "agent"),
            lambda: dependency_graph(view, "call", "none"),
        ):
            with pytest.raises(BadArgument):
                ask()


def test_traces_are_listed_in_pages_and_orders(written: Callable[..., Path]) -> None:
    from pytest_flock_trace.viewer.answers.trace_list import ORDERS, traces

    slow = [span.replace(end_ns=span.end_ns + 5_000 * MS) for span in review("bb", 5)]
    path = written(*review("aa", 0, critics=3), *slow, *review("cc", 9, failed=True))
    with viewed(path) as view:
        firsts = {order: traces(view, order=order, limit=1)["rows"][0]["key"] for order in ORDERS}
        second = traces(view, offset=1, limit=1)
        beyond = traces(view, offset=9)
        chosen = traces(view, among=["aa", "none"])

    assert firsts == {"latest": "cc", "slowest": "bb", "errors": "cc", "spans": "aa"}
    assert (second["total"], [row["key"] for row in second["rows"]]) == (3, ["bb"])
    assert beyond == {"total": 3, "rows": []}
    assert [row["key"] for row in chosen["rows"]] == ["aa"]
