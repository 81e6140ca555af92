"""What a trial recorded, made fit to be sent to the process that judges its test, and made a record there again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import uuid4

from pytest_flock_trace.analysis.budget import BudgetUse
from pytest_flock_trace.capture.foreign_run import ForeignFixture, ForeignRun
from pytest_flock_trace.capture.ledger import Ledger
from pytest_flock_trace.model.condition import Name
from pytest_flock_trace.model.span import Span, SpanKey
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.model.tree import SpanTree
from pytest_flock_trace.recording.attempt import TestRecord, note_lacking
from pytest_flock_trace.recording.recorded_trace import Reading, recorder
from pytest_flock_trace.recording.traced_run import TracedRun

SharedKey = tuple[str, int]
"""Which process a run is of that several of its trials share, and which of its runs it is."""


@dataclass(frozen=True)
class CarriedLedger:
    """The spans of a ledger as they were when it was sent; those that end later are not told of."""

    title: str
    spans: tuple[Span, ...]
    exported: frozenset[SpanKey]
    """Those that their own process sends to a collector."""

    @classmethod
    def of(cls, ledger: Ledger, reading: Reading) -> CarriedLedger:
        """The spans before the user's hooks have changed them, which happens where they are read."""
        rows = tuple(ledger.rows)
        spans = Reading(reading.wait_names)(rows)
        themselves = recorder().providers.export_themselves
        exported = frozenset(span.key for span, row in zip(spans, rows) if themselves(row.resource))
        return cls(ledger.title, (*spans, *ledger.received), exported)

    def put_into(self, ledger: Ledger) -> None:
        """Make a ledger hold these."""
        ledger.received[:], ledger.exported = self.spans, self.exported
        ledger.close()


@dataclass(frozen=True)
class CarriedRun:
    """One run; the spans of a nested one are in the ledger of its outermost run."""

    name: str
    ledger: int
    """Position of its ledger among those of the record."""
    outermost: bool
    ids: tuple[int, int]
    """Trace and span id of its root."""
    is_open: bool
    scope: str
    """Of the fixture that opened it; empty for the test's own."""
    shared: SharedKey | None


@dataclass(frozen=True)
class CarriedRecord:
    """What is asked of the record of a trial once it is over."""

    ambient: CarriedLedger
    ledgers: tuple[CarriedLedger, ...]
    runs: tuple[CarriedRun, ...]
    loaded: tuple[tuple[str, tuple[Span, ...]], ...]
    """Name and spans of what it has loaded from files."""
    culprits: tuple[Span, ...]
    lacking: tuple[Name, ...]
    budgets: tuple[BudgetUse, ...]
    unbudgeted: bool


class Carrier:
    """Makes records of one process fit to be sent, and knows a run again that it has sent before."""

    def __init__(self) -> None:
        self._name = uuid4().hex
        self._shared: list[TracedRun] = []

    def carried(self, record: TestRecord) -> CarriedRecord:
        """The record as it is now."""
        ledgers = [*{id(run.ledger): run.ledger for run in record.runs}.values()]
        return CarriedRecord(
            CarriedLedger.of(record, record.reading),
            tuple(CarriedLedger.of(ledger, record.reading) for ledger in ledgers),
            tuple(self._run(run, ledgers) for run in record.runs),
            tuple((trace.name, tuple(trace.tree.spans)) for trace in record.loaded),
            tuple(record.culprits),
            tuple(record.lacking),
            tuple(record.budgets),
            record.unbudgeted,
        )

    def sent(self, key: SharedKey | None) -> TracedRun | None:
        """The run that was sent under this key; None if another process has sent it."""
        return None if key is None or key[0] != self._name else self._shared[key[1]]

    def _run(self, run: TracedRun, ledgers: list[Ledger]) -> CarriedRun:
        ids = run.span_context.trace_id, run.span_context.span_id
        position = next(at for at, ledger in enumerate(ledgers) if ledger is run.ledger)
        scope: str = "" if run.fixture is None else getattr(run.fixture, "scope", "function")
        return CarriedRun(run.name, position, run.outermost, ids, run.is_open, scope, self._key(run))

    def _key(self, run: TracedRun) -> SharedKey | None:
        if not run.shared:
            return None
        if run not in self._shared:
            self._shared.append(run)
        return self._name, self._shared.index(run)


class Arrivals:
    """Makes records of what has been sent, a run that several trials of a process share once.

    What this process itself has sent is known by its `Carrier`: such a run may go on in trials that are run here.
    """

    def __init__(self, own: Carrier) -> None:
        self._own = own
        self._shared: dict[SharedKey, tuple[ForeignRun, TracedRun]] = {}

    def record(self, carried: CarriedRecord, nodeid: str, reading: Reading) -> TestRecord:
        """The record of a trial that is over."""
        record = TestRecord(nodeid, reading)
        carried.ambient.put_into(record)
        ledgers = [Ledger(one.title) for one in carried.ledgers]
        for one, ledger in zip(carried.ledgers, ledgers):
            one.put_into(ledger)
        record.runs.extend(self._runs(carried.runs, ledgers, reading))
        record.loaded.extend(Trace(SpanTree(spans), name=name) for name, spans in carried.loaded)
        record.culprits.extend(carried.culprits)
        record.lacking.update(dict.fromkeys(carried.lacking))
        record.budgets.extend(carried.budgets)
        record.unbudgeted = carried.unbudgeted
        return record

    def _runs(self, runs: Iterable[CarriedRun], ledgers: list[Ledger], reading: Reading) -> list[TracedRun]:
        outermost: dict[int, ForeignRun] = {}
        made: list[TracedRun] = []
        for run in runs:
            if (own := self._own.sent(run.shared)) is not None:
                made.append(own)
                continue
            foreign = _foreign(run, ledgers, None if run.outermost else outermost.get(run.ledger))
            outermost.setdefault(run.ledger, foreign)
            known = self._shared.get(run.shared) if run.shared else None
            if known is None:
                known = foreign, TracedRun(foreign, reading, note_lacking)
            elif run.outermost:  # it may have gone on since
                known[0].ledger.received[:], known[0].is_open = foreign.ledger.received, run.is_open
                known[1].read_anew()
            if run.shared:
                self._shared[run.shared] = known
            made.append(known[1])
        return made


def _foreign(run: CarriedRun, ledgers: list[Ledger], outer: ForeignRun | None) -> ForeignRun:
    fixture = ForeignFixture(run.scope) if run.scope else None
    return ForeignRun(run.name, ledgers[run.ledger], outer, fixture, run.ids, run.is_open)
