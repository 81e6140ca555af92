from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FRONTEND = Path("pytest_flock_trace", "viewer", "frontend")
BUILD = """
const fs = require("node:fs");
fs.mkdirSync("../dist", { recursive: true });
fs.writeFileSync("../dist/app.js", "built");
fs.writeFileSync("../dist/app.css", "style");
fs.writeFileSync("../dist/licenses.txt", "theirs");
"""
Backend = Callable[..., Any]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """This project, without its history, with a front end that needs nothing from npm's registry."""
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

    for needed in ("hatchling.build", "hatch_vcs"):
        pytest.importorskip(needed, reason="the build environment of tox has it")

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
