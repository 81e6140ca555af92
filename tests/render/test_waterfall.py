from __future__ import annotations

import re
from typing import Any

from pytest_flock_trace.analysis.critical_path import critical_path
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.text import columns_of
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.render.waterfall import LEGEND, waterfall

MS = 1_000_000


def made(name: str, span_id: str, parent: str | None, start: int, end: int, **more: Any) -> Span:
    return Span(name, span_id=span_id, parent_id=parent, start_ns=start * MS, end_ns=end * MS, **more)


def bars(text: str) -> list[str]:
    """What stands in the bars' column of each line but the scale's."""
    scale, *lines = text.splitlines()
    return [re.split(r" +(ERROR )?\d", line[scale.index("|") :])[0] for line in lines]


def test_bars_stand_on_the_scale_of_the_trace() -> None:
    spans = [
        made("review", "r", None, 0, 1000),
        made("write", "w", "r", 0, 400),
        made("judge", "j", "r", 500, 1000, status="error"),
        made("flush", "f", "j", 750, 750),
    ]

    assert waterfall(Trace.of(spans), width=60).splitlines() == [
        "          |0                 |500 ms                     1 s",
        "review    █████████████████████████████████████          1 s",
        "  write   ███████████████                             400 ms",
        "  judge                      ██████████████████ ERROR 500 ms",
        "    flush                             │                 0 ns",
    ]


def test_a_span_is_drawn_where_it_ran_even_outside_its_parent() -> None:
    spans = [made("publish", "p", None, 0, 10), made("agent", "a", "p", 50, 100)]

    first, second = bars(waterfall(Trace.of(spans)))

    assert len(first) * 4 < len(second) - len(second.lstrip())


def test_component_hooks_are_counted_and_the_path_through_them_is_drawn_above() -> None:
    hook = {"attributes": {"module": "flock.components"}}
    spans = [made("root", "r", None, 0, 100), made("A.on_start", "h", "r", 50, 100, **hook)]
    trace = Trace.of(spans)

    drawn = waterfall(trace, path=critical_path(trace))

    assert drawn.splitlines()[-1] == "(hidden: 1 component hook)"
    assert set(bars("\n".join(drawn.splitlines()[:-1]))[0]) == {"█"}
    assert waterfall(trace, limit=2).splitlines()[1:] == ["(hidden: 1 component hook)"]


def test_a_span_without_duration_is_a_stroke() -> None:
    spans = [made("root", "r", None, 0, 100), made("event", "e", "r", 50, 50)]

    assert bars(waterfall(Trace.of(spans)))[1].strip() == "│"


def test_a_trace_without_duration_is_drawn() -> None:
    assert waterfall(Trace.of([made("a", "a", None, 5, 5)])).splitlines()[1].split() == ["a", "│", "0", "ns"]


def test_the_path_is_drawn_where_it_runs_and_each_column_has_one_such_span() -> None:
    spans = [
        made("root", "r", None, 0, 100),
        made("first", "a", "r", 0, 40),
        made("aside", "b", "r", 0, 20),
        made("second", "c", "r", 40, 100),
    ]
    trace = Trace.of(spans)

    drawn = bars(waterfall(trace, path=critical_path(trace)))

    root, first, aside, second = (set(bar.strip()) for bar in drawn)
    assert (root, first, aside, second) == ({"▒"}, {"█"}, {"▒"}, {"█"})
    assert len(drawn[1].strip()) + len(drawn[3].strip()) == len(drawn[0].strip())


def test_waiting_and_queueing_have_strokes_of_their_own() -> None:
    spans = [
        made("root", "r", None, 0, 100),
        made("Crew.run_until_idle", "i", "r", 0, 100),
        made("writer", "w", "i", 0, 40),
        made("critic", "c", "i", 60, 80, links=["w"]),
    ]
    trace = Trace.of(spans)

    root, idle, writer, critic = bars(waterfall(trace, path=critical_path(trace)))

    assert set(idle) == {"▒", "░"}
    assert idle.endswith("░" * 8)
    assert critic.lstrip(" ")[0] == "·"
    assert critic[-1] == "█"
    assert set(writer) == {"█"}
    assert set(root) == {"▒"}


def test_the_slivers_between_many_children_do_not_fill_the_parents_bar() -> None:
    calls = [made(f"call {at}", str(at), "r", 100 * at, 100 * at + 99) for at in range(200)]
    trace = Trace.of([made("root", "r", None, 0, 20_000), *calls])

    root = bars(waterfall(trace, path=critical_path(trace)))[0]

    assert root.count("█") == 1


def test_every_span_on_the_path_shows_it_however_short() -> None:
    calls = [made(f"call {at}", str(at), "r", at, at + 1) for at in range(500)]
    trace = Trace.of([made("root", "r", None, 0, 500), *calls])

    lines = waterfall(trace, path=critical_path(trace)).splitlines()

    assert sum("█" in line for line in lines[1:]) == len(critical_path(trace).spans) == 500


def test_a_parent_that_holds_the_path_for_its_last_moment_shows_it_in_its_bar() -> None:
    spans = [
        made("root", "r", None, 0, 1000),
        made("agent", "a", "r", 0, 500),
        made("chat", "c", "a", 0, 499),
    ]
    trace = Trace.of(spans)

    root, agent, chat = bars(waterfall(trace, path=critical_path(trace)))

    assert agent == "▒" * (len(chat) - 1) + "█"
    assert len(root) > len(agent)


def test_the_legend_stands_over_a_path_and_nowhere_else() -> None:
    trace = Trace.of([made("a rather long name for a root", "r", None, 0, 100)])

    assert LEGEND in waterfall(trace, path=critical_path(trace)).splitlines()[0]
    assert LEGEND not in waterfall(trace)


def test_failures_are_named() -> None:
    trace = Trace.of([made("a", "a", None, 0, 1, status="error")])

    assert waterfall(trace).splitlines()[1].endswith("ERROR 1 ms")


def test_lines_keep_to_the_width() -> None:
    chain = [made("a long name of a span 日本語", str(at), str(at - 1) if at else None, at, 200) for at in range(50)]
    trace = Trace.of(chain)

    for width in (60, 80, 133):
        assert max(map(columns_of, waterfall(trace, width=width, path=critical_path(trace)).splitlines())) <= width


def test_a_deep_label_keeps_its_beginning() -> None:
    chain = [made("call", str(at), str(at - 1) if at else None, at, 200) for at in range(50)]

    assert "(49) call" in waterfall(Trace.of(chain), width=60).splitlines()[-1]


def test_a_limit_counts_the_scale_and_the_gaps() -> None:
    calls = [made(f"call {at}", str(at), "r", at, at + 1, status="error" if at == 70 else "unset") for at in range(99)]
    trace = Trace.of([made("root", "r", None, 0, 100), *calls])

    lines = waterfall(trace, limit=5).splitlines()

    assert [line[2:17].rstrip() for line in lines[1:]] == ["ot", "… 70 more spans", "call 70", "… 28 more spans"]
    assert waterfall(trace, limit=0) == ""
    assert len(waterfall(trace, limit=1).splitlines()) == 1


def test_an_empty_trace_says_so() -> None:
    assert waterfall(Trace.of([])) == "(no spans)"


def test_culprits_are_marked_and_kept_first():
    spans = [Span(f"s{at}", span_id=f"{at}", start_ns=at * 10, end_ns=at * 10 + 9) for at in range(9)]

    lines = waterfall(Trace.of(spans), limit=4, culprits=[spans[7]]).splitlines()

    assert any(line.startswith("✗ s7 ") for line in lines)
    assert sum(line.startswith("✗") for line in lines) == 1
    assert all(line.startswith("  ") for line in lines if "s7" not in line)
