"""What the extra `viewer` brings; a page needs no extra, but a wheel into which the front end was built."""

from __future__ import annotations

import json
import subprocess
import sys
from urllib.request import urlopen


def test_the_viewer_answers(tmp_path):
    from pytest_flock_trace import Span
    from pytest_flock_trace.store.file.writer import TraceFile

    store = tmp_path / "traces.duckdb"
    assert (
        TraceFile(store).write([Span("step", span_id="00f067aa0ba902b7", trace_id="0af7651916cd43dd8448eb211c80319c")])
        is None
    )
    command = [sys.executable, "-m", "pytest_flock_trace.cli", "serve", "--no-open", "--json", "--store", str(store)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            url = json.loads(server.stdout.readline())["url"]
            with urlopen(url) as answer:  # noqa: S310  # our own server, on this machine
                assert b"<html" in answer.read()
        finally:
            server.terminate()
