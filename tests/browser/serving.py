"""`flock-trace serve` in a process of its own, for a browser to ask."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen


@contextmanager
def served(store: Path) -> Iterator[str]:
    """The address of a trace file's page, token included; the server ends as Ctrl-C ends it."""
    command = [sys.executable, "-m", "pytest_flock_trace.cli", "serve", "--store", str(store), "--json", "--no-open"]
    with Popen(command, stdout=PIPE, stderr=DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["url"]
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
