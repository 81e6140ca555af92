"""`flock-trace learn`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pytest_flock_trace.cli.command import FINE, at_least_one
from pytest_flock_trace.cli.terminal import Terminal
from pytest_flock_trace.cli.trace_source import traces_of, traces_of_failed_tests
from pytest_flock_trace.errors import BadTarget, BadTraceFile
from pytest_flock_trace.model.text import count_of, one_line

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.learning.lesson import Lesson
    from pytest_flock_trace.model.trace import Trace

_MOST_SURVIVORS = 10


class Learn:
    """Draft a contract from traces of runs that went well.

    FILE is a trace file, or a trace of the store. The contract is a Python file of rules that every trace obeys, for
    tests and for flock-trace check: few of them, chosen so that together they notice most of what bugs could change.
    Each has a comment on how many traces speak for it. It is a draft: what is so by chance has to be struck out. Give
    it runs that differ as much as good runs may, twenty or more. Traces of failed tests are left aside.
    """

    def add_options(self, parser: ArgumentParser) -> None:
        """What to learn from, and where to write it."""
        from pytest_flock_trace.analysis.learning.lesson import MOST_RULES

        parser.add_argument("file", metavar="FILE", help="a trace file, or a trace of the store")
        parser.add_argument(
            "-o", "--output", metavar="PATH", type=Path, help="the file to write instead of printing it"
        )
        parser.add_argument("--force", action="store_true", help="replace what is there")
        parser.add_argument(
            "--most", metavar="N", type=at_least_one, default=MOST_RULES, help=f"rules, {MOST_RULES} if not said"
        )

    def run(self, asked: Namespace, terminal: Terminal) -> int:
        """Print or write the contract, and what it would not notice."""
        from pytest_flock_trace.render.contract_file import contract_file

        _check(asked)
        lesson = _learnt(asked, terminal)
        text = contract_file(lesson, Path(asked.file).name)
        if asked.output is not None:
            _write(asked.output, text)
        if asked.json:
            terminal.document(_document(lesson))
        elif asked.output is None:
            terminal.write(text.rstrip("\n"))
        else:
            _tell(lesson, asked.output, terminal)
        return FINE


def _learnt(asked: Namespace, terminal: Terminal) -> Lesson:
    from pytest_flock_trace.analysis.learning.lesson import learn

    failed = traces_of_failed_tests(Path(asked.file), terminal)
    with traces_of(asked.file, asked.store, terminal) as found:
        traces = [trace for trace in found if _says_something(trace) and trace.name not in failed]
    if not traces:
        raise BadTraceFile(f"{asked.file!r} has no trace with a span below its root, so nothing can be learnt from it")
    with terminal.progress(f"learning from {count_of(len(traces), 'trace')}") as progress:
        lesson = learn(traces, most=asked.most, progress=progress)
    if not lesson.rules:
        raise BadTraceFile(
            f"no rule that notices anything holds in every trace of {asked.file!r}; do they belong together?"
        )
    return lesson


def _says_something(trace: Trace) -> bool:
    return any(trace.tree.parents[at] >= 0 for at in range(len(trace.tree)))


def _check(asked: Namespace) -> None:
    if asked.output is not None and asked.output.exists() and not asked.force:
        raise BadTarget(f"{str(asked.output)!r} is there already; name another file, or replace it with --force")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise BadTarget(f"{str(path)!r} cannot be written: {exc.strerror}") from exc


def _tell(lesson: Lesson, path: Path, terminal: Terminal) -> None:
    rules = count_of(len(lesson.rules), "rule")
    terminal.write(f"{rules} from {count_of(lesson.working, 'trace')} written to {path}")
    if idle := lesson.traces - lesson.working:
        terminal.write(f"{count_of(idle, 'other trace')} in which no agent works and no tool is called obey them, too")
    terminal.write(f"{lesson.killed} of {lesson.mutants} changed traces break the contract")
    if lesson.survivors:
        terminal.write("it would not notice if")
    for sentence in lesson.survivors[:_MOST_SURVIVORS]:
        terminal.write(f"  {one_line(sentence)}")
    if (more := len(lesson.survivors) - _MOST_SURVIVORS) > 0:
        terminal.write(f"  … {more} more")


def _document(lesson: Lesson) -> dict[str, Any]:
    return {
        "traces": lesson.traces,
        "working": lesson.working,
        "mutants": lesson.mutants,
        "killed": lesson.killed,
        "rules": [
            {"rule": repr(one.rule), "support": one.support, "kills": one.kills, "alone": one.alone}
            for one in lesson.rules
        ],
        "survivors": list(lesson.survivors),
    }
