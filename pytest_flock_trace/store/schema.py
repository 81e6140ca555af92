"""The table of spans and the view of runs, column by column."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

SPANS: Final = """
    -- What Flock's own trace files hold, under Flock's names.

    trace_id VARCHAR NOT NULL,           -- trace the span belongs to; ids repeat where a seeded generator made them
    span_id VARCHAR NOT NULL,            -- id of the span inside its trace
    parent_id VARCHAR,                   -- span_id of the parent; NULL where the span was started without one
    name VARCHAR NOT NULL,               -- as the tracer was told: 'Agent.execute', 'chat gpt-4.1'
    service VARCHAR,                     -- before the dot of 'Service.operation', else the resource's service.name
    operation VARCHAR,                   -- after the dot of 'Service.operation', else the whole name
    kind VARCHAR,                        -- INTERNAL, SERVER, CLIENT, PRODUCER or CONSUMER
    start_time BIGINT NOT NULL,          -- Unix nanoseconds
    end_time BIGINT NOT NULL,            -- Unix nanoseconds; of an unfinished span the last moment known
    duration_ms DOUBLE NOT NULL,         -- milliseconds from start to end, never negative
    status_code VARCHAR NOT NULL,        -- UNSET, OK or ERROR
    status_description VARCHAR,          -- message set with the status
    attributes JSON,                     -- one object; a dotted key is one key: attributes->>'gen_ai.agent.name'
    events JSON,                         -- list of {"name", "timestamp" in Unix nanoseconds, "attributes"}
    links JSON,                          -- list of {"trace_id", "span_id", "attributes"}
    resource JSON,                       -- one object: what the process said of itself
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,  -- local time at which the row was written

    -- What this package works out, so that no query has to.

    duration BIGINT NOT NULL,            -- nanoseconds from start to end, never negative
    self_time BIGINT NOT NULL,           -- nanoseconds that no direct child covers
    label VARCHAR NOT NULL,              -- the name, with [tool, agent or model] unless the name says it
    agent VARCHAR,                       -- agent that the span invokes; NULL on every other span
    actor VARCHAR,                       -- nearest enclosing agent, the span itself included
    tool VARCHAR,                        -- tool that the span calls
    scope VARCHAR,                       -- instrumentation library that made the span
    scope_version VARCHAR,               -- version of that library
    parent_service VARCHAR,              -- service of the parent, where the parent is in the table
    run VARCHAR,                         -- name of the nearest traced_run that holds the span, or that it roots
    test VARCHAR,                        -- id of the test that opened that run
    phase VARCHAR,                       -- setup, call or teardown, of a span outside every run
    thread VARCHAR,                      -- name of the thread that started the span
    is_run BOOLEAN NOT NULL,             -- the span is the root of a traced_run
    waits BOOLEAN NOT NULL,              -- it only waits for others
    late BOOLEAN NOT NULL,               -- it started or ended after its run had closed
    unfinished BOOLEAN NOT NULL,         -- it had not ended when it was looked at
    detached BOOLEAN NOT NULL,           -- it started in a thread or executor without context
    dropped BIGINT NOT NULL,             -- attributes, events and links that limits threw away
    below BIGINT NOT NULL,               -- how many spans stand under it; under a run also those whose parents are lost
    errors_below BIGINT NOT NULL,        -- how many of these ended in error
    consumed JSON,                       -- list of {"id", "type"}: the artifacts that the span took in
    produced JSON,                       -- list of {"id", "type"}: the artifacts that it brought forth
    place BIGINT NOT NULL,               -- number of the row, from 0 in order of start; columns below name rows by it
    parent_place BIGINT,                 -- row of the parent, where the parent is in the table
    agent_above BIGINT,                  -- row of the nearest span above that invokes an agent
    service_above BIGINT,                -- row of the nearest span above that has a service, roots of runs left out
    operation_above BIGINT,              -- row of the nearest span above that is no root of a run
"""
"""The columns of table `spans`. No key and no index: every load would pay for them, and ids repeat."""

RUNS: Final = """
    run,                                 -- name given to traced_run
    test,                                -- id of the test that opened it; NULL outside a test
    trace_id,                            -- trace of the run: its own, or the enclosing run's
    span_id,                             -- id of the run's root span
    parent_id IS NOT NULL AS nested,     -- opened inside another span, such as an outer run
    start_time,                          -- Unix nanoseconds
    end_time,                            -- Unix nanoseconds
    duration,                            -- nanoseconds
    status_code,                         -- UNSET, OK or ERROR, of the root itself
    below AS spans,                      -- how many spans it holds at any depth, its root not counted
    errors_below AS errors,              -- how many of these ended in error
"""
"""The columns of view `runs`: one row for the root span of every `traced_run`."""

_COLUMN = re.compile(r"^    (\w+) ([A-Z]+)( NOT NULL| DEFAULT \w+)?, +-- (.+)$", re.MULTILINE)


class Column(NamedTuple):
    """A column of table `spans`."""

    name: str
    type: str
    """DuckDB's name of the type."""
    about: str
    """What it holds."""
    rule: str
    """What stands behind the type: ` NOT NULL`, a default, or nothing."""

    @property
    def filled(self) -> bool:
        """False where the database fills the column by itself."""
        return "DEFAULT" not in self.rule


COLUMNS: Final = tuple(Column(name, kind, about, rule) for name, kind, rule, about in _COLUMN.findall(SPANS))
FLOCKS: Final = tuple(column.name for column in COLUMNS[: [column.name for column in COLUMNS].index("created_at") + 1])
"""The columns that Flock reads and writes."""
OURS: Final = tuple(column for column in COLUMNS if column.name not in FLOCKS)
"""The columns that Flock leaves alone."""
FILLED: Final = tuple(column for column in COLUMNS if column.filled)
"""The columns that rows bring with them."""
PLACES: Final = ("place", "parent_place", "agent_above", "service_above", "operation_above")
"""The columns that name rows by their place."""


def create_spans(table: str) -> str:
    """The statement that puts an empty table of spans in the place of any that is there; the name comes quoted."""
    return f"CREATE OR REPLACE TABLE {table} ({_bare(SPANS)})"


def create_runs(view: str, table: str, *, temporary: bool = False) -> str:
    """The statement that makes the view of runs over a table of spans; both names come quoted."""
    kind = "TEMP VIEW" if temporary else "VIEW"
    rows = f"SELECT {_bare(RUNS)} FROM {table} WHERE is_run ORDER BY start_time, span_id"
    return f"CREATE OR REPLACE {kind} {view} AS {rows}"


@lru_cache
def _bare(text: str) -> str:
    """The text without comments, which DuckDB need not parse for every store."""
    return " ".join(re.sub("--.*", "", text).split())
