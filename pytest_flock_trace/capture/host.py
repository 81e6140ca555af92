"""Who runs tests in this process, so that a run can be joined to the test in which it happens."""

from __future__ import annotations

from collections.abc import Callable

_joins: list[Callable[[], None]] = []
"""A way in for each pytest session of the process, the innermost last. Empty outside pytest."""


def announce(join: Callable[[], None]) -> None:
    """A session has begun; `join` makes it record the test that is under way, if there is one."""
    _joins.append(join)


def withdraw(join: Callable[[], None]) -> None:
    """The session has ended."""
    if join in _joins:
        _joins.remove(join)


def hosted() -> bool:
    """True where a session runs tests in this process."""
    return bool(_joins)


def join_test() -> None:
    """Have the innermost session record its test from now on; nothing outside pytest."""
    if _joins:
        _joins[-1]()
