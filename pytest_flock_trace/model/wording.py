"""Conditions written as the calls of `span` that make them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pytest_flock_trace.model.condition import Condition


def written(conditions: Iterable[Condition]) -> Iterator[str]:
    """As few calls as say it: a keyword stands once in a call, the name comes first and attributes make one mapping."""
    call: dict[str, str] = {}
    attributes: dict[str, str] = {}
    for condition in conditions:
        if condition.keyword in call or condition.attribute in attributes:
            yield _call(call, attributes)
            call, attributes = {}, {}
        if condition.attribute is None:
            call[condition.keyword or str(condition)] = str(condition)
        else:
            attributes[condition.attribute] = str(condition).removeprefix("attributes={").removesuffix("}")
    if call or attributes:
        yield _call(call, attributes)


def _call(call: dict[str, str], attributes: dict[str, str]) -> str:
    mapping = [f"attributes={{{', '.join(attributes.values())}}}"] if attributes else []
    first = [call[keyword] for keyword in call if keyword == "name"]
    return f"span({', '.join([*first, *(text for key, text in call.items() if key != 'name'), *mapping])})"
