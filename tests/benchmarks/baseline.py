"""How often a comparison with a baseline cries wolf, and how often it finds an agent that got slower.

    python tests/benchmarks/baseline.py [--comparisons N] [--json FILE]

The runs are those of the crew in `examples/blackboard`, with delays drawn from seeded random numbers and written down
as timestamps instead of being slept through, so the numbers are the same on every machine. Each delay has the example's
length as its median, spreads by 10 % and in one of fifty cases takes twice as long. A baseline has 20 runs, in two
sessions, and 10 runs are compared with it. The last rows let whole sessions differ, as on a machine that is busy.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from math import exp
from pathlib import Path
from random import Random
from typing import Any

from pytest_flock_trace import Span, Trace
from pytest_flock_trace.analysis.baseline import Baseline
from pytest_flock_trace.analysis.baseline_comparison import RunComparison, compared
from pytest_flock_trace.analysis.baseline_sample import Sample

TOOLS = {"web_search": 5, "archive": 40, "encyclopedia": 10}
CHAT, UPLOAD, STEP = 2, 1, 0.02
"""Milliseconds, as in the example; a step is what the board takes to hand something on."""
AGENTS = ("researcher", "writer", "critic", "publisher")
BEFORE, NOW, SESSIONS = 20, 10, 2
SLOWDOWN = 1.3
SPREAD, LONG, OFTEN_LONG = 0.10, 2.0, 0.02
DRIFT = 0.10
"""Spread of a factor that all the runs of one session share."""
TESTS = 20
"""In a session of many tests."""


class Article:
    """One run of the crew: spans with the example's names, parents and links, at times that are drawn."""

    def __init__(self, random: Random, slow: str = "") -> None:
        self._random = random
        self._slow = slow
        self._spans: list[Span] = []

    def trace(self) -> Trace:
        """The whole run."""
        root = self._id()
        end = self._publish("topic", root, 0, 1)
        waits = self._span("Blackboard.run_until_idle", self._id(), root, int(STEP * 2e6), end)
        self._spans += [waits, Span("article", span_id=root, end_ns=end, attributes={"flock_trace.run": "article"})]
        return Trace.of(self._spans, name="article")

    def _publish(self, kind: str, parent: str, start: int, number: int) -> int:
        """Put an artifact on the board; when the last agent that it sets going ends."""
        published, end = self._id(), start + self._delay(STEP)
        self._spans.append(self._span("Blackboard.publish", published, parent, start, end))
        acts = {"topic": self._research, "notes": self._write, "rejection": self._write, "draft": self._review}
        names = {"topic": "researcher", "notes": "writer", "rejection": "writer", "draft": "critic"}
        if kind == "article":
            return end
        act, name = acts.get(kind, self._upload), names.get(kind, "publisher")
        invoked, begin = self._id(), end + self._delay(STEP)
        ended, last = act(invoked, begin, number)
        said = {"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": name}
        agent = self._span(f"invoke_agent {name}", invoked, published, begin, ended, attributes=said, links=[published])
        self._spans.append(agent)
        return max(ended, last)

    def _research(self, parent: str, start: int, number: int) -> tuple[int, int]:
        ends = [self._call(f"execute_tool {name}", parent, start, took, "researcher") for name, took in TOOLS.items()]
        return self._handed_on("notes", parent, max(ends), number)

    def _write(self, parent: str, start: int, number: int) -> tuple[int, int]:
        return self._handed_on("draft", parent, self._call("chat fake-1", parent, start, CHAT, "writer"), number)

    def _review(self, parent: str, start: int, number: int) -> tuple[int, int]:
        end = self._call("chat fake-1", parent, start, CHAT, "critic")
        return self._handed_on("rejection" if number == 1 else "approval", parent, end, number + 1)

    def _upload(self, parent: str, start: int, number: int) -> tuple[int, int]:
        failed = self._call("execute_tool upload", parent, start, UPLOAD, "publisher", status="error")
        end = self._call("execute_tool upload", parent, failed, UPLOAD, "publisher")
        return self._handed_on("article", parent, end, number)

    def _handed_on(self, kind: str, parent: str, at: int, number: int) -> tuple[int, int]:
        """When the agent is done, and when what it set going is."""
        return at + int(STEP * 2e6), self._publish(kind, parent, at, number)

    def _call(self, name: str, parent: str, start: int, took: float, agent: str, status: str = "unset") -> int:
        end = start + self._delay(took * (SLOWDOWN if agent == self._slow else 1))
        self._spans.append(self._span(name, self._id(), parent, start, end, status=status))
        return end

    def _span(self, name: str, span_id: str, parent: str, start: int, end: int, **more: Any) -> Span:
        return Span(name, span_id=span_id, parent_id=parent, start_ns=start, end_ns=end, **more)

    def _delay(self, milliseconds: float) -> int:
        long = LONG if self._random.random() < OFTEN_LONG else 1
        return int(milliseconds * 1e6 * long * exp(self._random.gauss(0, SPREAD)))

    def _id(self) -> str:
        return format(self._random.getrandbits(64), "016x")


@dataclass(frozen=True)
class Row:
    """How many comparisons found something slower, and how many named who it is."""

    what: str
    comparisons: int
    found: int
    named: int | None
    """None where there is nobody to name."""
    demanded: str = ""
    good: bool = True


def samples(seed: str, slow: str = "") -> Iterator[Sample]:
    """Runs without end, each of its own random numbers."""
    random = Random(seed)
    while True:
        yield Sample.of(Article(random, slow).trace(), "article")


def comparison(before: Sequence[Sequence[Sample]], now: Sequence[Sample], test: str = "test") -> RunComparison:
    """One test in a session by itself."""
    return compared(baseline({test: before}), baseline({test: [now]}), "here")[0]


def baseline(tests: dict[str, Sequence[Sequence[Sample]]]) -> Baseline:
    """Tests with their sessions of runs."""
    return Baseline(
        {
            test: {"article": [run.recorded("here", str(at)) for at, runs in enumerate(sessions) for run in runs]}
            for test, sessions in tests.items()
        }
    )


def sessions(runs: Iterator[Sample], number: int = SESSIONS, size: int = BEFORE) -> list[list[Sample]]:
    """The next runs, in so many sessions."""
    return [list(islice(runs, size // number)) for _ in range(number)]


def unchanged(number: int, runs: Iterator[Sample]) -> Row:
    """Comparisons of what is the same."""
    verdicts = [comparison(sessions(runs), list(islice(runs, NOW))) for _ in range(number)]
    found = sum(bool(verdict.slower) for verdict in verdicts)
    return Row("no change", number, found, None, "≤ 5 % found", found <= 0.05 * number)


def slower(agent: str, number: int, runs: Iterator[Sample]) -> Row:
    """Comparisons with runs in which one agent takes 30 % longer; it has to be the first part that is named."""
    slow = samples(f"slow {agent}", agent)
    verdicts = [comparison(sessions(runs), list(islice(slow, NOW))) for _ in range(number)]
    found = [verdict for verdict in verdicts if verdict.slower]
    named = sum(
        next(change.what for change in verdict.slower if change.what) == f"invoke_agent {agent}" for verdict in found
    )
    good = named >= 0.9 * number
    return Row(f"{agent} 30 % slower", number, len(found), named, "≥ 90 % found and named", good)


def many_tests(number: int, pool: Sequence[Sample]) -> Row:
    """Sessions of many tests without change; of all, runs are drawn from a pool."""
    random = Random("many tests")
    found = 0
    for _ in range(number):
        before, now = (
            baseline({f"test {at}": [random.sample(pool, size)] for at in range(TESTS)}) for size in (BEFORE, NOW)
        )
        found += any(verdict.slower for verdict in compared(before, now, "here"))
    return Row(f"no change, {TESTS} tests a session", number, found, None, "≤ 5 % found", found <= 0.05 * number)


def drifting(number: int, pool: Sequence[Sample], recorded: int, slow: Sequence[Sample] = ()) -> Row:
    """Comparisons where each session is slower or faster by a factor of its own."""
    random = Random(f"drift {recorded}")

    def session(runs: Sequence[Sample], size: int) -> list[Sample]:
        factor = exp(random.gauss(0, DRIFT))
        return [_stretched(run, factor) for run in random.sample(runs, size)]

    verdicts = [
        comparison([session(pool, NOW) for _ in range(recorded)], session(slow or pool, NOW)) for _ in range(number)
    ]
    found = sum(bool(verdict.slower) for verdict in verdicts)
    what = "researcher 30 % slower" if slow else "no change"
    return Row(f"{what}, sessions differ, {recorded} in the baseline", number, found, None)


def _stretched(run: Sample, factor: float) -> Sample:
    path = {name: round(time * factor) for name, time in run.path_ns.items()}
    return replace(run, duration_ns=round(run.duration_ns * factor), path_ns=path)


def measured(number: int) -> list[Row]:
    """Every row, each over so many comparisons."""
    runs = samples("unchanged")
    pool = list(islice(samples("pool"), 20 * NOW))
    slow = list(islice(samples("slow pool", "researcher"), 20 * NOW))
    return [
        unchanged(number, runs),
        *(slower(agent, number, runs) for agent in AGENTS),
        many_tests(number, pool),
        *(drifting(number, pool, recorded) for recorded in (1, 2, 3)),
        *(drifting(number, pool, recorded, slow) for recorded in (1, 3)),
    ]


def main() -> int:
    """Print the table; 1 if something that is demanded was not reached."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--comparisons", type=int, default=200, help="for each row")
    parser.add_argument("--json", type=Path, help="write the rows to this file")
    options = parser.parse_args()
    rows = measured(options.comparisons)
    width = max(len(row.what) for row in rows) + 2
    print(f"{'what':{width}}{'comparisons':>11}{'found':>9}{'named':>9}  demanded")
    for row in rows:
        named = "" if row.named is None else f"{row.named / row.comparisons:.1%}"
        verdict = f"{row.demanded}{'' if row.good else ': MISSED'}"
        print(f"{row.what:{width}}{row.comparisons:11}{row.found / row.comparisons:9.1%}{named:>9}  {verdict}")
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")
    return 0 if all(row.good for row in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
