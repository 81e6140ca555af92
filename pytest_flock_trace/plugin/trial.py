"""One trial of a test: its set-up, call and teardown as pytest would do them, and how they came out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from pytest_flock_trace.model.text import cut_end

if TYPE_CHECKING:
    from pytest_flock_trace.analysis.mutation.grade import Grade
    from pytest_flock_trace.recording.attempt import TestRecord

_LEAVING = (pytest.skip.Exception, pytest.xfail.Exception)
"""How a test says that it has no outcome of its own."""
_LONGEST_REASON = 600


@dataclass
class Trial:
    """What came of one."""

    number: int
    reason: str = ""
    """How it failed first; empty if it passed."""
    traceback: str = ""
    """The same at length."""
    leaving: BaseException | None = None
    """With what it left instead of passing or failing."""
    record: TestRecord | None = None
    """What it recorded; None where nothing is."""
    sections: Sequence[tuple[str, str, str]] = ()
    """Phase, kind and text of what it wrote."""
    properties: list[tuple[str, object]] = field(default_factory=list[tuple[str, object]])
    grade: Grade | None = None
    """How much its checks would notice, where they were graded."""

    @property
    def passed(self) -> bool:
        """All of its phases did."""
        return not self.reason

    def hear(self, report: pytest.TestReport, call: pytest.CallInfo[None]) -> None:
        """Take in one phase; the first that went wrong is the one that counts."""
        if call.excinfo is None or self.reason or self.leaving is not None:
            return
        if isinstance(call.excinfo.value, _LEAVING):
            self.leaving = call.excinfo.value
            return
        self.reason = _reason(report, call.excinfo)
        self.traceback = report.longreprtext


def run_trial(item: pytest.Item, number: int, nextitem: pytest.Item) -> Trial:
    """Run the item once, from fresh fixtures on; `nextitem` says which fixtures of a wider scope are kept.

    Hooks are called as for any test, but nothing is reported: a trial is part of a test.
    """
    trial = Trial(number)
    markers = list(item.own_markers)
    try:
        if _phase(trial, item, "setup"):
            _phase(trial, item, "call")
        _phase(trial, item, "teardown", nextitem=nextitem)
    finally:
        trial.sections = _taken(getattr(item, "_report_sections", []))
        trial.properties = _taken(item.user_properties)
        item.own_markers[:] = markers
        _renew(item)
    return trial


def run_phase(
    item: pytest.Item, when: Literal["setup", "call", "teardown"], **more: object
) -> tuple[pytest.TestReport, pytest.CallInfo[None]]:
    """What pytest would report, which nobody is told yet, and what it is made of."""
    hook: Any = getattr(item.ihook, f"pytest_runtest_{when}")
    debugged = item.config.getoption("usepdb", default=False)
    leave: tuple[type[BaseException], ...] = (pytest.exit.Exception, *(() if debugged else (KeyboardInterrupt,)))
    phase: Callable[[], None] = partial(hook, item=item, **more)
    call = pytest.CallInfo[None].from_call(phase, when=when, reraise=leave)
    report: pytest.TestReport = item.ihook.pytest_runtest_makereport(item=item, call=call)
    if debugged and report.failed:
        item.ihook.pytest_exception_interact(node=item, call=call, report=report)
    return report, call


def _phase(trial: Trial, item: pytest.Item, when: Literal["setup", "call", "teardown"], **more: object) -> bool:
    """True if nothing was raised."""
    report, call = run_phase(item, when, **more)
    trial.hear(report, call)
    return call.excinfo is None


def _reason(report: pytest.TestReport, excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    """`test_it.py:12: AssertionError: …`, and in which phase if not in the call."""
    crash = getattr(report.longrepr, "reprcrash", None)
    plain = isinstance(excinfo.value, pytest.fail.Exception) and not excinfo.value.pytrace
    place = "" if crash is None or plain else f"{Path(crash.path).name}:{crash.lineno}: "
    phase = "" if report.when == "call" else f"{report.when}: "
    text = str(excinfo.value) if plain else excinfo.exconly(tryshort=True)
    return cut_end(f"{phase}{place}{text}".strip(), _LONGEST_REASON) or type(excinfo.value).__name__


def _taken(texts: list[Any]) -> list[Any]:
    """What the list holds, which it holds no longer."""
    taken = [*texts]
    texts.clear()
    return taken


def _renew(item: pytest.Item) -> None:
    """Let the next trial begin as the first one did: without values of fixtures, and of a class with a new instance.

    pytest itself does so where a plugin runs an item again, but for the instance.
    """
    forget: Callable[[], None] | None = getattr(item, "_initrequest", None)
    if forget is not None:
        forget()
    if isinstance(item, pytest.Function) and hasattr(getattr(item.parent, "obj", None), item.originalname):
        vars(item).pop("_instance", None)
        vars(item)["_obj"] = None
