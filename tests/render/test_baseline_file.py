from __future__ import annotations

import json
from difflib import ndiff

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.analysis.baseline import Baseline
from pytest_flock_trace.analysis.baseline_sample import Sample
from pytest_flock_trace.errors import BadBaseline
from pytest_flock_trace.render.baseline_file import read_baseline, write_baseline

SAMPLE = Sample("review\n  chat ×2", 100, {"chat": 60}, {"chat": 60}, "e1", "s1")
ONE_TEST = Baseline({"test_b.py::test_it": {"review": [SAMPLE]}}, {"e1": {"python": "3.11", "cpus": "2"}})

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
TIMES = st.dictionaries(TEXTS, st.integers(0, 10**15), max_size=3)
SAMPLES = st.builds(Sample, TEXTS, st.integers(0, 10**15), TIMES, TIMES, st.just("here"), TEXTS)


def grouped(samples: list[Sample]) -> list[Sample]:
    """As a file keeps them: those of one structure together, in the order in which structures come."""
    order = list(dict.fromkeys(sample.structure for sample in samples))
    return sorted(samples, key=lambda sample: order.index(sample.structure))


BASELINES = st.builds(
    Baseline,
    st.dictionaries(TEXTS, st.dictionaries(TEXTS, st.lists(SAMPLES, min_size=1).map(grouped), max_size=3), max_size=3),
    st.just({"here": {"python": "3.11"}}),
)


@given(BASELINES)
def test_what_was_written_is_read(baseline: Baseline) -> None:
    assert read_baseline(write_baseline(baseline)) == baseline


def test_a_file_has_a_line_for_each_sample_and_span() -> None:
    assert write_baseline(ONE_TEST).splitlines() == [
        "{",
        ' "environments": {',
        '  "e1": {"cpus": "2", "python": "3.11"}',
        " },",
        ' "tests": {',
        '  "test_b.py::test_it": {',
        '   "review": [',
        "    {",
        '     "samples": [',
        '      {"duration": 100, "environment": "e1", "path": {"chat": 60}, "session": "s1", "totals": {"chat": 60}}',
        "     ],",
        '     "structure": [',
        '      "review",',
        '      "  chat ×2"',
        "     ]",
        "    }",
        "   ]",
        "  }",
        " },",
        ' "version": 1',
        "}",
    ]


def changed_lines(before: Baseline, after: Baseline) -> list[str]:
    lines = ndiff(write_baseline(before).splitlines(), write_baseline(after).splitlines())
    return [line for line in lines if line[0] in "+-"]


def test_an_update_adds_lines_and_changes_none() -> None:
    updated = ONE_TEST.updated(Baseline(ONE_TEST.tests, ONE_TEST.environments))

    assert [line[0] for line in changed_lines(ONE_TEST, updated)] == ["+"]


def test_a_test_that_was_added_leaves_the_lines_of_the_others_alone() -> None:
    added = ONE_TEST.updated(Baseline({"test_a.py::test_it": {"review": [SAMPLE]}}, ONE_TEST.environments))

    assert {line[0] for line in changed_lines(ONE_TEST, added)} == {"+"}


def test_the_order_in_which_tests_ran_is_nowhere_in_the_file() -> None:
    tests = dict.fromkeys("bca", ONE_TEST.tests["test_b.py::test_it"])
    turned = dict(reversed(tests.items()))

    assert write_baseline(Baseline(tests, ONE_TEST.environments)) == write_baseline(
        Baseline(turned, ONE_TEST.environments)
    )


def broken(**changes: object) -> str:
    return json.dumps(json.loads(write_baseline(ONE_TEST)) | changes)


def with_sample(**changes: object) -> str:
    file = json.loads(write_baseline(ONE_TEST))
    file["tests"]["test_b.py::test_it"]["review"][0]["samples"][0].update(changes)
    return json.dumps(file)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is no JSON: "),
        ("<<<<<<< ours", "is no JSON: "),
        (write_baseline(ONE_TEST)[:-10], "is no JSON: "),
        ("[" * 100_000, "is no "),
        ("[]", "is no baseline: it says no version"),
        ('{"tests": {}}', "is no baseline: it says no version"),
        (broken(version=2), "has version 2; this version of pytest-flock-trace reads 1"),
        (broken(version="1"), "has version '1'; this version"),
        (broken(tests=[]), r"has \[\] in tests, where an object should stand"),
        (broken(tests={"a": 1}), "has 1 in tests / a, where an object should stand"),
        (broken(tests={"a": {"b": {}}}), r"has {} in tests / a / b, where a list should stand"),
        (broken(tests={"a": {"b": [{"samples": []}]}}), "has None in tests / a / b, where a list should stand"),
        (broken(environments={}), "from an environment that it does not describe: e1"),
        (broken(environments={"e1": {"cpus": 2}}), "has 2 in environments / e1, where a text should stand"),
        (with_sample(duration=-1), "has -1 in tests / test_b.py::test_it / review, where whole nanoseconds should"),
        (with_sample(duration=True), "has True in .*, where whole nanoseconds should stand"),
        (with_sample(path={"chat": 1.5}), "has 1.5 in .*, where whole nanoseconds should stand"),
        (with_sample(session=None), "has None in .*, where a text should stand"),
    ],
)
def test_what_is_no_baseline_is_refused_with_the_reason(text: str, complaint: str) -> None:
    with pytest.raises(BadBaseline, match=complaint):
        read_baseline(text)
