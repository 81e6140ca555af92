"""Where the processes that run the trials of one test see which are claimed, which answered, and how."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from pytest_flock_trace.plugin.file_lock import FileLock
from pytest_flock_trace.plugin.trial_demand import Outcome


@dataclass(frozen=True)
class Claim(AbstractContextManager["Claim"]):
    """The right to run a trial. Who gives it back, or dies with it, without an answer leaves the trial to others."""

    number: int
    lock: FileLock

    def __exit__(self, *_: object) -> None:
        self.lock.free()


class TrialBoard:
    """A folder: trial 3 is claimed by a lock on `3.lock` and answered by `3.trial`, its outcome and what came of it.

    The gate holds `gate.lock` while it runs, and leaves `gate.begun` behind. A board whose gate has begun while nobody
    holds the lock is over.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._begun = folder / "gate.begun"
        self._known: dict[int, Outcome] = {}

    @property
    def outcomes(self) -> Mapping[int, Outcome]:
        """Of the trials that this process has seen an answer to; the same mapping grows."""
        return self._known

    def open_gate(self) -> FileLock | None:
        """Begin as the test's gate, until the lock is given back; None where one has begun before."""
        self._folder.mkdir(exist_ok=True)
        if self._begun.exists():
            return None
        lock = FileLock(self._folder / "gate.lock")
        lock.wait()
        self._begun.touch()
        return lock

    @property
    def is_over(self) -> bool:
        """Whether nobody will ask for an answer any more: the gate has run, or has died, or the session has ended."""
        try:
            self._folder.mkdir(exist_ok=True)
        except FileNotFoundError:
            return True
        if not self._begun.exists():
            return False
        lock = FileLock(self._folder / "gate.lock")
        over = lock.take()
        lock.free()
        return over

    def claim(self, numbers: Iterable[int]) -> Claim | None:
        """The first of these trials that is neither answered nor claimed; None if there is none."""
        for number in numbers:
            if self.outcome(number) is not None:
                continue
            claim = Claim(number, FileLock(self._folder / f"{number}.lock"))
            if not claim.lock.take():
                continue
            if self.outcome(number) is None:
                return claim
            claim.lock.free()  # it was answered since
        return None

    def wait(self, number: int) -> None:
        """Until nobody runs this trial: it has an answer then, or its process has died."""
        with Claim(number, FileLock(self._folder / f"{number}.lock")) as claim:
            claim.lock.wait()

    def answer(self, number: int, outcome: Outcome, content: bytes = b"") -> None:
        """Tell how a claimed trial came out; others see all of the answer or none of it."""
        draft = self._folder / f"{number}.new"
        draft.write_bytes(json.dumps(outcome._asdict()).encode() + b"\n" + content)
        draft.replace(self._answer(number))
        self._known[number] = outcome

    def outcome(self, number: int) -> Outcome | None:
        """How a trial came out; None if it has no answer yet."""
        if number not in self._known:
            try:
                with self._answer(number).open("rb") as file:
                    self._known[number] = Outcome(**json.loads(file.readline()))
            except FileNotFoundError:
                return None
        return self._known[number]

    def content(self, number: int) -> bytes:
        """What came of an answered trial."""
        return self._answer(number).read_bytes().partition(b"\n")[2]

    def _answer(self, number: int) -> Path:
        return self._folder / f"{number}.trial"
