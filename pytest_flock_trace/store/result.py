"""The answer to a query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from numbers import Number
from textwrap import indent
from typing import TYPE_CHECKING, Any, Union, cast

from pytest_flock_trace.errors import BadQuery
from pytest_flock_trace.model.payload import text_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = tuple[Any, ...]
Parameters = Union[Sequence[Any], Mapping[str, Any]]
"""A value for each `?` in order, or for each `$name` by name."""

_SHOWN = 40
_WIDEST = 80
_MEANT = ("Did you mean", "Candidate bindings")


class Rows:
    """All rows of an answer, fetched when it was asked. Printed, it is a table."""

    def __init__(self, columns: Sequence[str], rows: Sequence[Row]) -> None:
        self.columns = list(columns)
        """Their names, in order."""
        self._rows = list(rows)
        self._fetched = 0

    def fetchone(self) -> Row | None:
        """The next row; None after the last."""
        rest = self._rows[self._fetched : self._fetched + 1]
        self._fetched += len(rest)
        return rest[0] if rest else None

    def fetchall(self) -> list[Row]:
        """The rows that were not fetched yet."""
        rest = self._rows[self._fetched :]
        self._fetched = len(self._rows)
        return rest

    def __iter__(self) -> Iterator[Row]:
        """All rows, whatever was fetched before."""
        return iter(self._rows)

    def __len__(self) -> int:
        """How many rows there are, whatever was fetched before."""
        return len(self._rows)

    def __str__(self) -> str:
        lines = _table(self.columns, self._rows[:_SHOWN])
        if (more := len(self._rows) - _SHOWN) > 0:
            lines.append(f"… and {more} more row{'s' if more > 1 else ''}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Rows: {len(self)} of ({', '.join(self.columns)})>"


def fetch(cursor: DuckDBPyConnection, query: str, parameters: Parameters | None = None) -> Rows:
    """All that a query answers; raise `BadQuery` where DuckDB refuses it."""
    import duckdb

    if not isinstance(query, str):  # pyright: ignore[reportUnnecessaryIsInstance]  # users need not run type checkers
        raise BadQuery(f"{query!r} is no query; write SQL as text")
    try:
        query.encode()  # DuckDB itself says little of a lone surrogate
        answer = cast("DuckDBPyConnection | None", cursor.execute(query, parameters))
        if answer is None:
            raise BadQuery(f"{query!r} holds no statement")
        return Rows([column[0] for column in answer.description or ()], answer.fetchall())
    except (duckdb.Error, UnicodeEncodeError) as refusal:
        raise BadQuery(text_of(f"{reason(str(refusal))}\n{indent(query.strip(), '  ')}")) from refusal


def reason(message: str) -> str:
    """DuckDB's first line, with the names that it thinks were meant."""
    first, *rest = message.splitlines()
    if "'pytz'" in first:
        return "a TIMESTAMP WITH TIME ZONE cannot be fetched without pytz; cast it to TIMESTAMP"
    return " ".join([first, *(line for line in rest if line.startswith(_MEANT))])


def _table(names: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """The names, a rule and the rows; columns are aligned, those of numbers to the right."""
    columns = [_column(name, [row[at] for row in rows]) for at, name in enumerate(names)]
    return ["  ".join(cells).rstrip() for cells in zip(*columns)]


def _column(name: str, values: Sequence[object]) -> list[str]:
    texts = [name, *map(_cell, values)]
    width = max(map(len, texts))
    numeric = bool(values) and all(value is None or isinstance(value, Number) for value in values)
    head, *body = [text.rjust(width) if numeric else text.ljust(width) for text in texts]
    return [head, "─" * width, *body]


def _cell(value: object) -> str:
    """One line of text for any value."""
    if value is None:
        return "NULL"
    text = " ".join(str(value).splitlines())
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
