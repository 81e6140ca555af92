from __future__ import annotations

import logging
import socket
import ssl
from typing import Any

import pytest
from collector import Answer, collecting, dead_url
from opentelemetry import context

from pytest_flock_trace.capture.otlp import sender as module
from pytest_flock_trace.capture.otlp.attempt import Retryable, attempted
from pytest_flock_trace.capture.otlp.http_session import cause_of
from pytest_flock_trace.capture.otlp.readable import readable
from pytest_flock_trace.capture.otlp.refusal import Refusal
from pytest_flock_trace.capture.otlp.sender import Sender
from pytest_flock_trace.environment.otlp import endpoint_given
from pytest_flock_trace.errors import MissingExtra, NotSent
from pytest_flock_trace.model.endpoint import GRPC, HTTP, Endpoint
from pytest_flock_trace.model.span import Span

LOGGER = "opentelemetry.exporter.otlp.proto.http.trace_exporter"


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ENDPOINT", "PROTOCOL", "HEADERS", "TIMEOUT", "COMPRESSION"):
        monkeypatch.delenv(f"OTEL_EXPORTER_OTLP_{name}", raising=False)


def spans(count: int = 1) -> list[Any]:
    return readable(Span("x", span_id=str(at + 1)) for at in range(count))


def refusal(url: str) -> Refusal:
    sender = Sender(endpoint_given("--to", url, HTTP))
    with pytest.raises(Refusal) as caught:
        sender(spans())
    return caught.value


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_an_answer_after_which_otlp_lets_clients_try_again_says_so(status: int) -> None:
    with collecting(Answer(status)) as collector:
        assert refusal(collector.url).again
    assert collector.refused == 1


@pytest.mark.parametrize(("status", "too_large"), [(400, False), (401, False), (404, False), (413, True)])
def test_any_other_answer_is_a_refusal_for_good(status: int, too_large: bool) -> None:
    with collecting(Answer(status)) as collector:
        found = refusal(collector.url)

    assert (found.again, found.too_large) == (False, too_large)
    assert f"it answered {status}" in str(found)


def test_a_collector_that_is_not_there_may_come(caplog: pytest.LogCaptureFixture) -> None:
    found = refusal(dead_url())

    assert found.again
    assert isinstance(found, NotSent)
    assert "refused" in str(found)
    assert caplog.records == []


def test_a_collector_that_never_answers_is_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    with collecting(Answer(silent=True)) as collector:
        found = refusal(collector.url)

    assert (found.again, str(found)) == (True, "it did not answer in time")


def test_an_answer_in_words_is_a_success() -> None:
    with collecting(Answer(200, b"thank you")) as collector:
        Sender(endpoint_given("--to", collector.url, HTTP))(spans(3))

    assert len(collector.spans) == 3


def test_settings_that_the_exporter_does_not_accept_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> object:
        class Exporter:
            def __init__(self, **options: object) -> None:
                raise KeyError(name)

        return type("Module", (), {"OTLPSpanExporter": Exporter})

    monkeypatch.setattr(module, "import_module", broken)
    with pytest.raises(Refusal, match="its exporter cannot be set up: KeyError"):
        Sender(Endpoint("traces", HTTP, "http://h", "http://h"))


@pytest.mark.parametrize(("protocol", "extra"), [(HTTP, "otlp"), (GRPC, "otlp-grpc")])
def test_a_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch, protocol: Any, extra: str) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)

    with pytest.raises(MissingExtra, match=rf'pip install "pytest-flock-trace\[{extra}\]"'):
        Sender(Endpoint("traces", protocol, "http://h"))


def test_what_an_exporter_logs_in_an_attempt_is_kept_from_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with attempted() as attempt:
        logging.getLogger(LOGGER).error("Failed %s", "badly")
        logging.getLogger("application").error("Failed, too")
    logging.getLogger(LOGGER).error("another's failure")

    assert attempt.said is not None
    assert attempt.said.getMessage() == "Failed badly"
    assert [record.getMessage() for record in caplog.records] == ["Failed, too", "another's failure"]


def test_an_exporter_that_is_about_to_wait_is_led_out() -> None:
    with attempted(), pytest.raises(Retryable):
        logging.getLogger(LOGGER).warning("Transient error %s, retrying in %ss.", "Busy", 32)


def test_instrumented_clients_make_no_spans_of_an_attempt() -> None:
    with attempted():
        assert context.get_value("suppress_instrumentation")
        assert context.get_value(context._SUPPRESS_INSTRUMENTATION_KEY)
    assert not context.get_value("suppress_instrumentation")


def wrapped(error: Exception) -> Exception:
    outer = ConnectionError("http://ada:hunter2@host/?key=hunter2 failed")
    outer.__cause__ = error
    return outer


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
        (socket.gaierror(-2, "Name or service not known"), "Name or service not known"),
        (ssl.SSLError(1, "certificate verify failed"), "certificate verify failed"),
        (TimeoutError("timed out"), "it did not answer in time"),
        (ValueError("http://ada:hunter2@host"), "ConnectionError"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_the_cause_of_a_failure_is_the_system_s_word_and_never_the_url(error: Exception, cause: str) -> None:
    assert cause_of(wrapped(error)) == cause
