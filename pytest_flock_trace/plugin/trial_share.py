"""The item by which a worker of xdist takes part in the trials of a test that another worker stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest

from pytest_flock_trace.plugin.trial import run_phase

if TYPE_CHECKING:
    from pytest_flock_trace.plugin.trial_board import TrialBoard
    from pytest_flock_trace.plugin.trial_gate import TrialGate

_SUFFIX: Final = " (trials, share {})"
_ITS_SUFFIX: Final = re.compile(r" \(trials, share \d+\)$")


def is_share(nodeid: str) -> bool:
    """Whether this is the id of a share."""
    return _ITS_SUFFIX.search(nodeid) is not None


class TrialShare(pytest.Item):
    """Runs trials for a gate as long as any is needed. It is no test: it passes nothing and fails nothing.

    It bears the markers of the test, by which other plugins know what to let it do and for how long.
    """

    def __init__(self, *, gate: TrialGate, board: TrialBoard, suffix: str, **about: Any) -> None:
        super().__init__(**about)  # pyright: ignore[reportUnknownMemberType]  # pytest leaves some of it open
        self._gate = gate
        self._board = board
        self._suffix = suffix
        self.own_markers.extend(gate.own_markers)
        self.keywords.update(gate.keywords)
        self.extra_keyword_matches.update(gate.extra_keyword_matches)
        self.fixturenames: list[str] = []
        """None, as the gate has none."""
        self.callspec: Any = gate.callspec

    @classmethod
    def of(cls, gate: TrialGate, board: TrialBoard, number: int) -> TrialShare:
        """One of the shares of a gate."""
        suffix = _SUFFIX.format(number)
        about = {"name": gate.name + suffix, "nodeid": gate.nodeid + suffix}
        parent: Any = gate.parent  # which every item has
        share: TrialShare = cls.from_parent(parent, gate=gate, board=board, suffix=suffix, **about)  # pyright: ignore[reportUnknownMemberType]  # as above
        return share

    def reportinfo(self) -> Any:
        """Where the test is, under this name."""
        path, line, name = self._gate.reportinfo()
        return path, line, name + self._suffix

    def runtest(self) -> None:
        """Run trials until none is left to this process, or nobody asks for them any more."""
        from pytest_flock_trace.plugin.trial_participant import Participant

        participant = Participant(self._gate, self._board, self)
        while not self._board.is_over and participant.run_next():
            pass

    def leave(self, nextitem: pytest.Item | None) -> None:
        """Tear down the fixtures that the trials shared and the next item does not need.

        That is the one thing that is reported if it fails: it belongs to no trial.
        """
        begun, ended = run_phase(self, "setup"), run_phase(self, "teardown", nextitem=nextitem)
        for report, call in (begun, ended):
            if report.failed and call.excinfo is not None:
                report.longrepr = self._gate.test.repr_failure(call.excinfo)  # which knows pytest's own lines
                self.ihook.pytest_runtest_logreport(report=report)
