"""What one pytest session put into a trace file that holds others, too."""

from __future__ import annotations

from typing import Final

from pytest_flock_trace.store.file.reading import TraceFileView
from pytest_flock_trace.store.schema import create_runs

_CHOSEN: Final = "flock_trace_of_session"
_NARROWED: Final = f"""
    CREATE TEMP VIEW spans AS
        SELECT * FROM memory.main.spans SEMI JOIN (SELECT trace_id FROM {_CHOSEN}) USING (trace_id);
    CREATE TEMP VIEW tests AS
        SELECT * FROM memory.main.tests WHERE session = (SELECT session FROM flock_trace_session);
    CREATE TEMP VIEW test_traces AS FROM {_CHOSEN};
"""


class SessionView(TraceFileView):
    """A view of the same file in which only the tests of one session, and the traces that they caused, are.

    It has a connection of its own: what is temporary there hides the tables that every query asks.
    """

    def __init__(self, view: TraceFileView, session: str) -> None:
        super().__init__(view._connection.cursor())
        execute = self._connection.execute
        execute("CREATE TEMP TABLE flock_trace_session AS SELECT ?::VARCHAR AS session", [session])
        execute(
            f"CREATE TEMP TABLE {_CHOSEN} AS FROM memory.main.test_traces SEMI JOIN flock_trace_session USING (session)"
        )
        execute(_NARROWED)
        execute(create_runs("runs", "spans", temporary=True))
