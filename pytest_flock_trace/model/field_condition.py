"""The conditions of a pattern that a span meets or misses by itself."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, cast

from pytest_flock_trace.errors import BadPattern
from pytest_flock_trace.model.condition import Condition, Name
from pytest_flock_trace.model.duration import Duration, DurationLike, exactly_written
from pytest_flock_trace.model.evidence import place
from pytest_flock_trace.model.index import EVENT, texts_of
from pytest_flock_trace.model.matcher import PLAIN, Test, asks, is_glob, shown, text_test, value_test
from pytest_flock_trace.model.text import abridged

if TYPE_CHECKING:
    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.model.tree import SpanTree


_SHOWN = 6
"""How many values an explanation lists."""


@dataclass(frozen=True)
class TextCondition(Condition):
    """A field that holds text, or a list of texts of which one will do, matches."""

    name: str
    """One of `TEXTS`."""
    expected: object
    test: Test | None = field(compare=False, repr=False)
    """None for a text without wildcards, which is looked up as it stands."""

    @classmethod
    def of(cls, name: str, expected: object) -> TextCondition:
        """The condition on one of `TEXTS`; raise `BadPattern` for what text can't be compared with."""
        plain = isinstance(expected, str) and not is_glob(expected)
        return cls(name, expected, None if plain else text_test(name, expected))

    @property
    def weight(self) -> int:
        """Less where there are but a few that a span can say."""
        return 2 if self.name in {"kind", "status"} else 4

    @property
    def keyword(self) -> str:
        """The keyword that makes it."""
        return self.name

    def keep(self, tree: SpanTree, among: Sequence[int]) -> Sequence[int]:
        """Those of the positions whose span says so, by look-up."""
        found = self._found(tree)
        if isinstance(among, range):  # nobody has chosen yet
            return found[bisect_left(found, among.start) : bisect_left(found, among.stop)]
        if self.name != EVENT and len(among) < len(found):  # so few are asked one by one
            column, test, expected = tree.index.column(self.name), self.test, self.expected
            return [at for at in among if (column[at] == expected if test is None else test(column[at]))]
        wanted = set(found)
        return [at for at in among if at in wanted]

    def occurs(self, tree: SpanTree) -> bool:
        """Whether some span says so, by look-up."""
        return self._is_among(tree.index.texts(self.name))

    def misses(self, tree: SpanTree, position: int) -> list[str]:
        """What the span says instead."""
        said = texts_of(tree.spans[position], self.name)
        if self._is_among(said):
            return []
        actual = repr(said[0]) if len(said) == 1 else ", ".join(map(repr, said)) or "none"
        return [f"{self.name} is {actual}, expected {shown(self.expected)}"]

    def names(self) -> Iterable[Name]:
        """The one that it looks for."""
        return [Name(self.name, self.expected)]

    def with_fields(self, fields: Mapping[str, str]) -> TextCondition:
        """The same expectation of another field."""
        return replace(self, name=fields.get(self.name, self.name))

    def _is_among(self, said: Collection[str | None]) -> bool:
        return self.expected in said if self.test is None else any(map(self.test, said))

    def _found(self, tree: SpanTree) -> Sequence[int]:
        groups = tree.index.texts(self.name)
        test = self.test
        if test is None:
            return groups.get(cast("str", self.expected), ())
        found = [positions for value, positions in groups.items() if test(value)]
        return found[0] if len(found) == 1 else sorted(set(chain.from_iterable(found)))

    def __str__(self) -> str:
        text = shown(self.expected)
        return text if self.name == "name" else f"{self.name}={text}"


@dataclass(frozen=True)
class AttributeCondition(Condition):
    """An attribute has a certain value."""

    key: str
    expected: object
    test: Test = field(compare=False, repr=False)
    said: str = field(compare=False, repr=False)
    cost: int = field(default=1, compare=False, repr=False)
    by_user: bool = field(default=False, compare=False, repr=False)

    @classmethod
    def of(cls, key: str, expected: object) -> AttributeCondition:
        """The condition that the attribute's value passes the test that `expected` stands for."""
        # A missing attribute reads as None, which is an object; whoever asks for any object asks for a value.
        test = _is_there if expected is object else value_test(expected)
        # said now: an object with an equality of its own may read otherwise once it has been compared
        by_user = asks(expected)
        return cls(key, expected, test, abridged(shown(expected)), cost=4 if by_user else 1, by_user=by_user)

    @property
    def keyword(self) -> str:
        """The keyword that makes it."""
        return "attributes"

    @property
    def attribute(self) -> str:
        """The key."""
        return self.key

    @property
    def weight(self) -> int:
        """Less than a name's."""
        return 3

    def keep(self, tree: SpanTree, among: Sequence[int]) -> Sequence[int]:
        """Those of the positions whose attribute passes; raise `BadPattern` where the user's test fails."""
        values, test = tree.index.attributes(self.key), self.test
        if type(self.expected) in PLAIN:  # compared here, most values need no call of the test
            expected = self.expected
            among = [at for at in among if values[at] == expected]
        if not self.by_user:
            return [at for at in among if test(values[at])]
        there = (at for at in among if values[at] is not None)  # nobody is asked about an attribute that is not there
        return [at for at in there if _asked(test, values[at], self, tree.spans[at])]

    def misses(self, tree: SpanTree, position: int) -> list[str]:
        """The value that the attribute has instead, or that the user's test fails on it."""
        try:
            if self.keep(tree, [position]):
                return []
        except BadPattern as failure:
            return [str(failure)]
        value = abridged(repr(tree.index.attributes(self.key)[position]))
        return [f"attribute {self.key!r} is {value}, expected {self.said}"]

    def seen(self, tree: SpanTree) -> str | None:
        """The values that the attribute has, the most frequent first."""
        values = Counter(abridged(repr(value), 40) for value in tree.index.attributes(self.key) if value is not None)
        if not values:
            return None
        listed = ", ".join(value for value, _ in values.most_common(_SHOWN)) + (", …" if len(values) > _SHOWN else "")
        return f"no span has {self.said} as attribute {self.key!r}; seen: {listed}"

    def names(self) -> Iterable[Name]:
        """The key, unless its absence is what is expected."""
        return [] if self.expected is None else [Name("attribute", self.key)]

    def __str__(self) -> str:
        return f"attributes={{{self.key!r}: {self.said}}}"


@dataclass(frozen=True)
class DurationCondition(Condition):
    """The span took less, or more, than a limit."""

    name: str
    """`faster_than` or `slower_than`."""
    limit: Duration
    cost = 1

    @classmethod
    def of(cls, name: str, limit: DurationLike) -> DurationCondition:
        """The condition; raise `BadDuration` for a limit that is none and `BadPattern` for one below zero."""
        duration = Duration(limit)
        if duration < 0:
            raise BadPattern(f"{name}={limit!r} is below zero, and no span takes less than no time")
        return cls(name, duration)

    @property
    def keyword(self) -> str:
        """The keyword that makes it."""
        return self.name

    def keep(self, tree: SpanTree, among: Sequence[int]) -> Sequence[int]:
        """Those of the positions whose duration is strictly on the right side of the limit."""
        starts, ends, limit = tree.starts, tree.ends, int(self.limit)
        if self.name == "faster_than":
            return [at for at in among if ends[at] - starts[at] < limit]
        return [at for at in among if ends[at] - starts[at] > limit]

    def misses(self, tree: SpanTree, position: int) -> list[str]:
        """How long the span took instead."""
        if self.keep(tree, [position]):
            return []
        return [f"took {tree.spans[position].duration}, expected {self.name.replace('_', ' ')} {self.limit}"]

    def seen(self, tree: SpanTree) -> str | None:
        """The span that comes closest to the limit."""
        if not len(tree):
            return None
        took = [end - start for start, end in zip(tree.starts, tree.ends)]
        at = took.index(min(took) if self.name == "faster_than" else max(took))
        which = "fastest" if self.name == "faster_than" else "slowest"
        wanted, closest = f"{self.name.replace('_', ' ')} {self.limit}", f"{place(tree, at)}, {Duration(took[at])}"
        return f"no span is {wanted}; the {which} is {closest}"

    def __str__(self) -> str:
        return f"{self.name}={exactly_written(self.limit)!r}"


@dataclass(frozen=True)
class SpanCondition(Condition):
    """Code of the user's says yes to the span."""

    where: Callable[[Span], object]
    cost = 5
    by_user = True

    @property
    def keyword(self) -> str:
        """The keyword that makes it."""
        return "where"

    def keep(self, tree: SpanTree, among: Sequence[int]) -> Sequence[int]:
        """Those of the positions to whose spans it says yes; raise `BadPattern` where it fails."""
        return [at for at in among if _asked(self.where, tree.spans[at], self, tree.spans[at])]

    def misses(self, tree: SpanTree, position: int) -> list[str]:
        """That it says no, or that it fails: whether it is asked of this span depends on the other conditions."""
        try:
            return [] if self.keep(tree, [position]) else [f"{self} is false"]
        except BadPattern as failure:
            return [str(failure)]

    def __str__(self) -> str:
        return f"where={shown(self.where)}"


def attribute_conditions(attributes: object) -> list[AttributeCondition]:
    """A condition for each entry of the mapping."""
    if not isinstance(attributes, Mapping):
        raise BadPattern(f"attributes={attributes!r} is no mapping of attribute names to values")
    entries = cast("Mapping[object, object]", attributes).items()
    return [AttributeCondition.of(str(key), value) for key, value in entries]


def _is_there(value: object) -> bool:
    return value is not None


def _asked(question: Callable[..., object], value: object, condition: Condition, span: Span) -> bool:
    try:
        return bool(question(value))
    except Exception as exc:
        raise BadPattern(
            f"{condition} raised {type(exc).__name__}: {exc} for {abridged(repr(value))} of {span.label!r}; "
            "let it return False for what it was not written for"
        ) from exc
