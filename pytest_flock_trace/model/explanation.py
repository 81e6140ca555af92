"""Why a pattern does not match: the closest span, what it lacks, and names that may have been meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from pytest_flock_trace.errors import BadPattern
from pytest_flock_trace.model.condition import Condition, Name
from pytest_flock_trace.model.evidence import place
from pytest_flock_trace.model.field_condition import TextCondition
from pytest_flock_trace.model.matcher import shown
from pytest_flock_trace.model.text import label_of

if TYPE_CHECKING:
    from pytest_flock_trace.model.pattern import Pattern
    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.model.tree import SpanTree

_SHOWN = 6
_CONSIDERED = 500
"""Different names among which the likeliest is looked for."""


def nearest_lines(pattern: Pattern, tree: SpanTree) -> tuple[list[str], list[Span]]:
    """Lines on the spans that come closest to a pattern nothing matches, and the closest span itself, if any."""
    met = [0] * len(tree)
    unmet: list[Condition] = []
    for condition in pattern.conditions:
        meeting = _met(condition, tree)
        for position in meeting:
            met[position] += condition.weight
        unmet.extend([] if meeting else [condition])
    lines: list[str] = []
    near: list[Span] = []
    best = max(met, default=0)
    if best > 0 and len(pattern.conditions) > 1:
        closest = [position for position in range(len(tree)) if met[position] == best]
        near = [tree.spans[position] for position in closest]
        lines.append(f"closest: {place(tree, closest[0])} — {'; '.join(pattern.misses(tree, closest[0]))}")
        if len(near) > 1:
            lines.append(f"{len(near) - 1} more {'comes' if len(near) == 2 else 'come'} as close: {_listed(near[1:])}")
    lines.extend(dict.fromkeys(_seen(name, tree) for name in pattern.names() if not occurs(name, tree)))
    lines.extend(seen for condition in unmet if (seen := condition.seen(tree)) is not None)
    return lines, near[:1]


def occurs(name: Name, tree: SpanTree) -> bool:
    """Whether any span of the tree bears the name."""
    if name.field == "attribute":
        return any(value is not None for value in tree.index.attributes(str(name.expected)))
    return TextCondition.of(name.field, name.expected).occurs(tree)


def likeliest(name: Name, seen: Iterable[str]) -> str | None:
    """Which of the names that were seen may have been meant."""
    close = get_close_matches(str(name.expected).strip("*?"), list(dict.fromkeys(seen))[:_CONSIDERED], n=1)
    return close[0] if close else None


def _met(condition: Condition, tree: SpanTree) -> Sequence[int]:
    """Who meets the condition alone; nobody where a user's function can't be asked of all."""
    try:
        return condition.keep(tree, range(len(tree)))
    except BadPattern:
        return ()


def _seen(name: Name, tree: SpanTree) -> str:
    """The values that a field does have, the likeliest first."""
    seen = _said(name, tree)
    what = f"attribute {name.expected!r}" if name.field == "attribute" else f"{name.field}={shown(name.expected)}"
    if not seen:
        return f"no span here has {'any attribute' if name.field == 'attribute' else f'{_article(name.field)} at all'}"
    meant = likeliest(name, seen)
    listed = ", ".join(repr(value) for value, _ in seen.most_common(_SHOWN)) + (", …" if len(seen) > _SHOWN else "")
    return f"no span has {what}" + (f"; did you mean {meant!r}?" if meant else f"; seen: {listed}")


def _said(name: Name, tree: SpanTree) -> Counter[str]:
    if name.field == "attribute":
        return Counter(key for span in tree.spans for key in span.attributes)
    return Counter({value: len(at) for value, at in tree.index.texts(name.field).items() if value is not None})


def _article(field: str) -> str:
    return f"an {field}" if field[0] in "aeiou" else f"a {field}"


def _listed(spans: Sequence[Span]) -> str:
    names = list(dict.fromkeys(map(label_of, spans)))
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
