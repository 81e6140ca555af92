"""Bodies of requests, as they stand on a connection."""

from __future__ import annotations

import gzip
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.capture.http_body import BadBody, read_body

LIMIT = 1000


def chunked(*parts: bytes) -> bytes:
    return b"".join(b"%x;said=nothing\r\n%b\r\n" % (len(part), part) for part in (*parts, b""))


def compressed(body: bytes, encoding: str) -> bytes:
    return gzip.compress(body) if encoding == "gzip" else zlib.compress(body)


@given(st.lists(st.binary(min_size=1, max_size=300), max_size=3), st.binary(max_size=20))
def test_a_body_in_chunks_is_the_same_as_one_of_known_length_and_ends_where_the_next_request_begins(
    parts: list[bytes], after: bytes
) -> None:
    whole = b"".join(parts)
    in_chunks, at_once = BytesIO(chunked(*parts) + after), BytesIO(whole + after)

    assert read_body(in_chunks, {"Transfer-Encoding": "Chunked"}, LIMIT) == whole
    assert read_body(at_once, {"Content-Length": str(len(whole))}, LIMIT) == whole
    assert in_chunks.read() == at_once.read() == after


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
@given(body=st.binary(max_size=LIMIT))
def test_a_compressed_body_is_expanded(encoding: str, body: bytes) -> None:
    sent = compressed(body, encoding)

    assert read_body(BytesIO(sent), {"Content-Length": str(len(sent)), "Content-Encoding": encoding}, LIMIT) == body


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_what_expands_beyond_the_limit_is_refused(encoding: str) -> None:
    bomb = compressed(bytes(50_000_000), encoding)

    with pytest.raises(BadBody, match="when it is expanded") as caught:
        read_body(BytesIO(bomb), {"Content-Length": str(len(bomb)), "Content-Encoding": encoding}, 100_000)
    assert (caught.value.code, caught.value.lost) == (413, False)


@pytest.mark.parametrize("headers", [{"Content-Length": "1001"}, {"Transfer-Encoding": "chunked"}])
def test_a_body_that_is_too_large_is_read_to_its_end_all_the_same(headers: dict[str, str]) -> None:
    body = bytes(1001)
    stream = BytesIO((chunked(body) if "Transfer-Encoding" in headers else body) + b"next")

    with pytest.raises(BadBody, match="1001 bytes; at most 1000") as caught:
        read_body(stream, headers, LIMIT)
    assert (caught.value.code, caught.value.lost, stream.read()) == (413, False, b"next")


BROKEN = [
    (b"", {"Content-Length": "-1"}, "Content-Length '-1' is no number of bytes"),
    (b"", {"Content-Length": "9" * 30}, "is no number of bytes"),
    (b"abc", {"Content-Length": "4"}, "1 bytes are missing"),
    (b"abc", {"Transfer-Encoding": "compress"}, "'compress' is not understood; valid: chunked"),
    (b"zz\r\n", {"Transfer-Encoding": "chunked"}, "b'zz' is no length"),
    (b"-1\r\n", {"Transfer-Encoding": "chunked"}, "b'-1' is no length"),
    (b"\r\n", {"Transfer-Encoding": "chunked"}, "b'' is no length"),
    (b"1\r\nab\r\n0\r\n\r\n", {"Transfer-Encoding": "chunked"}, "longer than it says"),
    (b"4\r\nabcd\r\n", {"Transfer-Encoding": "chunked"}, "cut off"),
    (b"4\r\nab", {"Transfer-Encoding": "chunked"}, "2 bytes are missing"),
    (b"f" * 5000, {"Transfer-Encoding": "chunked"}, "cut off"),
    (b"abc", {"Content-Length": "3", "Content-Encoding": "br"}, "'br' is not understood; valid: gzip"),
    (b"abc", {"Content-Length": "3", "Content-Encoding": "gzip"}, "is no gzip data"),
]


@pytest.mark.parametrize(("sent", "headers", "complaint"), BROKEN)
def test_a_broken_body_is_refused_with_what_is_wrong(sent: bytes, headers: dict[str, str], complaint: str) -> None:
    with pytest.raises(BadBody, match=complaint):
        read_body(BytesIO(sent), headers, LIMIT)


@pytest.mark.parametrize("change", [lambda sent: sent[:-4], lambda sent: sent + b"more"])
def test_compressed_data_that_is_cut_off_or_followed_by_more_is_refused(change) -> None:
    sent = change(gzip.compress(b"spans" * 50))

    with pytest.raises(BadBody, match="cut off, or something follows"):
        read_body(BytesIO(sent), {"Content-Length": str(len(sent)), "Content-Encoding": "gzip"}, LIMIT)


@given(
    st.binary(max_size=200),
    st.fixed_dictionaries(
        {},
        optional={
            "Content-Length": st.one_of(st.integers(0, 250).map(str), st.text(max_size=5)),
            "Transfer-Encoding": st.sampled_from(["chunked", "identity", "gzip", ""]),
            "Content-Encoding": st.sampled_from(["gzip", "deflate", "identity", "br"]),
        },
    ),
)
def test_any_bytes_are_a_body_or_refused(sent: bytes, headers: dict[str, str]) -> None:
    assert outcome(sent, headers) in {200, 400, 413, 415, 501}


def outcome(sent: bytes, headers: dict[str, str]) -> int:
    try:
        return 200 if len(read_body(BytesIO(sent), headers, 100)) <= 100 else 0
    except BadBody as exc:
        return exc.code
