"""The board on which processes claim and answer the trials of a test."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from board_party import Party
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.analysis.trial_claim import Settlement, TrialClaim
from pytest_flock_trace.plugin.trial_board import TrialBoard
from pytest_flock_trace.plugin.trial_demand import Demand, Outcome

DEMANDS = st.integers(1, 8).flatmap(
    lambda trials: st.builds(
        Demand,
        st.builds(TrialClaim, st.just(trials), st.integers(1, trials), st.none() | st.floats(0.1, 1)),
        st.booleans(),
    )
)
STEPS = st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["go on", "go on", "go on", "die"])), max_size=60)


@pytest.fixture(scope="module")
def parties() -> Iterator[list[Party]]:
    made = [Party() for _ in range(3)]
    yield made
    for party in made:
        party.kill()


@pytest.fixture
def board(tmp_path: Path) -> TrialBoard:
    (tmp_path / "board").mkdir()
    return TrialBoard(tmp_path / "board")


def one_after_another(demand: Demand, outcomes: list[bool]) -> tuple[int, Settlement | None]:
    """How many trials one process runs, and what they settle."""
    settlement = None
    for run in range(1, demand.claim.trials + 1):
        passed = sum(outcomes[:run])
        settlement = demand.claim.settled(passed, run - passed)
        if settlement is not None and demand.stop_early:
            return run, settlement
    return demand.claim.trials, settlement


class Simulation:
    """Trials whose outcomes are known beforehand, run by processes in an order that is given."""

    def __init__(self, folder: str, parties: list[Party], demand: Demand, outcomes: list[bool]) -> None:
        self.board = TrialBoard(Path(folder))
        self.parties = parties
        self.demand = demand
        self.outcomes = outcomes
        self.held: dict[int, int] = {}
        self.answered: list[int] = []
        for party in parties:
            party.ask("open", folder)

    def step(self, who: int, what: str = "go on") -> bool:
        """Let one go on: claim if it has no claim, else answer, or die; whether there was anything to do."""
        if who in self.held:
            number = self.held.pop(who)
            if what == "die":
                self.parties[who].ask("drop")
            else:
                self.parties[who].ask("answer", self.outcomes[number - 1])
                self.answered.append(number)
            return True
        claim = self.demand.claim
        number = self.parties[who].ask("claim", claim.trials, claim.least, claim.rate, self.demand.stop_early)
        if number is not None:
            assert number not in self.held.values()
            assert number not in self.answered
            self.held[who] = number
        return number is not None

    def finish(self) -> None:
        """Whoever is at work answers; the first of them does what is left."""
        for who in [*self.held]:
            self.step(who)
        while self.step(0):
            pass


@given(demand=DEMANDS, outcomes=st.lists(st.booleans(), min_size=8, max_size=8), steps=STEPS)
def test_in_whatever_order_processes_take_part_each_trial_is_answered_once_and_the_answer_is_that_of_one_process(
    parties: list[Party], demand: Demand, outcomes: list[bool], steps: list[tuple[int, str]]
) -> None:
    run, settlement = one_after_another(demand, outcomes)
    with tempfile.TemporaryDirectory() as folder:
        simulation = Simulation(folder, parties, demand, outcomes)
        for who, what in steps:
            simulation.step(who, what)
        simulation.finish()
        counted = [simulation.board.outcome(number) for number in range(1, run + 1)]

    assert len(set(simulation.answered)) == len(simulation.answered)
    assert counted == [Outcome(passed=passed) for passed in outcomes[:run]]
    passed = sum(outcomes[:run])
    assert demand.claim.settled(passed, run - passed) == settlement


@given(demand=DEMANDS, outcomes=st.lists(st.booleans(), min_size=8, max_size=8))
def test_one_process_is_asked_for_the_trials_that_it_takes_and_no_other(demand: Demand, outcomes: list[bool]) -> None:
    known: dict[int, Outcome] = {}
    for number in demand.needed(known):
        known[number] = Outcome(passed=outcomes[number - 1])

    assert len(known) == one_after_another(demand, outcomes)[0]


@given(demand=DEMANDS)
def test_as_many_are_begun_at_once_as_it_takes_if_all_pass(demand: Demand) -> None:
    assert len([*demand.needed({})]) == one_after_another(demand, [True] * 8)[0]


def test_no_trial_comes_after_one_that_skipped_itself() -> None:
    assert [*Demand(TrialClaim(9, 9)).needed({2: Outcome(left=True)})] == [1, 2]


def test_the_trial_of_a_process_that_dies_is_free_again(board: TrialBoard, tmp_path: Path) -> None:
    party = Party()
    party.ask("open", str(tmp_path / "board"))
    assert party.ask("claim", 2, 2, None, True) == 1

    taken = board.claim([1, 2])
    assert taken is not None
    assert taken.number == 2
    party.kill()
    freed = board.claim([1])

    assert freed is not None
    taken.lock.free()
    freed.lock.free()


def test_who_waits_for_a_trial_goes_on_when_it_is_answered(
    board: TrialBoard, tmp_path: Path, parties: list[Party]
) -> None:
    parties[0].ask("open", str(tmp_path / "board"))
    claim = board.claim([1])
    assert claim is not None
    parties[0].tell("wait", 1)
    with claim:
        board.answer(1, Outcome(passed=False))

    assert parties[0].answer() is False


def test_who_waits_for_a_trial_whose_process_dies_goes_on_without_an_answer(board: TrialBoard, tmp_path: Path) -> None:
    party = Party()
    party.ask("open", str(tmp_path / "board"))
    assert party.ask("claim", 1, 1, None, True) == 1
    party.kill()
    board.wait(1)

    assert board.outcome(1) is None


def test_an_answer_is_what_was_answered_line_breaks_included(board: TrialBoard, tmp_path: Path) -> None:
    board.answer(3, Outcome(passed=False, graded=True), b"\n{}\nmore\n")
    other = TrialBoard(tmp_path / "board")

    assert other.outcome(3) == Outcome(passed=False, graded=True)
    assert other.content(3) == b"\n{}\nmore\n"
    assert other.outcome(4) is None


def test_a_board_is_over_once_its_gate_has_come_and_gone(board: TrialBoard, tmp_path: Path) -> None:
    party = Party()
    assert party.ask("open", str(tmp_path / "board")) is False
    lock = board.open_gate()
    assert lock is not None
    assert party.ask("open", str(tmp_path / "board")) is False
    lock.free()
    assert party.ask("open", str(tmp_path / "board")) is True
    assert party.ask("gate") is False
    party.kill()


def test_a_board_is_over_when_the_process_of_its_gate_has_died(board: TrialBoard, tmp_path: Path) -> None:
    party = Party()
    party.ask("open", str(tmp_path / "board"))
    assert party.ask("gate") is True
    assert not board.is_over
    party.kill()

    assert board.is_over


def test_a_board_whose_session_has_ended_is_over_and_is_not_made_again(tmp_path: Path) -> None:
    assert TrialBoard(tmp_path / "gone" / "0").is_over
    assert not (tmp_path / "gone").exists()
