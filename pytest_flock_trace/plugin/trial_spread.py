"""Whether the trials of a test are spread over the workers of xdist, and how each worker knows it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from pytest_flock_trace.plugin.trial_gate import TrialGate

_TO_WORKERS: Final = "flock_trace_trials"
_SPREADING: Final = ("load", "worksteal")
"""Ways of xdist to hand out items that keep no two of them together, and none for each worker."""


class Spread(NamedTuple):
    """What a worker is told."""

    folder: Path
    """Where boards may be; whoever needs one makes it."""
    dist: str
    workers: int
    chunk: int | None
    """How many items xdist hands out at once, if it was told."""

    @classmethod
    def told(cls, config: pytest.Config) -> Spread | None:
        """What this process was told; None in one that is no worker, or runs its trials by itself."""
        told: dict[str, Any] = getattr(config, "workerinput", {})
        if _TO_WORKERS not in told or config.getoption("setuponly", default=False):
            return None
        folder, dist = told[_TO_WORKERS]
        return cls(Path(folder), dist, told["workercount"], config.getoption("maxschedchunk", default=None))

    def add_shares(self, items: list[pytest.Item]) -> None:
        """Put in the items by which every worker takes part in the trials of each test that has several."""
        from pytest_flock_trace.plugin.trial_board import TrialBoard
        from pytest_flock_trace.plugin.trial_gate import TrialGate
        from pytest_flock_trace.plugin.trial_places import first_of_each, placed
        from pytest_flock_trace.plugin.trial_share import TrialShare

        shares: dict[pytest.Item, list[pytest.Item]] = {}
        for number, gate in enumerate(item for item in items if isinstance(item, TrialGate)):
            board = TrialBoard(self.folder / str(number))
            shares[gate] = [TrialShare.of(gate, board, share) for share in range(1, self._helpers(gate) + 1)]
            gate.board = board if shares[gate] else None
        if any(shares.values()):
            self.folder.mkdir(mode=0o700, exist_ok=True)
        items[:] = placed(
            items,
            lambda item: shares.get(item, ()),
            lambda total: first_of_each(total, self.workers, dist=self.dist, chunk=self.chunk),
        )

    def _helpers(self, gate: TrialGate) -> int:
        """One for each trial that is needed if all pass, but for the gate's own."""
        return min(self.workers, sum(1 for _ in gate.demand.needed({}))) - 1


def tell_workers(config: pytest.Config) -> None:
    """Have each worker of xdist told, where this process starts any that can share the trials of a test."""
    dist = config.getoption("dist", default="no")
    if hasattr(config, "workerinput") or dist not in _SPREADING or not _local(config.getoption("tx", default=())):
        return
    folder = Path(gettempdir(), f"flock-trace-{uuid4().hex}")
    config.add_cleanup(lambda: rmtree(folder, ignore_errors=True))
    config.pluginmanager.register(TrialTeller(folder, str(dist)), "flock_trace_trial_teller")


def _local(specs: Sequence[str] | None) -> bool:
    """Whether all workers are processes of this machine and of this Python: others can't see a folder of it."""
    return bool(specs) and all(spec.rpartition("*")[2] == "popen" for spec in specs or ())


class TrialTeller:
    """Tells each worker, and has the terminal count tests."""

    def __init__(self, folder: Path, dist: str) -> None:
        self._told = str(folder), dist
        self._session: pytest.Session | None = None
        self._tests: int | None = None

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        """Remember the session, whose number of tests is not the number of items that workers have."""
        self._session = session

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """A worker of xdist is about to be started."""
        node.workerinput[_TO_WORKERS] = self._told

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: Sequence[str]) -> None:
        """A worker tells its items."""
        from pytest_flock_trace.plugin.trial_share import is_share

        tests = sum(not is_share(nodeid) for nodeid in ids)
        self._tests = tests if tests < len(ids) else None

    def pytest_runtest_logstart(self) -> None:
        """Say how many tests there are, which xdist has said of items: the share that is done is a share of these."""
        if self._session is not None and self._tests is not None:
            self._session.testscollected = self._tests
