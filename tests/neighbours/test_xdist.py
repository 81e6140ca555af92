"""xdist, in each of its ways to hand out tests."""

from __future__ import annotations

from collections import Counter

import pytest
from neighbours_suite import SPANS


@pytest.mark.parametrize("dist", ["load", "loadscope", "loadfile", "loadgroup", "worksteal"])
def test_each_test_has_its_own_spans(neighbours, dist):
    told = neighbours.run("-n", "2", f"--dist={dist}")
    told.result.assert_outcomes(passed=len(SPANS))
    assert {name.partition("@")[0]: count for name, count in told.spans.items()} == SPANS
    assert told.report["totals"]["spans"] == sum(SPANS.values())


def test_where_each_worker_runs_each_test_each_is_told_of_twice(neighbours):
    told = neighbours.run("--tx=2*popen", "--dist=each")
    told.result.assert_outcomes(passed=2 * len(SPANS))
    tests = told.report["tests"]
    assert Counter((test["id"], test["spans"]) for test in tests) == dict.fromkeys(SPANS.items(), 2)
    assert len({(test["id"], test["worker"]) for test in tests}) == 2 * len(SPANS)
    assert told.report["totals"]["spans"] == 2 * sum(SPANS.values())
