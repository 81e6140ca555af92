"""Writers that are killed at any moment, while others write and read.

`ROUNDS=50 pytest tests/store/file/test_kill.py` is the long form.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from pytest_flock_trace.store.file.reading import viewed
from pytest_flock_trace.store.file.writer import TraceFile
from pytest_flock_trace.store.trace_file import read_spans

ROUNDS = int(os.environ.get("ROUNDS", "3"))
WRITER = """
import sys
from pathlib import Path
from opentelemetry import trace
from pytest_flock_trace.recording.process import record_process

recording = record_process(Path(sys.argv[1]))
tracer = trace.get_tracer("crew")
number = 0
while True:
    with tracer.start_as_current_span("Crew.run"):
        for _ in range(30):
            number += 1
            tracer.start_span("Agent.step", attributes={"writer": sys.argv[2], "number": number}).end()
    if recording.stream.force_flush():
        print(number, flush=True)
"""
READER = """
import sys
from pytest_flock_trace.errors import TraceFileHeld
from pytest_flock_trace.store.file.reading import viewed

while True:
    try:
        with viewed(sys.argv[1], patience=0) as view:
            view.saved("red")
    except TraceFileHeld:
        pass
"""


class Writer:
    """A process that writes, and how much of it is said to be safe."""

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self.safe = 0
        command = [sys.executable, "-c", WRITER, str(path), name]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.started = threading.Event()
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith("\n"):
                self.safe = int(line)
                self.started.set()

    def close(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self._listener.join()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal here")
def test_what_was_flushed_survives_the_death_of_its_writer(tmp_path: Path) -> None:
    path = tmp_path / "traces.duckdb"
    TraceFile(path).settle()
    chance = random.Random(1)
    safe: dict[str, int] = {}
    with ExitStack() as stack:
        reader = subprocess.Popen([sys.executable, "-c", READER, str(path)])
        stack.callback(reader.wait)
        stack.callback(reader.kill)
        steady = Writer(path, "steady")
        stack.callback(steady.close)
        for number in range(ROUNDS):
            mortal = Writer(path, f"mortal {number}")
            with closing(mortal):
                assert mortal.started.wait(60)
                threading.Event().wait(chance.random() / 2)  # the moment of its death; nothing is waited for
            safe[mortal.name] = mortal.safe
            with viewed(path, patience=60) as view:
                view.sql("SELECT count(*) FROM spans")
        assert reader.poll() is None
    safe[steady.name] = steady.safe

    TraceFile(path).settle()

    written: dict[str, set[int]] = {}
    for span in read_spans(path):
        if span.name == "Agent.step":
            written.setdefault(span.attributes["writer"], set()).add(span.attributes["number"])
    lost = {name: sorted(set(range(1, count + 1)) - written.get(name, set())) for name, count in safe.items()}
    assert {name: numbers for name, numbers in lost.items() if numbers} == {}
    assert len(safe) == ROUNDS + 1
