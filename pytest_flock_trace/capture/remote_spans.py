"""Spans that other processes send, on their way to the runs and tests that caused them."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple
from weakref import WeakValueDictionary

from pytest_flock_trace.capture.ledger import Ledger, TestLedger
from pytest_flock_trace.model.span import Origin, Span

if TYPE_CHECKING:
    from opentelemetry.trace import Span as LiveSpan

    from pytest_flock_trace.capture.router import Router

_log: Final = logging.getLogger("pytest_flock_trace")


class _Home(NamedTuple):
    """For whom a sender was started."""

    trace_id: str
    """The trace that it was told to go on with; empty for none."""
    phase: str | None
    """Of the test, where it was started outside every run."""


class RemoteSpans:
    """Knows each sender by a prefix of its own in the path that it sends to.

    A span goes to whom its sender was started for if it is of the trace that the sender was told to go on with: ids of
    traces may repeat under a seeded generator. Of another trace, such as that of a later request to a server, it goes
    to the run that has this trace, and if none has, again to whom the sender was started for.
    """

    def __init__(self, router: Router) -> None:
        self._router = router
        self._homes: dict[str, _Home] = {}
        self._ledgers: WeakValueDictionary[str, Ledger] = WeakValueDictionary()
        self._lock = threading.Lock()

    def prefix(self, span: LiveSpan | None, ledger: Ledger) -> str:
        """What a sender puts before the path, that is started for this ledger to go on below this span."""
        trace_id = "" if span is None else format(span.get_span_context().trace_id, "032x")
        home = _Home(trace_id, ledger.phase if isinstance(ledger, TestLedger) else None)
        with self._lock:
            known = (one for one, owner in self._ledgers.items() if owner is ledger and self._homes[one] == home)
            prefix = next(known, None) or secrets.token_hex(8)
            self._homes[prefix] = home
            self._ledgers[prefix] = ledger
        return prefix

    def knows(self, prefix: str) -> bool:
        """Whether a sender was given this prefix."""
        return prefix in self._homes

    def keep(self, prefix: str, spans: Sequence[Span]) -> None:
        """Give each span to its owner."""
        home, own = self._homes[prefix], self._ledgers.get(prefix)
        with self._lock:  # what is sent twice may come at the same time
            for span in spans:
                ledger = own if span.trace_id == home.trace_id else self._router.ledger_of_trace(span.trace_id)
                self._give(span, ledger or own, home)

    def _give(self, span: Span, ledger: Ledger | None, home: _Home) -> None:
        if ledger is None:
            _log.info("span %r of trace %s belongs to a test that is over and gone", span.name, span.trace_id)
            return
        ambient = isinstance(ledger, TestLedger) and home.phase is not None
        ledger.receive([span.replace(origin=Origin(phase=home.phase)) if ambient else span])
