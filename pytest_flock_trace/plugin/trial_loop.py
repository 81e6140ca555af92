"""Where in a session trials are run: before the test that they are part of is set up."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, TypeVar

import pytest

from pytest_flock_trace.plugin.trial_gate import TrialGate
from pytest_flock_trace.plugin.trial_share import TrialShare

if TYPE_CHECKING:
    from pytest_flock_trace.plugin.trial_spread import Spread

_T = TypeVar("_T")


class TrialLoop:
    """Runs the trials in the outermost wrapper of the set-up, where no phase of a test is under way.

    So every plugin sees each trial set up, called and torn down one after another, as it sees tests, and a plugin that
    runs a failed test again runs all its trials again.
    """

    def __init__(self, spread: Spread | None) -> None:
        self._spread = spread

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Let other workers take part, once it is certain which tests are run and before xdist is told of the items."""
        if self._spread is not None:
            self._spread.add_shares(session.items)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Take part in the trials of a test that another worker stands for, of which nothing is reported here."""
        if not isinstance(item, TrialShare):
            return None
        item.runtest()
        item.leave(nextitem)
        return True

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> Generator[None, _T, _T]:
        """Run the trials of a test that has any."""
        if isinstance(item, TrialGate) and not item.config.getoption("setuponly", default=False):
            item.run_trials()
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Count their time as that of the call."""
        report = yield
        if isinstance(item, TrialGate) and report.when in ("setup", "call"):
            report.duration += item.seconds if report.when == "call" else -item.seconds
        return report
