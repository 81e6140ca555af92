"""Grades of tests as text: what part of the bugs each notices, and what it would not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pytest_flock_trace.analysis.mutation.grade import Grade, Survivor
from pytest_flock_trace.model.duration import format_duration
from pytest_flock_trace.model.grouping import grouped
from pytest_flock_trace.model.text import count_of, one_line
from pytest_flock_trace.render.table import table
from pytest_flock_trace.render.tally import TestSummary

TITLE = "do the assertions bite?"
_SPANS, _SENTENCES = 4, 3
"""Spans told of each test, and sentences of each span, unless everything is wanted."""
Graded = tuple[str, Grade]
"""A test's id and its grade."""


def grade_lines(tests: Iterable[TestSummary], *, limit: int | None) -> list[str]:
    """The score of each file and test, the lowest first, then what nothing in them notices; none without grades.

    Tests that check nothing of what they recorded are counted, as they have no assertion that could bite.
    """
    graded = [(one_line(test.nodeid), test.grade) for test in tests if test.grade is not None]
    if not graded:
        return []
    judged = sorted((pair for pair in graded if pair[1].mutants), key=_rank)
    idle = sum(not grade.checks for _, grade in graded)
    lines = [_headline([grade for _, grade in graded])]
    lines.extend(_scores(judged, limit))
    if idle:
        lines.append(f"{count_of(idle, 'test')} recorded spans and checked nothing of them")
    for nodeid, grade in judged if limit is None else judged[:limit]:
        lines.extend(_gaps(nodeid, grade, brief=limit is not None))
    return lines


def _headline(grades: Sequence[Grade]) -> str:
    took = format_duration(sum(grade.took_ns for grade in grades))
    return f"{TITLE} {_score(grades)}; asking took {took}"


def _scores(judged: Sequence[Graded], limit: int | None) -> list[str]:
    """A row for each file, where there are several, and for each test."""
    if not judged:
        return []
    files = grouped((nodeid.partition("::")[0], grade) for nodeid, grade in judged)
    rows = [_row(file, grades) for file, grades in files.items() if len(files) > 1]
    shown = judged if limit is None else judged[:limit]
    rows.extend(_row(nodeid, [grade]) for nodeid, grade in shown)
    lines = table(("noticed", "of", "checks", "test"), rows, align="rrrl").splitlines()
    hidden = len(judged) - len(shown)
    return [*lines, *([f"{hidden} hidden, use -vv"] if hidden else [])]


def _row(name: str, grades: Sequence[Grade]) -> tuple[str, ...]:
    return (
        _percent(grades),
        str(sum(grade.mutants for grade in grades)),
        str(sum(grade.checks for grade in grades)),
        name,
    )


def _gaps(nodeid: str, grade: Grade, *, brief: bool) -> Iterator[str]:
    if not grade.survivors:
        return
    yield ""
    yield f"nothing in {nodeid} would notice if"
    spans = grouped(((survivor.run, survivor.span), survivor) for survivor in grade.survivors)
    several = len({run for run, _ in spans}) > 1
    for number, ((run, span), survivors) in enumerate(spans.items()):
        if brief and number == _SPANS:
            left = sum(map(len, list(spans.values())[_SPANS:]))
            yield f"  … {left} more of {count_of(len(spans) - _SPANS, 'span')}, use -vv"
            break
        yield f"  {one_line(span)}" + (f" in run {one_line(run)!r}" if several and run else "")
        yield from _sentences(survivors, brief=brief)
    if grade.reads:
        yield f"  but it also looks at spans itself ({', '.join(grade.reads)}), which nobody can ask again"


def _sentences(survivors: Sequence[Survivor], *, brief: bool) -> Iterator[str]:
    shown = survivors[:_SENTENCES] if brief else survivors
    for survivor in shown:
        remedy = f"; {survivor.remedy} would" if survivor.remedy else ""
        yield f"    {survivor.sentence}{remedy}"
    if left := len(survivors) - len(shown):
        yield f"    … {left} more, use -vv"


def _rank(pair: Graded) -> tuple[float, str]:
    score = pair[1].score
    return 1.0 if score is None else score, pair[0]


def _score(grades: Sequence[Grade]) -> str:
    killed, mutants = sum(grade.killed for grade in grades), sum(grade.mutants for grade in grades)
    if not mutants:
        return "nothing that was recorded is checked"
    return f"{killed} of {count_of(mutants, 'change')} to what was recorded would be noticed ({_percent(grades)})"


def _percent(grades: Sequence[Grade]) -> str:
    """Rounded down, so that 100% is all."""
    killed, mutants = sum(grade.killed for grade in grades), sum(grade.mutants for grade in grades)
    return f"{killed * 100 // mutants}%" if mutants else ""
