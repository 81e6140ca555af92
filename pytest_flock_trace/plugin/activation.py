"""When recording starts: once there may be spans if it is asked for, else when the first test turns out to want it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from pytest_flock_trace.errors import BadSetting, FlockTraceError
from pytest_flock_trace.plugin.marks import is_marked
from pytest_flock_trace.plugin.settings import Settings

if TYPE_CHECKING:
    from pytest_flock_trace.plugin.baseline import BaselineCheck
    from pytest_flock_trace.plugin.contracts import SessionContract
    from pytest_flock_trace.plugin.session import CaptureSession
    from pytest_flock_trace.plugin.standby import Standby

OPENTELEMETRY = "opentelemetry"
FIXTURES = frozenset({"trace_snapshot", "trace_store", "traced_run"})
SESSION: pytest.StashKey[CaptureSession] = pytest.StashKey()
STANDBY: pytest.StashKey[Standby] = pytest.StashKey()
"""What waits for the first span that there could be, where it is still to come."""
SETTINGS: pytest.StashKey[Settings] = pytest.StashKey()
CONTRACT: pytest.StashKey[SessionContract] = pytest.StashKey()
"""What every run of the session has to obey, where the ini value names anything."""
BASELINE: pytest.StashKey[BaselineCheck] = pytest.StashKey()
"""What the runs of tests are compared with or added to, where a flag or ini value names a file."""
INSTRUMENTED: pytest.StashKey[bool] = pytest.StashKey()
"""There once what the ini value names is traced."""
THREAD: pytest.StashKey[int] = pytest.StashKey()
"""Where tests are run."""
ITEM: pytest.StashKey[pytest.Item | None] = pytest.StashKey()
"""The item that is being set up, called or torn down."""


def read_settings(config: pytest.Config, options: Any = None) -> Settings:
    """The session's settings, read and checked once; `options` as they are known before conftests are loaded."""
    settings = config.stash.get(SETTINGS, None)
    if settings is None:
        try:
            settings = Settings.read(config, config.option if options is None else options)
        except BadSetting as exc:
            raise pytest.UsageError(f"flock-trace: {exc}") from exc
        config.stash[SETTINGS] = settings
    return settings


def load_contract(config: pytest.Config) -> None:
    """Import the session's contract, once pytest has set up the import paths."""
    settings = read_settings(config)
    if settings.contract:
        from pytest_flock_trace.plugin.contracts import SessionContract

        try:
            config.stash[CONTRACT] = SessionContract.load(settings.contract, config.rootpath)
        except BadSetting as exc:
            raise pytest.UsageError(f"flock-trace: {exc}") from exc


def load_baseline(config: pytest.Config) -> None:
    """Read the baselines that are to be compared with or updated, before any test runs."""
    settings = read_settings(config)
    if settings.baseline is not None or settings.baseline_update is not None:
        from pytest_flock_trace.plugin.baseline import BaselineCheck
        from pytest_flock_trace.plugin.baseline_session import BaselineSession

        try:
            check = config.stash[BASELINE] = BaselineCheck(config, settings)
            if not hasattr(config, "workerinput"):
                session = BaselineSession(config, settings, check.known)
                config.pluginmanager.register(session, "flock_trace_baseline")
        except FlockTraceError as exc:
            raise pytest.UsageError(f"flock-trace: {exc}") from exc


def instrument_once(config: pytest.Config) -> None:
    """Trace what ini `flock_trace_instrument` names, where this session records and pytest knows the import paths."""
    settings = read_settings(config)
    if not settings.instrument or SESSION not in config.stash or INSTRUMENTED in config.stash:
        return
    from pytest_flock_trace.plugin.instrumenting import instrument_lines

    config.stash[INSTRUMENTED] = True
    try:
        config.add_cleanup(instrument_lines(settings.instrument, config.rootpath))
    except FlockTraceError as exc:
        raise pytest.UsageError(f"flock-trace: {exc}") from exc


def begin(config: pytest.Config) -> None:
    """Record, as was asked for, unless nothing can be recorded yet and nobody would notice."""
    if SESSION in config.stash or STANDBY in config.stash:
        return
    if OPENTELEMETRY in sys.modules or not read_settings(config).can_wait:
        start(config)
        return
    from pytest_flock_trace.plugin.standby import Standby

    standby = config.stash[STANDBY] = Standby(config, read_settings(config), lambda: _start_amidst(config))
    config.pluginmanager.register(standby, "flock_trace_standby")
    config.add_cleanup(standby.stop)
    _teach_syrupy(config)


def _start_amidst(config: pytest.Config) -> None:
    """Start recording, the test under way included if there is one."""
    start(config)
    ensure_recording(config)


def start(config: pytest.Config) -> CaptureSession:
    """Start recording, unless this session records already."""
    session = config.stash.get(SESSION, None)
    if session is None:
        if (standby := config.stash.get(STANDBY, None)) is not None:
            standby.stop()
        from pytest_flock_trace.plugin.session import CaptureSession

        session = config.stash[SESSION] = CaptureSession(config, read_settings(config))
        config.pluginmanager.register(session, "flock_trace_session")
        config.add_cleanup(session.stop)
        _teach_syrupy(config)
    return session


def arrange_trials(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let tests that are marked so be run in trials."""
    from pytest_flock_trace.plugin.trial_gate import TrialGate
    from pytest_flock_trace.plugin.trial_loop import TrialLoop
    from pytest_flock_trace.plugin.trial_spread import Spread

    items[:] = map(TrialGate.around, items)
    config.pluginmanager.register(TrialLoop(Spread.told(config)), "flock_trace_trials")


def _teach_syrupy(config: pytest.Config) -> None:
    """Let syrupy's own fixture keep the shapes of traces and graphs, unless somebody chose how it keeps things."""
    if getattr(config.option, "default_extension", "") is None:
        config.option.default_extension = "pytest_flock_trace.snapshots.SpanTreeExtension"


def ensure_recording(config: pytest.Config) -> None:
    """Record the test under way from now on, where nobody foresaw that it would want to be."""
    item = config.stash.get(ITEM, None)
    if item is not None:
        session = start(config)
        instrument_once(config)
        if session.join(item) and STANDBY in config.stash:
            config.stash[STANDBY].hand_over(session)


def wants_recording(item: pytest.Item) -> bool:
    """True for a test that requests one of our fixtures, bears one of our markers or imports `traced_run`."""
    if not FIXTURES.isdisjoint(getattr(item, "fixturenames", ())):
        return True
    if is_marked(item):
        return True
    recording = sys.modules.get("pytest_flock_trace.recording.runs")
    if recording is None:
        return False
    names: dict[str, object] = getattr(getattr(item, "module", None), "__dict__", {})
    return any(value is recording.traced_run for value in names.values())
