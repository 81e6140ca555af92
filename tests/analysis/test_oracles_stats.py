"""Tables, self times and percentiles that Jaeger's user interface and DuckDB computed.

Jaeger's least and greatest self time of a group have no column here; they are checked through the trace's own self
times. The value that `flock_core_0_5_7_p95` records is another definition of a percentile and does not apply.
"""

from __future__ import annotations

from math import floor
from typing import Any

import pytest
from oracles import by_id, oracle, oracle_span

from pytest_flock_trace.analysis.quantile import quantile
from pytest_flock_trace.analysis.red import summarize
from pytest_flock_trace.analysis.statistics import Row, statistics
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.trace import Trace

SELF_TIME = oracle("stats/jaeger_ui_self_time.json")["cases"]
PERCENTILES = oracle("stats/percentiles.json")["cases"]
TABLES = oracle("stats/jaeger_ui_statistics.json")

# The upstream test counts rows of the page's table; which of them these are follows from the traces' few operations.
ROWS = {
    "row 0 (service-one)": ("service-one", "send"),
    "row 2": ("api-gateway", "GET /owners/8/pets/10"),
    "row 4": ("customers-service", "GET /owners"),
}
LEVELS = (0.5, 0.9, 0.95, 0.99)


def ms(microseconds: float) -> float:
    """Jaeger's rounding: half up at the second decimal."""
    return floor(microseconds / 1000 * 100 + 0.5) / 100


def jaegers_row(row: Row) -> dict[str, Any]:
    return {
        "count": row.count,
        "total": ms(row.total),
        "avg": ms(row.total / row.count),
        "min": ms(row.min),
        "max": ms(row.max),
        "selfTotal": ms(row.self_total),
        "selfAvg": ms(row.self_total / row.count),
        "percent": floor(row.share * 100 * 100 + 0.5) / 100,
    }


def trace_named(name: str) -> Trace:
    return Trace.of(map(oracle_span, TABLES["traces"][name]))


@by_id(SELF_TIME)
def test_self_time_is_jaegers(case):
    parent = Span("p", span_id="p", start_ns=case["start"], end_ns=case["start"] + case["duration"])
    children = [
        Span("c", span_id=f"c{at}", parent_id="p", start_ns=row["start"], end_ns=row["start"] + row["duration"])
        for at, row in enumerate(case["children"])
    ]
    trace = Trace.of([parent, *children])
    assert trace.self_time(parent) == case["expected_self_time"]
    assert statistics(trace, by="name")["p"].self_total == case["expected_self_time"]


@by_id(TABLES["cases"])
def test_a_table_of_statistics_is_jaegers(case):
    trace, by = trace_named(case["trace"]), case["group_by"]
    table = statistics(trace, by=by[0] if len(by) == 1 else tuple(by))
    found = {key if isinstance(key, str) else "|".join(key): jaegers_row(row) for key, row in table.items()}
    least_and_greatest = {"selfMin", "selfMax"}
    expected = {
        name: {column: value for column, value in row.items() if column not in least_and_greatest}
        for name, row in case["expected"].items()
    }
    assert found == expected


@by_id(TABLES["cases"])
def test_a_groups_least_and_greatest_self_times_are_jaegers(case):
    trace, by = trace_named(case["trace"]), case["group_by"]
    for name, row in case["expected"].items():
        members = [span for span in trace if "|".join(value_of(span, field) for field in by) == name]
        times = [trace.self_time(span) for span in members]
        assert (ms(min(times)), ms(max(times))) == (row["selfMin"], row["selfMax"])


def value_of(span: Span, field: str) -> str:
    if field.startswith("attributes."):
        return span.attributes.get(field.removeprefix("attributes."), "(without)")
    return str(getattr(span, field))


@pytest.mark.parametrize("case", TABLES["self_time_cases"], ids=lambda case: case["trace"])
def test_a_row_of_a_table_has_jaegers_self_time(case):
    table = statistics(trace_named(case["trace"]), by=("service", "name"))
    assert ms(table[ROWS[case["row"].split(" of ")[0]]].self_total) == case["expected_selfTotal_ms"]


@pytest.mark.parametrize("case", TABLES["group_count_cases"], ids=lambda case: case["trace"])
def test_groups_by_attribute_are_as_many_and_as_large_as_jaegers(case):
    table = statistics(trace_named(case["trace"]), by=case["group_by"])
    assert len(table) == case["expected_groups"]
    assert [row.count for row in table.values()] == case["expected_counts"]


@pytest.mark.parametrize("case", PERCENTILES, ids=lambda case: f"{len(case['values'])} values")
def test_quantiles_are_duckdbs_to_the_last_bit(case):
    assert [quantile(case["values"], level) for level in LEVELS] == case["quantile_cont"]


@pytest.mark.parametrize("case", PERCENTILES, ids=lambda case: f"{len(case['values'])} values")
def test_percentiles_of_red_are_the_rounded_quantiles(case):
    found = summarize(case["values"], errors=0, window_ns=0)
    p50, _, p95, p99 = (floor(value + 0.5) for value in case["quantile_cont"])
    assert (found.p50, found.p95, found.p99) == (p50, p95, p99)
