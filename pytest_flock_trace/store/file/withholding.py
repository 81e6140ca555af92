"""Keeping secrets and endless values out of a trace file, when rows of another are taken into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from pytest_flock_trace.model.payload_limits import USUAL
from pytest_flock_trace.model.span import WAIT_NAMES, Span
from pytest_flock_trace.store.file.appending import INCOMING
from pytest_flock_trace.store.load import arrow_table
from pytest_flock_trace.store.rows import documents
from pytest_flock_trace.store.spans import REQUIRED, spans_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_AT_ONCE: Final = 4096
_KEPT: Final = ("attributes", "events", "links", "resource", "status_description")
_LARGE: Final = USUAL.size // 4
"""Bytes of a document below which none of its values is cut."""
_READ: Final = (*REQUIRED, *_KEPT)
_PATTERNS: Final = (
    "(?i:passw|passphrase|pwd|secret|credential|authorization|cookie)",
    "(?i:token)([^a-z]|$)",  # tokens are counted in most spans of language models
    r"(?i:api|private|access|secret|signing|encryption)([^a-zA-Z]|\\[a-z])*(?i:key)",
    r"\\u00",  # a letter may be written so
)
"""What texts have in common in which a key can be sensitive; a wider net than the rules themselves, and a cheap one."""
_TEXT: Final = f"concat_ws(' ', {', '.join(_KEPT)})"
_SIZES: Final = " OR ".join(f"strlen({name}::VARCHAR) > {_LARGE}" for name in _KEPT)
_SUSPECTS: Final = f"""
    CREATE OR REPLACE TEMP TABLE flock_trace_suspects AS
    SELECT rowid AS suspect, row_number() OVER () AS number FROM {INCOMING}
    WHERE {_SIZES} OR regexp_matches({_TEXT}, $pattern)
"""
_SHOWN: Final = f"""
    SELECT suspect, {", ".join(f"{name}::{'BIGINT' if name.endswith('_time') else 'VARCHAR'}" for name in _READ)}
    FROM flock_trace_suspects JOIN {INCOMING} AS incoming ON incoming.rowid = suspect
    WHERE number > $after AND number <= $after + {_AT_ONCE}
"""
_KINDS: Final = [("suspect", "BIGINT"), *((name, "VARCHAR") for name in _KEPT)]
_CHANGED: Final = "flock_trace_changed"
_REPLACE: Final = f"""
    UPDATE {INCOMING} SET {", ".join(f"{name} = changed.{name}" for name in _KEPT)}
    FROM {_CHANGED} AS changed WHERE {INCOMING}.rowid = changed.suspect
"""


def withhold(connection: DuckDBPyConnection, outgoing: Callable[[Span], Span]) -> None:
    """Replace what `outgoing` changes of the incoming rows; only those it may change are read for that."""
    connection.execute(_SUSPECTS, {"pattern": "|".join(_PATTERNS)})
    changed = False
    for rows in _pages(connection):
        numbers = [row[0] for row in rows]
        spans = list(spans_of((row[1:] for row in rows), _READ, WAIT_NAMES))
        pairs = [(number, kept) for number, span in zip(numbers, spans) if _differ(kept := outgoing(span), span)]
        if pairs:
            _note(connection, [number for number, _ in pairs], [span for _, span in pairs], first=not changed)
            changed = True
    if changed:
        connection.execute(_REPLACE)


def _pages(connection: DuckDBPyConnection) -> Iterator[list[Any]]:
    count = connection.execute("SELECT count(*) FROM flock_trace_suspects").fetchall()[0][0]
    for after in range(0, count, _AT_ONCE):
        yield connection.execute(_SHOWN, {"after": after}).fetchall()


def _differ(kept: Span, span: Span) -> bool:
    return any(getattr(kept, name) != getattr(span, name) for name in _KEPT)


def _note(connection: DuckDBPyConnection, numbers: list[int], spans: list[Span], *, first: bool) -> None:
    columns = {name: values for name, values in documents(spans).items() if name in _KEPT}
    columns["status_description"] = [span.status_description for span in spans]
    columns["suspect"] = numbers
    # DuckDB looks the variable up by its name, which no table has
    flock_trace_arrow_rows = arrow_table(columns, _KINDS)  # noqa: F841  # pyright: ignore[reportUnusedVariable]
    into = f"CREATE OR REPLACE TEMP TABLE {_CHANGED} AS" if first else f"INSERT INTO {_CHANGED}"
    connection.execute(f"{into} SELECT * FROM flock_trace_arrow_rows")
