"""The names of all environments that tox knows here."""

from __future__ import annotations

import re
from configparser import ConfigParser
from itertools import product
from pathlib import Path


def environments() -> set[str]:
    """Those of the list and those that are only run by name."""
    tox = ConfigParser(interpolation=None)
    tox.read(Path(__file__).parent.parent / "tox.ini", encoding="utf-8")
    sections = (name.removeprefix("testenv:") for name in tox.sections() if name.startswith("testenv:"))
    return set().union(*map(_expanded, [*tox["tox"]["env_list"].split(), *sections]))


def _expanded(name: str) -> set[str]:
    """The environments that a generative name such as `py{310,311}` stands for."""
    parts = [part.split(",") if at % 2 else [part] for at, part in enumerate(re.split(r"[{}]", name))]
    return {"".join(chosen) for chosen in product(*parts)}
