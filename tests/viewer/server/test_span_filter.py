"""The filter of a question, which comes from an address that anybody may have edited."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.store.file.narrowing import Narrowing
from pytest_flock_trace.viewer.server.span_filter import narrowing_of


@pytest.mark.parametrize("text", [None, "", "{}", '{"services": [], "from_ms": null}'])
def test_a_filter_that_says_nothing_is_none(text: str | None):
    assert narrowing_of(text) is None


def test_everything_that_can_be_filtered_by_is_understood():
    lists = {name: [name] for name in ("services", "operations", "agents", "tests", "statuses", "kinds")}

    assert narrowing_of(json.dumps({**lists, "from_ms": 1.5, "to_ms": 2})) == Narrowing(
        **{name: tuple(values) for name, values in lists.items()}, from_ns=1_500_000, to_ns=2_000_000
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "is no object"),
        ('"services"', "is no object"),
        ('{"servces": ["a"]}', "'servces' is nothing to filter by; valid: services, operations"),
        ('{"services": "a"}', "services is no list of texts"),
        ('{"services": [1]}', "services is no list of texts"),
        ('{"services": ["\\ud800"]}', "services is no list of texts"),
        ('{"from_ms": "yesterday"}', "from_ms='yesterday' is no number"),
        ('{"from_ms": true}', "from_ms=True is no number"),
        ('{"to_ms": NaN}', "to_ms=nan is no number"),
        ('{"to_ms": 1e999}', "to_ms=inf is no number"),
    ],
)
def test_what_can_not_be_understood_is_told(text: str, said: str):
    with pytest.raises(BadArgument) as refusal:
        narrowing_of(text)

    assert said in str(refusal.value)
    assert len(str(refusal.value)) < 500


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters()),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["services", "from_ms", "to_ms", "x"]), inner),
)


@given(st.text() | JSON.map(json.dumps))
def test_any_text_is_a_filter_or_refused(text: str):
    try:
        found = narrowing_of(text)
    except BadArgument:
        return
    assert found is None or -(2**63) <= (found.from_ns or 0) < 2**63
