"""The file: nothing that was recorded ends an element, leaves the page or gets lost."""

from __future__ import annotations

import gzip
import json
from base64 import b64decode, b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pytest_flock_trace.model.span import Event, Link, Span
from pytest_flock_trace.model.trace import Trace
from pytest_flock_trace.viewer.answers.details import details
from pytest_flock_trace.viewer.answers.portable import portable
from pytest_flock_trace.viewer.answers.trace_columns import trace_columns
from pytest_flock_trace.viewer.answers.trace_key import key_of
from pytest_flock_trace.viewer.bundle import Bundle
from pytest_flock_trace.viewer.document import question
from pytest_flock_trace.viewer.packed import Packed
from pytest_flock_trace.viewer.page import page

BUNDLE = Bundle(script="start('<!--', '</script>', 1 < 2);\r\n", style="main::after { content: '</style><!--' }")
EVIL = ("</script>", "<!--", "-->", "]]>", "</main>", "\u2028", "\u202e", "\u2066", "'\"", "&amp;", "\x00", "\ud800")
HOSTILE = st.lists(
    st.sampled_from((*EVIL, "javascript:alert(1)", "<img src=x onerror=alert(1)>")) | st.text(max_size=5), max_size=4
).map("".join)
OVERVIEW = {"title": "t", "created": "now", "left_out": [], "tests": 0, "traces": 1, "spans": 1, "errors": 0}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | HOSTILE | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(HOSTILE, inner, max_size=3),
    max_leaves=6,
)


class Parsed(HTMLParser):
    """The elements of a page, the texts in them, and the answers."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.answers: dict[str, Any] = {}
        self.attributes: list[tuple[str, str, str | None]] = []
        self._open: tuple[str, str | None] = ("", None)
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attrs]
        self._open = tag, dict(attrs).get("data-question")

    def handle_endtag(self, tag: str) -> None:
        self._open = ("", None)

    def handle_comment(self, data: str) -> None:
        self.tags.append("!--")

    def handle_data(self, data: str) -> None:
        tag, asked = self._open
        if asked is not None:
            self.answers[asked] = json.loads(gzip.decompress(b64decode(data)))
        else:
            self.texts.setdefault(tag, []).append(data)


def packed(trace: Trace, **more: Any) -> list[Packed]:
    columns = trace_columns(trace)
    spoken = [details(trace, 0, outgoing=lambda span: span, key_of=key_of)] if len(trace) else []
    said: dict[str, Any] = {
        "overview": {**OVERVIEW, **more},
        "red?by=agent": {"rows": []},
        "tests": {"rows": []},
        question("trace", key=columns["key"]): columns,
        **{question("details", key=columns["key"], block=0): one for one in spoken},
    }
    return [Packed.of(asked, answer) for asked, answer in said.items()]


def parsed(answers: list[Packed]) -> Parsed:
    return Parsed("".join(page(answers, BUNDLE)))


PLAIN = parsed(packed(Trace.of([Span("s", span_id="1")])))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(HOSTILE, HOSTILE, HOSTILE, st.dictionaries(HOSTILE, VALUES, max_size=3), HOSTILE)
@example("</script>" * 100_000, "x", "t", {"k": "<!--" * 250_000}, "</title>")
def test_whatever_was_recorded_the_page_has_the_same_elements_and_every_answer_back(
    name: str, span_id: str, trace_id: str, attributes: dict[str, Any], title: str
) -> None:
    event = Event(name, 5, attributes)
    link = Link(span_id, trace_id, attributes)
    span = Span(name, span_id=span_id, trace_id=trace_id, attributes=attributes, events=[event], links=[link])
    answers = packed(Trace.of([span], name=trace_id), title=portable(title))
    found = parsed(answers)

    assert found.tags == PLAIN.tags
    assert found.answers == {one.question: one.answer for one in answers}
    assert len(found.answers) == len(answers)


@settings(max_examples=100, deadline=None)
@given(VALUES)
def test_no_number_in_an_answer_is_one_that_javascript_can_not_hold(value: Any) -> None:
    trace = Trace.of([Span("s", span_id="1", start_ns=2**70, end_ns=2**71, attributes={"k": value}, dropped=2**60)])

    def too_large(text: str) -> Any:
        assert -(2**53) < int(text) < 2**53
        return int(text)

    for one in packed(trace):
        json.loads(one.text, parse_int=too_large, parse_constant=no_number)


def no_number(name: str) -> None:
    raise AssertionError(name)


def test_the_policy_knows_the_script_and_the_style_as_a_browser_reads_them() -> None:
    (policy,) = (
        value or ""
        for tag, name, value in PLAIN.attributes
        if (tag, name) == ("meta", "content") and (value or "").startswith("default-src")
    )

    for what in ("script", "style"):
        (source,) = PLAIN.texts[what]
        assert f"{what}-src 'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'" in policy
        assert "\r" not in source
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_no_address_leaves_the_page() -> None:
    addresses = [value for _, name, value in PLAIN.attributes if name in {"href", "src", "action", "srcset"}]

    assert addresses == ["data:,"]


def test_a_long_name_and_marks_that_reorder_text_are_tamed_where_there_are_no_scripts() -> None:
    trace = Trace.of([Span("\u202e" + "x" * 10_000, span_id="1")])
    cells = PLAIN.texts["td"], parsed(packed(trace)).texts["td"]

    assert all(len(cell) <= 200 for row in cells for cell in row)
    assert cells[1][0].startswith("\\u202exx")


def test_a_page_is_the_same_bytes_for_the_same_answers(tmp_path: Path) -> None:
    trace = Trace.of([Span("s", span_id="1")])

    assert "".join(page(packed(trace), BUNDLE)) == "".join(page(packed(trace), BUNDLE))
