"""The receiver: a small HTTP server that hands what is sent to it to an endpoint."""

from __future__ import annotations

import logging
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any, Final, cast

from pytest_flock_trace.capture.http_body import BadBody, read_body
from pytest_flock_trace.capture.otlp_endpoint import Answer, Endpoint

LARGEST: Final = 20 * 2**20
"""Bytes of a request, as it is sent and expanded; the collector's own limit."""
PATIENCE: Final = 30.0
"""Seconds that a connection may say nothing."""
_LAST_WORDS: Final = 5.0
"""Seconds that requests under way have when the receiver closes."""
_log: Final = logging.getLogger("pytest_flock_trace")


class Receiver:
    """Serves an endpoint from threads of its own until it is closed.

    Raises `OSError` where it can't listen at the address. Port 0 takes any that is free.
    """

    def __init__(self, endpoint: Endpoint, host: str = "127.0.0.1", port: int = 0, *, largest: int = LARGEST) -> None:
        self._server = _Server(endpoint, host, port, largest)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, name="flock-trace-receiver", daemon=True
        )
        self._thread.start()
        address, number = self._server.server_address[:2]
        said = str(address)
        self.url = f"http://[{said}]:{number}" if ":" in said else f"http://{said}:{number}"
        """Where it is to be reached, without a path."""

    def leave(self) -> None:
        """Let go of it in a forked child, in which its threads are not."""
        self._server.socket.close()

    def close(self) -> None:
        """Take no more requests, answer those that have come, and end."""
        self._server.shutdown()
        self._thread.join()
        self._server.end_connections(time.monotonic() + _LAST_WORDS)
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, endpoint: Endpoint, host: str, port: int, largest: int) -> None:
        self.endpoint = endpoint
        self.largest = largest
        self._connections: dict[threading.Thread, socket.socket] = {}
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # on Windows the option would let two receivers have the same port
        self.allow_reuse_address = not hasattr(socket, "SO_EXCLUSIVEADDRUSE")
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        """Bind, without asking for the machine's name, which may take seconds."""
        TCPServer.server_bind(self)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection from a thread that is known, so that it can be ended."""
        thread = threading.Thread(
            target=self._serve, args=(request, client_address), name="flock-trace-connection", daemon=True
        )
        self._connections[thread] = request
        thread.start()

    def _serve(self, request: Any, client_address: Any) -> None:
        try:
            self.process_request_thread(request, client_address)
        finally:
            self._connections.pop(threading.current_thread(), None)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  # the base class's signature
        """Say what ended a connection, unless that is a sender who has gone."""
        if not isinstance(sys.exc_info()[1], OSError):
            _log.exception("the connection of %s failed", client_address)

    def end_connections(self, deadline: float) -> None:
        """Have each connection come to its end; those that take too long are cut off."""
        for how in (socket.SHUT_RD, socket.SHUT_RDWR):
            for thread, connection in list(self._connections.items()):
                _shut(connection, how)
                thread.join(max(0.1, deadline - time.monotonic()))


def _shut(connection: socket.socket, how: int) -> None:
    try:
        connection.shutdown(how)
    except OSError:  # the sender was first
        return


class _Handler(BaseHTTPRequestHandler):
    """One connection, with any number of requests."""

    protocol_version = "HTTP/1.1"
    server_version = "flock-trace"
    sys_version = ""
    timeout = PATIENCE
    disable_nagle_algorithm = True  # head and body are two writes
    command = ""

    @property
    def _server(self) -> _Server:
        return cast("_Server", self.server)

    @property
    def _endpoint(self) -> Endpoint:
        return self._server.endpoint

    def __getattr__(self, name: str) -> Any:
        """The base class looks for a method for each of HTTP's; here there is one for all."""
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def _answer(self) -> None:
        headers: Any = self.headers  # a mapping, though its class does not say so
        try:
            body = read_body(self.rfile, headers, self._server.largest)
        except BadBody as exc:
            self.close_connection = self.close_connection or exc.lost
            self._send(self._endpoint.refusal(exc.code, str(exc), self._kind()))
            return
        self._send(self._endpoint(self.command, self.path, headers, body))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """Answer what is no HTTP, as the base class has found."""
        self.close_connection = True
        self._send(self._endpoint.refusal(code, message or "that is no request"))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class's signature
        """Nothing: whoever sends is told."""

    def _kind(self) -> str:
        try:
            return self._endpoint.codec.kind(self.headers.get("Content-Type") or "")
        except ValueError:  # of no kind that could be answered in
            return "application/json"

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.code)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
