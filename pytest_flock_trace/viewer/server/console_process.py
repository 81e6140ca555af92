"""A process of its own that answers SQL, so that no query can take the server's time or memory.

It reads a line of JSON for each question, `{"file": …, "sql": …, "limits": …}`, and writes one, `{"answer": …}` or
`{"error": …}`. A query that would not be stopped in time ends the process.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from pytest_flock_trace.errors import BadQuery
from pytest_flock_trace.model.redaction import Redaction
from pytest_flock_trace.store.cut_rows import Limits, ask_sealed
from pytest_flock_trace.store.file.snapshot import SHOWN
from pytest_flock_trace.viewer.server.cell import cell

MEMORY: Final = "512MB"
"""What DuckDB may take by its own account."""
ADDRESSES: Final = 3 * 2**30
"""Bytes that the process may map, where the system keeps count: DuckDB's account leaves out values that are being put
together, and 100 of 100 MB are quickly asked for."""
GRACE: Final = 1.0
"""Seconds that a query has for stopping once it was told to."""
TOO_LONG: Final = 3
"""The exit code where a query would not stop."""
_encode: Final = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def main() -> None:
    """Answer until nobody asks any more."""
    _bound()
    redaction = Redaction()
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        limits = Limits(**asked["limits"])
        said = _answered(partial(_ask, asked["file"], asked["sql"], limits, redaction), limits)
        sys.stdout.buffer.write(f"{_encode(said)}\n".encode())
        sys.stdout.buffer.flush()


def _answered(ask: Callable[[], dict[str, Any]], limits: Limits) -> dict[str, Any]:
    last = threading.Timer(limits.seconds + GRACE, os._exit, [TOO_LONG])
    last.daemon = True
    last.start()
    try:
        return {"answer": ask()}
    except BadQuery as exc:
        return {"error": str(exc)}
    finally:
        last.cancel()


def _ask(file: str, sql: str, limits: Limits, redaction: Redaction) -> dict[str, Any]:
    found = ask_sealed(file, sql, memory=MEMORY, schema=SHOWN, cell=partial(cell, redaction=redaction), limits=limits)
    return {
        "columns": [{"name": name, "type": kind} for name, kind in found.columns],
        "rows": found.rows,
        "total": None if found.truncated else len(found.rows),
        "truncated": found.truncated,
        "ms": found.ms,
    }


def _bound() -> None:
    """Have the system refuse what no question needs; Windows has no such limits."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (("RLIMIT_AS", ADDRESSES), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0)):
        _, hard = resource.getrlimit(getattr(resource, what))
        wanted = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(getattr(resource, what), (wanted, wanted))


if __name__ == "__main__":
    main()
