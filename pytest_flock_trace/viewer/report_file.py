"""A report as a file: one page, or its answers as a JSON document."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.errors import BadTarget
from pytest_flock_trace.model.text import one_line
from pytest_flock_trace.viewer.answers.overview import FORMAT, VERSION, Head
from pytest_flock_trace.viewer.document import Answered, Contents, answers

if TYPE_CHECKING:
    from pytest_flock_trace.store.file.reading import TraceFileView

_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def data_document(answered: Answered) -> Iterator[str]:
    """The JSON document of questions and answers, piece by piece."""
    yield f'{{"format":{_encode(FORMAT)},"version":{VERSION},"answers":{{'
    for number, (question, answer) in enumerate(answered):
        yield f"{',' if number else ''}\n{_encode(question)}:{_encode(answer)}"
    yield "\n}}\n"


WRITERS: Final[Mapping[str, Callable[[Answered], Iterator[str]]]] = {".json": data_document}
"""What goes into a file, by its suffix."""


def contents_of(view: TraceFileView, path: Path, title: str | None, most_spans: int) -> Contents:
    """What a report on a whole trace file is made of."""
    created = datetime.now(timezone.utc).isoformat(timespec="seconds").replace("+00:00", "Z")
    head = Head(title=title or f"Traces of {one_line(path.name)}", created=created, name=path.name)
    return Contents(view, head, path, most_spans=most_spans)


def write_report(path: Path, contents: Contents) -> int:
    """Write the report, whole or not at all; how many spans it is about. Raises `BadTarget`."""
    counted: list[int] = []

    def counting() -> Answered:
        for question, answer in answers(contents):
            if question == "overview":
                counted.append(answer["spans"])
            yield question, answer

    _write_whole(path, WRITERS[path.suffix.lower()](counting()))
    return sum(counted)


def _write_whole(path: Path, pieces: Iterator[str]) -> None:
    target = Path(os.path.realpath(path))
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)
        draft.replace(target)
    except OSError as exc:
        raise BadTarget(f"the report {str(path)!r} cannot be written: {exc}") from exc
    finally:
        draft.unlink(missing_ok=True)
