"""A session that is to record every test, until there is anything that could be recorded."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final, TypeVar

import pytest

from pytest_flock_trace.plugin.activation import OPENTELEMETRY
from pytest_flock_trace.plugin.first_import import FirstImport
from pytest_flock_trace.plugin.flock import FlockManners
from pytest_flock_trace.plugin.marks import is_marked
from pytest_flock_trace.plugin.outputs import outputs
from pytest_flock_trace.plugin.settings import Settings

if TYPE_CHECKING:
    from pytest_flock_trace.plugin.session import CaptureSession

_T = TypeVar("_T")
_PACKAGES: Final = (OPENTELEMETRY, "pytest_flock_trace.recording")
"""Nobody makes a span without the one, nor asks us about any without the other."""


class Standby:
    """The plugin object of a session in which nobody has imported OpenTelemetry yet.

    Such a session costs next to nothing: neither the SDK is loaded, nor what makes something of spans. That its tests
    recorded none can be told from their reports.
    """

    def __init__(self, config: pytest.Config, settings: Settings, start: Callable[[], object]) -> None:
        self._config = config
        self._settings = settings
        self._start = start
        self._first = FirstImport(_PACKAGES, start)
        self._flock = FlockManners()
        self._fixtures: list[tuple[pytest.FixtureDef[Any], ExitStack]] = []
        self._first.watch()

    def stop(self) -> None:
        """There is nothing more to wait for; fixtures that are at work are brought to their end."""
        self._first.end()
        if self._config.pluginmanager.is_registered(self):
            self._config.pluginmanager.unregister(self)
            self._flock.restore()

    def pytest_configure(self, config: pytest.Config) -> None:
        """See which process this is; xdist's workers know it only now, and none of them prints or writes."""
        if not hasattr(config, "workerinput"):
            outputs(config, self._settings)

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, _T, _T]:
        """A test that bears a marker of ours, which a fixture may have given it, is judged even if nothing happens."""
        result = yield
        if is_marked(item):
            self._start()
        return result

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, _T, _T]:
        """Note which fixtures are at work, should one of them turn out to be the first to make spans."""
        with ExitStack() as rest:
            self._fixtures.append((fixturedef, rest))
            try:
                return (yield)
            finally:
                self._fixtures.pop()

    def hand_over(self, session: CaptureSession) -> None:
        """The test under way is recorded from now on: what its fixtures at work still do is theirs."""
        for fixture, rest in self._fixtures:
            rest.enter_context(session.working(fixture))
