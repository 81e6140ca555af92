"""Importing what an ini value names."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType


def imported(module: str, rootdir: Path) -> ModuleType:
    """The module; the root directory counts as a place to import from only meanwhile."""
    root = str(rootdir)
    if root in sys.path:
        return import_module(module)
    sys.path.insert(0, root)
    try:
        return import_module(module)
    finally:
        sys.path.remove(root)
