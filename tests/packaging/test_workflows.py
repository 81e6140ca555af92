"""What is run for a change and for a release exists, and only what needs a right has it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tox_environments import environments

ROOT = Path(__file__).parents[2]
CI = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
RELEASE = (ROOT / ".github" / "workflows" / "release.yml").read_text(encoding="utf-8")
PYTHONS = set(
    re.findall(r'"Programming Language :: Python :: (3\.\d+)"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"))
)


def jobs(workflow: str) -> dict[str, str]:
    parts = re.split(r"^  (\w+):\n", workflow.partition("\njobs:\n")[2], flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2]))


def test_ci_does_what_a_developer_does():
    assert re.search(r"run: \.ci/run$", CI, re.MULTILINE)
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o100


def test_every_python_that_is_promised_is_tried():
    assert PYTHONS <= set(re.findall(r"^ +(3\.\d+)$", CI, re.MULTILINE))
    assert PYTHONS <= set(re.findall(r'"(3\.\d+)"', jobs(RELEASE)["install"]))


@pytest.mark.parametrize("workflow", [CI, RELEASE], ids=["ci", "release"])
def test_every_environment_and_script_exists(workflow: str):
    named = set(",".join(re.findall(r"tox run -e ([\w,-]+)", workflow)).split(","))

    assert named
    assert named - environments() == set()
    assert [one for one in re.findall(r"python (tests/\S+)", workflow) if not (ROOT / one).exists()] == []


def test_nothing_is_sent_that_was_not_installed_before():
    needs = {name: re.findall(r"^    needs: (\w+)$", text, re.MULTILINE) for name, text in jobs(RELEASE).items()}

    assert needs == {"build": [], "install": ["build"], "publish": ["install"], "announce": ["publish"]}


def test_only_the_job_that_needs_a_right_has_it():
    rights = {name: re.findall(r"^      ([\w-]+): write\b", text, re.MULTILINE) for name, text in jobs(RELEASE).items()}

    assert rights == {"build": [], "install": [], "publish": ["id-token"], "announce": ["contents"]}
    assert "write" not in CI
    assert "secrets." not in CI + RELEASE
