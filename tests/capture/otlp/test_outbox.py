from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence

import pytest

from pytest_flock_trace.capture.otlp import outbox as module
from pytest_flock_trace.capture.otlp import trouble
from pytest_flock_trace.capture.otlp.outbox import Outbox
from pytest_flock_trace.capture.otlp.refusal import Refusal
from pytest_flock_trace.capture.otlp.trouble import Trouble
from pytest_flock_trace.model.span import Span


class Post:
    """Takes what it is sent, as long as its gate is open, unless it is told to fail."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.fails: Callable[[Sequence[Span]], Exception | None] = lambda _: None
        self.gate = threading.Event()
        self.gate.set()
        self.told: list[str] = []

    def __call__(self, spans: Sequence[Span]) -> None:
        self.gate.wait()
        if (error := self.fails(spans)) is not None:
            raise error
        self.batches.append([span.name for span in spans])

    def outbox(self, **options: int) -> Outbox:
        return Outbox(self, "there", self.told.append, **options)


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is waited for that only time brings."""
    monkeypatch.setattr(module, "EVERY", 0)
    monkeypatch.setattr(module, "_LAST_PAUSE", 0.01)


def spans(*names: object) -> list[Span]:
    return [Span(str(name), span_id=f"{at}") for at, name in enumerate(names)]


def test_what_is_put_in_is_sent_in_order_and_no_word_is_said(post: Post) -> None:
    outbox = post.outbox()
    outbox.put(spans("a"))
    outbox.put(spans("b", "c"))
    outbox.close()

    assert [name for batch in post.batches for name in batch] == ["a", "b", "c"]
    assert (outbox.sent, outbox.unsent, post.told) == (3, 0, [])


def test_a_request_has_a_few_hundred_spans_at_most(post: Post) -> None:
    outbox = post.outbox()
    outbox.put(spans(*range(1300)))
    outbox.close()

    assert sum(map(len, post.batches)) == 1300
    assert max(map(len, post.batches)) == 512


def test_whoever_puts_in_never_waits_and_the_newest_are_lost(post: Post) -> None:
    post.gate.clear()
    outbox = post.outbox(most=5)
    outbox.put(spans(*"abc"))
    outbox.put(spans(*"defg"))
    post.gate.set()
    outbox.close()

    assert [name for batch in post.batches for name in batch] == [*"abcde"]
    assert post.told == ["2 of 7 spans could not be sent to there: more than 5 were waiting"]


def test_the_end_is_not_waited_for_longer_than_said(post: Post) -> None:
    post.gate.clear()
    outbox = post.outbox()
    outbox.put(spans("a", "b"))
    outbox.close(0.05)
    post.gate.set()

    assert post.told == ["2 of 2 spans could not be sent to there: it took too long"]
    assert (outbox.sent, outbox.unsent) == (0, 2)


def test_after_the_end_nothing_is_taken(post: Post) -> None:
    outbox = post.outbox()
    outbox.close()
    outbox.put(spans("late"))
    outbox.close()

    assert post.batches == []
    assert outbox.unsent == 1


def test_what_may_be_taken_later_is_tried_twice_at_the_end(post: Post) -> None:
    attempts: list[int] = []

    def fails(some: Sequence[Span]) -> Exception:
        attempts.append(len(some))
        return Refusal("busy", again=True)

    post.fails = fails
    outbox = post.outbox()
    outbox._ending.set()  # before anything is put in, so that no attempt comes earlier
    outbox._waiting.extend(spans("a"))
    outbox._ending.clear()
    outbox.close()

    assert 1 <= len(attempts) <= 3
    assert post.told == ["1 of 1 span could not be sent to there: busy"]


def test_what_is_refused_is_given_up_and_what_comes_after_it_is_sent(post: Post) -> None:
    post.fails = lambda some: Refusal("no") if some[0].name == "0" else None
    outbox = post.outbox()
    outbox.put(spans(*range(600)))
    outbox.close()

    assert (outbox.sent, outbox.unsent) == (88, 512)
    assert post.told == ["512 of 600 spans could not be sent to there: no"]


def test_what_is_too_large_is_halved_until_it_is_taken(post: Post) -> None:
    post.fails = lambda some: Refusal("too large", too_large=True) if len(some) > 3 else None
    outbox = post.outbox()
    outbox.put(spans(*range(10)))
    outbox.close()

    assert [name for batch in post.batches for name in batch] == [str(at) for at in range(10)]


def test_one_span_that_is_too_large_is_given_up(post: Post) -> None:
    post.fails = lambda some: Refusal("too large", too_large=True) if "x" in {s.name for s in some} else None
    outbox = post.outbox()
    outbox.put(spans(*"abxc"))
    outbox.close()

    assert sorted(name for batch in post.batches for name in batch) == [*"abc"]
    assert outbox.unsent == 1


def test_an_unforeseen_error_of_an_exporter_costs_its_batch_alone(post: Post) -> None:
    post.fails = lambda some: ZeroDivisionError("oh") if some[0].name == "0" else None
    outbox = post.outbox()
    outbox.put(spans(*range(513)))
    outbox.close()

    assert (outbox.sent, outbox.unsent, outbox.reason) == (1, 512, "ZeroDivisionError: oh")


def test_where_python_starts_no_thread_any_more_the_end_sends(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread at interpreter shutdown")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    outbox = post.outbox()
    outbox.put(spans("a", "b"))
    outbox.close()

    assert post.batches == [["a", "b"]]
    assert post.told == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")
def test_a_forked_child_sends_what_it_put_in_itself(post: Post) -> None:
    post.gate.clear()
    outbox = post.outbox()
    outbox.put(spans("parent"))
    reader, writer = os.pipe()
    if (pid := os.fork()) == 0:
        post.gate.set()
        outbox.put(spans("child"))
        outbox.close()
        os.write(writer, repr(post.batches).encode())
        os._exit(0)
    os.waitpid(pid, 0)
    post.gate.set()
    outbox.close()

    assert os.read(reader, 100) == b"[['child']]"
    assert post.batches == [["parent"]]


def test_trouble_is_told_once_and_only_when_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(trouble.time, "monotonic", lambda: now[0])
    lasting = Trouble()

    assert not lasting.lasts("refused")
    now[0] += trouble.PATIENCE / 2
    lasting.over()
    assert not lasting.lasts("refused")
    now[0] += trouble.PATIENCE
    assert lasting.lasts("refused")
    now[0] += trouble.PATIENCE
    assert not lasting.lasts("refused")


def test_pauses_grow_up_to_half_a_minute_and_begin_anew_after_a_success() -> None:
    lasting = Trouble()

    assert [lasting.pause() for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    lasting.over()
    assert lasting.pause() == 1
