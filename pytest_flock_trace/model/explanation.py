"""Why a pattern does not match: the closest span, what it lacks, and names that may have been meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from pytest_flock_trace.model.condition import FieldCondition

if TYPE_CHECKING:
    from pytest_flock_trace.model.pattern import Pattern
    from pytest_flock_trace.model.span import Span
    from pytest_flock_trace.model.tree import SpanTree

_SHOWN = 6


def nearest_lines(pattern: Pattern, tree: SpanTree) -> tuple[list[str], list[Span]]:
    """Lines on the spans that come closest to a pattern nothing matches, and the closest spans themselves."""
    everywhere = range(len(tree))
    met = Counter(dict.fromkeys(everywhere, 0))
    unmet: list[FieldCondition] = []
    for condition in pattern.conditions:
        kept = condition.keep(tree, everywhere)
        met.update(kept)
        if not kept and isinstance(condition, FieldCondition):
            unmet.append(condition)
    lines: list[str] = []
    near: list[Span] = []
    best = max(met.values(), default=0)
    if 0 < best < len(pattern.conditions):
        closest = [position for position in everywhere if met[position] == best]
        near = [tree.spans[position] for position in closest]
        lines.append(f"closest: {near[0].label} — {'; '.join(pattern.misses(tree, closest[0]))}")
        if len(near) > 1:
            lines.append(f"{len(near) - 1} more {'comes' if len(near) == 2 else 'come'} as close: {_listed(near[1:])}")
    lines.extend(_seen(condition, tree) for condition in unmet)
    return lines, near[:1]


def _seen(condition: FieldCondition, tree: SpanTree) -> str:
    """The values that a field does have, the likeliest first."""
    seen = Counter(value for span in tree.spans if isinstance(value := condition.read(span), str))
    if not seen:
        return f"no span here has {condition.name} at all"
    close = get_close_matches(str(condition.expected).strip("*?"), seen, n=1)
    meant = f"; did you mean {close[0]!r}?" if close else ""
    shown = ", ".join(repr(value) for value, _ in seen.most_common(_SHOWN)) + (", …" if len(seen) > _SHOWN else "")
    return f"no span has {condition}{meant or f'; seen: {shown}'}"


def _listed(spans: Sequence[Span]) -> str:
    names = list(dict.fromkeys(span.label for span in spans))
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
