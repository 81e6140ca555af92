"""Files of spans that other tools wrote: OTLP in each of its forms, JSON of Jaeger and of Tempo, compressed or not."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from gzip import BadGzipFile, GzipFile
from io import BufferedReader
from os import PathLike, fstat
from typing import BinaryIO, Final, cast

from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.interop.document import read_document
from pytest_flock_trace.interop.json_text import documents
from pytest_flock_trace.interop.otlp.framing import framing_of
from pytest_flock_trace.interop.otlp.protobuf_reader import read_resource_spans
from pytest_flock_trace.model.missing import existing_file
from pytest_flock_trace.model.span import WAIT_NAMES, Span
from pytest_flock_trace.model.text import count_of

Progress = Callable[[int, int], object]
"""Told from time to time how many bytes of a file have been read, and of how many."""

HEAD: Final = 4096
"""Bytes of the beginning of a file by which it is known what it holds."""
_AT_ONCE: Final = 4096
"""Spans of a batch."""
_GZIP: Final = b"\x1f\x8b"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_MARK: Final = b"\xef\xbb\xbf"
_CONTROLS: Final = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r")
"""Bytes that no JSON holds, and all protobuf of spans does."""


def read_batches(
    path: str | PathLike[str], *, waits: Sequence[str] = WAIT_NAMES, progress: Progress | None = None
) -> Iterator[list[Span]]:
    """The spans of a file in its order, some thousands at a time, so that a file of any size can be read.

    `waits` are globs of the names of spans that only wait, where the file does not say which do. Raises `BadTraceFile`
    for what is no such file or is not all of one, once what comes before has been given, and `MissingExtra` for
    protobuf where it is not installed.
    """
    file = existing_file(path)
    given = 0
    try:
        with open(file, "rb") as raw:  # noqa: PTH123  # the path is text by now
            for batch in _batches(raw, waits, progress):
                given += len(batch)
                yield batch
    except BadTraceFile as exc:
        before = f"; the {count_of(given, 'span')} before can be read" if given else ""
        raise BadTraceFile(f"{file!r}: {exc}{before}") from exc.__cause__
    except OSError as exc:
        raise BadTraceFile(f"{file!r} cannot be read: {exc.strerror or exc}") from exc


def _batches(raw: BufferedReader, waits: Sequence[str], progress: Progress | None) -> Iterator[list[Span]]:
    size = fstat(raw.fileno()).st_size
    batch: list[Span] = []
    try:
        for span in _spans(raw, waits):
            batch.append(span)
            if len(batch) == _AT_ONCE:
                if progress is not None:
                    progress(raw.tell(), size)
                yield batch
                batch = []
    except BadTraceFile:
        if batch:
            yield batch
        raise
    if progress is not None:
        progress(size, size)
    if batch:
        yield batch


def _spans(raw: BinaryIO, waits: Sequence[str]) -> Iterator[Span]:
    head = _head(raw)
    if not head:
        raise BadTraceFile("it is empty, so nothing was ever written to it")
    if not head.startswith(_GZIP):
        yield from _plain(raw, head, waits)
        return
    try:
        with GzipFile(fileobj=raw) as stream:
            unzipped = cast("BinaryIO", stream)
            yield from _plain(unzipped, _head(unzipped), waits)
    except (EOFError, zlib.error, BadGzipFile) as exc:
        raise BadTraceFile(f"its gzip data is cut off or damaged ({exc})") from exc


def _head(stream: BinaryIO) -> bytes:
    head = stream.read(HEAD)
    stream.seek(0)
    return head


def _plain(stream: BinaryIO, head: bytes, waits: Sequence[str]) -> Iterator[Span]:
    """The spans of what is not compressed, or no longer."""
    like_json = head.removeprefix(_MARK).lstrip()[:1] in {b"{", b"["}
    framing = framing_of(head)
    if like_json and (framing is None or head.translate(None, _CONTROLS) == head):
        yield from _of_json(stream, waits)
    elif framing is not None:
        for message in framing(stream):
            yield from read_resource_spans(message, waits)
    else:
        raise BadTraceFile(_strange(head))


def _of_json(stream: BinaryIO, waits: Sequence[str]) -> Iterator[Span]:
    for where, document in documents(stream):
        yield from _of_document(document, waits, where)


def _of_document(document: object, waits: Sequence[str], where: str) -> Iterator[Span]:
    try:
        yield from read_document(document, waits)
    except BadTraceFile as exc:
        raise BadTraceFile(f"{where}{exc}") from exc.__cause__


def _strange(head: bytes) -> str:
    if is_duckdb(head):
        return "it is a DuckDB database, which can't be read where it lies; decompress it, and load it as it is"
    if _ZSTD in {head[:4], head[4:8]}:
        return (
            "it is compressed by Zstandard, which can't be read: decompress it, or have the collector write it without"
        )
    return "it is no trace file: neither a DuckDB database, nor OTLP as JSON or protobuf, nor JSON of Jaeger or Tempo"


def is_duckdb(head: bytes) -> bool:
    """True for the beginning of a DuckDB database."""
    return head[8:12] == b"DUCK"
