"""What is said of trace files that are not there, and of traces that are not in them."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches
from os import PathLike
from pathlib import Path
from typing import Final

from pytest_flock_trace.errors import BadArgument, BadTraceFile
from pytest_flock_trace.model.text import count_of

_LISTED: Final = 5
_COMPARED: Final = 1000


def existing_file(path: str | PathLike[str]) -> str:
    """The absolute path of a file that is there, which no database can take for anything but a path."""
    try:
        file = Path(path).absolute()
        if file.is_dir():
            raise BadTraceFile(f"{str(file)!r} is a folder; name the trace file in it, such as traces.duckdb")
        if not file.exists():
            raise BadTraceFile(f"there is no file {str(file)!r}")
    except TypeError as exc:
        raise BadArgument(f"{path!r} is no path of a file") from exc
    except OSError as exc:  # a folder that may not be looked into, a name that is too long
        raise BadTraceFile(f"{str(path)!r} cannot be looked for: {exc.strerror}") from exc
    return str(file)


def wanted_trace(trace_id: object) -> str | None:
    """The id of the one trace that is wanted; None where all are."""
    if trace_id is None or isinstance(trace_id, str):
        return trace_id
    raise BadArgument(f"trace_id={trace_id!r} is no text; the ids of traces are hexadecimal digits, as text")


def absent_trace(trace_id: str, ids: Collection[str], file: str) -> BadArgument:
    """A trace is none of those in the file: which may have been meant."""
    near = [one for one in sorted(ids) if trace_id and one.startswith(trace_id.lower())]
    near = near or get_close_matches(trace_id, sorted(ids)[:_COMPARED], n=_LISTED)
    few = sorted(ids) if len(ids) <= _LISTED else []
    meant = (
        f"; did you mean {' or '.join(map(repr, near[:_LISTED]))}?" if near else f": {', '.join(few)}" if few else ""
    )
    return BadArgument(f"trace_id={trace_id!r} is none of the {count_of(len(ids), 'trace')} in {file!r}{meant}")
