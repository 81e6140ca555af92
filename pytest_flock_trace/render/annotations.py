"""What a session's annotations on GitHub say: what failed, and what deserves a look although it did not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from pytest_flock_trace.model.text import count_of
from pytest_flock_trace.render.failure import Failure
from pytest_flock_trace.render.session_result import SessionResult
from pytest_flock_trace.render.workflow_command import Level, workflow_command

MOST = 10
"""As many as GitHub shows of one kind in one step."""
_NOWHERE = Failure("", 0, "")


@dataclass(frozen=True)
class Annotation:
    """A message beside a line of code."""

    level: Level
    title: str
    message: str
    place: Failure = _NOWHERE


def annotation_lines(session: SessionResult, located: Callable[[str], str]) -> list[str]:
    """A line for each annotation, errors first, ten at most, and one that counts the others.

    `located` makes a path relative to the repository of one relative to pytest's root directory.
    """
    found = annotations_of(session)
    lines = [_line(annotation, located) for annotation in found[:MOST]]
    if left := found[MOST:]:
        errors = sum(annotation.level == "error" for annotation in left)
        kinds = [count_of(errors, "error")] * (errors > 0) + [count_of(len(left) - errors, "warning")] * (
            errors < len(left)
        )
        lines.append(workflow_command("notice", f"flock trace: {' and '.join(kinds)} more in the log", {}))
    return lines


def annotations_of(session: SessionResult) -> Sequence[Annotation]:
    """All of them, errors first."""
    return list(chain(_failed(session), _lost(session), _flaky(session), _noted(session), _remarked(session)))


def _failed(session: SessionResult) -> Iterator[Annotation]:
    for test in session.last_attempts:
        if test.failed:
            place = test.failure or _NOWHERE
            yield Annotation("error", f"{test.nodeid} {test.outcome}", _said(place), place)


def _said(failure: Failure) -> str:
    """What a failure says before its first blank line; drawings come after, and GitHub's letters are of all widths."""
    return failure.message.partition("\n\n")[0]


def _lost(session: SessionResult) -> Iterator[Annotation]:
    for nodeid in session.lost:
        yield Annotation("error", f"{nodeid} lost", "a worker died while it ran this test")


def _flaky(session: SessionResult) -> Iterator[Annotation]:
    """The last failed attempt of each test that did not fail in the end."""
    good = {(test.nodeid, test.worker): test for test in session.last_attempts if not test.failed}
    failed = {(test.nodeid, test.worker): test for test in session.tests if test.failed}
    for key, test in failed.items():
        if (last := good.get(key)) is not None:
            place = test.failure or _NOWHERE
            how = f"attempt {test.attempt} failed, attempt {last.attempt} {last.outcome}"
            yield Annotation("warning", f"{test.nodeid} is flaky", f"{how}\n{_said(place)}", place)


def _noted(session: SessionResult) -> Iterator[Annotation]:
    for test in session.last_attempts:
        if test.note:
            yield Annotation("warning", test.nodeid, test.note)


def _remarked(session: SessionResult) -> Iterator[Annotation]:
    if session.remarks:
        yield Annotation("warning", "flock trace", "\n".join(session.remarks))


def _line(annotation: Annotation, located: Callable[[str], str]) -> str:
    place = annotation.place
    where = {"file": located(place.file), "line": place.line} if place.file else {}
    message = annotation.message or annotation.title
    return workflow_command(annotation.level, message, {**where, "title": annotation.title})
