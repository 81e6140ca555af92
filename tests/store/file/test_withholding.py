"""Files that are taken in leave their secrets and endless values behind."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pytest_flock_trace.model.outgoing import Outgoing
from pytest_flock_trace.model.redaction import REDACTED
from pytest_flock_trace.model.span import Event, Link, Span
from pytest_flock_trace.store.file import withholding
from pytest_flock_trace.store.file.access import opened
from pytest_flock_trace.store.file.merging import merge_file
from pytest_flock_trace.store.file.writer import TraceFile
from pytest_flock_trace.store.trace_file import read_spans

KEYS = st.one_of(
    st.sampled_from(
        [
            "password",
            "dbPassword",
            "API_KEY",
            "api\nkey",
            "apiKeys",
            "x-access-key",
            "input_tokens",
            "idToken",
            "TOKEN",
        ],
    ),
    st.sampled_from(
        ["tokenValue", "tokens", "Set-Cookie", "PWD", "pass phrase", "signingKey", "private.key", "auth", "key", "n"]
    ),
    st.text("apikeytonsECRT_-. ", max_size=12),
)
VALUES = st.recursive(
    st.one_of(
        st.integers(0, 9), st.booleans(), st.sampled_from(["v", "token=abc", '{"secret": "s"}', "pwd: x", "é" * 3000])
    ),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=2),
    max_leaves=4,
)
MAPPINGS = st.dictionaries(KEYS, VALUES, max_size=3)


@st.composite
def some_spans(draw: st.DrawFn) -> list[Span]:
    return [
        Span(
            "work",
            span_id=str(number),
            trace_id="t",
            start_ns=number,
            end_ns=9,
            attributes=draw(MAPPINGS),
            events=[Event("e", 1, draw(MAPPINGS))] if draw(st.booleans()) else [],
            links=[Link("0", "t", draw(MAPPINGS))] if draw(st.booleans()) else [],
            resource=draw(MAPPINGS),
            status_description=draw(st.sampled_from([None, "fine", "password='x'"])),
        )
        for number in range(draw(st.integers(1, 3)))
    ]


def plain(spans: list[Span]) -> list[object]:
    """What spans say, as JSON has it."""
    return [
        json.loads(
            json.dumps(
                [
                    dict(span.attributes),
                    [dict(event.attributes) for event in span.events],
                    [dict(link.attributes) for link in span.links],
                    dict(span.resource),
                    span.status_description,
                ]
            )
        )
        for span in sorted(spans, key=lambda span: span.span_id)
    ]


@settings(max_examples=30)
@given(some_spans())
@example([Span("work", span_id="1", trace_id="t", attributes={"api\nkey": "x", "n": "y" * 9000})])
def test_rows_that_are_taken_in_are_what_recording_would_have_written(spans: list[Span]) -> None:
    with TemporaryDirectory() as folder:
        source, target = Path(folder, "1.duckdb"), Path(folder, "2.duckdb")
        assert TraceFile(source).write(spans) is None
        merge_file(target, source, outgoing=Outgoing())

        assert plain(read_spans(target)) == plain([*map(Outgoing(), read_spans(source))])


@pytest.fixture
def source(tmp_path: Path) -> Path:
    spans = [
        Span("work", span_id=str(number), trace_id="t", start_ns=number, attributes={"password": str(number), "n": 1})
        for number in range(10)
    ]
    assert TraceFile(tmp_path / "source.duckdb").write(spans) is None
    return tmp_path / "source.duckdb"


def test_several_pages_of_rows_are_replaced(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(withholding, "_SHOWN", withholding._SHOWN.replace(str(withholding._AT_ONCE), "3"))
    monkeypatch.setattr(withholding, "_AT_ONCE", 3)
    merge_file(tmp_path / "target.duckdb", source, outgoing=Outgoing())

    assert [span.attributes["password"] for span in read_spans(tmp_path / "target.duckdb")] == [REDACTED] * 10


def test_rows_without_anything_of_the_kind_are_not_even_read(tmp_path: Path) -> None:
    spans = [
        Span("chat", span_id=str(number), trace_id="t", attributes={"gen_ai.usage.input_tokens": 7, "text": "x" * 500})
        for number in range(5)
    ]
    assert TraceFile(tmp_path / "source.duckdb").write(spans) is None

    def never(span: Span) -> Span:
        raise AssertionError(span)

    assert merge_file(tmp_path / "target.duckdb", tmp_path / "source.duckdb", outgoing=never).added == 5


def test_a_letter_that_is_written_as_an_escape_hides_nothing(source: Path, tmp_path: Path) -> None:
    with opened(source) as connection:
        connection.execute(r"""UPDATE spans SET attributes = '{"p\u0061ssword": "hunter2"}'""")
    merge_file(tmp_path / "target.duckdb", source, outgoing=Outgoing())

    assert {span.attributes["password"] for span in read_spans(tmp_path / "target.duckdb")} == {REDACTED}
