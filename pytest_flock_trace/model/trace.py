"""A trace: a tree of spans and the questions a test puts to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from pytest_flock_trace.errors import BadArgument, BadPattern, NotExactlyOne, NothingCaptured
from pytest_flock_trace.model.check_log import CheckLog, by_a_test
from pytest_flock_trace.model.condition import Name
from pytest_flock_trace.model.duration import Duration
from pytest_flock_trace.model.evidence import evidence
from pytest_flock_trace.model.explanation import nearest_lines, occurs
from pytest_flock_trace.model.pattern import Pattern, PatternLike, as_pattern
from pytest_flock_trace.model.question import Count, Question
from pytest_flock_trace.model.rules.contract import as_rule, failure
from pytest_flock_trace.model.rules.counting import demanded
from pytest_flock_trace.model.rules.rule import Rule
from pytest_flock_trace.model.selection import Selection
from pytest_flock_trace.model.span import Span, Status
from pytest_flock_trace.model.tree import SpanTree


class Trace:
    """Spans with their tree, in start order: one trace, or all that a test or file holds."""

    check_log: CheckLog | None = None
    """Where checks of this trace are taken down; None where nobody asks them again."""
    cut_from: tuple[Trace, Callable[[Trace], Trace]] | None = None
    """The trace that this is a part of, and how to cut the same part out of another; None for a whole."""

    def __init__(
        self, tree: SpanTree, *, name: str = "trace", lacking: Callable[[Iterable[Name]], None] | None = None
    ) -> None:
        self._tree = tree
        self._lacking = lacking
        self._taken_out = False  # of a trace that had something captured, so one span alone is evidence here
        self.name = name

    @classmethod
    def of(cls, spans: Iterable[Span], *, name: str = "trace") -> Trace:
        """A trace of spans made by hand; agents and actors are worked out from their attributes."""
        return Trace(SpanTree(spans), name=name)

    def with_tree(self, tree: SpanTree) -> Trace:
        """A trace of this name over other spans, which stays as it is whatever happens to this one."""
        other = Trace(tree, name=self.name)
        other._taken_out = self._taken_out
        return other

    @property
    def tree(self) -> SpanTree:
        """The spans as positions with parents and children: what analyses walk."""
        return self._tree

    @property
    def title(self) -> str:
        """What messages call this trace."""
        return f"trace {self.name!r}"

    @property
    def spans(self) -> tuple[Span, ...]:
        """All spans in start order."""
        self._read("spans")
        return tuple(self.tree.spans)

    @property
    def trace_id(self) -> str | None:
        """The one trace id of the spans; None where there are none or several."""
        ids = {span.trace_id for span in self.tree.spans}
        return ids.pop() if len(ids) == 1 else None

    @property
    def traces(self) -> list[Trace]:
        """The single traces in here, in order of their first start."""
        groups: dict[str, list[Span]] = {}
        for span in self.tree.spans:
            groups.setdefault(span.trace_id, []).append(span)
        return [
            self._part(SpanTree(spans, agents_known=True), _name(spans), partial(_single, at))
            for at, spans in groups.items()
        ]

    @property
    def roots(self) -> list[Span]:
        """Spans whose parent is not here, in start order."""
        return self._at(self.tree.roots)

    @property
    def orphans(self) -> list[Span]:
        """Roots that name a parent which is not here."""
        return self._at(self.tree.orphans)

    @property
    def duration(self) -> Duration:
        """From the first start to the last end; zero without spans."""
        return Duration(_extent(self), Question(f"duration of {self.title}", self, lambda trace: trace.duration))

    @property
    def started(self) -> int | None:
        """Unix nanoseconds of the first start; None without spans."""
        return self.tree.spans[0].start_ns if len(self.tree) else None

    @property
    def status(self) -> Status:
        """`error` where any root failed, else `ok` where any root says so, else `unset`."""
        statuses = {span.status for span in self.roots}
        return "error" if "error" in statuses else "ok" if "ok" in statuses else "unset"

    def __iter__(self) -> Iterator[Span]:
        self._read("iteration")
        return iter(self.tree.spans)

    def __len__(self) -> int:
        self._read("len()")
        return len(self.tree)

    def __bool__(self) -> bool:
        return True  # an empty trace is still a trace; `len` says how many spans it has

    def __contains__(self, item: object) -> bool:
        __tracebackhide__ = True  # a failing test ends at its own line
        if self.check_log is not None and by_a_test():
            self.check_log.add(f"{item!r} in {self.title}", [self], lambda traces: item in traces[0])
        if isinstance(item, (Pattern, str)):
            return self._has(demanded(item))
        if isinstance(item, Span):
            return self.tree.position(item) is not None
        if isinstance(item, Rule):
            return self._obeys(item)
        raise BadPattern(f"{item!r} can't be looked for in a trace; write span(...), a name such as 'llm.*', or a rule")

    def check(self, *rules: Rule | PatternLike) -> None:
        """Hold the trace against rules, or patterns that something must match; raise once with all that is wrong.

        `ContractBroken` where a rule is broken, `Vacuous` where some only prove nothing, `NothingCaptured` where the
        trace has no span below its root.
        """
        __tracebackhide__ = True
        if not rules:
            raise BadArgument("check() was given no rule, so it would prove nothing; write check(never('delete_*'), …)")
        if self.check_log is not None and by_a_test():
            said = ", ".join(map(repr, rules))
            self.check_log.add(
                f"{self.title} obeys {said}",
                [self],
                lambda traces: all(as_rule(rule).verdict(traces[0]).passed for rule in rules),
            )
        verdicts = [as_rule(rule).verdict(self) for rule in rules]
        if wrong := [verdict for verdict in verdicts if not verdict.passed]:
            raise failure(wrong, len(verdicts))
        self.accept(name for verdict in verdicts for pattern in verdict.rule.patterns for name in pattern.names())

    def accept(self, names: Iterable[Name]) -> None:
        """A check has been accepted; those of its names that no span here bears may be misspelt, so they are told."""
        if self._lacking is not None and (asked := list(names)):
            tree = self.tree
            self._lacking(name for name in asked if not occurs(name, tree))

    def find(self, pattern: PatternLike) -> Selection:
        """Every span that matches, in start order; possibly none."""
        pattern = as_pattern(pattern)
        return Selection(self._at(pattern.positions(self.tree)), pattern, self)

    def count(self, pattern: PatternLike) -> Count:
        """How many spans match; a failing comparison of this number explains itself."""
        pattern = as_pattern(pattern)
        question = Question(
            f"count of {pattern!r} in {self.title}",
            self,
            lambda trace: trace.count(pattern),
            lambda trace: trace.find(pattern),
            lambda trace: nearest_lines(pattern, trace.tree)[0],
            lambda: self.accept(pattern.names()),
        )
        return Count(len(pattern.positions(self.tree)), question)

    def one(self, pattern: PatternLike) -> Span:
        """The only span that matches; raise `NotExactlyOne` for none or several."""
        __tracebackhide__ = True
        pattern = as_pattern(pattern)
        if self.check_log is not None and by_a_test():
            self.check_log.add(f"one {pattern!r} in {self.title}", [self], lambda traces: bool(traces[0].one(pattern)))
            self.check_log.read("one()")
        self.must_hold_spans(f"{pattern!r} cannot be looked up")
        return self._only(pattern, pattern.positions(self.tree), "match")

    def subtree(self, pattern: PatternLike) -> Trace:
        """The trace from the one top-most match down; raise `NotExactlyOne` for none or several."""
        __tracebackhide__ = True
        pattern = as_pattern(pattern)
        self.must_hold_spans(f"{pattern!r} cannot be looked up")
        matches = pattern.positions(self.tree)
        matching = set(matches)
        highest = [at for at in matches if matching.isdisjoint(self.tree.ancestors(at))]
        top = self._only(pattern, highest, "top-most match")
        below = self._at([highest[0], *self.tree.descendants(highest[0])])
        return self._part(SpanTree(below, agents_known=True), top.label, lambda other: other.subtree(pattern))

    def parent(self, span: Span) -> Span | None:
        """The span's parent; None for a root."""
        parent = self.tree.parents[self._position(span)]
        return self.tree.spans[parent] if parent >= 0 else None

    def children(self, span: Span) -> list[Span]:
        """The span's children in start order."""
        return self._at(self.tree.children[self._position(span)])

    def ancestors(self, span: Span) -> list[Span]:
        """The span's parent, its parent's parent and so on up to the root."""
        return self._at(self.tree.ancestors(self._position(span)))

    def descendants(self, span: Span) -> list[Span]:
        """All spans below this one, parents before children."""
        return self._at(self.tree.descendants(self._position(span)))

    def self_time(self, span: Span) -> Duration:
        """The span's duration less the time that its direct children cover."""
        return Duration(self.tree.self_time(self._position(span)))

    def must_hold_spans(self, purpose: str) -> None:
        """Raise `NothingCaptured`, with the cause where it is known, if no span stands below a root."""
        __tracebackhide__ = True
        if not self.captured:
            cause = self.cause_of_emptiness()
            raise NothingCaptured(
                f"nothing was captured in {self.title}, so {purpose}" + (f": {cause}" if cause else "")
            )

    @property
    def captured(self) -> bool:
        """False where there is nothing below a root: a lone root is the frame in which work would have shown."""
        return len(self.tree) > (0 if self._taken_out else 1)

    def cause_of_emptiness(self) -> str | None:
        """Why there is no span below a root, where that can be known."""
        return None

    def _has(self, pattern: Pattern) -> bool:
        __tracebackhide__ = True
        if not self.captured:
            self.must_hold_spans(f"{pattern!r} cannot be checked")
        found = pattern.occurs(self.tree)
        if self._lacking is not None:
            self.accept(pattern.names())
        return found

    def _obeys(self, rule: Rule) -> bool:
        __tracebackhide__ = True
        verdict = rule.verdict(self)
        if verdict.outcome in {"vacuous", "not captured"}:
            raise failure([verdict])
        self.accept(name for pattern in rule.patterns for name in pattern.names())
        return verdict.passed

    def _part(self, tree: SpanTree, name: str, cut: Callable[[Trace], Trace]) -> Trace:
        part = Trace(tree, name=name, lacking=self._lacking)
        part._taken_out = self.captured
        part.check_log, part.cut_from = self.check_log, (self, cut)
        return part

    def _read(self, how: str) -> None:
        """Whoever called the caller has looked at spans; nobody can ask again what they made of them."""
        if self.check_log is not None and by_a_test(above=2):
            self.check_log.read(how)

    def _only(self, pattern: Pattern, positions: Sequence[int], noun: str) -> Span:
        __tracebackhide__ = True
        if len(positions) == 1:
            return self.tree.spans[positions[0]]
        if not positions:
            lines, near = nearest_lines(pattern, self.tree)
            raise NotExactlyOne("\n  ".join([f"no span matches {pattern!r} in {self.title}", *lines]), near)
        head = f"{len(positions)} spans {noun} {pattern!r} in {self.title}, expected one"
        raise NotExactlyOne("\n".join([head, *evidence(self.tree, positions)]), self._at(positions))

    def _position(self, span: Span) -> int:
        __tracebackhide__ = True
        position = self.tree.position(span)
        if position is None:
            raise BadArgument(f"{span!r} is not in {self.title}")
        return position

    def _at(self, positions: Iterable[int]) -> list[Span]:
        spans = self.tree.spans
        return [spans[position] for position in positions]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}: {len(self.tree)} spans, {format(self.duration)}>"


def _extent(trace: Trace) -> int:
    spans = trace.tree.spans
    if not spans:
        return 0
    return max(max(span.end_ns, span.start_ns) for span in spans) - spans[0].start_ns


def _single(trace_id: str, trace: Trace) -> Trace:
    """The single trace of this id; one without spans where there is none."""
    return next((one for one in trace.traces if one.trace_id == trace_id), Trace(SpanTree(())))


def _name(spans: Sequence[Span]) -> str:
    return spans[0].run or spans[0].name
