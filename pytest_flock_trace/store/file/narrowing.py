"""Some of the spans of a trace file, chosen by what they say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pytest_flock_trace.store.schema import create_runs

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CHOSEN: Final = "flock_trace_chosen"
_SPANS: Final = f"CREATE OR REPLACE TEMP VIEW spans AS FROM memory.main.spans SEMI JOIN {_CHOSEN} USING (place)"
_LISTS: Final = {
    "services": "list_contains($services::VARCHAR[], service)",
    "operations": "list_contains($operations::VARCHAR[], operation)",
    "agents": "list_contains($agents::VARCHAR[], actor)",
    "tests": """(
        list_contains($tests::VARCHAR[], test) OR trace_id IN (
            SELECT caused.trace_id FROM test_traces AS caused WHERE list_contains($tests::VARCHAR[], caused.test)
        )
    )""",
    "statuses": "list_contains($statuses::VARCHAR[], lower(status_code))",
    "kinds": "list_contains($kinds::VARCHAR[], lower(kind))",
}
_MOMENTS: Final = {"from_ns": "greatest(start_time, end_time) >= $from_ns", "to_ns": "start_time <= $to_ns"}


@dataclass(frozen=True)
class Narrowing:
    """Spans of which each holds that is given; a list that is empty says nothing."""

    services: Sequence[str] = ()
    operations: Sequence[str] = ()
    agents: Sequence[str] = ()
    """Agents that a span is, or was done on behalf of."""
    tests: Sequence[str] = ()
    """Node ids; a test has all spans of the traces that it caused."""
    statuses: Sequence[str] = ()
    """In lower case, as kinds are."""
    kinds: Sequence[str] = ()
    from_ns: int | None = None
    """Spans that were not over by then."""
    to_ns: int | None = None
    """Spans that had begun by then."""

    def choose(self, connection: DuckDBPyConnection) -> None:
        """Have `spans` and `runs` mean the chosen ones on this connection, and on no other; the file must be settled.

        Values are bound, never part of a statement.
        """
        values = dict(self._values())
        conditions = [condition for name, condition in {**_LISTS, **_MOMENTS}.items() if name in values]
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {_CHOSEN} AS SELECT place FROM memory.main.spans{where}", values
        )
        connection.execute(_SPANS)
        connection.execute(create_runs("runs", "temp.main.spans", temporary=True))

    def _values(self) -> Iterator[tuple[str, Any]]:
        for name in _LISTS:
            if wanted := getattr(self, name):
                yield name, list(wanted)
        for name in _MOMENTS:
            if (moment := getattr(self, name)) is not None:
                yield name, moment
