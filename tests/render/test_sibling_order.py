"""What decides the order of siblings, and what is luck."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from pytest_flock_trace.model.span import Origin, Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.render.shape import Shape
from pytest_flock_trace.render.sibling_order import SiblingOrder, strand_of
from pytest_flock_trace.render.skeleton import skeleton


def started(name: str, start: int, task: int | None = None, thread: str | None = None, **more: Any) -> Span:
    given = {"span_id": name, "parent_id": "run", **more}
    return Span(name, start_ns=start, origin=Origin(start, thread, task), **given)


def order(*spans: Span) -> str:
    """The names below the run."""
    text = skeleton(Trace.of([Span("run", span_id="run", origin=Origin(0, "MainThread")), *spans]))
    return " ".join(text.replace("run\n", "", 1).split())


def test_what_one_task_started_keeps_its_order() -> None:
    assert order(started("b", 1, task=7), started("a", 2, task=7)) == "b a"
    assert order(started("b", 2, task=7), started("a", 1, task=7)) == "a b"


def test_what_one_thread_started_outside_every_task_keeps_its_order() -> None:
    assert order(started("b", 1, thread="Thread-1"), started("a", 2, thread="Thread-1")) == "b a"


def test_tasks_of_one_thread_are_different_starters() -> None:
    assert order(started("b", 1, 1, "MainThread"), started("a", 2, 2, "MainThread")) == "a b"


def test_where_a_clock_was_set_back_the_recorders_count_decides() -> None:
    first = started("b", 9, task=1).replace(origin=Origin(1, "MainThread", 1))
    second = started("a", 5, task=1).replace(origin=Origin(2, "MainThread", 1))

    assert order(first, second) == "b a"


def test_what_one_task_started_at_one_moment_goes_by_label() -> None:
    spans = [started(name, 5, task=1) for name in "dbca"]

    assert order(started("z", 1, task=1), *spans, started("0", 9, task=1)) == "z a b c d 0"


def test_siblings_of_different_tasks_go_by_label_and_then_by_what_is_below_them() -> None:
    def crew(*subjects: str) -> str:
        invoked = [started("call", at, task=at, span_id=f"{at}") for at in range(len(subjects))]
        below = [started(name, at, task=at, parent_id=f"{at}", span_id=name) for at, name in enumerate(subjects)]
        return order(*invoked, *below)

    assert crew("z", "b", "c") == crew("c", "z", "b") == "call b call c call z"


def test_siblings_of_which_nobody_knows_who_started_them_go_by_label() -> None:
    assert order(started("b", 1), started("a", 2)) == "a b"


def test_a_link_puts_its_holder_behind_whatever_started_first() -> None:
    assert order(started("b", 9), started("a", 1, links=["b"])) == "b a"


def test_an_artifact_puts_its_consumer_behind_whatever_started_first() -> None:
    assert order(started("b", 9, produced=["x"]), started("a", 1, consumed=["x"])) == "b a"


def test_a_path_may_lead_from_deep_in_one_branch_to_deep_in_another() -> None:
    inner = [
        started("publish", 3, parent_id="writer", produced=["draft"]),
        started("take", 4, parent_id="critic", consumed=["draft"]),
    ]

    assert order(started("writer", 1), started("critic", 2), *inner) == "writer publish critic take"


def test_a_path_may_lead_through_spans_elsewhere() -> None:
    """From the writer to the critic, who works in another part of the tree, and back to the editor."""
    spans = [
        Span("top", span_id="top"),
        Span("desk", span_id="desk", parent_id="top"),
        Span("writer", span_id="writer", parent_id="desk"),
        Span("editor", span_id="editor", parent_id="desk", links=["verdict"]),
        Span("critic", span_id="critic", parent_id="top", links=["writer"]),
        Span("verdict", span_id="verdict", parent_id="critic"),
    ]

    assert skeleton(Trace.of(spans)).split() == ["top", "critic", "verdict", "desk", "writer", "editor"]
    without = [span.replace(links=()) if span.name == "critic" else span for span in spans]
    assert skeleton(Trace.of(without)).split()[-2:] == ["editor", "writer"]


def test_a_parent_is_no_path_between_its_children() -> None:
    run = Span("run", span_id="run", origin=Origin(), links=["b"])

    assert skeleton(Trace.of([run, started("b", 1), started("a", 2)])).split() == ["run", "a", "b"]


def test_a_hidden_span_that_takes_up_what_it_holds_is_no_path_either() -> None:
    spans = [Span("run", span_id="run"), started("shell", 1, span_id="shell", links=["b"])]
    inner = [started(name, at, parent_id="shell") for at, name in enumerate("ba", 2)]

    assert skeleton(Trace.of([*spans, *inner]), hide="shell").split() == ["run", "a", "b"]


def test_what_leads_to_a_hidden_span_comes_before_what_that_holds() -> None:
    spans = [Span("run", span_id="run"), started("z", 1), started("shell", 2, span_id="shell", links=["z"])]
    inner = [started(name, at, parent_id="shell") for at, name in enumerate("ba", 3)]

    assert skeleton(Trace.of([*spans, *inner]), hide="shell").split() == ["run", "z", "a", "b"]


def test_paths_that_lead_round_say_nothing_but_all_of_them_keeps_its_place() -> None:
    spans = [
        started("z first", 1),
        started("c", 2, links=["d", "z first"]),
        started("d", 3, links=["c"]),
        started("a last", 4, links=["d"]),
    ]

    assert order(*spans) == "z first c d a last"
    assert order(*(span.replace(links=span.links[::-1]) for span in reversed(spans))) == "z first c d a last"


def test_a_task_knows_better_than_a_link_against_its_order() -> None:
    """A collector that was started first takes up what was made later."""
    assert order(started("collect", 1, task=1, links=["a"]), started("a", 2, task=1)) == "collect a"


def test_what_looks_alike_comes_together() -> None:
    spans = [started("search", at, task=at, span_id=f"s{at}") for at in range(3)]
    chats = [started("chat", at + 10, task=at, span_id=f"c{at}") for at in range(3)]

    assert order(*spans, *chats) == "search ×3 chat ×3"


def test_the_order_of_a_tie_does_not_depend_on_which_is_which() -> None:
    """One of two equal spans leads to something smaller than both; which of them comes first must not matter."""

    def run(first: str, second: str) -> str:
        return order(
            started("m", 1, span_id=first),
            started("m", 2, span_id=second),
            started("a", 3, links=["one"]),
            started("z", 4, links=["two"]),
        )

    assert run("one", "two") == run("two", "one") == "m ×2 a z"


POOLED = ["ThreadPoolExecutor-0_1", "asyncio_0", "AnyIO worker thread"]


@pytest.mark.parametrize("thread", POOLED)
def test_which_jobs_a_thread_of_a_pool_takes_is_luck(thread: str) -> None:
    assert order(started("b", 1, thread=thread), started("a", 2, thread=thread)) == "a b"


@pytest.mark.parametrize("thread", POOLED)
def test_within_one_job_a_thread_of_a_pool_keeps_its_order(thread: str) -> None:
    job = started("job", 1, thread=thread)
    steps = [started(name, at, thread=thread, parent_id="job") for at, name in enumerate("ba", 2)]

    assert order(job, *steps) == "job b a"


def test_what_a_task_starts_below_a_thread_of_the_same_name_is_the_tasks() -> None:
    above = Span("job", span_id="job", origin=Origin(1, "pool_0", 3))

    assert strand_of(started("a", 1, thread="pool_0"), above) is None
    assert strand_of(started("a", 1, task=4, thread="pool_0"), above) == ("task", 4)


def deep(spans: int) -> Iterable[Span]:
    for at in range(spans):
        yield Span("call", span_id=str(at), parent_id=str(at - 1) if at else None, start_ns=at, links=[str(at - 1)])


def test_ten_thousand_levels_are_no_problem() -> None:
    lines = skeleton(Trace.of(deep(10_000))).split("\n")

    assert len(lines) == 10_000
    assert lines[40] == " " * 80 + "call"
    assert lines[9_999] == " " * 80 + "(9999) call"


def crowd(count: int, **more: Any) -> list[Span]:
    spans = [started(f"call {at % 9}", at, span_id=str(at), **more) for at in range(count)]
    return [Span("run", span_id="run"), *spans]


@pytest.mark.parametrize(
    "more",
    [{"task": 1}, {}, {"task": 1, "consumed": ["x"], "produced": ["x"]}, {"consumed": ["x"], "produced": ["x"]}],
    ids=["one task", "nobody", "one task, one artifact", "one artifact"],
)
def test_five_thousand_siblings_are_looked_at_a_few_times_each(
    monkeypatch: pytest.MonkeyPatch, more: dict[str, Any]
) -> None:
    """Not each beside each other one."""
    trace = Trace.of(crowd(5_000, **more))
    compared = 0
    less = Shape.__lt__

    def counted(self: Shape, other: Shape) -> bool:
        nonlocal compared
        compared += 1
        return less(self, other)

    monkeypatch.setattr(Shape, "__lt__", counted)
    looked = 0

    def look(position: int) -> tuple[str, Shape]:
        nonlocal looked
        looked += 1
        return trace.tree.spans[position].label, Shape(str(position), (), failed=False)

    in_order = SiblingOrder(trace.tree)(0, trace.tree.children[0], look)

    assert sorted(in_order) == sorted(trace.tree.children[0])
    assert looked <= 5_000
    assert compared < 5_000 * 30
