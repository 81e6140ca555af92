"""Ids for spans whose own ids are taken in a trace file.

Ids repeat where a program seeds its random numbers, and where two processes draw the same one. Flock's readers know a
span by its `span_id` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_RENAMING: Final = """
    CREATE OR REPLACE TEMP TABLE flock_trace_renaming AS
    WITH
    repeated AS (  -- traces of which the file holds the same ids at other times
        SELECT trace_id, md5(uuid()::VARCHAR) AS fresh FROM (
            SELECT DISTINCT trace_id FROM {incoming} SEMI JOIN spans USING (trace_id, span_id)
        )
    ),
    numbered AS (
        SELECT rowid AS nth, trace_id, span_id, row_number() OVER (PARTITION BY span_id ORDER BY rowid) > 1 AS twin
        FROM {incoming}
    ),
    judged AS (
        SELECT numbered.*, fresh, twin OR span_id IN (SELECT span_id FROM spans SEMI JOIN {incoming} USING (span_id))
            AS taken
        FROM numbered LEFT JOIN repeated USING (trace_id)
    )
    SELECT
        nth, twin, trace_id AS original_trace_id, span_id AS original_span_id, coalesce(fresh, trace_id) AS trace_id,
        CASE WHEN taken THEN left(md5(uuid()::VARCHAR), 16) ELSE span_id END AS span_id
    FROM judged
    WHERE taken OR fresh IS NOT NULL
"""
_MOVE_CHILDREN: Final = """
    UPDATE {incoming} AS child SET parent_id = parent.span_id FROM flock_trace_renaming AS parent
    WHERE parent.original_trace_id = child.trace_id AND parent.original_span_id = child.parent_id AND NOT parent.twin
"""
_MOVE: Final = """
    UPDATE {incoming} AS moved SET trace_id = fresh.trace_id, span_id = fresh.span_id
    FROM flock_trace_renaming AS fresh WHERE fresh.nth = moved.rowid
"""
_REMEMBER: Final = """
    INSERT INTO renamed SELECT trace_id, span_id, original_trace_id, original_span_id FROM flock_trace_renaming
"""
_FORGET_WRITTEN: Final = """
    DELETE FROM {incoming} AS new USING renamed, spans AS old
    WHERE renamed.original_trace_id = new.trace_id AND renamed.original_span_id = new.span_id
        AND old.trace_id = renamed.trace_id AND old.span_id = renamed.span_id AND old.start_time = new.start_time
"""
_FOLLOW_PARENTS: Final = """
    UPDATE {incoming} AS child SET parent_id = parent.span_id FROM renamed AS parent
    WHERE parent.trace_id = child.trace_id AND parent.original_trace_id = child.trace_id
        AND parent.original_span_id = child.parent_id
"""


def rename(connection: DuckDBPyConnection, incoming: str) -> None:
    """Give new ids to those incoming spans whose ids are taken, and note the old ones in table renamed."""
    for statement in (_RENAMING, _MOVE_CHILDREN, _MOVE, _REMEMBER):
        connection.execute(statement.format(incoming=incoming))


def follow(connection: DuckDBPyConnection, incoming: str) -> None:
    """Let incoming spans stand under parents that were renamed earlier; leave out those written under another id."""
    for statement in (_FORGET_WRITTEN, _FOLLOW_PARENTS):
        connection.execute(statement.format(incoming=incoming))
