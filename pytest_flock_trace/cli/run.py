"""`flock-trace run`."""

from __future__ import annotations

import runpy
import sys
import traceback
from argparse import REMAINDER, ArgumentParser, Namespace
from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from pytest_flock_trace.cli.command import FOUND
from pytest_flock_trace.cli.terminal import Terminal
from pytest_flock_trace.errors import BadCommand


class Run:
    """Run a program, with its own classes traced and all of its spans recorded.

    `flock-trace run agent.py --fast` or `flock-trace run -m crew.agent`: what follows the program is its own. It ends
    as it would by itself, with the same exit code. The classes are those of modules under the working directory.
    """

    def add_options(self, parser: ArgumentParser) -> None:
        """What to run."""
        parser.add_argument("-m", dest="module", action="store_true", help="the program is a module")
        parser.add_argument("program", metavar="SCRIPT", help="a Python file, or with -m the name of a module")
        parser.add_argument("arguments", metavar="...", nargs=REMAINDER, help="arguments of the program")

    def run(self, asked: Namespace, terminal: Terminal) -> int:
        """Run it and write what it did; the program's exit code."""
        from pytest_flock_trace.capture.run import leaving_no_context
        from pytest_flock_trace.recording.own_code import trace_own_code
        from pytest_flock_trace.recording.parent_process import follow_parent
        from pytest_flock_trace.recording.process import record_process

        _must_exist(asked)
        recording = record_process(asked.store)
        undo = trace_own_code()
        try:
            with leaving_no_context():
                follow_parent()
                code = _carried_out(asked)
        finally:
            undo()
            recording.close()
        if asked.json:
            terminal.document({"exit_code": code, "store": str(asked.store)})
        return code


def _must_exist(asked: Namespace) -> None:
    if asked.module:
        with _as_main(asked):
            if not _is_module(asked.program):
                raise BadCommand(f"there is no module {asked.program!r} to be found from {str(Path.cwd())!r}")
    elif not Path(asked.program).is_file():
        raise BadCommand(f"there is no program {asked.program!r}; name a Python file, or a module with -m")


def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:  # of a package above it
        return False


def _carried_out(asked: Namespace) -> int:
    """The exit code of the program; an exception is shown as Python shows it."""
    with _as_main(asked):
        try:
            if asked.module:
                runpy.run_module(asked.program, run_name="__main__", alter_sys=True)
            else:
                runpy.run_path(asked.program, run_name="__main__")
        except SystemExit as exc:
            return _exit_code(exc.code)
        except Exception as exc:  # noqa: BLE001  # it is the program's, and ends it
            _show(exc)
            return FOUND
    return 0


@contextmanager
def _as_main(asked: Namespace) -> Generator[None, None, None]:
    """Arguments and import path as the program would have them by itself."""
    before = list(sys.argv), list(sys.path)
    sys.argv = [asked.program, *asked.arguments]
    sys.path[0] = str(Path.cwd() if asked.module else Path(asked.program).resolve().parent)
    try:
        yield
    finally:
        sys.argv, sys.path[:] = before


def _exit_code(code: object) -> int:
    """As Python takes what a program exits with."""
    if code is None:
        return 0
    if isinstance(code, int):
        return code
    sys.stderr.write(f"{code}\n")
    return 1


def _show(exc: Exception) -> None:
    """The traceback, from the program's first line on."""
    ours = {__file__, runpy.__file__, "<frozen runpy>"}
    trace = exc.__traceback__
    while trace is not None and trace.tb_frame.f_code.co_filename in ours:
        trace = trace.tb_next
    traceback.print_exception(type(exc), exc, trace)
