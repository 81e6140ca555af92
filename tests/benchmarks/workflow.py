"""What a workflow of Flock's costs with our capture on, against Flock's own tracing without an exporter.

Both run the newsroom of `examples/flock`, three agents and no language model, in processes of their own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from comparison import Row

EDITIONS = 30
NEWSROOM = Path(__file__).parents[2] / "examples" / "flock"
PROGRAM = f"""
import asyncio, json, time
from contextlib import nullcontext
{{imports}}
from newsroom import Assignment, make_newsroom
from flock.logging.logging import configure_logging

configure_logging("ERROR", "ERROR", {{{{}}}})

async def edition():
    newsroom = make_newsroom()
    await newsroom.publish(Assignment(topic="bees"))
    await newsroom.run_until_idle()

async def editions(count):
    for _ in range(count):
        await edition()

asyncio.run(editions(3))
start = time.process_time()
with {{capture}} as run:
    asyncio.run(editions({EDITIONS}))
captured = time.process_time() - start
{{writing}}
print(json.dumps([captured, time.process_time() - start]))
"""
OURS = PROGRAM.format(
    imports="from pytest_flock_trace import traced_run\nfrom pytest_flock_trace.store.file.writer import TraceFile",
    capture='traced_run("newsroom")',
    writing='TraceFile("traces.duckdb").write(run.spans)',
)
THEIRS = PROGRAM.format(imports="", capture="nullcontext()", writing="")


def rows(rounds: int) -> Iterator[Row]:
    """CPU time of one edition, as it is captured and then with the trace file that is written of it at the end."""
    reference = "FLOCK_AUTO_TRACE=true and no exporter"
    found = [(_took(OURS), _took(THEIRS)) for _ in range(rounds)]
    captured, written, theirs = (median(took) for took in zip(*((*ours, theirs) for ours, (theirs, _) in found)))
    yield Row("a workflow of three Flock agents", "ms CPU", captured, reference, theirs, 1.02)
    yield Row("the same and its trace file", "ms CPU", written, reference, theirs)


def _took(program: str) -> list[float]:
    """Milliseconds of CPU until the workflow has ended, and until everything has."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("FLOCK_", "OTEL_"))}
    paths = os.pathsep.join(filter(None, [str(NEWSROOM), clean.get("PYTHONPATH")]))
    environment = {**clean, "FLOCK_AUTO_TRACE": "true", "PYTHONPATH": paths}
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return [took / EDITIONS * 1e3 for took in json.loads(done.stdout.splitlines()[-1])]
