"""The front end as it was built into the installed package."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from pytest_flock_trace.errors import NoViewer

_FOLDER: Final = "dist"
_REMEDY: Final = (
    "the viewer was not built when pytest-flock-trace was installed, so there is no page to put the report into; "
    "install it again where npm is on the PATH, or where pip can reach PyPI and npm's registry "
    "(pip install --force-reinstall --no-deps pytest-flock-trace); a report that ends in .json needs no viewer"
)


@dataclass(frozen=True)
class Bundle:
    """The parts of the page."""

    script: str
    style: str


def bundle() -> Bundle:
    """The script and the style; raises `NoViewer` where they were not built."""
    return Bundle(script=asset("app.js"), style=asset("app.css"))


def asset(name: str) -> str:
    """A file of the front end; raises `NoViewer` where it was not built."""
    try:
        return (files("pytest_flock_trace.viewer") / _FOLDER / name).read_text(encoding="utf-8")
    except FileNotFoundError as exc:
        raise NoViewer(_REMEDY) from exc
