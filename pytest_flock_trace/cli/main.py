"""The entry point of `flock-trace`: finds the command, runs it and turns what went wrong into one line."""

from __future__ import annotations

import os
import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import version
from inspect import cleandoc
from pathlib import Path
from typing import Final, cast

from pytest_flock_trace.cli.command import FINE, MISUSED, Command, Parser
from pytest_flock_trace.cli.terminal import Terminal
from pytest_flock_trace.environment.tracing import DEFAULT_FILE
from pytest_flock_trace.errors import BadCommand, FlockTraceError

PROGRAM: Final = "flock-trace"
COMMANDS: Final = {
    "init": "init.Init",
    "run": "run.Run",
    "ls": "listing.List",
    "show": "show.Show",
    "serve": "serve.Serve",
    "sql": "sql.Sql",
    "check": "check.Check",
    "diff": "diff.Diff",
    "learn": "learn.Learn",
    "import": "importing.Import",
    "export": "export.Export",
    "receive": "receive.Receive",
    "report": "report.Report",
    "prune": "prune.Prune",
    "clear": "clear.Clear",
}
"""Where each command is; only the one that is asked for is loaded."""
_HELP: Final = {"-h", "--help", "help"}
_INTERRUPTED: Final = 130
_READER_GONE: Final = 141
"""What a shell reports of programs that SIGINT and SIGPIPE end."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command line; the exit code: 0, 1 for a violation or difference that was found, 2 for misuse."""
    terminal = Terminal(sys.stdout, sys.stderr)
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = _carry_out(given, terminal)
        terminal.flush()
    except FlockTraceError as exc:
        terminal.complain(f"{_name(given)}: {exc}")
        return MISUSED
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        _forget_reader()
        return _READER_GONE
    except SystemExit as exc:  # argparse has shown the help
        return int(exc.code or 0)
    return code


def load(name: str) -> Command:
    """The command of this name."""
    module, _, kind = COMMANDS[name].partition(".")
    return cast("Command", getattr(import_module(f"{__package__}.{module}"), kind)())


def parser_of(name: str, command: Command) -> Parser:
    """What reads the arguments behind the command's name."""
    about = cleandoc(command.__doc__ or "")
    parser = Parser(
        prog=f"{PROGRAM} {name}",
        description=about,
        formatter_class=RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add_options(parser)
    parser.add_argument(
        "--store",
        metavar="PATH",
        type=Path,
        default=DEFAULT_FILE,
        help=f"the trace file, {DEFAULT_FILE.as_posix()} by default",
    )
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output, for programs")
    return parser


def _carry_out(given: list[str], terminal: Terminal) -> int:
    if not given or given[0] in _HELP:
        terminal.write(_overview())
        return FINE if given else MISUSED
    if given[0] == "--version":
        terminal.write(f"{PROGRAM} {version('pytest-flock-trace')}")
        return FINE
    if given[0] not in COMMANDS:
        raise BadCommand(_unknown(given[0]))
    command = load(given[0])
    return command.run(parser_of(given[0], command).parse_args(given[1:]), terminal)


def _overview() -> str:
    lines = [
        f"usage: {PROGRAM} COMMAND [OPTIONS]",
        "",
        "Records programs, and looks into the traces that were kept in a file.",
        "",
    ]
    for name in COMMANDS:
        summary = (load(name).__doc__ or "").partition("\n")[0]
        lines.append(f"  {name:<8} {summary}")
    return "\n".join([*lines, "", f"{PROGRAM} COMMAND --help tells what a command takes."])


def _unknown(name: str) -> str:
    near = get_close_matches(name, COMMANDS, n=1)
    meant = f"did you mean {near[0]!r}?" if near else f"valid: {', '.join(COMMANDS)}"
    return f"there is no command {name!r}; {meant}"


def _name(given: Sequence[str]) -> str:
    return f"{PROGRAM} {given[0]}" if given and given[0] in COMMANDS else PROGRAM


def _forget_reader() -> None:
    """Keep the interpreter from trying once more, as it exits, to write what nobody reads."""
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):  # a stream without one
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
