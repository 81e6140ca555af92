"""CONTRIBUTING.md speaks of commands, environments and places that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tox_environments import environments

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_two_commands_are_those_of_the_readme() -> None:
    commands = re.findall(r"^```sh\n(.+)\n```$", TEXT, re.MULTILINE)

    assert len(commands) == 2
    assert commands == re.findall(r"^```sh\n(.+)\n```$", README, re.MULTILINE)[:2]


def test_every_environment_of_tox_that_is_named_exists() -> None:
    table = TEXT[TEXT.index("| environment |") : TEXT.index("\nThe front end is TypeScript")]
    named = {cell.split()[0] for row in table.splitlines()[2:] for cell in re.findall(r"`([^`]+)`", row.split("|")[1])}

    assert {"py310", "lint", "sbom"} <= named
    assert named - environments() == set()


PLACES = sorted(
    set(re.findall(r"`((?:tests|pytest_flock_trace|model|viewer|cli|store|plugin|\.github)/[\w./-]+)`", TEXT))
)


@pytest.mark.parametrize("place", PLACES)
def test_every_place_that_is_named_exists(place: str) -> None:
    assert (ROOT / place).exists() or (ROOT / "pytest_flock_trace" / place).exists()
