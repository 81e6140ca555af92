"""`flock-trace show`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from pytest_flock_trace.cli.command import FINE, at_least_one
from pytest_flock_trace.cli.moment import local_time
from pytest_flock_trace.cli.store_option import looked_into
from pytest_flock_trace.cli.terminal import HEADING, Terminal
from pytest_flock_trace.model.duration import format_duration
from pytest_flock_trace.model.text import count_of, label_of

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.critical_path import CriticalPath
    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.model.trace import Trace


_SMALL = 100
"""Parts of the critical path that are smaller than one in so many are taken together."""


class Show:
    """Show a trace: its tree, where its time went, and its critical path.

    The trace is named by its id or by a beginning of it that no other trace has; `latest` is the one that started last.
    """

    def add_options(self, parser: ArgumentParser) -> None:
        """Which trace, and how much of it."""
        parser.add_argument("trace", metavar="TRACE", help="an id, the beginning of one, or latest")
        parser.add_argument(
            "--limit", metavar="N", type=at_least_one, help="no more than N lines of the tree and of the waterfall"
        )

    def run(self, asked: Namespace, terminal: Terminal) -> int:
        """Print the drawings or the document."""
        from pytest_flock_trace.analysis.critical_path import critical_path
        from pytest_flock_trace.store.file.listing import found

        with looked_into(asked.store, terminal) as (view, _):
            trace = view.trace(found(view, asked.trace))
            path = critical_path(trace)
            drawings = [] if asked.json else _drawings(trace, path, asked.limit, terminal)
        if asked.json:
            terminal.document(_document(trace, path))
            return FINE
        terminal.write(_head(trace), HEADING)
        for drawing in drawings:
            terminal.write("")
            terminal.drawing(drawing)
        return FINE


def _head(trace: Trace) -> str:
    failed = sum(span.failed for span in trace)
    parts = [
        f"trace {trace.name}",
        local_time(trace.started or 0),
        format_duration(int(trace.duration)),
        count_of(len(trace), "span"),
        count_of(failed, "error"),
    ]
    return "  ".join(parts)


def _drawings(trace: Trace, path: CriticalPath, limit: int | None, terminal: Terminal) -> list[str]:
    from pytest_flock_trace.render.outline import outline
    from pytest_flock_trace.render.waterfall import waterfall

    return [
        outline(trace, path=path, limit=limit),
        waterfall(trace, path=path, limit=limit, width=terminal.drawing_width),
        _path_table(path, terminal.width),
    ]


def _path_table(path: CriticalPath, width: int | None) -> str:
    """What the critical path is made of, the largest part first."""
    from pytest_flock_trace.render.path_shares import percent
    from pytest_flock_trace.render.table import table

    whole = int(path.duration)
    parts: dict[tuple[str, str], int] = {}
    for section in path.sections:
        key = label_of(section.span), "" if section.kind == "self" else section.kind
        parts[key] = parts.get(key, 0) + int(section.duration)
    ranked = sorted(parts.items(), key=lambda part: (-part[1], part[0]))
    large = [part for part in ranked if part[1] * _SMALL >= whole]
    rows = [(label, kind, format_duration(ns), percent(ns, whole)) for (label, kind), ns in large]
    if rest := len(ranked) - len(large):
        others = whole - sum(ns for _, ns in large)
        rows.append((f"({rest} more)", "", format_duration(others), percent(others, whole)))
    return table(("critical path", "", "time", "share"), rows, align="llrr", width=width)


def _document(trace: Trace, path: CriticalPath) -> dict[str, Any]:
    return {
        "trace_id": trace.name,
        "start_ns": trace.started,
        "duration_ns": int(trace.duration),
        "status": trace.status,
        "spans": list(map(_span, trace)),
        "critical_path": [
            {
                "span_id": section.span.span_id,
                "label": section.span.label,
                "kind": section.kind,
                "start_ns": section.start_ns,
                "end_ns": section.end_ns,
            }
            for section in path.sections
        ],
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "span_id": span.span_id,
        "parent_id": span.parent_id,
        "name": span.name,
        "label": span.label,
        "agent": span.agent,
        "actor": span.actor,
        "tool": span.tool,
        "kind": span.kind,
        "status": span.status,
        "status_description": span.status_description,
        "start_ns": span.start_ns,
        "end_ns": span.end_ns,
        "attributes": span.attributes,
    }
