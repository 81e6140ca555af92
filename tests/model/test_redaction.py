"""Secrets do not leave the process; everything else does, unchanged."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace import Event, Link, Span
from pytest_flock_trace.model.redaction import REDACTED, Redaction
from pytest_flock_trace.model.sensitive_key import words_of

SECRET = "hunter2"  # noqa: S105  # a secret for tests
PLAIN_KEYS = st.sampled_from(["a", "total_tokens", "max_tokens", "tokenizer", "name", "monkey", "keyboard", "n"])
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(PLAIN_KEYS, inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    "key",
    [
        *("password", "PASSWD", "dbPassword", "db_password", "input.password", "token", "access_token", "accessToken"),
        *("secret", "client_secret", "api_key", "apikey", "X-Api-Key", "OPENAI_API_KEY", "authorization"),
        *("http.request.header.authorization", "Cookie", "set-cookie", "private_key", "privateKey", "credentials"),
        *("aws_secret_access_key", "refreshToken", "passphrase"),
    ],
)
def test_a_sensitive_key_loses_its_value(key: str) -> None:
    assert Redaction().attributes({key: SECRET}) == {key: REDACTED}
    assert json.loads(Redaction().text(json.dumps({"a": [{key: SECRET}]}))) == {"a": [{key: REDACTED}]}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *[("total_tokens", 5), ("gen_ai.usage.input_tokens", 5), ("max_tokens", 5), ("tokenizer", "bpe")],
        *[("llm.token_count.prompt", 12), ("monkey", "x"), ("keyboard", "x"), ("key", "x"), ("author", "x")],
        *[("has_password", True), ("password", None), ("secretary", "x"), ("compass", "x")],
    ],
)
def test_a_harmless_key_keeps_its_value(key: str, value: object) -> None:
    attributes = {key: value}
    assert Redaction().attributes(attributes) is attributes
    text = json.dumps(attributes)
    assert Redaction().text(text) is text


def test_the_words_of_a_key_are_the_same_in_every_spelling() -> None:
    assert {tuple(words_of(key)) for key in ("X-Api-Key", "x_api_key", "xApiKey", "x.api.key", "XApiKey")} == {
        ("x", "api", "key")
    }
    assert words_of("dbPASSWORDHash") == ["db", "password", "hash"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Login(user='x', password='hunter2')", "Login(user='x', password='[redacted]')"),
        ("input_value={'password': 'hunter2', 'a': 1}", "input_value={'password': '[redacted]', 'a': 1}"),
        ('cut off {"password": "hunter2', 'cut off {"password": "[redacted]"'),
        ('{"password": "hunter2", "a', '{"password": "[redacted]", "a'),
        ('say "password": "hun\\"ter2"!', 'say "password": "[redacted]"!'),
        ("GET /?token=hunter2&n=1", "GET /?token=[redacted]&n=1"),
        ("Authorization: Bearer hunter2 and more", "Authorization: [redacted] and more"),
        ("tokens: 5, token: 6, password", "tokens: 5, token: 6, password"),
        ("the passwords are secret", "the passwords are secret"),
    ],
)
def test_text_that_is_no_json_loses_what_stands_after_a_sensitive_name(text: str, expected: str) -> None:
    assert Redaction().text(text) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("attribute 'token' is 'a', expected 'b'", "attribute 'token' is '[redacted]', expected '[redacted]'"),
        (
            "no span has 'a' as attribute 'token'; seen: 'b'",
            "no span has '[redacted]' as attribute 'token'; seen: '[redacted]'",
        ),
        ("attribute 'name' is 'a', expected 'b'", "attribute 'name' is 'a', expected 'b'"),
        ("attribute 'token' is 'cut o…", "attribute 'token' is '[redacted]'"),
    ],
)
def test_an_explanation_says_no_secret_either(line: str, expected: str) -> None:
    assert Redaction().explanation(f"before\n{line}\nafter") == f"before\n{expected}\nafter"


def test_json_inside_json_is_read_too() -> None:
    text = json.dumps({"body": json.dumps({"deep": json.dumps({"password": SECRET})})})
    assert SECRET not in Redaction().text(text)


def test_a_whole_container_under_a_sensitive_key_goes() -> None:
    assert Redaction().attributes({"credentials": {"user": "x", "pin": 1234}, "password": 1234}) == {
        "credentials": REDACTED,
        "password": REDACTED,
    }


def test_attributes_events_links_resource_and_status_of_a_span_lose_their_secrets() -> None:
    secret: dict[str, Any] = {"password": SECRET, "nested": {"list": [{"token": SECRET}]}}
    span = Span(
        "s",
        span_id="1",
        status="error",
        status_description=f"refused password={SECRET}",
        attributes=secret,
        events=[Event("exception", 5, {"exception.message": f"password={SECRET!r}"})],
        links=[Link("2", "t", secret)],
        resource=secret,
    )
    redacted = Redaction().span(span)
    written = repr((redacted.attributes, redacted.events, redacted.links, redacted.resource))
    assert SECRET not in written + str(redacted.status_description)
    assert (redacted.span_id, redacted.status, redacted.events[0].time_ns) == ("1", "error", 5)
    assert span.attributes == secret


@given(st.dictionaries(PLAIN_KEYS, DOCUMENTS | DOCUMENTS.map(json.dumps)))
def test_a_span_without_secrets_is_the_same_object(attributes: dict[str, Any]) -> None:
    span = Span("s", span_id="1", attributes=attributes, events=[Event("e", 1, attributes)], links=[Link("2")])
    assert Redaction().span(span) is span


def planted(document: Any) -> Any:
    """The document with a secret in each of its objects."""
    if isinstance(document, dict):
        return {**{key: planted(value) for key, value in document.items()}, "password": SECRET}
    return [planted(value) for value in document] if isinstance(document, list) else document


@given(DOCUMENTS, st.sampled_from([json.dumps, repr, lambda document: json.dumps({"inner": json.dumps(document)})]))
def test_a_secret_planted_anywhere_is_kept_back(document: Any, written: Any) -> None:
    text = written({"password": SECRET, "document": planted(document)})
    assert SECRET not in Redaction().text(text)
    assert SECRET not in repr(Redaction().attributes({"input.x": text, "raw": planted(document)}))


@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    Redaction(globs=("*x*",)).text(f"password: {text}")


def test_globs_add_keys_in_whatever_case() -> None:
    redaction = Redaction(globs=("*_dsn", "Iban"))
    assert redaction.attributes({"SENTRY_DSN": "x", "iban": "y", "n": '{"iban":"z"}'}) == {
        "SENTRY_DSN": REDACTED,
        "iban": REDACTED,
        "n": '{"iban":"[redacted]"}',
    }


def test_the_hook_decides_about_what_the_rules_leave_alone() -> None:
    def shorten(key: str, value: object) -> object:
        return "…" if key == "prompt" else None

    attributes = {"prompt": "long", "inside": json.dumps({"prompt": "long", "n": 1}), "password": "x", "n": 1}
    assert Redaction(hook=shorten).attributes(attributes) == {
        "prompt": "…",
        "inside": '{"prompt":"…","n":1}',
        "password": REDACTED,
        "n": 1,
    }
