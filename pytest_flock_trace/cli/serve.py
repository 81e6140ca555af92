"""`flock-trace serve`."""

from __future__ import annotations

import json
from argparse import ArgumentParser, BooleanOptionalAction, Namespace
from typing import TYPE_CHECKING

from pytest_flock_trace.cli.command import FINE
from pytest_flock_trace.cli.store_option import must_exist
from pytest_flock_trace.cli.terminal import Terminal

if TYPE_CHECKING:
    from pytest_flock_trace.viewer.server.listening import Address


class Serve:
    """Show a trace file in the browser, and what is added to it as it comes, until Ctrl-C.

    The page can be reached from this machine only, and only by its full address, which is printed; --json prints it as
    one line. What writes to the file meanwhile is not hindered: a copy is read.
    """

    def add_options(self, parser: ArgumentParser) -> None:
        """Where to listen, and whether to open a browser."""
        parser.add_argument("--port", metavar="N", type=int, default=0, help="0, the default, for any that is free")
        parser.add_argument("--host", metavar="ADDRESS", default="127.0.0.1", help="another address of this machine")
        parser.add_argument(
            "--open", action=BooleanOptionalAction, default=None, help="open a browser, by default on a terminal"
        )

    def run(self, asked: Namespace, terminal: Terminal) -> int:
        """Serve until somebody ends it."""
        from pytest_flock_trace.viewer.server.listening import serve
        from pytest_flock_trace.viewer.server.page import NOT_BUILT, is_built

        must_exist(asked.store)
        if not is_built():
            terminal.complain(f"flock-trace serve: there will be no page, only answers for programs: {NOT_BUILT}")
        opens = asked.open if asked.open is not None else terminal.out.isatty() and not asked.json and is_built()
        try:
            serve(
                asked.store,
                host=asked.host,
                port=asked.port,
                ready=lambda address: _tell(address, terminal, document=asked.json, opens=opens),
            )
        except KeyboardInterrupt:
            if terminal.out.isatty():
                terminal.write("")  # below the ^C that the terminal shows
        return FINE


def _tell(address: Address, terminal: Terminal, *, document: bool, opens: bool) -> None:
    from pytest_flock_trace.viewer.server.opening import open_in_browser

    if document:
        terminal.raw(json.dumps({"url": address.url, "port": address.port}) + "\n")
    else:
        terminal.write(f"The viewer is at {address.url}\nCtrl-C ends it.")
    terminal.flush()
    if opens and not open_in_browser(address.url, address.folder):
        terminal.complain("flock-trace serve: no browser could be opened; open the address yourself")
