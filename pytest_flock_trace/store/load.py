"""How columns of spans get into a database in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from pytest_flock_trace.store.rows import Columns
from pytest_flock_trace.store.schema import FILLED, create_spans

if TYPE_CHECKING:
    from arro3.core import Array, DataType, Table
    from duckdb import DuckDBPyConnection

_INT64: Final = 2**63
_IS_JSON: Final = {"ARROW:extension:name": "arrow.json", "ARROW:extension:metadata": ""}
_FILLED: Final = [(column.name, column.type) for column in FILLED]
_NAMES: Final = ", ".join(name for name, _ in _FILLED)


def replace_spans(connection: DuckDBPyConnection, table: str, columns: Columns) -> None:
    """Put these spans in place of all that a table of spans held, all or nothing; make the table if need be."""
    import duckdb

    # DuckDB looks the variable up by its name, which no table has
    flock_trace_arrow_rows = arrow_table(columns)  # noqa: F841  # pyright: ignore[reportUnusedVariable]
    # up to 1.4 an Arrow stream can be read once, and only whole
    insert = f"INSERT INTO {table} ({_NAMES}) SELECT * FROM flock_trace_arrow_rows"
    try:
        connection.execute(f"BEGIN; {create_spans(table)}; {insert}; COMMIT")
    except BaseException:
        with suppress(duckdb.Error):  # a failed commit leaves nothing to roll back
            connection.execute("ROLLBACK")
        raise


def arrow_table(columns: Columns, kinds: Sequence[tuple[str, str]] = _FILLED) -> Table:
    """The columns as an Arrow table: those of table `spans` in its order, or others with DuckDB's types."""
    from arro3.core import DataType, Field, Schema, Table

    types = {
        "VARCHAR": DataType.string(),
        "JSON": DataType.string(),
        "BIGINT": DataType.int64(),
        "DOUBLE": DataType.float64(),
        "BOOLEAN": DataType.bool(),
    }
    # from 1.4 on DuckDB takes the documents for JSON as they are and does not parse them
    fields = [
        Field(name, types[kind], nullable=True, metadata=_IS_JSON if kind == "JSON" else None) for name, kind in kinds
    ]
    arrays = [_array(columns[name], types[kind]) for name, kind in kinds]
    return Table.from_arrays(arrays, schema=Schema(fields))  # pyright: ignore[reportUnknownMemberType]  # stubs want numpy


def _array(values: list[Any], kind: DataType) -> Array:
    from arro3.core import Array

    try:
        return Array(values, type=kind)
    except OverflowError:  # a foreign file may hold any number for a time
        return Array([min(max(value, -_INT64), _INT64 - 1) for value in values], type=kind)
