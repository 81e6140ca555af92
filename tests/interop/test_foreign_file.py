"""Files of other tools are known by what they hold, read batch by batch, and never half without saying so."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from pytest_flock_trace.errors import BadArgument, BadTraceFile
from pytest_flock_trace.interop.foreign_file import read_batches
from pytest_flock_trace.interop.otlp import JSON, encode, write_json_lines, write_protobuf
from pytest_flock_trace.model.span import Span

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
JAEGER = {"data": [{"traceID": TRACE_ID, "spans": [{"spanID": "00f067aa0ba902b7"}]}]}


def spans_of(number: int, name: str = "work") -> list[Span]:
    return [Span(name, span_id=f"{at:016x}", trace_id=TRACE_ID, attributes={"n": at}) for at in range(1, number + 1)]


def written(path: Path, parts: Iterable[bytes]) -> Path:
    path.write_bytes(b"".join(parts))
    return path


def loaded(path: Path) -> list[Span]:
    return [span for batch in read_batches(path) for span in batch]


def refusal(path: Path) -> str:
    with pytest.raises(BadTraceFile) as raised:
        loaded(path)
    assert str(raised.value).startswith(f"{str(path)!r}: ")
    assert "\n" not in str(raised.value)
    return str(raised.value).removeprefix(f"{str(path)!r}: ")


FORMS: dict[str, Callable[[list[Span]], bytes]] = {
    "JSON": lambda spans: encode(spans, JSON),
    "indented JSON": lambda spans: json.dumps(json.loads(encode(spans, JSON)), indent=2).encode(),
    "JSON after a mark": lambda spans: b"\xef\xbb\xbf\r\n " + encode(spans, JSON),
    "a list": lambda spans: b"[" + encode(spans[:1], JSON) + b"," + encode(spans[1:], JSON) + b"]",
    "JSON lines": lambda spans: b"".join(write_json_lines(spans)),
    "JSON lines with blank ones": lambda spans: b"\n \n".join(write_json_lines(spans)),
    "protobuf": lambda spans: b"".join(write_protobuf(spans)),
}


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_read_whatever_the_file_is_called(tmp_path: Path, form: str, pack: Callable[[bytes], bytes]):
    spans = spans_of(1200)

    assert loaded(written(tmp_path / "file.duckdb", [pack(FORMS[form](spans))])) == spans


def test_several_gzip_files_in_a_row_are_one(tmp_path: Path):
    parts = [gzip.compress(line) for line in write_json_lines(spans_of(1200))]

    assert loaded(written(tmp_path / "a", parts)) == spans_of(1200)


def test_lines_of_a_file_may_be_of_several_tools(tmp_path: Path):
    lines = [json.dumps(JAEGER).encode(), b"\n", encode(spans_of(2), JSON), b"\n"]

    assert [span.span_id for span in loaded(written(tmp_path / "a", lines))] == [
        "00f067aa0ba902b7",
        "0" * 15 + "1",
        "0" * 15 + "2",
    ]


def test_a_million_spans_would_need_no_more_memory_than_a_few(tmp_path: Path):
    path = tmp_path / "a.jsonl"

    def peak(times: int) -> int:
        written(path, list(write_json_lines(spans_of(5000))) * times)
        tracemalloc.start()
        number = sum(map(len, read_batches(path)))
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert number == 5000 * times
        return found

    assert peak(6) < 1.5 * peak(2)


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_progress_is_told_in_bytes_of_the_file(tmp_path: Path, pack: Callable[[bytes], bytes]):
    path = written(tmp_path / "a", [pack(b"".join(write_json_lines(spans_of(10_000))))])
    told: list[tuple[int, int]] = []

    batches = list(read_batches(path, progress=lambda read, total: told.append((read, total))))

    size = path.stat().st_size
    assert list(map(len, batches)) == [4096, 4096, 1808]
    assert [total for _, total in told] == [size] * 3
    assert [read for read, _ in told] == sorted(read for read, _ in told)
    assert told[-1] == (size, size)


def test_names_of_waits_are_those_that_the_caller_gives(tmp_path: Path):
    path = written(tmp_path / "a", [encode(spans_of(1, "crew.work"), JSON)])

    ((span,),) = read_batches(path, waits=["*.work"])

    assert span.waits


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "it is empty, so nothing was ever written to it"),
        (b"trace_id,span_id\nt,1\n", "it is no trace file: neither a DuckDB database, nor OTLP as JSON or protobuf"),
        (b"SQLite format 3\x00" + b"\x00" * 5000, "it is no trace file"),
        (b"\x00" * 5000, "it is no trace file"),
        (b"\x00" * 8 + b"DUCK" + b"\x00" * 100, "it is a DuckDB database"),
        (b"\x28\xb5\x2f\xfd\x00", "it is compressed by Zstandard"),
        (b"\x00\x00\x01\x00\x28\xb5\x2f\xfd\x00", "it is compressed by Zstandard"),
        (b"42", "it is no trace file"),
        (b"{}", "line 1: it is JSON, but no trace: OTLP has the key resourceSpans, .*; here: none"),
        (b'{"name": 1, "b": 2}', "it is JSON, but no trace: .*; here: 'name', 'b'"),
        (b'{"resourceMetrics": []}', "it holds metrics of OTLP, no traces"),
        (b'{"resourceLogs": []}', "it holds logs of OTLP, no traces"),
        (b"[]", "it is an empty list, so it holds no traces"),
        (b"[1]", "it holds 1 where a trace should stand"),
        (b'[{"name": "a"}]', "it is JSON, but no trace"),
        (b'{"resourceSpans": [{}], }', "line 1 is no JSON: .* at column 2"),
        (b'{"a": "\x01"}', "line 1 is no JSON: Invalid control character at column 8"),
        (b'{\n "a": 1,\n "b": x}', "it is no JSON: Expecting value at line 3, column 7"),
        (b'{"a": "\xff\xff"}', "line 1 is no UTF-8: byte 0xff at position 7"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[" + b"1" * 10_000 + b"]", "line 1 is no JSON of traces|it holds"),
        (
            b'{"resourceSpans": [{"scopeSpans": [{"spans": [{}]}]}]}',
            "line 1: span absent of trace absent cannot be read",
        ),
    ],
    ids=lambda value: repr(value[:30]) if isinstance(value, bytes) else "",
)
def test_what_is_no_trace_file_says_what_it_is(tmp_path: Path, content: bytes, complaint: str):
    path = written(tmp_path / "a", [content])

    with pytest.raises(BadTraceFile, match=complaint):
        loaded(path)
    assert refusal(path) == refusal(path)


def test_a_file_that_is_not_there_a_folder_or_no_path_says_so(tmp_path: Path):
    with pytest.raises(BadTraceFile, match="there is no file '.*nope'"):
        loaded(tmp_path / "nope")
    with pytest.raises(BadTraceFile, match="is a folder"):
        loaded(tmp_path)
    for nowhere in ("a\0b", "a" * 5000, tmp_path / "file" / "below"):
        with pytest.raises(BadTraceFile, match="there is no file|cannot be looked for"):
            loaded(Path(nowhere))
    for nonsense in (3, None):
        with pytest.raises(BadArgument, match="is no path of a file"):
            list(read_batches(nonsense))  # type: ignore[arg-type]


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = written(tmp_path / "a", [b"{}"])

    def refuse(*_: Any) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)  # root may read everything, so the mode would not do
    with pytest.raises(BadTraceFile, match="a' cannot be read: Permission denied"):
        loaded(path)


def test_a_last_line_that_is_cut_off_is_told_with_what_stands_before(tmp_path: Path):
    first, second = write_json_lines(spans_of(600, "é"))
    for end in (1, 2, len(second) // 2, len(second) - 2):
        path = written(tmp_path / "a.jsonl", [first, second[:end]])

        said = refusal(path)

        assert said.startswith(f"line 2 is cut off after {end} bytes; the 512 spans before")


@pytest.mark.parametrize("end", range(1, 58))
def test_a_document_that_is_cut_off_is_told_so_wherever_it_is(tmp_path: Path, end: int):
    content = b'{"resourceSpans": [{"a": [true, null, -1.5, "\\u00e9\xc3\xa9"]}]}'

    assert f"is cut off after {end} bytes" in refusal(written(tmp_path / "a", [content[:end]]))


def test_an_indented_document_that_is_cut_off_is_told_so(tmp_path: Path):
    content = FORMS["indented JSON"](spans_of(2))

    assert refusal(written(tmp_path / "a", [content[:-20]])) == f"it is cut off after {len(content) - 20} bytes"


def test_a_damaged_line_is_told_by_its_number(tmp_path: Path):
    line = encode(spans_of(2), JSON)

    said = refusal(written(tmp_path / "a", [line, b"\n\n", b"{oops}\n", line]))

    assert said.startswith(
        "line 3 is no JSON: Expecting property name enclosed in double quotes at column 2; the 2 spans"
    )


def test_what_comes_before_the_damage_is_given_first(tmp_path: Path):
    path = written(tmp_path / "a", [encode(spans_of(2), JSON), b"\n{"])
    batches = read_batches(path)

    assert next(batches) == spans_of(2)
    with pytest.raises(BadTraceFile):
        next(batches)


@pytest.mark.parametrize("form", ["JSON lines", "protobuf"])
def test_a_gzip_file_that_is_cut_off_or_damaged_says_so(tmp_path: Path, form: str):
    content = gzip.compress(FORMS[form](spans_of(1200)))
    damaged = content[:400] + bytes(200) + content[600:]

    assert "its gzip data is cut off or damaged" in refusal(written(tmp_path / "cut", [content[:-9]]))
    assert "its gzip data is cut off or damaged" in refusal(written(tmp_path / "head", [content[:5]]))
    assert refusal(written(tmp_path / "bad", [damaged]))
