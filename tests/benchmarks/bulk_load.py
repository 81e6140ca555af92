"""What it costs to put many spans into DuckDB, against a pyarrow table of the same columns; both begin with lists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from importlib.util import find_spec

from comparison import Result, Unmeasured, compared, seconds
from crew import crew


def rows(*, small: bool) -> Iterator[Result]:
    """The conversion counts, on both sides."""
    spans = 1_000 if small else 100_000
    what = f"{spans:,} spans into DuckDB"
    if find_spec("pyarrow") is None:
        yield Unmeasured(what, "pyarrow is not installed (dependency group `bench`)")
        return
    import duckdb

    from pytest_flock_trace import Span, SpanTree
    from pytest_flock_trace.store.load import replace_spans
    from pytest_flock_trace.store.rows import columns
    from pytest_flock_trace.store.schema import FILLED, create_spans

    nodes = crew(spans)
    found = columns(
        SpanTree(
            Span(
                node.name,
                span_id=f"{node.id:016x}",
                parent_id=node.parent and f"{node.parent:016x}",
                start_ns=node.start_ns,
                end_ns=node.end_ns,
                attributes=node.attributes,
            )
            for node in nodes
        )
    )

    def ours() -> float:
        with closing(duckdb.connect()) as connection:
            return seconds(lambda: replace_spans(connection, "memory.main.spans", found)) * 1e3

    def theirs() -> float:
        with closing(duckdb.connect()) as connection:
            return seconds(lambda: by_pyarrow(connection)) * 1e3

    def by_pyarrow(connection: duckdb.DuckDBPyConnection) -> None:
        import pyarrow as pa

        kinds = {"BIGINT": pa.int64(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_()}
        names = [column.name for column in FILLED]
        arrays = [pa.array(found[column.name], kinds.get(column.type, pa.string())) for column in FILLED]
        pyarrow_rows = pa.table(arrays, names=names)  # noqa: F841  # DuckDB looks it up by its name
        connection.execute(create_spans("memory.main.spans"))
        connection.execute(f"INSERT INTO spans ({', '.join(names)}) SELECT * FROM pyarrow_rows")

    yield compared(what, "ms", ours, "a pyarrow table", theirs, target=1.0)
