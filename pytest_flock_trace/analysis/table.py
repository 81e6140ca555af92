"""Rows by subject, of which a missing one is a mistake worth explaining."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import TypeVar

from pytest_flock_trace.errors import UnknownSubject
from pytest_flock_trace.model.check_log import by_a_test

_LISTED = 10

K = TypeVar("K")
V = TypeVar("V")


class Table(Mapping[K, V]):
    """An immutable mapping whose rows are made when asked for.

    Indexing it by what it lacks raises `UnknownSubject` with the subjects it has.
    """

    def __init__(
        self,
        subjects: Mapping[K, object],
        row: Callable[[K], V],
        noun: str,
        asked: Callable[[object], None] | None = None,
    ) -> None:
        self._subjects = subjects
        self._asked = asked  # told of a subject that a test looks up
        self._row = row
        self._noun = noun

    def __getitem__(self, subject: K) -> V:
        __tracebackhide__ = True
        if self._asked is not None and by_a_test():
            self._asked(subject)
        if subject not in self._subjects:
            raise UnknownSubject(lacks(self._noun, subject, self._subjects))
        return self._row(subject)

    def __contains__(self, subject: object) -> bool:
        if self._asked is not None and by_a_test():
            self._asked(subject)
        return subject in self._subjects

    def __iter__(self) -> Iterator[K]:
        return iter(self._subjects)

    def __len__(self) -> int:
        return len(self._subjects)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self)} by {self._noun}: {', '.join(map(str, self))}>"


def lacks(noun: str, subject: object, subjects: Collection[object]) -> str:
    """A sentence on a subject that is none of these, with the one that may be meant and those there are."""
    names = [str(name) for name in subjects]
    close = get_close_matches(str(subject), names, n=1)
    meant = f"; did you mean {close[0]!r}?" if close else ""
    seen = f"{', '.join(names[:_LISTED])}{', …' if len(names) > _LISTED else ''}" if names else "none"
    return f"no {noun} is {subject!r}{meant} (seen: {seen})"
