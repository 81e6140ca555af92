"""Spans by resource and scope, as OTLP nests them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from pytest_flock_trace.interop.otlp.disassembly import disassembled, resource_of
from pytest_flock_trace.interop.otlp.otlp_span import OtlpResource, OtlpScope, OtlpSpan
from pytest_flock_trace.model.payload import to_json
from pytest_flock_trace.model.span import Span

Group = tuple[OtlpResource, list[tuple[OtlpScope, list[OtlpSpan]]]]


def grouped_spans(spans: Iterable[Span]) -> list[Group]:
    """The spans of each scope of each resource, all in the order in which they first occur.

    Resources and scopes are the same where they say the same.
    """
    found: dict[str, tuple[OtlpResource, dict[str, tuple[OtlpScope, list[OtlpSpan]]]]] = {}
    spans = list(spans)
    resources = {id(span.resource): span.resource for span in spans}
    keys = {identity: to_json(resource) for identity, resource in resources.items()}
    for span in spans:
        scope, said = disassembled(span)
        key = keys[id(span.resource)]
        if key not in found:
            found[key] = resource_of(span.resource), {}
        found[key][1].setdefault(_key(scope), (scope, []))[1].append(said)
    return [(resource, list(scopes.values())) for resource, scopes in found.values()]


def _key(scope: OtlpScope) -> str:
    if scope.attributes:
        return to_json(list[object](scope))
    return _plain_key(scope.name, scope.version, scope.schema_url, scope.dropped)


@lru_cache(maxsize=256)
def _plain_key(*said: object) -> str:
    return to_json(said)
