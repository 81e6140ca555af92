"""The spans of a trace file as files that other programs read: Parquet, CSV and JSON lines."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, get_args

from pytest_flock_trace.errors import BadArgument, BadTarget
from pytest_flock_trace.store.file.reading import Progress, connected
from pytest_flock_trace.store.file.spool import quoted
from pytest_flock_trace.store.schema import COLUMNS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Format = Literal["parquet", "csv", "json"]
FORMATS: Final = get_args(Format)
_NAMES: Final = ", ".join(column.name for column in COLUMNS)
_DAY: Final = "strftime(make_timestamp(start_time // 1000), '%Y-%m-%d') AS day"
_CHOSEN: Final = "flock_trace_chosen"
_COPY: Final = {
    "parquet": "COPY (SELECT {names}, {day} FROM {source}) TO {target} "
    "(FORMAT parquet, COMPRESSION zstd, PARTITION_BY (day))",
    "csv": "COPY (SELECT {names} FROM {source}) TO {target} (FORMAT csv, HEADER)",
    "json": "COPY (SELECT {names} FROM {source}) TO {target} (FORMAT json)",
}


def exported(
    path: Path,
    target: Path,
    *,
    form: Format,
    traces: Collection[str] | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> int:
    """Write table spans, or the rows of some traces, to a file, or to a folder of Parquet files by day; how many.

    The target is there whole or not at all. Raises `BadTarget` where it is there already, unless `force` replaces it,
    or can't be written, and `BadTraceFile`.
    """
    if form not in FORMATS:
        raise BadArgument(f"form={form!r} is no format; valid: {', '.join(FORMATS)}")
    with drafted(target, force=force) as draft, connected(path, progress=progress) as connection:
        source = _chosen(connection, traces)
        count = connection.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0]
        _write(connection, source, draft, form)
    return int(count)


@contextmanager
def drafted(target: Path, *, force: bool) -> Generator[Path, None, None]:
    """A path to write a file or a folder to, which takes the target's place in the end, or is gone.

    Raises `BadTarget` where the target is there already, unless `force` replaces it, or can't be written.
    """
    check_target(target, force=force)
    draft = target.with_name(f".{target.name}.{os.getpid()}.new")
    try:
        draft.parent.mkdir(parents=True, exist_ok=True)
        _remove(draft)
        yield draft
        _put(draft, target)
    except OSError as exc:
        raise BadTarget(f"{str(target)!r} cannot be written: {exc}") from exc
    finally:
        if draft.exists():
            _remove(draft)


def check_target(target: Path, *, force: bool) -> None:
    """Raise `BadTarget` for what is there already."""
    if not force and (target.exists() or target.is_symlink()):
        raise BadTarget(f"{str(target)!r} is there already; name another, or replace it with --force")


def _chosen(connection: DuckDBPyConnection, traces: Collection[str] | None) -> str:
    if traces is None:
        return "spans"
    marks = ", ".join("?" * len(traces)) or "NULL"
    connection.execute(f"CREATE TEMP TABLE {_CHOSEN} AS FROM spans WHERE trace_id IN ({marks})", [*traces])
    return _CHOSEN


def _write(connection: DuckDBPyConnection, source: str, draft: Path, form: Format) -> None:
    import duckdb

    if form == "parquet":
        draft.mkdir()  # which no partition would make where there are no spans
    try:
        connection.execute(_COPY[form].format(names=_NAMES, day=_DAY, source=source, target=quoted(draft)))
    except duckdb.Error as exc:
        raise OSError(" ".join(str(exc).split())) from exc


def _put(draft: Path, target: Path) -> None:
    """Put the draft in place; a folder can't replace another in one step, so the old one is kept until then."""
    if not target.is_dir():
        if draft.is_dir():
            target.unlink(missing_ok=True)
        draft.replace(target)
        return
    old = target.with_name(f".{target.name}.{os.getpid()}.old")
    target.replace(old)
    try:
        draft.replace(target)
    except OSError:
        old.replace(target)
        raise
    _remove(old)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
