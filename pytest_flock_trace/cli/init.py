"""`flock-trace init`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from pytest_flock_trace.cli.command import FINE, FOUND
from pytest_flock_trace.cli.framework_search import Found, frameworks_of, has_distribution
from pytest_flock_trace.cli.starter import FILES, STARTERS
from pytest_flock_trace.cli.starter_file import KEPT, StarterFile, write_new
from pytest_flock_trace.cli.terminal import Terminal


class Init:
    """Write a first test for the agent framework that the project uses.

    It writes FOLDER/conftest.py, which runs two agents without a language model, and FOLDER/test_agents.py, which says
    what is to be true of that run. Replace the agents with your own. A file that is there already stays as it is: what
    would have been written is shown instead, and the command exits with 1.
    """

    def add_options(self, parser: ArgumentParser) -> None:
        """Where, and for what."""
        parser.add_argument(
            "folder", metavar="FOLDER", nargs="?", type=Path, default=Path("tests"), help="tests, if none is given"
        )
        parser.add_argument(
            "--framework",
            metavar="NAME",
            choices=STARTERS,
            help=f"one of {', '.join(STARTERS)}; found by what the project's files import, else by what is installed",
        )

    def run(self, asked: Namespace, terminal: Terminal) -> int:
        """Write the files, and say what to do next."""
        found = _chosen(asked.framework, asked.folder)
        starter = found[0].starter
        files = [write_new(asked.folder / name, text) for name, text in starter.texts().items()]
        missing = [name for name in starter.needs if not has_distribution(name)]
        told = _Told(found, files, missing, asked.folder)
        if asked.json:
            terminal.document(told.document())
        else:
            told.tell(terminal)
        return FOUND if any(file.outcome == KEPT for file in files) else FINE


@dataclass(frozen=True)
class _Told:
    """What was done."""

    found: list[Found]
    files: list[StarterFile]
    missing: list[str]
    folder: Path

    def document(self) -> dict[str, object]:
        """For programs."""
        return {
            "framework": self.found[0].starter.framework,
            "reason": self.found[0].reason,
            "others": [one.starter.framework for one in self.found[1:]],
            "files": [{"path": str(file.path), "outcome": file.outcome, "text": file.text} for file in self.files],
            "missing": self.missing,
            "next": self._commands(),
        }

    def tell(self, terminal: Terminal) -> None:
        """For people."""
        terminal.write(f"{self.found[0].starter.framework}: {self.found[0].reason}{self._others()}")
        for file in self.files:
            file.tell(terminal)
        for number, command in enumerate(self._commands()):
            terminal.write(f"{'then' if number else 'next'}: {command}")

    def _others(self) -> str:
        names = [one.starter.framework for one in self.found[1:]]
        return f" (--framework can say another: {', '.join(names)})" if names else ""

    def _commands(self) -> list[str]:
        install = [f"pip install {' '.join(self.missing)}"] if self.missing else []
        return [*install, f"pytest --flock-trace {quote(str(self.folder))}"]


def _chosen(framework: str | None, folder: Path) -> list[Found]:
    if framework is not None:
        return [Found(STARTERS[framework], "as --framework says")]
    here = Path.cwd()
    own = {here / folder / name for name in FILES}  # which an earlier `init` may have written
    return frameworks_of(here, besides=own)
