"""What a server answers, asked over a real socket."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.file.spool import Spool
from pytest_flock_trace.store.file.writer import TraceFile
from pytest_flock_trace.viewer.server.application import LONGEST_BODY
from pytest_flock_trace.viewer.server.questions import QUESTIONS

PARAMETERS = {
    "trace": "?key=aa11",
    "details": "?key=aa11&block=0",
    "dependencies": "?layer=call",
    "query": "?name=slowest",
    "compare": "?a=aa11&b=bb22",
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_is_answered_with_json(served: Any, question: str):
    found = served.request("GET", f"/api/{question}{PARAMETERS.get(question, '')}")

    assert found.status == 200
    assert found.headers["content-type"] == "application/json"
    assert found.json


def test_the_overview_tells_what_can_be_done_and_its_revision_is_the_current_one(served: Any):
    found = served.ask("overview")

    assert (found["spans"], found["traces"], found["tests"], found["live"]) == (6, 2, 1, True)
    assert found["can"] == {"filter": True, "sql": True, "clear": True, "compare": True}
    assert served.ask("revision") == {"revision": found["revision"], "busy": None}


def test_traces_are_ordered_and_come_a_page_at_a_time(served: Any):
    latest = served.ask("traces?limit=1")

    assert (latest["total"], [row["key"] for row in latest["rows"]]) == (2, ["bb22"])
    assert [row["key"] for row in served.ask("traces?offset=1&limit=1")["rows"]] == ["aa11"]
    assert [row["key"] for row in served.ask("traces?order=errors")["rows"]] == ["bb22", "aa11"]
    assert served.ask("traces?limit=0")["rows"] == []


def test_a_trace_and_its_details_are_told_without_secrets(served: Any):
    trace, details = served.ask("trace?key=aa11"), served.ask("details?key=aa11&block=0")

    assert trace["count"] == len(details["rows"]) == 3
    assert details["rows"][1]["attributes"]["gen_ai.agent.name"] == "writer"
    assert "hunter2" not in json.dumps(details)


def test_statistics_are_by_any_attribute(served: Any):
    rows = served.ask("statistics?by=attributes.gen_ai.request.model")["rows"]

    assert {row["subject"]: row["count"] for row in rows}["small"] == 2


def test_any_two_traces_are_compared(served: Any):
    found = served.ask("compare?a=aa11&b=bb22")

    assert [row["state"] for row in found["rows"]] == ["same"] * 3


FILTERS = {
    "traces": lambda answer: answer["total"],
    "statistics?by=service": lambda answer: len(answer["rows"]),
    "red?by=service": lambda answer: len(answer["rows"]),
}


@pytest.mark.parametrize(
    ("stated", "left"), [({"statuses": ["error"]}, 1), ({"services": ["Review"]}, (2, 1, 1)), ({"agents": ["x"]}, 0)]
)
def test_aggregates_follow_the_filter(served: Any, stated: dict[str, Any], left: Any):
    text = quote(json.dumps(stated))
    found = [
        counted(served.ask(f"{question}{'&' if '?' in question else '?'}filter={text}"))
        for question, counted in FILTERS.items()
    ]

    assert tuple(found) == (left if isinstance(left, tuple) else (left,) * 3)


@pytest.mark.parametrize(
    ("question", "status", "said"),
    [
        ("nothing", 404, "no question 'nothing'; valid: overview"),
        ("traces?limt=1", 400, "'limt' is no parameter of 'traces'; valid: filter, order, offset, limit"),
        ("traces?limit=1&limit=2", 400, "given twice"),
        ("traces?limit=-1", 400, "limit='-1' is no whole number"),
        ("traces?limit=1e9", 400, "is no whole number"),
        ("traces?offset=" + "9" * 30, 400, "is no whole number"),
        ("traces?order=odd", 400, "order='odd'"),
        ("traces?filter={", 400, "is no JSON"),
        ("trace", 400, "parameter 'key' is missing"),
        ("trace?key=zz", 400, "no trace with key 'zz'"),
        ("details?key=aa11&block=9", 400, "block=9"),
        ("statistics?by=odd", 400, "by='odd'"),
        ("dependencies?layer=odd", 400, "odd"),
        ("query?name=odd", 400, "'odd'"),
        ("compare?a=aa11", 400, "parameter 'b' is missing"),
        ("overview/more", 404, "There is nothing here."),
        ("sql", 404, "no question 'sql'"),
    ],
)
def test_a_question_that_can_not_be_answered_is_told_in_a_sentence(served: Any, question: str, status: int, said: str):
    found = served.request("GET", f"/api/{question}")

    assert found.status == status
    assert list(found.json) == ["error"]
    assert said in found.json["error"]


def test_a_question_is_asked_and_not_told(served: Any):
    assert served.post("overview", {}).status == 405


def test_sql_is_answered(served: Any):
    found = served.post("sql", {"sql": "select name, duration from spans where trace_id = 'aa11' order by 1"})

    assert found.status == 200
    assert [row[0] for row in found.json["rows"]] == ["Model.chat", "Review.run", "Writer.run"]
    assert served.post("sql", {"sql": "select count(*) from runs"}).json["rows"] == [[0]]


@pytest.mark.parametrize("sql", ["delete from spans", "from read_text('/etc/passwd')", "select nme from spans", ""])
def test_sql_that_is_refused_is_told(served: Any, sql: str):
    found = served.post("sql", {"sql": sql})

    assert found.status == 400
    assert found.json["error"]


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b'{"sql": "select 1"}', "text/plain", "Content-Type: application/json"),
        (b'{"sql": "select 1"}', "application/x-www-form-urlencoded", "Content-Type: application/json"),
        (b"{", "application/json", "is no JSON"),
        (b"[" * 100_000, "application/json", "is no JSON"),
        (b"\xff", "application/json", "is no JSON"),
        (b"[]", "application/json", "no JSON object"),
        (b"{}", "application/json", 'write {"sql"'),
        (b'{"sql": 1}', "application/json", 'write {"sql"'),
        (b'"' + b"x" * LONGEST_BODY + b'"', "application/json", "bytes were sent"),
    ],
    ids=["text", "form", "half", "deep", "bytes", "list", "empty", "number", "long"],
)
def test_what_is_sent_has_to_be_what_is_asked_for(served: Any, body: bytes, kind: str, said: str):
    found = served.request("POST", "/api/sql", body, Content_Type=kind)

    assert found.status == 400
    assert said in found.json["error"]


@pytest.mark.parametrize("document", [{}, {"confirm": "true"}, {"confirm": 1}, {"confirm": False}])
def test_nothing_is_cleared_that_was_not_meant(served: Any, document: dict[str, Any]):
    assert served.post("clear", document).status == 400
    assert served.ask("overview")["spans"] == 6


@pytest.mark.parametrize("path", ["/nothing", "/app.py", "/../pyproject.toml", "/%2e%2e/dist/app.js", "/app.js/x"])
def test_no_other_file_is_given_away(served: Any, path: str):
    assert served.request("GET", path).status == 404


def test_all_is_cleared_when_meant_and_that_shows_at_once(store: Path, serve: Callable[..., Any]):
    with serve(store) as served:
        before = served.ask("revision")["revision"]

        assert served.post("clear", {"confirm": True}).json == {"deleted": 6}
        assert served.ask("revision")["revision"] != before
        assert served.ask("overview")["spans"] == 0


def test_a_test_run_appears_while_the_page_is_open_and_is_not_hindered(
    store: Path, serve: Callable[..., Any], reviews: Callable[..., list[Span]]
):
    with serve(store) as served:
        before = served.ask("revision")["revision"]

        assert TraceFile(store).write(reviews("cc33", 90), patience=0) is None
        while (now := served.ask("revision"))["busy"] is not None:
            pass

        assert Spool(store).waiting() == []
        assert now["revision"] != before
        assert served.ask("overview")["revision"] == now["revision"]
        assert [row["key"] for row in served.ask("traces")["rows"]] == ["cc33", "bb22", "aa11"]
        assert served.post("sql", {"sql": "select count(*) from spans"}).json["rows"] == [[9]]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_and_leaves_nothing_behind(
    store: Path, serve: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: signal.Signals
):
    (tmp_path / "temp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temp"))
    with serve(store) as served:
        assert served.post("sql", {"sql": "select 1"}).status == 200
        assert [entry.name for entry in (tmp_path / "temp").iterdir()] != []

        served.process.send_signal(end)
        served.process.wait(60)

        assert served.process.returncode == (0 if end == signal.SIGINT else -signal.SIGTERM)
        assert "Traceback" not in served.process.stderr.read()
    assert list((tmp_path / "temp").iterdir()) == []
