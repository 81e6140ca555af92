"""Trace files as Flock writes them, made of spans."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

from pytest_flock_trace.model.span import Span

TABLE = """
CREATE TABLE IF NOT EXISTS spans (
    trace_id VARCHAR NOT NULL, span_id VARCHAR PRIMARY KEY, parent_id VARCHAR, name VARCHAR NOT NULL, service VARCHAR,
    operation VARCHAR, kind VARCHAR, start_time BIGINT NOT NULL, end_time BIGINT NOT NULL, duration_ms DOUBLE NOT NULL,
    status_code VARCHAR NOT NULL, status_description VARCHAR, attributes JSON, events JSON, links JSON, resource JSON,
    created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
)
"""
INDEX = "CREATE INDEX IF NOT EXISTS idx_trace_id ON spans(trace_id)"
"""One of those that Flock makes."""


def write(path: Path, spans: Iterable[Span], *statements: str) -> Path:
    """Write the spans as Flock does and then execute the statements."""
    rows = list(map(row_of, spans))
    with closing(duckdb.connect(str(path))) as connection:
        connection.execute(f"{TABLE}; {INDEX}")
        if rows:
            names, places = ", ".join(rows[0]), ", ".join("?" * len(rows[0]))
            connection.executemany(f"INSERT INTO spans ({names}) VALUES ({places})", [[*row.values()] for row in rows])
        for statement in statements:
            connection.execute(statement)
    return path


def row_of(span: Span) -> Mapping[str, Any]:
    """The columns that Flock fills, by name."""
    events = [{"name": one.name, "timestamp": one.time_ns, "attributes": dict(one.attributes)} for one in span.events]
    links = [
        {
            "context": {"trace_id": link.trace_id or span.trace_id, "span_id": link.span_id},
            "attributes": dict(link.attributes),
        }
        for link in span.links
    ]
    return {
        "trace_id": span.trace_id,
        "span_id": span.span_id,
        "parent_id": span.parent_id,
        "name": span.name,
        "service": span.name.split(".", 1)[0] if span.service is None else span.service,
        "operation": span.operation,
        "kind": span.kind.upper(),
        "start_time": span.start_ns,
        "end_time": span.end_ns,
        "duration_ms": (span.end_ns - span.start_ns) / 1e6,
        "status_code": span.status.upper(),
        "status_description": span.status_description,
        "attributes": json.dumps(dict(span.attributes)),
        "events": json.dumps(events),
        "links": json.dumps(links),
        "resource": json.dumps(dict(span.resource)),
    }
