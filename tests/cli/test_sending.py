"""`flock-trace export --to`: the traces of a file, sent to a collector."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from collector import Answer, collecting, dead_url

from pytest_flock_trace import traced_run
from pytest_flock_trace.model.span import Span

Command = Callable[..., Any]


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ENDPOINT", "PROTOCOL", "TRACES_PROTOCOL", "HEADERS", "TIMEOUT"):
        monkeypatch.delenv(f"OTEL_EXPORTER_OTLP_{name}", raising=False)


def said(span: Span) -> tuple[object, ...]:
    return span.name, span.start_ns, span.end_ns, span.status, dict(span.attributes)


def test_every_trace_of_the_file_arrives(flock_trace: Command, store: Path) -> None:
    with collecting() as collector:
        answer = flock_trace("export", "--to", collector.url, "--store", store)

    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"6 spans sent to {collector.url}/v1/traces (http/protobuf)\n"
    assert sorted(map(str, map(said, collector.spans))) == sorted(map(str, map(said, traced_run.load(store))))


def test_only_the_traces_that_are_named_are_sent(flock_trace: Command, store: Path) -> None:
    with collecting() as collector:
        answer = flock_trace("export", "ab", "--to", f"{collector.url}/v1/traces", "--store", store, "--json")

    assert answer.json == {"spans": 3, "output": f"{collector.url}/v1/traces", "format": "otlp"}
    assert {int(span.trace_id, 16) for span in collector.spans} == {0xAB22}


def test_secrets_that_a_file_holds_do_not_leave_it(
    flock_trace: Command, written: Callable[..., Path], reviews: Callable[..., list[Span]]
) -> None:
    store = written(reviews("aa11", 0, attributes={"password": "hunter2", "topic": "tides"}))
    with collecting() as collector:
        flock_trace("export", "--to", collector.url, "--store", store)

    (root,) = [span for span in collector.spans if span.name == "review"]
    assert dict(root.attributes) == {"password": "[redacted]", "topic": "tides"}


def test_a_collector_that_is_not_there_is_told_in_one_line(flock_trace: Command, store: Path) -> None:
    url = dead_url()
    answer = flock_trace("export", "--to", url, "--store", store)

    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
    assert answer.err.startswith(f"flock-trace export: spans could not be sent to {url}/v1/traces (http/protobuf): ")
    assert "refused" in answer.err


def test_a_collector_that_refuses_is_quoted_with_its_status(flock_trace: Command, store: Path) -> None:
    with collecting(Answer(401, b"who are\nyou?" + b"?" * 5000)) as collector:
        answer = flock_trace("export", "--to", collector.url, "--store", store)

    assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
    assert ": it answered 401 Unauthorized: who are you???" in answer.err
    assert len(answer.err) < 500


def test_a_collector_that_is_busy_for_a_moment_is_waited_for(flock_trace: Command, store: Path) -> None:
    answers = iter([Answer(503)])
    with collecting(lambda _: next(answers, Answer())) as collector:
        answer = flock_trace("export", "--to", collector.url, "--store", store)

    assert answer.code == 0
    assert (collector.refused, len(collector.spans)) == (1, 6)


def test_what_is_too_large_for_the_collector_is_sent_in_parts(flock_trace: Command, store: Path) -> None:
    with collecting(lambda request: Answer(413 if len(request.spans) > 1 else 200)) as collector:
        answer = flock_trace("export", "--to", collector.url, "--store", store)

    assert answer.out.startswith("6 spans sent")
    assert [len(request.spans) for request in collector.requests] == [1] * 6


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ([], "either --output PATH, to write a file, or --to URL"),
        (["--to", "http://h", "--output", "o"], "either --output PATH, to write a file, or --to URL"),
        (["--output", "o"], "in which --format to write"),
        (["--output", "o", "--format", "otlp", "--protocol", "grpc"], "--protocol says how to send"),
        (["--to", "http://h", "--format", "csv"], "leave out --format"),
        (["--to", "http://h", "--force"], "leave out --force"),
        (["--to", "localhost:4318"], "--to='localhost:4318' is no URL of HTTP; write http://localhost:4318"),
        (["--to", "http://h:port"], "is no URL"),
        (["--to", "http://h", "--protocol", "http/json"], "--protocol='http/json' is no protocol"),
    ],
)
def test_what_cannot_be_meant_is_misuse(flock_trace: Command, store: Path, options: list[str], complaint: str) -> None:
    answer = flock_trace("export", *options, "--store", store)

    assert (answer.code, answer.out, answer.err.count("\n")) == (2, "", 1)
    assert complaint in answer.err
