"""Grades of tests and files as text: what part of the changes to what they recorded they would notice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pytest_flock_trace.analysis.mutation.grade import Grade, Survivor
from pytest_flock_trace.model.duration import format_duration
from pytest_flock_trace.model.grouping import grouped
from pytest_flock_trace.model.text import count_of, one_line
from pytest_flock_trace.render.gaps import Gaps
from pytest_flock_trace.render.table import table
from pytest_flock_trace.render.tally import TestSummary

_WEAKEST = 5
"""Tests whose gaps are told unless everything is wanted."""
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
    files = {file: pairs for file, pairs in grouped(map(_by_file, judged)).items() if len(pairs) > 1}
    lines = [_headline([grade for _, grade in graded]), *_scores(judged, files, limit)]
    if idle := sum(not grade.checks for _, grade in graded):
        lines.append(f"{count_of(idle, 'test')} recorded spans and checked nothing of them")
    for file, grades in files.items():
        lines.extend(Gaps(file, unnoticed(grades)).lines(brief=limit is not None))
    for nodeid, grade in judged if limit is None else judged[:_WEAKEST]:
        lines.extend(Gaps(nodeid, grade.survivors, grade.reads).lines(brief=limit is not None))
    return lines


def unnoticed(grades: Iterable[Grade]) -> list[Survivor]:
    """What none of these notices, each change to a run of one name once."""
    grades = list(grades)
    noticed = {change for grade in grades for change in grade.noticed}
    found = {(survivor.run, survivor.sentence): survivor for grade in grades for survivor in grade.survivors}
    return [survivor for change, survivor in found.items() if change not in noticed]


def _headline(grades: Sequence[Grade]) -> str:
    took = format_duration(sum(grade.took_ns for grade in grades))
    killed, mutants = sum(grade.killed for grade in grades), sum(grade.mutants for grade in grades)
    said = (
        f"{killed} of {count_of(mutants, 'change')} to what was recorded would be noticed ({_percent(killed, mutants)})"
    )
    return f"do the assertions bite? {said if mutants else 'nothing that was recorded is checked'}; asking took {took}"


def _scores(judged: Sequence[Graded], files: dict[str, list[Grade]], limit: int | None) -> Iterator[str]:
    """A row for each file with several tests, and one for each test."""
    shown = judged if limit is None else judged[:limit]
    rows = [*(_file_row(file, grades) for file, grades in files.items()), *(_row(*pair) for pair in shown)]
    if rows:
        yield from table(("noticed", "of", "checks", "test"), rows, align="rrrl").splitlines()
    if hidden := len(judged) - len(shown):
        yield f"{hidden} hidden, use -vv"


def _file_row(file: str, grades: Sequence[Grade]) -> tuple[str, ...]:
    """What any test of the file notices; a change that several tests are put to counts once."""
    noticed = len({change for grade in grades for change in grade.noticed})
    mutants = noticed + len(unnoticed(grades))
    checks = sum(grade.checks for grade in grades)
    return _percent(noticed, mutants), str(mutants), str(checks), f"{file}: any of {count_of(len(grades), 'test')}"


def _row(nodeid: str, grade: Grade) -> tuple[str, ...]:
    return _percent(grade.killed, grade.mutants), str(grade.mutants), str(grade.checks), nodeid


def _by_file(pair: Graded) -> tuple[str, Grade]:
    return pair[0].partition("::")[0], pair[1]


def _rank(pair: Graded) -> tuple[float, str]:
    score = pair[1].score
    return 1.0 if score is None else score, pair[0]


def _percent(killed: int, mutants: int) -> str:
    """Rounded down, so that 100% is all."""
    return f"{killed * 100 // mutants}%" if mutants else ""
