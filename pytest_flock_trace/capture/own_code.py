"""Which files are a program's own code, as against what is installed for it."""

from __future__ import annotations

import sysconfig
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Final

_INSTALLED: Final = frozenset(("site-packages", "dist-packages", "node_modules"))
_OURS: Final = Path(__file__).resolve().parent.parent


class OwnCode:
    """The modules whose files are under a folder, `__main__` wherever it is, and nothing that is installed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._libraries = [Path(path).resolve() for path in map(sysconfig.get_path, ("stdlib", "platstdlib"))]
        self.accepts_file = lru_cache(maxsize=None)(self._accepts_file)

    def __call__(self, module: str, file: str) -> bool:
        """True for a module of this name whose code is from this file; the file may be no file, such as `<stdin>`."""
        return self.accepts_file(file, module == "__main__")

    def _accepts_file(self, file: str, is_main: bool) -> bool:
        if not file or file.startswith("<"):
            return is_main
        path = Path(file).resolve()
        if self._is_installed(path):
            return False
        return is_main or (self._folder in path.parents and not self._is_in_environment(path))

    def _is_installed(self, path: Path) -> bool:
        if not _INSTALLED.isdisjoint(path.parts) or _OURS in path.parents:
            return True
        return any(library in path.parents for library in self._libraries)

    def _is_in_environment(self, path: Path) -> bool:
        """True below a virtual environment, or a Conda one, that stands inside the folder."""
        between = takewhile(lambda folder: folder != self._folder, path.parents)
        return any((folder / "pyvenv.cfg").exists() or (folder / "conda-meta").is_dir() for folder in between)
