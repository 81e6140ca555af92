"""Every example says how it is run and what it is for, is named in the README, and is run by an environment."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FOLDERS = sorted(file.parent for file in (ROOT / "examples").glob("*/pytest.ini"))
RUN_BY_THE_README = "blackboard"

each_example = pytest.mark.parametrize("folder", FOLDERS, ids=[folder.name for folder in FOLDERS])


def commands(folder: Path) -> list[str]:
    return re.findall(r"^    (\S.*)$", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_there_are_examples() -> None:
    assert len(FOLDERS) > 5


@each_example
def test_an_example_is_in_the_readme(folder: Path) -> None:
    assert f"[examples/{folder.name}](examples/{folder.name})" in (ROOT / "README.md").read_text(encoding="utf-8")


@each_example
def test_an_example_is_run_by_an_environment(folder: Path) -> None:
    environments = (ROOT / "tox.ini").read_text(encoding="utf-8")
    assert folder.name == RUN_BY_THE_README or f"pytest examples/{folder.name} " in environments


@each_example
def test_an_example_is_installed_and_run_by_three_commands(folder: Path) -> None:
    install, run, report = commands(folder)
    assert re.match(r'pip install "?pytest-flock-trace', install)
    assert run == "pytest --flock-trace"
    assert report == "pytest --flock-trace-report=report.html"


@each_example
def test_what_an_example_installs_is_what_its_environment_installs(folder: Path) -> None:
    packages = set(re.findall(r"[a-z][a-z-]*", re.sub(r'\[.*?\]|[=.0-9"]', "", commands(folder)[0]))) - {
        "pip",
        "install",
        "pytest-flock-trace",
        "pytest-asyncio",
    }
    environments = (ROOT / "tox.ini").read_text(encoding="utf-8")
    assert not {package for package in packages if not re.search(rf"\b{package}(?![\w-])", environments)}


@each_example
def test_an_example_tells_what_only_its_trace_tells(folder: Path) -> None:
    assert "only the trace tells" in (folder / "README.md").read_text(encoding="utf-8")
