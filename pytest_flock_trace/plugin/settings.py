"""What the options and ini values ask for, read once and checked."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from pytest_flock_trace.environment.tracing import DEFAULT_FILE, Environment
from pytest_flock_trace.errors import BadDuration, BadSetting
from pytest_flock_trace.plugin.options import PAGE, REPORTS, SHOW

if TYPE_CHECKING:
    from pytest_flock_trace.model.duration import Duration


class RunBudget(NamedTuple):
    """What every run of some tests may take."""

    source: str
    """Where it was said, and what."""
    nodeids: str
    """A glob of the tests it is for."""
    limit: Duration


class Settings(NamedTuple):
    """How this session records. Every session makes them, so that they are of the kind that is cheap to define."""

    asked: bool
    """Record every test and print the summary."""
    show: str
    """Whose captured trace to print: `failed`, `all` or `none`."""
    wait_names: Sequence[str]
    """Globs of the names of spans that only wait for others; empty for the usual ones."""
    hide: Sequence[str]
    """Globs of the names of spans to leave out of printed traces and of snapshots."""
    instrument: Sequence[str]
    """What to trace automatically, as `module` or `module:Class`."""
    redact: Sequence[str]
    """Globs of keys whose values do not leave the process, besides the usual ones."""
    contract: str
    """Where the rules are that every run has to obey, as `module:name`; empty for none."""
    baseline: Path | None
    """The file to compare runs with; None for none, and where it is the one to be updated."""
    baseline_update: Path | None
    """The file to add runs to; None for none."""
    budgets: Sequence[RunBudget]
    """What runs may take; the first that is for a test counts for it."""
    budget_scale: float
    """What every latency budget is multiplied by."""
    reports: Sequence[Path] = ()
    """Files to write at the end of the session; their suffixes say what into them."""

    mutate: bool = False
    """Grade what each passing test checks."""
    store: Path | None = None
    """The trace file to write the spans of every recorded test into; None for none."""

    @property
    def can_wait(self) -> bool:
        """All that is to be made of a test without spans is its line in the summary."""
        pages = any(path.suffix.lower() == PAGE for path in self.reports)
        files = (self.store, self.baseline, self.baseline_update)
        wanted = (self.mutate, self.contract, self.instrument, self.budgets, *files)
        return not (pages or any(wanted) or Environment.read().speaks_of_otel)

    @classmethod
    def read(cls, config: pytest.Config, options: Namespace) -> Settings:
        """The settings; raise `BadSetting` for an ini value that can't be used."""
        show = options.flock_trace_show or _ini(config, "flock_trace_show") or SHOW[0]
        if show not in SHOW:
            raise BadSetting(f"ini flock_trace_show = {show!r} is unknown; valid: {', '.join(SHOW)}")
        budgets = _run_budgets(config, options)
        reports = _reports(config, options.flock_trace_report)
        update = _path(config, options, "flock_trace_baseline_update")
        baseline = _path(config, options, "flock_trace_baseline")
        store = _path(config, options, "flock_trace_store")
        values = (options.flock_trace_show, options.flock_trace_budget, options.flock_trace_budget_scale)
        mutate = options.flock_trace_mutate or bool(_ini(config, "flock_trace_mutate"))
        given = (
            options.flock_trace
            or mutate
            or any(value is not None for value in (*values, update, baseline, store))
            or bool(reports)
        )
        asked = given or bool(_ini(config, "flock_trace"))
        return cls(
            asked=(asked or bool(budgets)) and not options.no_flock_trace,
            show=show,
            wait_names=tuple(_ini(config, "flock_trace_wait")),
            hide=tuple(_ini(config, "flock_trace_hide")),
            instrument=() if options.no_flock_trace else _lines(config, "flock_trace_instrument"),
            redact=_lines(config, "flock_trace_redact"),
            contract="" if options.no_flock_trace else _text(config, "flock_trace_contract"),
            baseline=None if baseline == update else baseline,
            baseline_update=update,
            budgets=() if options.no_flock_trace else budgets,
            budget_scale=_scale(config, options),
            reports=reports,
            mutate=mutate and not options.no_flock_trace,
            store=_flock_s_file(config, options) if store is None else store,
        )


def _flock_s_file(config: pytest.Config, options: Namespace) -> Path | None:
    """Where Flock would write its own spans, which it leaves to us while we record."""
    if options.no_flock_trace or not Environment.read().trace_file:
        return None
    return (config.invocation_params.dir / DEFAULT_FILE).resolve()


def _run_budgets(config: pytest.Config, options: Namespace) -> list[RunBudget]:
    """Those of the ini lines, then that of the flag, else that of its ini value."""
    budgets = [_budget_of_line(str(line)) for line in _ini(config, "flock_trace_budgets") if str(line).strip()]
    flag, value = options.flock_trace_budget, _text(config, "flock_trace_budget")
    if flag is not None:
        budgets.append(_run_budget(f"--flock-trace-budget={flag}", "*", flag))
    elif value:
        budgets.append(_run_budget(f"flock_trace_budget = {value}", "*", value))
    return budgets


def _budget_of_line(line: str) -> RunBudget:
    glob, equals, duration = line.rpartition("=")
    if not (equals and glob.strip()):
        raise BadSetting(f"ini flock_trace_budgets has the line {line!r}; write a glob of test ids = a duration")
    return _run_budget(f"flock_trace_budgets: {line.strip()}", glob.strip(), duration)


def _run_budget(source: str, nodeids: str, duration: str) -> RunBudget:
    from pytest_flock_trace.model.duration import Duration

    try:
        return RunBudget(source, nodeids, Duration(duration.strip()))
    except BadDuration as exc:
        raise BadSetting(f"{source} can't be used: {exc}") from exc


def _scale(config: pytest.Config, options: Namespace) -> float:
    flag = options.flock_trace_budget_scale
    value = _text(config, "flock_trace_budget_scale") if flag is None else flag
    source = "ini flock_trace_budget_scale" if flag is None else "--flock-trace-budget-scale"
    if not value and flag is None:
        return 1.0
    try:
        scale = float(value)
    except ValueError:
        scale = 0.0
    if not (isfinite(scale) and scale > 0):
        raise BadSetting(f"{source} = {value!r} is no scale; write a number above 0, such as 2.5")
    return scale


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


def _lines(config: pytest.Config, name: str) -> Sequence[str]:
    return tuple(text for line in _ini(config, name) if (text := str(line).strip()))


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
