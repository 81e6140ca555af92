"""Writes what a wheel needs with all its extras, and what its viewer is made of, as CycloneDX.

    python tests/packaging/sbom.py WHEEL FOLDER

The tools are the ecosystems' own: cyclonedx-py, for an environment into which the wheel alone is installed, and npm.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from venv import EnvBuilder

ROOT: Final = Path(__file__).parents[2]
FRONTEND: Final = ROOT / "pytest_flock_trace" / "viewer" / "frontend"
NAME: Final = "pytest-flock-trace"


def python_sbom(wheel: Path) -> dict[str, Any]:
    """What pip installs for the wheel; the wheel itself is what the document is about."""
    with TemporaryDirectory() as folder:
        EnvBuilder(with_pip=True).create(folder)
        python = str(next(Path(folder).glob("[bB]in/python")))
        _run([python, "-m", "pip", "install", "-q", f"{NAME}[all] @ {wheel.resolve().as_uri()}"])
        _run([python, "-m", "pip", "uninstall", "-q", "-y", "pip", "setuptools"])
        document = json.loads(_run(["cyclonedx-py", "environment", "--output-reproducible", python]))
    return about_the_wheel(document)


def about_the_wheel(document: dict[str, Any]) -> dict[str, Any]:
    """The same document with this package as its subject, no longer as one component among others.

    Where the wheel lay when it was installed is nobody's business; where it will be is on the package index.
    """
    (own,) = [one for one in document["components"] if one["name"] == NAME]
    others = [one for one in document["components"] if one is not own]
    references = [one for one in own.get("externalReferences", []) if not one["url"].startswith("file:")]
    here = {"type": "library", "purl": f"pkg:pypi/{NAME}@{own['version']}", "externalReferences": references}
    metadata = {**document.get("metadata", {}), "component": {**own, **here}}
    return {**document, "metadata": metadata, "components": others}


def viewer_sbom() -> dict[str, Any]:
    """What the front end is built from, without the tools that build it."""
    npm = shutil.which("npm") or "npm"
    wanted = ["--omit=dev", "--package-lock-only", "--sbom-format=cyclonedx", "--sbom-type=library"]
    document: dict[str, Any] = json.loads(_run([npm, "sbom", *wanted], FRONTEND))
    return document


def main(arguments: Sequence[str]) -> int:
    """Write both documents into the folder, and say what is in them."""
    wheel, folder = map(Path, arguments)
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in (("python", python_sbom(wheel)), ("viewer", viewer_sbom())):
        path = folder / f"{NAME}-{name}.cdx.json"
        path.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
        sys.stdout.write(f"{path}: {len(document['components'])} components\n")
    return 0


def _run(command: Sequence[str], folder: Path | None = None) -> str:
    return subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, text=True, check=True).stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
