"""What pytest loads from the entry point: hooks that do nothing until recording is asked for."""

from __future__ import annotations

import sys
import threading

import pytest

from pytest_flock_trace.capture.host import announce, withdraw
from pytest_flock_trace.plugin import activation, hookspecs
from pytest_flock_trace.plugin.fixtures import trace_snapshot, trace_store, traced_run
from pytest_flock_trace.plugin.options import MARKERS, pytest_addoption

__all__ = ["pytest_addoption", "trace_snapshot", "trace_store", "traced_run"]


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare our hooks."""
    pluginmanager.add_hookspecs(hookspecs)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Record before conftest files are imported, so that tracers made there are followed."""
    if activation.read_settings(early_config, early_config.known_args_namespace).asked:
        activation.begin(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Read the settings where no conftest stage did, such as in a session started by another test."""
    config.stash[activation.THREAD] = threading.get_ident()
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)
    activation.load_contract(config)
    activation.load_baseline(config)
    if activation.read_settings(config).asked:
        activation.begin(config)
        activation.instrument_once(config)
    if config.getoption("dist", default="no") != "no":  # xdist's
        from pytest_flock_trace.plugin.trial_spread import tell_workers

        tell_workers(config)

    def join() -> None:
        activation.ensure_recording(config)

    announce(join)
    config.add_cleanup(lambda: withdraw(join))


def pytest_report_header(config: pytest.Config) -> str | None:
    """Say that latency budgets are not what they read."""
    scale = activation.read_settings(config).budget_scale
    return f"flock-trace: every latency budget × {scale:g}" if scale != 1 else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Record if any test wants it, and put tests that are to be repeated into the hands of what repeats them."""
    if any(item.get_closest_marker("trace_trials") is not None for item in items):
        activation.arrange_trials(config, items)
    if activation.SESSION not in config.stash and any(map(activation.wants_recording, items)):
        activation.start(config)
        activation.instrument_once(config)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Remember the item for whoever opens a run without having asked for it."""
    item.config.stash[activation.ITEM] = item


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Forget it: between tests there is none to join."""
    item.config.stash[activation.ITEM] = None


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> list[str] | None:
    """Explain a failed comparison of what this package measures."""
    if "pytest_flock_trace.model.trace" not in sys.modules:
        return None
    from pytest_flock_trace.plugin.explain import explain_once
    from pytest_flock_trace.plugin.redacting import withholding

    explanation = explain_once(op, left, right)
    if explanation is None:
        return None
    redact = withholding(config, activation.read_settings(config))
    session = config.stash.get(activation.SESSION, None)
    if session is not None:
        session.mark(explanation.culprits)
        session.retract(explanation.unmet)
    item = config.stash.get(activation.ITEM, None)
    if item is not None and explanation.section is not None:
        title, text = explanation.section
        if session is None:
            item.add_report_section("call", title, redact(text))
        else:
            session.illustrate(item, title, redact(text))
    return [*map(redact, explanation.lines)]
