"""Checks that were content not to find something which no test ever had: it may be misspelt."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, cast

from pytest_flock_trace.model.condition import Name
from pytest_flock_trace.model.matcher import shown
from pytest_flock_trace.model.text import count_of
from pytest_flock_trace.model.vocabulary import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from pytest_flock_trace.model.tree import SpanTree

_LISTED = 20


class AbsenceReport:
    """What the tests of one process found lacking and which names their spans bore, on their way to the summary."""

    def __init__(self) -> None:
        self._known = Vocabulary()
        self._said: dict[str, list[str]] = {}

    def learn(self, trees: Iterable[SpanTree]) -> None:
        """Take in a part of a test of which nothing will be left at its end."""
        for tree in trees:
            for field, names in self._known.learn(tree).items():
                self._said.setdefault(field, []).extend(names)

    def to_json(self, lacking: Collection[Name], trees: Iterable[SpanTree]) -> str:
        """One test's part; empty if there is none.

        A name that an earlier test of this process has told is not told again.
        """
        self.learn(trees)
        if not (lacking or self._said):
            return ""
        said, self._said = self._said, {}
        return json.dumps({"lacking": [_packed(name) for name in lacking], "said": said}, separators=(",", ":"))


class AbsenceChecks:
    """Everything that a session's tests found lacking, held against everything that they produced."""

    def __init__(self) -> None:
        self._known = Vocabulary()
        self._lacking: dict[Name, list[str]] = {}

    def take(self, nodeid: str, text: str) -> None:
        """Take in one test's part."""
        part = json.loads(text)
        self._known.add(part["said"])
        for packed in part["lacking"]:
            tests = self._lacking.setdefault(_unpacked(*packed), [])
            if nodeid not in tests:
                tests.append(nodeid)

    def lines(self) -> list[str]:
        """A line for each name that nobody ever produced, with what may have been meant; none if there is none."""
        unseen = {name: tests for name, tests in self._lacking.items() if not self._known.knows(name)}
        if not unseen:
            return []
        lines = [self._line(name, tests) for name, tests in list(unseen.items())[:_LISTED]]
        more = [f"  … and {len(unseen) - _LISTED} more"] if len(unseen) > _LISTED else []
        return ["checks that rest on names which no test produced:", *lines, *more]

    def _line(self, name: Name, tests: Sequence[str]) -> str:
        meant = self._known.likeliest(name)
        what = f"  {name.field} {shown(name.expected)} was never seen" + (f"; did you mean {meant!r}?" if meant else "")
        others = f" and {count_of(len(tests) - 1, 'other test')}" if len(tests) > 1 else ""
        return f"{what} ({tests[0]}{others})"


def _packed(name: Name) -> list[Any]:
    expected = cast("str | re.Pattern[str]", name.expected)
    return [name.field, expected, None] if isinstance(expected, str) else [name.field, expected.pattern, expected.flags]


def _unpacked(field: str, text: str, flags: int | None) -> Name:
    return Name(field, text if flags is None else re.compile(text, flags))
