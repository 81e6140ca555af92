"""Where expected results that others computed, and real trace files, stand beside this checkout, read in place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pytest_flock_trace.model.span import Span

SHARED = Path(__file__).parents[1].parent / "shared"
ORACLES = SHARED / "oracles"
FIXTURES = SHARED / "fixtures"


def oracle(path: str) -> Any:
    """The content of an oracle file; skips the module that asks where the folder is absent."""
    if not ORACLES.is_dir():
        pytest.skip("there is no folder of oracles beside this checkout", allow_module_level=True)
    return json.loads((ORACLES / path).read_text(encoding="utf-8"))


def trace_file(path: str) -> Path:
    """A real trace file; skips the test that asks where it is absent."""
    if not (FIXTURES / path).is_file():
        pytest.skip(f"there is no {path} in a folder of trace files beside this checkout")
    return FIXTURES / path


def by_id(cases: list[dict[str, Any]]) -> pytest.MarkDecorator:
    """Parametrise a test by the cases of an oracle file, each with its own id."""
    return pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in cases])


def oracle_span(row: Mapping[str, Any]) -> Span:
    """The span that an oracle's row describes; its unit of time becomes a nanosecond."""
    return Span(
        row.get("name") or row["span_id"],
        span_id=row["span_id"],
        parent_id=row.get("parent_id"),
        start_ns=row["start"],
        end_ns=row["start"] + row["duration"],
        kind=row.get("kind") or "internal",
        service=row.get("service"),
        operation=row.get("name"),
        attributes=row.get("attributes"),
        links=row.get("links", ()),
        waits=row.get("wait", False),
    )
