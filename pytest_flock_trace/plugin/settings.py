"""What the options and ini values ask for, read once and checked."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pytest_flock_trace.errors import BadSetting
from pytest_flock_trace.plugin.options import SHOW


@dataclass(frozen=True)
class Settings:
    """How this session records."""

    asked: bool
    """Record every test and print the summary."""
    show: str
    """Whose captured trace to print: `failed`, `all` or `none`."""
    wait_names: Sequence[str]
    """Globs of the names of spans that only wait for others; empty for the usual ones."""
    hide: Sequence[str]
    """Globs of the names of spans to leave out of printed traces and of snapshots."""
    contract: str
    """Where the rules are that every run has to obey, as `module:name`; empty for none."""
    baseline: Path | None
    """The file to compare runs with; None for none, and where it is the one to be updated."""
    baseline_update: Path | None
    """The file to add runs to; None for none."""

    @classmethod
    def read(cls, config: pytest.Config, options: Namespace) -> Settings:
        """The settings; raise `BadSetting` for an ini value that can't be used."""
        show = options.flock_trace_show or _ini(config, "flock_trace_show") or SHOW[0]
        if show not in SHOW:
            raise BadSetting(f"ini flock_trace_show = {show!r} is unknown; valid: {', '.join(SHOW)}")
        update = _path(config, options, "flock_trace_baseline_update")
        baseline = _path(config, options, "flock_trace_baseline")
        asked = options.flock_trace or options.flock_trace_show is not None or bool(_ini(config, "flock_trace"))
        asked = asked or baseline is not None or update is not None
        return cls(
            asked=asked and not options.no_flock_trace,
            show=show,
            wait_names=tuple(_ini(config, "flock_trace_wait")),
            hide=tuple(_ini(config, "flock_trace_hide")),
            contract="" if options.no_flock_trace else _text(config, "flock_trace_contract"),
            baseline=None if baseline == update else baseline,
            baseline_update=update,
        )


def _ini(config: pytest.Config, name: str) -> Any:
    try:
        return config.getini(name)
    except (TypeError, ValueError, pytest.UsageError) as exc:
        raise BadSetting(f"ini {name} can't be used: {exc}") from exc


def _text(config: pytest.Config, name: str) -> str:
    value = _ini(config, name)
    if not isinstance(value, str):
        raise BadSetting(f"ini {name} = {value!r} is no text")
    return value.strip()


def _path(config: pytest.Config, options: Namespace, name: str) -> Path | None:
    """The file that a flag names, from where pytest was started, or an ini value, from where that is written."""
    if options.no_flock_trace:
        return None
    given: str | None = getattr(options, name)
    if given:
        return (config.invocation_params.dir / given).resolve()
    folder = config.rootpath if config.inipath is None else config.inipath.parent
    text = _text(config, name)
    return (folder / text).resolve() if text else None
