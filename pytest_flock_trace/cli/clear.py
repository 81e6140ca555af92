"""`flock-trace clear`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace

from pytest_flock_trace.cli.command import FINE
from pytest_flock_trace.cli.prune import tell
from pytest_flock_trace.cli.store_option import must_exist
from pytest_flock_trace.cli.terminal import Terminal
from pytest_flock_trace.errors import BadCommand


class Clear:
    """Delete all traces of a file and give their space back.

    Asks before it does, on a terminal; elsewhere it wants --yes.
    """

    def add_options(self, parser: ArgumentParser) -> None:
        """Whether to ask."""
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def run(self, asked: Namespace, terminal: Terminal) -> int:
        """Ask, delete, and say how much went."""
        from pytest_flock_trace.store.file.retention import clear

        must_exist(asked.store)
        gone = 0
        if asked.yes or _agreed(asked, terminal):
            with terminal.progress(f"clearing {asked.store.name}"):
                gone = clear(asked.store)
        tell(asked.store, gone, terminal, document=asked.json)
        return FINE


def _agreed(asked: Namespace, terminal: Terminal) -> bool:
    if not sys.stdin.isatty():
        raise BadCommand(f"all of {str(asked.store)!r} would be deleted, and there is nobody to ask: say --yes")
    return terminal.ask(f"Delete all traces in {str(asked.store)!r}? [y/N] ") in {"y", "yes"}
