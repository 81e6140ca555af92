"""Rules that every run of a test, or of a session, has to obey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

import pytest

from pytest_flock_trace.errors import BadSetting, FlockTraceError
from pytest_flock_trace.model.rules.contract import as_rule, failure
from pytest_flock_trace.model.rules.rule import Rule
from pytest_flock_trace.plugin.imported import imported

if TYPE_CHECKING:
    from pathlib import Path

    from pytest_flock_trace.model.rules.verdict import Outcome
    from pytest_flock_trace.model.trace import Trace
    from pytest_flock_trace.recording.attempt import TestRecord
    from pytest_flock_trace.recording.traced_run import TracedRun

MARKER = "trace_contract"


@dataclass(frozen=True)
class SessionContract:
    """The rules of ini `flock_trace_contract`."""

    source: str
    """`module:name`, as the ini value says."""
    rules: Sequence[Rule]

    @classmethod
    def load(cls, source: str, rootdir: Path) -> SessionContract:
        """Import the rules, from the root directory too; raise `BadSetting` for what can't be found or is no rule."""
        module, _, name = source.partition(":")
        if not (module and name):
            raise BadSetting(f"ini flock_trace_contract = {source!r} names no rules; write module:name")
        try:
            found: object = attrgetter(name)(imported(module, rootdir))
        except (Exception, SystemExit, pytest.skip.Exception) as exc:  # whatever the user's module may raise
            cause = str(exc) if isinstance(exc, (ImportError, AttributeError)) else f"{type(exc).__name__}: {exc}"
            raise BadSetting(f"ini flock_trace_contract = {source!r} can't be loaded: {cause}") from exc
        rules = cast("Sequence[Any]", found) if isinstance(found, (list, tuple)) else [cast("Any", found)]
        if not rules:
            raise BadSetting(f"ini flock_trace_contract = {source!r} has no rule in it, so it would prove nothing")
        try:
            return cls(source, [as_rule(rule) for rule in rules])
        except FlockTraceError as exc:
            raise BadSetting(f"ini flock_trace_contract = {source!r}: {exc}") from exc


def marked_rules(item: pytest.Item) -> list[Rule]:
    """The rules of the item's markers, the closest first; raise `BadSetting` for what is no rule."""
    rules: list[Rule] = []
    for marker in item.iter_markers(MARKER):
        if marker.kwargs or not marker.args:
            given = f"keywords {', '.join(marker.kwargs)}" if marker.kwargs else "no rule"
            raise BadSetting(f"marker trace_contract was given {given}; write trace_contract(never('delete_*'))")
        try:
            rules.extend(map(as_rule, marker.args))
        except FlockTraceError as exc:
            raise BadSetting(f"marker trace_contract: {exc}") from exc
    return rules


def marker_complaint(item: pytest.Item) -> str | None:
    """What is wrong with the item's markers, before it runs; None if nothing is."""
    try:
        marked_rules(item)
    except BadSetting as exc:
        return str(exc)
    return None


def judge(item: pytest.Item, record: TestRecord, contract: SessionContract | None) -> None:
    """Hold the test's runs against the contracts on it; fail the test for the first run that breaks one.

    Called after the test and again after its fixtures, for the runs that these held open. Of a test without a run, the
    contract that it is marked with concerns all that it did. A rule of the session's contract need not have a subject
    in every run.
    """
    __tracebackhide__ = True
    outermost = [run for run in record.runs if run.outermost]
    runs = [run for run in outermost if not run.is_open and run not in record.judged]
    rules = marked_rules(item)
    traces: Sequence[Trace] = runs if outermost or record.closed or record.held else [record.trace]
    record.judged.extend(runs)
    for trace in traces if rules else ():
        _hold(record, trace, rules, "trace_contract", ("passed",))
    for run in runs if contract is not None else ():
        _hold_run(record, run, (), contract)


def judge_run(item: pytest.Item, record: TestRecord, run: TracedRun, contract: SessionContract | None) -> None:
    """Hold a run of a property test's example against the contracts as it closes: it is this example that fails.

    Hypothesis then looks for a smaller one that fails, too.
    """
    __tracebackhide__ = True
    if run.outermost and run.fixture is None:
        record.held = True
        record.judged.append(run)
        _hold_run(record, run, marked_rules(item), contract)


def judge_example(item: pytest.Item, record: TestRecord) -> None:
    """Hold all that an example without a run did against the contract that its test is marked with, if it did a thing.

    A test of which no example did is held against it in the end.
    """
    __tracebackhide__ = True
    rules = marked_rules(item)
    if rules and record.rows_seen and not any(run.outermost for run in record.runs):
        record.held = True
        _hold(record, record.trace, rules, "trace_contract", ("passed",))


def _hold_run(record: TestRecord, run: TracedRun, rules: Sequence[Rule], contract: SessionContract | None) -> None:
    __tracebackhide__ = True
    if rules:
        _hold(record, run, rules, "trace_contract", ("passed",))
    if contract is not None:
        _hold(record, run, contract.rules, f"contract {contract.source}", ("passed", "vacuous", "not captured"))


def _hold(record: TestRecord, trace: Trace, rules: Sequence[Rule], contract: str, accepted: Sequence[Outcome]) -> None:
    __tracebackhide__ = True
    verdicts = [rule.verdict(trace) for rule in rules]
    wrong = [verdict for verdict in verdicts if verdict.outcome not in accepted]
    if not wrong:
        trace.accept(name for rule in rules for pattern in rule.patterns for name in pattern.names())
        if record.check_log is not None:
            record.check_log.add(
                f"{contract} of {trace.title}",
                [trace],
                lambda traces: all(rule.verdict(traces[0]).outcome in accepted for rule in rules),
            )
        return
    broken = failure(wrong, len(verdicts))
    record.culprits.extend(broken.culprits)
    # where the test is under way, its arguments are in its frame, which Hypothesis has made as small as they can be
    pytest.fail(f"{contract}: {broken}", pytrace=not record.passed)
