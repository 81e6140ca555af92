"""The item by which a worker of xdist takes part in the trials of a test that another worker stands for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pytest

from pytest_flock_trace.plugin.trial import run_phase

if TYPE_CHECKING:
    from pytest_flock_trace.plugin.trial_board import TrialBoard
    from pytest_flock_trace.plugin.trial_gate import TrialGate

_NAME: Final = " (trials, share {})"
_ITS_NAME: Final = re.compile(r" \(trials, share \d+\)$")


def is_share(nodeid: str) -> bool:
    """Whether this is the id of a share."""
    return _ITS_NAME.search(nodeid) is not None


class TrialShare(pytest.Item):
    """Runs trials for a gate as long as any is needed. It is no test: it passes nothing and fails nothing.

    It bears the markers of the test, by which other plugins know what to let it do and for how long.
    """

    def __init__(self, *, gate: TrialGate, board: TrialBoard, **about: Any) -> None:
        super().__init__(**about)  # pyright: ignore[reportUnknownMemberType]  # pytest leaves some of it open
        self._gate = gate
        self._board = board
        self.own_markers.extend(gate.own_markers)
        self.keywords.update(gate.keywords)
        self.extra_keyword_matches.update(gate.extra_keyword_matches)
        self.fixturenames: list[str] = []
        """None, as the gate has none."""
        self.callspec: Any = gate.callspec

    @classmethod
    def of(cls, gate: TrialGate, board: TrialBoard, number: int) -> TrialShare:
        """One of the shares of a gate."""
        name = _NAME.format(number)
        about = {"name": gate.name + name, "nodeid": gate.nodeid + name, "gate": gate, "board": board}
        parent: Any = gate.parent  # which every item has
        share: TrialShare = cls.from_parent(parent, **about)  # pyright: ignore[reportUnknownMemberType]  # as above
        return share

    def reportinfo(self) -> Any:
        """Where the test is."""
        return self._gate.reportinfo()

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
        begun, _ = run_phase(self, "setup")
        ended, _ = run_phase(self, "teardown", nextitem=nextitem)
        for report in (begun, ended):
            if report.failed:
                self.ihook.pytest_runtest_logreport(report=report)
