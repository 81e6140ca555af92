"""What a command of `flock-trace` is: options, and what it does with them."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Final, NoReturn, Protocol

from pytest_flock_trace.cli.terminal import Terminal
from pytest_flock_trace.errors import BadCommand

FINE: Final = 0
FOUND: Final = 1
"""The answer is a violation or a difference."""
MISUSED: Final = 2


class Command(Protocol):
    """One command; the docstring of its class is its help."""

    def add_options(self, parser: ArgumentParser) -> None:
        """Declare what it takes besides `--store` and `--json`."""

    def run(self, asked: Namespace, terminal: Terminal) -> int:
        """Do it; the exit code. Raises a `FlockTraceError` for what can't be done."""
        ...


class Parser(ArgumentParser):
    """Says what is wrong in one line instead of two, and lets the caller exit."""

    def error(self, message: str) -> NoReturn:
        """Raise `BadCommand`."""
        raise BadCommand(f"{message} (see {self.prog} --help)")


def at_least_one(text: str) -> int:
    """The argument as a whole number above 0; raises `ValueError`, which argparse turns into its message."""
    if (number := int(text)) < 1:
        raise ValueError
    return number


at_least_one.__name__ = "number above 0"  # what argparse calls it: "invalid number above 0 value: '-3'"
