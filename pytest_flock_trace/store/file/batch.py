"""What is written into a trace file at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from pytest_flock_trace.store.file.attempts import AttemptRow
from pytest_flock_trace.store.rows import Columns
from pytest_flock_trace.store.schema import FILLED

_VERSION: Final = 1
_NAMES: Final = {column.name for column in FILLED}


@dataclass(frozen=True)
class Batch:
    """Rows of table spans, as columns, and tests."""

    columns: Columns
    tests: Sequence[AttemptRow] = ()

    def to_document(self) -> dict[str, Any]:
        """All of it in JSON's own types."""
        return {"version": _VERSION, "columns": self.columns, "tests": list(self.tests)}

    @classmethod
    def of_document(cls, document: object) -> Batch:
        """The batch that a document holds; raises `ValueError`, `KeyError` or `TypeError` for what is none."""
        if not isinstance(document, dict):
            raise TypeError("it is no object")
        found = cast("dict[str, Any]", document)
        if found["version"] != _VERSION:
            raise ValueError(f"it is of version {found['version']!r}, not {_VERSION}")
        columns: Columns = found["columns"]
        if set(columns) != _NAMES or len({len(values) for values in columns.values()}) != 1:
            raise ValueError("its columns are not those of table spans")
        return cls(columns, [AttemptRow(*row) for row in found["tests"]])
