"""The receiver, spoken to by hand over real connections."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from collections.abc import Iterator, Sequence
from http.client import HTTPConnection, HTTPResponse
from queue import Full
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.capture.otlp_endpoint import Endpoint
from pytest_flock_trace.capture.receiver import Receiver
from pytest_flock_trace.errors import BadTraceFile
from pytest_flock_trace.interop.otlp import JSON, PROTOBUF, encode
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.recording import receiving

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def a_span(name: str = "work") -> Span:
    return Span(name, span_id=SPAN, trace_id=TRACE, start_ns=1, end_ns=2)


def body(*names: str) -> bytes:
    return encode(map(a_span, names), JSON)


class Served:
    """A receiver, what it keeps and what it notes."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str]] = []
        self.notes: list[str] = []
        self.trouble: Exception | None = None
        endpoint = Endpoint(receiving.otlp_codec(), self._keep, self.notes.append, known={"", "token"}.__contains__)
        self.receiver = Receiver(endpoint, largest=10_000)
        self.host, self.port = urlsplit(self.receiver.url).hostname, urlsplit(self.receiver.url).port
        self._open: list[HTTPConnection] = []

    def _keep(self, prefix: str, spans: Sequence[Span]) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.kept += [(prefix, span.name) for span in spans]

    def connection(self) -> HTTPConnection:
        made = HTTPConnection(self.host, self.port, timeout=20)
        self._open.append(made)
        return made

    def post(self, content: Any, path: str = "/v1/traces", method: str = "POST", **headers: str) -> tuple[int, Any]:
        said = {"Content-Type": JSON, **{name.replace("_", "-"): value for name, value in headers.items()}}
        answer = self.request(self.connection(), content, path, method, said)
        found = answer.read()
        return answer.status, json.loads(found) if answer.headers["Content-Type"] == JSON and found else found

    @staticmethod
    def request(
        connection: HTTPConnection, content: Any, path: str, method: str, headers: dict[str, str]
    ) -> HTTPResponse:
        connection.request(method, path, content, headers)
        return connection.getresponse()

    def close(self) -> None:
        self.receiver.close()
        for connection in self._open:
            connection.close()


@pytest.fixture
def served() -> Iterator[Served]:
    serving = Served()
    yield serving
    serving.close()


@pytest.fixture(scope="module")
def one_for_all() -> Iterator[Served]:
    serving = Served()
    yield serving
    serving.close()


def test_spans_are_kept_and_the_answer_is_empty(served: Served) -> None:
    assert served.post(body("a", "b")) == (200, {})
    assert served.kept == [("", "a"), ("", "b")]


def test_protobuf_is_answered_in_protobuf(served: Served) -> None:
    pytest.importorskip("opentelemetry.proto")
    status_pb2 = pytest.importorskip("google.rpc.status_pb2")

    assert served.post(encode([a_span()], PROTOBUF), Content_Type=PROTOBUF) == (200, b"")
    code, answer = served.post(b"\xffno protobuf", Content_Type=PROTOBUF)

    assert served.kept == [("", "work")]
    assert code == 400
    assert "is not how a ResourceSpans of OTLP begins" in status_pb2.Status.FromString(answer).message


def test_without_the_extra_protobuf_is_refused_with_what_to_install_and_said_once(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pytest_flock_trace.interop.otlp import extra

    def missing(module: str) -> Any:
        raise ImportError(f"no {module}")

    monkeypatch.setattr(extra, "import_module", missing)
    extra.messages.cache_clear()
    for _ in range(2):
        code, answer = served.post(b"", Content_Type=PROTOBUF)
        assert code == 415
        assert b"pip install" in answer
    extra.messages.cache_clear()
    (note,) = served.notes
    assert "taken as application/json only" in note


def test_several_requests_come_over_one_connection(served: Served) -> None:
    connection = served.connection()
    for name in ("a", "b"):
        answer = served.request(connection, body(name), "/v1/traces", "POST", {"Content-Type": JSON})
        assert (answer.status, answer.read()) == (200, b"{}")

    assert served.kept == [("", "a"), ("", "b")]


def test_bodies_come_in_chunks_and_compressed(served: Served) -> None:
    assert served.post(iter([body("a")[:9], body("a")[9:]]))[0] == 200
    assert served.post(gzip.compress(body("b")), Content_Encoding="gzip")[0] == 200
    assert served.kept == [("", "a"), ("", "b")]


def test_a_prefix_of_the_path_is_told_apart(served: Served) -> None:
    assert served.post(body("a"), "/token/v1/traces")[0] == 200
    assert served.post(body("b"), "/other/v1/traces")[0] == 404
    assert served.kept == [("token", "a")]


def test_of_spans_some_of_which_are_none_the_rest_is_kept(served: Served) -> None:
    document = json.loads(body("a", "b"))
    del document["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["traceId"]
    code, answer = served.post(json.dumps(document))

    assert (code, answer["partialSuccess"]["rejectedSpans"]) == (200, "1")
    assert "traceId is absent" in answer["partialSuccess"]["errorMessage"]
    assert served.kept == [("", "b")]


def test_a_request_of_which_nothing_can_be_kept_is_bad(served: Served) -> None:
    code, answer = served.post('{"resourceSpans": [{"scopeSpans": [{"spans": [{"name": "a"}]}]}]}')

    assert (code, answer["code"]) == (400, 3)
    assert answer["message"].startswith("none of 1 span can be kept: ")


REFUSED = [
    ("no JSON", {}, 400, "it is no JSON"),
    ("[]", {}, 400, "the body is a list"),
    (body("a"), {"path": "/v1/spans"}, 404, "there is nothing at '/v1/spans'; valid: /v1/traces"),
    (b"", {"method": "GET"}, 405, "GET is not for /v1/traces"),
    (b"", {"method": "BREW"}, 405, "BREW is not for /v1/traces"),
    (body("a"), {"Content_Type": "text/plain"}, 415, "'text/plain' is no content type of OTLP"),
    (body("a"), {"Content_Encoding": "br"}, 415, "'br' is not understood"),
    (bytes(10_001), {}, 413, "at most 10000"),
    (body("a"), {"Origin": "http://example.com"}, 403, "web pages"),
    (body("a"), {"Origin": "null"}, 403, "web pages"),
    (body("a"), {"Host": "example.com:4318"}, 403, "this is no server of 'example.com:4318'"),
]


@pytest.mark.parametrize(("content", "how", "code", "message"), REFUSED)
def test_a_request_is_refused_with_a_status_that_says_why(
    served: Served, content: Any, how: dict[str, str], code: int, message: str
) -> None:
    found, answer = served.post(content, **how)

    assert found == code
    assert message in answer["message"]
    assert served.kept == []


@pytest.mark.parametrize("origin", ["http://localhost:3000", "http://127.0.0.1", "http://[::1]:80"])
def test_pages_of_this_machine_may_send(served: Served, origin: str) -> None:
    assert served.post(body("a"), Origin=origin)[0] == 200


def test_metrics_and_logs_are_passed_over_which_is_said_once(served: Served) -> None:
    answers = [served.post("{}", f"/v1/{signal}") for signal in ("metrics", "logs", "metrics")]

    assert answers == [(200, {})] * 3
    assert [note.split(";")[0] for note in served.notes] == ["metrics are not kept", "logs are not kept"]


@pytest.mark.parametrize("trouble", [Full(), BadTraceFile("the disk is full")])
def test_spans_that_cannot_be_kept_now_are_to_be_sent_again(served: Served, trouble: Exception) -> None:
    served.trouble = trouble
    connection = served.connection()
    answer = served.request(connection, body("a"), "/v1/traces", "POST", {"Content-Type": JSON})

    assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
    assert str(trouble) in json.loads(answer.read())["message"]


def test_a_mistake_of_ours_is_logged_and_answered(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    served.trouble = ZeroDivisionError()

    code, answer = served.post(body("a"))

    assert (code, answer["message"]) == (500, "ZeroDivisionError while the request was handled; see the log")
    assert caplog.records[0].exc_info is not None


def test_many_send_at_once_and_nothing_is_lost(served: Served) -> None:
    def send(sender: int) -> None:
        connection = served.connection()
        for number in range(20):
            name = f"{sender}.{number}"
            answer = served.request(connection, body(name), "/v1/traces", "POST", {"Content-Type": JSON})
            assert (answer.status, answer.read()) == (200, b"{}")

    senders = [threading.Thread(target=send, args=(number,)) for number in range(8)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert {name for _, name in served.kept} == {f"{one}.{two}" for one in range(8) for two in range(20)}


def test_a_connection_that_says_nothing_does_not_keep_the_receiver_from_closing(served: Served) -> None:
    with (
        socket.create_connection((served.host, served.port)) as idle,
        socket.create_connection((served.host, served.port)) as halfway,
    ):
        halfway.sendall(b"POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50\r\n\r\nhalf")
        served.post(body("a"))  # both have been accepted by now
        served.receiver._server.end_connections(0)
        assert idle.recv(100) == b""
        assert halfway.recv(100).startswith((b"HTTP/1.1 400", b""))


def test_two_cannot_listen_at_one_port(served: Served) -> None:
    endpoint = Endpoint(receiving.otlp_codec(), lambda prefix, spans: None)

    with pytest.raises(OSError, match="in use"):
        Receiver(endpoint, port=served.port or 0)


@given(
    st.one_of(st.binary(max_size=300), st.recursive(st.none() | st.integers() | st.text(), st.lists).map(str)),
    st.sampled_from([JSON, PROTOBUF]),
)
def test_any_body_is_answered_and_the_server_lives(one_for_all: Served, content: bytes | str, kind: str) -> None:
    sent = content.encode() if isinstance(content, str) else content
    code, _ = one_for_all.post(sent, Content_Type=kind)

    assert code in {200, 400, 415}
    assert one_for_all.post(body("still here"))[0] == 200


DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["resourceSpans", "scopeSpans", "spans", "traceId", "spanId", "attributes", "key", "value", "events"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(DOCUMENTS)
def test_any_document_is_answered_and_never_with_a_mistake_of_ours(one_for_all: Served, document: Any) -> None:
    code, answer = one_for_all.post(json.dumps(document))

    assert code in {200, 400}
    assert "while the request was handled" not in str(answer)


@given(st.binary(min_size=1, max_size=200))
def test_what_is_no_http_ends_its_own_connection_only(one_for_all: Served, sent: bytes) -> None:
    with socket.create_connection((one_for_all.host, one_for_all.port), timeout=20) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        received = b"".join(iter(lambda: _received(connection), b""))

    assert b"500" not in received.split(b"\r\n")[0]
    assert one_for_all.post(body("still here"))[0] == 200


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(4096)
    except ConnectionResetError:  # it was closed with bytes unread
        return b""
