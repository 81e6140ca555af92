"""What the critical path of a large trace costs, flat or deep, and how its cost grows."""

from __future__ import annotations

from collections.abc import Iterator

from comparison import Row, compared, limited, median_seconds, seconds

from pytest_flock_trace import Span, Trace, critical_path


def rows(*, small: bool) -> Iterator[Row]:
    """A second at most, and for ten times as many spans 14 times as long: n log n."""
    spans, depth = (500, 100) if small else (50_000, 10_000)
    large, tenth = flat(spans), flat(spans // 10)
    what = f"critical path, {spans:,} siblings"
    yield limited(what, "ms", median_seconds(lambda: critical_path(large)) * 1e3, 1000.0)
    yield compared(what, "ms", lambda: _took(large), f"{spans // 10:,} siblings", lambda: _took(tenth), target=14.0)
    chain = deep(depth)
    if not critical_path(chain).spans:
        raise SystemExit("a chain has no critical path, which is not what is to be measured")
    yield limited(f"critical path, {depth:,} deep", "ms", median_seconds(lambda: critical_path(chain)) * 1e3, 1000.0)


def flat(spans: int) -> Trace:
    """Children of one root, each of which overlaps the next."""
    children = (
        Span("child", span_id=f"c{at}", parent_id="root", start_ns=10 * at, end_ns=10 * at + 25) for at in range(spans)
    )
    return Trace.of([Span("root", span_id="root", end_ns=10 * spans + 30), *children])


def deep(spans: int) -> Trace:
    """A chain, each span within the one above."""
    return Trace.of(
        Span("call", span_id=str(at), parent_id=str(at - 1) if at else None, start_ns=at, end_ns=3 * spans - at)
        for at in range(spans)
    )


def _took(trace: Trace) -> float:
    return seconds(lambda: critical_path(trace)) * 1e3
