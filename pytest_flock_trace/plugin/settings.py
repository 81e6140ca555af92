"""What the options and ini values ask for, read once and checked."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pytest_flock_trace.errors import BadSetting
from pytest_flock_trace.plugin.options import REPORTS, SHOW


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
    reports: Sequence[Path] = ()
    """Files to write at the end of the session; their suffixes say what into them."""

    @classmethod
    def read(cls, config: pytest.Config, options: Namespace) -> Settings:
        """The settings; raise `BadSetting` for an ini value that can't be used."""
        show = options.flock_trace_show or _ini(config, "flock_trace_show") or SHOW[0]
        if show not in SHOW:
            raise BadSetting(f"ini flock_trace_show = {show!r} is unknown; valid: {', '.join(SHOW)}")
        reports = _reports(config, options.flock_trace_report)
        asked = (
            options.flock_trace
            or options.flock_trace_show is not None
            or bool(reports)
            or bool(_ini(config, "flock_trace"))
        )
        return cls(
            asked=asked and not options.no_flock_trace,
            show=show,
            wait_names=tuple(_ini(config, "flock_trace_wait")),
            hide=tuple(_ini(config, "flock_trace_hide")),
            contract="" if options.no_flock_trace else _text(config, "flock_trace_contract"),
            reports=reports,
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


def _reports(config: pytest.Config, flags: Sequence[str]) -> Sequence[Path]:
    """The files to write, those of the flags instead of those of the ini file; each file once."""
    here = config.invocation_params.dir
    given = [(f"--flock-trace-report={flag}", here / flag) for flag in flags]
    if not given:
        given = [(f"ini flock_trace_report = {path}", path) for path in _ini(config, "flock_trace_report")]
    for source, path in given:
        if path.suffix.lower() not in REPORTS:
            raise BadSetting(f"{source} has no suffix of a report; valid: {', '.join(REPORTS)}")
    return tuple(dict.fromkeys(path for _, path in given))
