"""What one pytest session put into a trace file that holds others, too."""

from __future__ import annotations

from typing import Final

from pytest_flock_trace.store.file.reading import TraceFileView
from pytest_flock_trace.store.schema import create_runs

_CHOSEN: Final = "flock_trace_of_session"
_SESSIONS: Final = """
    CREATE TEMP TABLE flock_trace_session AS
    SELECT DISTINCT session FROM memory.main.tests WHERE session = $1 OR starts_with(session, $2)
"""
_NARROWED: Final = f"""
    CREATE TEMP VIEW spans AS
        SELECT * FROM memory.main.spans SEMI JOIN (SELECT trace_id FROM {_CHOSEN}) USING (trace_id);
    CREATE TEMP VIEW tests AS
        SELECT * FROM memory.main.tests SEMI JOIN flock_trace_session USING (session);
    CREATE TEMP VIEW test_traces AS FROM {_CHOSEN};
"""


def part_of(session: str, worker: str) -> str:
    """What a worker calls the session that runs all of its tests in each of its workers."""
    return f"{session}@{worker}"


class SessionView(TraceFileView):
    """A view of the same file in which only the tests of one session, and the traces that they caused, are.

    It has a connection of its own: what is temporary there hides the tables that every query asks.
    """

    def __init__(self, view: TraceFileView, session: str) -> None:
        super().__init__(view._connection.cursor())
        execute = self._connection.execute
        execute(_SESSIONS, [session, part_of(session, "")])
        execute(
            f"CREATE TEMP TABLE {_CHOSEN} AS FROM memory.main.test_traces SEMI JOIN flock_trace_session USING (session)"
        )
        execute(_NARROWED)
        execute(create_runs("runs", "spans", temporary=True))
