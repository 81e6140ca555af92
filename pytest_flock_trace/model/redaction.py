"""Keeping secrets back from whatever leaves the process."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, Final, cast

from pytest_flock_trace.model.payload import DEEPEST, to_json
from pytest_flock_trace.model.sensitive_key import may_name_secrets, names_secret, names_token
from pytest_flock_trace.model.span import Event, Link, Span, with_contents

REDACTED: Final = "[redacted]"
"""Stands in the place of what is kept back."""
_PAIR: Final = re.compile(
    r"""(?P<key>(?P<quote>\\*["']?)(?<![\w.-])[A-Za-z][\w.-]*(?P=quote)\s*(?:=|:)\s*)"""
    r"""(?P<value>(?P<open>\\*["'])(?:(?!(?P=open))(?:\\.|.))*(?P=open)?|(?:(?:Bearer|Basic)\s+)?[^\s"',;&)\]}]+)""",
    re.DOTALL,
)
"""`key=value`, `"key": "value"` and the like, in text that is no JSON."""
_NAMED: Final = re.compile(r"""attribute (?P<mark>["'])(?P<key>.+?)(?P=mark)""")
_QUOTATION: Final = re.compile(r"""'(?:\\.|[^'\\])*(?:'|$)|"(?:\\.|[^"\\])*(?:"|$)""")
_NAME: Final = re.compile(r"[A-Za-z][\w.-]*")
_PLAIN: Final = frozenset((int, float, bool, type(None)))
_MOST_KEYS: Final = 10_000


@dataclass(frozen=True)
class Redaction:
    """Which values are kept back, and how. It changes copies: what tests look at stays as it is."""

    globs: Sequence[str] = ()
    """Keys that are sensitive besides the usual ones; `*` and `?` are special, case is not."""
    hook: Callable[[str, object], object] | None = None
    """Called with each key and value that the rules leave alone; None keeps, anything else stands in its place."""
    _known: dict[str, int] = field(default_factory=dict[str, int], init=False, repr=False, compare=False)
    """What is known of a key: 0 for harmless, 1 for a token, 2 for a secret."""
    _latest: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = field(
        default_factory=list[tuple[Mapping[str, Any], Mapping[str, Any]]], init=False, repr=False, compare=False
    )
    """The resource that was seen last, and what is left of it."""

    def span(self, span: Span) -> Span:
        """The span without secrets; the same object where it has none."""
        attributes = self.attributes(span.attributes)
        events = self._events(span.events) if span.events else span.events
        links = self._links(span.links) if span.links else span.links
        resource = self._shared(span.resource) if span.resource else span.resource
        described = span.status_description
        description = self.text(described) if described else described
        if (
            attributes is span.attributes
            and events is span.events
            and links is span.links
            and resource is span.resource
            and description is described
        ):
            return span
        return with_contents(
            span, attributes=attributes, events=events, links=links, resource=resource, status_description=description
        )

    def attributes(self, mapping: Mapping[str, Any]) -> Mapping[str, Any]:
        """The mapping with secrets replaced, at any depth; the same object where it has none."""
        return cast("Mapping[str, Any]", self._entries(cast("Mapping[object, object]", mapping), 0))

    def text(self, text: str) -> str:
        """The text with secrets replaced: in JSON at any depth, elsewhere in what looks like `key=value`."""
        if not self._suspicious(text):
            return text
        start = text.lstrip()[:1]
        if start and start in "{[":
            try:
                document: object = json.loads(text)
            except (ValueError, RecursionError):  # cut off or no JSON after all
                return self._pairs(text)
            kept = self._inside(document, 0)
            return text if kept is document else to_json(kept)
        return self._pairs(text)

    def explanation(self, text: str) -> str:
        """A text of ours about spans without secrets; it also says them as `attribute 'key' is 'value'`."""
        lines = text.split("\n")
        for at, line in enumerate(lines):
            for named in _NAMED.finditer(line):
                lines[at] = self._without_quotations(lines[at], named["key"])
        return self.text("\n".join(lines))

    def _without_quotations(self, line: str, key: str) -> str:
        """The line without what stands in quotation marks, where that is a secret under the key."""

        def kept(quotation: re.Match[str]) -> str:
            mark, inner = quotation[0][0], quotation[0][1:-1]
            left = inner if inner == key else self._value(key, inner, 0)
            return quotation[0] if left is inner else f"{mark}{left}{mark}"

        return _QUOTATION.sub(kept, line)

    def _value(self, key: object, value: Any, depth: int) -> Any:
        name = key if type(key) is str else str(key)
        sort = self._sort(name)
        if sort and value is not None and type(value) is not bool and (sort == 2 or type(value) not in _PLAIN):
            return REDACTED
        if self.hook is not None and (answer := self.hook(name, value)) is not None:
            return answer
        if type(value) is str:
            return self.text(value) if len(value) > 2 else value
        return value if type(value) in _PLAIN else self._inside(value, depth)

    def _inside(self, value: Any, depth: int) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if depth >= DEEPEST:
            return value if isinstance(value, (int, float)) or value is None else REDACTED
        if isinstance(value, Mapping):
            return self._entries(cast("Mapping[object, object]", value), depth + 1)
        if isinstance(value, (list, tuple)):
            items = cast("Sequence[object]", value)
            listed = [self._inside(inner, depth + 1) for inner in items]
            return listed if any(new is not old for new, old in zip(listed, items)) else items
        return value

    def _entries(self, mapping: Mapping[object, object], depth: int) -> Mapping[object, object]:
        found: dict[object, object] | None = None
        known, thorough = self._known, self.hook is not None or bool(self.globs)
        for key, value in mapping.items():
            if not thorough and _cannot_hide(value) and type(key) is str and known.get(key) == 0:
                continue
            kept = self._value(key, value, depth)
            if kept is not value:
                found = dict(mapping) if found is None else found
                found[key] = kept
        return mapping if found is None else found

    def _sort(self, key: str) -> int:
        sort = self._known.get(key)
        if sort is None:
            lowered = key.lower()
            secret = names_secret(key) or any(fnmatchcase(lowered, glob.lower()) for glob in self.globs)
            sort = 2 if secret else 1 if names_token(key) else 0
            if len(self._known) < _MOST_KEYS:
                self._known[key] = sort
        return sort

    def _suspicious(self, text: str) -> bool:
        """False where no key in the text can be sensitive; most texts, found out in one go."""
        if self.globs or self.hook is not None:
            return True
        return not _cannot_hide(text) and may_name_secrets(text)

    def _pairs(self, text: str) -> str:
        return _PAIR.sub(self._pair, text)

    def _pair(self, match: re.Match[str]) -> str:
        key = cast("re.Match[str]", _NAME.search(match["key"]))[0]
        value, mark = match["value"], match["open"] or ""
        bare = value[len(mark) :].removesuffix(mark) if mark else value
        kept = self._value(key, bare, 0)
        if not mark and self._sort(key) == 1 and _counts(bare):
            return match[0]
        return match[0] if kept is bare else f"{match['key']}{mark}{kept}{mark}"

    def _shared(self, resource: Mapping[str, Any]) -> Mapping[str, Any]:
        """The resource, looked at once for all the spans of a process."""
        for seen, left in self._latest:
            if seen is resource:
                return left
        kept = self.attributes(resource)
        self._latest[:] = [(resource, kept)]
        return kept

    def _events(self, events: tuple[Event, ...]) -> tuple[Event, ...]:
        kept = [(event, self.attributes(event.attributes)) for event in events]
        if all(attributes is event.attributes for event, attributes in kept):
            return events
        return tuple(replace(event, attributes=attributes) for event, attributes in kept)

    def _links(self, links: tuple[Link, ...]) -> tuple[Link, ...]:
        kept = [(link, self.attributes(link.attributes)) for link in links]
        if all(attributes is link.attributes for link, attributes in kept):
            return links
        return tuple(replace(link, attributes=attributes) for link, attributes in kept)


def _cannot_hide(value: object) -> bool:
    """True for what has no keys in it, as most attributes have not."""
    return type(value) in _PLAIN or (type(value) is str and ":" not in value and "=" not in value)


def _counts(text: str) -> bool:
    """True for a number, null or a truth value, as they stand in text."""
    try:
        return json.loads(text.lower()) is None or True
    except ValueError:
        return text in ("None", "nan", "inf")
