"""The version is what git's tags say, and there is one where they say nothing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Backend = Callable[..., Any]
IDENTITY = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false"]


GIT = shutil.which("git") or ""
pytestmark = pytest.mark.skipif(not GIT, reason="no git here")


def git(folder: Path, *arguments: str) -> None:
    subprocess.run([GIT, *IDENTITY, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def clone(project: Path) -> Path:
    """The project with one commit and no tag."""
    git(project, "init", "-q")
    git(project, "add", "-A")
    git(project, "commit", "-q", "-m", "all")
    return project


def version_of(backend: Backend, folder: Path) -> str:
    """The version in the name of an sdist."""
    name, _ = backend("build_sdist", str(folder))
    return name.removeprefix("pytest_flock_trace-").removesuffix(".tar.gz")


def test_a_tag_is_the_version(clone: Path, backend: Backend, tmp_path: Path):
    git(clone, "tag", "v7.8.9")

    assert version_of(backend, tmp_path) == "7.8.9"


def test_commits_behind_a_tag_count_towards_the_next_version(clone: Path, backend: Backend, tmp_path: Path):
    git(clone, "tag", "v7.8.9")
    git(clone, "commit", "-q", "--allow-empty", "-m", "more")

    assert re.match(r"7\.8\.10\.dev1\+g", version_of(backend, tmp_path))


def test_a_clone_without_tags_has_a_version(clone: Path, backend: Backend, tmp_path: Path):
    assert re.match(r"0\.1\.0\.dev\d+\+g", version_of(backend, tmp_path))


def test_a_copy_without_history_has_a_version(backend: Backend, tmp_path: Path):
    assert version_of(backend, tmp_path) == "0.1.0.dev0"


def test_an_sdist_keeps_its_version(clone: Path, backend: Backend, tmp_path: Path):
    git(clone, "tag", "v7.8.9")
    name, _ = backend("build_sdist", str(tmp_path))
    with tarfile.open(tmp_path / name) as sdist:
        safe = {"filter": "data"} if sys.version_info >= (3, 12) else {}
        sdist.extractall(tmp_path, **safe)  # noqa: S202  # it was made a line above

    code = "import hatchling.build as b, sys; sys.stdout.write(b.prepare_metadata_for_build_wheel(sys.argv[1]))"
    unpacked = tmp_path / name.removesuffix(".tar.gz")
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=unpacked, capture_output=True, text=True, check=True
    )
    assert done.stdout == "pytest_flock_trace-7.8.9.dist-info"
