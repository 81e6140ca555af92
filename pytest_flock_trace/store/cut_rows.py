"""As many rows of an answer as anybody reads."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from os import PathLike
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from pytest_flock_trace.errors import BadQuery
from pytest_flock_trace.store.one_select import one_select
from pytest_flock_trace.store.result import reason
from pytest_flock_trace.store.sealed import sealed

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_AT_ONCE: Final = 128


class Limits(NamedTuple):
    """What an answer may take."""

    rows: int = 10_000
    characters: int = 8_000_000
    """Of all its cells, as `measure` counts them."""
    seconds: float = 5.0


USUAL: Final = Limits()


class CutRows(NamedTuple):
    """The first rows of an answer."""

    columns: list[tuple[str, str]]
    """Names with DuckDB's names of their types."""
    rows: list[list[Any]]
    truncated: bool
    """There are more rows."""
    ms: int


def cut_rows(
    connection: DuckDBPyConnection,
    text: str,
    *,
    cell: Callable[[object], tuple[Any, int]],
    limits: Limits = USUAL,
) -> CutRows:
    """Ask one question, of anybody's; `cell` gives each value as it is kept, and how many characters that takes.

    Raises `BadQuery` for what is no question, what DuckDB refuses, and what takes too long.
    """
    import duckdb

    query = one_select(connection, text)
    timer = threading.Timer(limits.seconds, connection.interrupt)
    timer.daemon = True
    began = time.perf_counter()
    timer.start()
    try:
        answer = connection.execute(query)
        columns = [(column[0], str(column[1])) for column in answer.description or ()]
        rows, truncated = _first(answer, cell, limits)
    except duckdb.InterruptException as exc:
        raise BadQuery(
            f"the query was stopped after {limits.seconds:g} s; ask for less, with a WHERE or fewer joins"
        ) from exc
    except (duckdb.OutOfMemoryException, MemoryError) as exc:
        raise BadQuery("the query needs more memory than it may take; ask for less") from exc
    except (duckdb.Error, RuntimeError) as exc:  # a RuntimeError for a value that Python's types can't hold
        raise BadQuery(reason(str(exc))) from exc
    finally:
        timer.cancel()
    return CutRows(columns, rows, truncated, round((time.perf_counter() - began) * 1_000))


def ask_sealed(
    file: str | PathLike[str],
    text: str,
    *,
    memory: str,
    schema: str = "main",
    cell: Callable[[object], tuple[Any, int]],
    limits: Limits = USUAL,
) -> CutRows:
    """The same on a connection of its own, which reads this file and nothing else."""
    with closing(sealed(file, memory=memory, schema=schema)) as connection:
        return cut_rows(connection, text, cell=cell, limits=limits)


def _first(
    answer: DuckDBPyConnection, cell: Callable[[object], tuple[Any, int]], limits: Limits
) -> tuple[list[list[Any]], bool]:
    kept: list[list[Any]] = []
    room = limits.characters
    for row in _rows(answer):
        made = [cell(value) for value in row]
        room -= sum(size for _, size in made)
        if len(kept) == limits.rows or (room < 0 and kept):
            return kept, True
        kept.append([value for value, _ in made])
    return kept, False


def _rows(answer: DuckDBPyConnection) -> Iterator[tuple[object, ...]]:
    """One by one, as DuckDB comes up with them."""
    while some := cast("list[tuple[object, ...]]", answer.fetchmany(_AT_ONCE)):
        yield from some
