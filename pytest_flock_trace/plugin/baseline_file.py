"""Baseline files on the disk: read before any test runs, replaced in one step after the last."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_flock_trace.analysis.baseline import Baseline
from pytest_flock_trace.errors import BadBaseline
from pytest_flock_trace.plugin.text_files import write_whole
from pytest_flock_trace.render.baseline_file import read_baseline, write_baseline

UPDATE_FLAG = "--flock-trace-baseline-update"


def shown_path(path: Path, config: pytest.Config) -> str:
    """The path as a user would type it."""
    start = config.invocation_params.dir
    return str(path.relative_to(start) if path.is_relative_to(start) else path)


def compared_with(path: Path, shown: str) -> Baseline:
    """The baseline to compare with; raise `BadBaseline` if it is not there or can't be read."""
    if not path.exists():
        raise BadBaseline(f"there is no baseline {shown!r} yet; {UPDATE_FLAG}={shown} makes it")
    return _read(path, shown)


def to_update(path: Path, shown: str) -> Baseline:
    """The baseline to add to, an empty one if there is none yet; raise `BadBaseline` if it can't be read."""
    return _read(path, shown) if path.exists() else Baseline()


def replace(path: Path, shown: str, baseline: Baseline) -> None:
    """Put this in the place of the file; raise `BadBaseline` if that can't be done."""
    try:
        write_whole(path, write_baseline(baseline))
    except OSError as exc:
        raise BadBaseline(f"baseline {shown!r} can't be written: {exc.strerror or exc}") from exc


def _read(path: Path, shown: str) -> Baseline:
    try:
        return read_baseline(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as exc:
        raise BadBaseline(f"baseline {shown!r} can't be read: {exc}") from exc
    except BadBaseline as exc:
        raise BadBaseline(f"baseline {shown!r} {exc}") from exc
