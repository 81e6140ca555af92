"""A server that a fixture of a module starts in a thread, and that many tests call."""

from __future__ import annotations

import pytest

SUITE = """
import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from opentelemetry.propagate import extract, inject
from checked import tracer
from crew import work

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        with tracer.start_as_current_span("handle", context=extract(self.headers)):
            work("server")
        self.send_response(204)
        self.end_headers()

    def log_message(self, *args):
        pass

@pytest.fixture(scope="module")
def server(traced_run):
    with traced_run("start"):
        work("starter")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, name="server")
        thread.start()
        yield server.server_address
        server.shutdown()
        thread.join()

def call(address, carry):
    headers = {}
    if carry:
        inject(headers)
    connection = http.client.HTTPConnection(*address, timeout=60)
    try:
        connection.request("GET", "/", headers=headers)
        assert connection.getresponse().status == 204
    finally:
        connection.close()

@pytest.mark.parametrize("n", range(1, 4))
def test_it(traced_run, server, n):
    with traced_run("own") as run:
        with tracer.start_as_current_span("call"):
            for _ in range(n):
                call(server, carry=True)
                call(server, carry=False)
    handled = run.find("handle")
    assert [run.parent(span).name for span in handled] == ["call"] * n
    assert len(run) == 2 + 3 * n
    outside = [s for s in traced_run.test if s.trace_id not in {each.trace_id for each in traced_run.runs}]
    assert len(outside) == 3 * n
    assert [s.detached for s in outside if s.name == "handle"] == [True] * n
    assert [each.name for each in traced_run.runs] == ["start", "own"]

def test_stranger(traced_run):
    assert len(traced_run.test) == 0
"""


def test_a_request_belongs_to_its_caller_and_is_detached_where_nothing_says_who_called(
    crew: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    crew.makepyfile(SUITE)
    crew.runpytest("--flock-trace", *plugin_args).assert_outcomes(passed=4)
