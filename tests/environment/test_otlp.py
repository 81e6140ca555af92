from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.environment.otlp import OtlpExport
from pytest_flock_trace.errors import BadSetting
from pytest_flock_trace.model.endpoint import checked_url, shown_url, with_path

BASE = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://h:4318"}
METRICS = {"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": "http://m"}


def traces(**variables: str) -> str:
    found = OtlpExport.read(variables).traces
    return "" if found is None else str(found)


def metrics(**variables: str) -> str:
    found = OtlpExport.read(variables).metrics
    return "" if found is None else str(found)


@pytest.mark.parametrize(
    ("variables", "where"),
    [
        ({}, ""),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": " "}, ""),
        (BASE, "http://h:4318/v1/traces (http/protobuf)"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "https://h/otlp/"}, "https://h/otlp/v1/traces (http/protobuf)"),
        ({**BASE, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://t/in"}, "http://t/in (http/protobuf)"),
        ({**BASE, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "http://h:4318 (grpc)"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "h:4317", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, "h:4317 (grpc)"),
        (
            {**BASE, "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "HTTP/protobuf"},
            "http://h:4318/v1/traces (http/protobuf)",
        ),
        ({**BASE, "OTEL_TRACES_EXPORTER": "none"}, ""),
        ({**BASE, "OTEL_TRACES_EXPORTER": "console"}, ""),
        ({**BASE, "OTEL_TRACES_EXPORTER": "console, otlp"}, "http://h:4318/v1/traces (http/protobuf)"),
        ({**BASE, "OTEL_TRACES_EXPORTER": "otlp_proto_grpc"}, "http://h:4318 (grpc)"),
        ({**BASE, "OTEL_SDK_DISABLED": "true"}, ""),
        (METRICS, ""),
    ],
)
def test_where_spans_go_is_what_the_standard_s_variables_say(variables: dict[str, str], where: str) -> None:
    assert traces(**variables) == where


@pytest.mark.parametrize(
    ("variables", "where"),
    [
        (BASE, ""),
        ({**BASE, "OTEL_METRICS_EXPORTER": "otlp"}, "http://h:4318/v1/metrics (http/protobuf)"),
        ({"OTEL_METRICS_EXPORTER": "otlp"}, ""),
        (METRICS, "http://m (http/protobuf)"),
        ({**METRICS, "OTEL_METRICS_EXPORTER": "none"}, ""),
        ({**METRICS, "OTEL_METRICS_EXPORTER": "prometheus"}, ""),
    ],
)
def test_metrics_go_somewhere_only_where_that_is_said_of_them(variables: dict[str, str], where: str) -> None:
    assert metrics(**variables) == where


@pytest.mark.parametrize(("said", "seconds"), [("", 60), ("soon", 60), ("-1", 60), ("250", 0.25)])
def test_the_interval_of_metrics_is_a_minute_unless_said_otherwise(said: str, seconds: float) -> None:
    assert OtlpExport.read({"OTEL_METRIC_EXPORT_INTERVAL": said}).metrics_every == seconds


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        (
            {**BASE, "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json"},
            "OTEL_EXPORTER_OTLP_PROTOCOL='http/json' is no protocol",
        ),
        (
            {**BASE, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "x"},
            "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL='x' .*; supported: http/protobuf, grpc",
        ),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "h:4318"}, "OTEL_EXPORTER_OTLP_ENDPOINT='h:4318' is no URL of HTTP"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "ftp://h"}, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT='ftp://h' is no URL"),
    ],
)
def test_what_cannot_be_followed_is_named_and_somebody_has_to_tell(
    variables: dict[str, str], complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(BadSetting, match=complaint):
        OtlpExport.read(variables)
    assert OtlpExport.wanted()


def test_a_protocol_is_no_matter_where_nothing_is_sent() -> None:
    assert traces(OTEL_EXPORTER_OTLP_PROTOCOL="nonsense") == ""


WORDS = st.text("abcxyz019.", min_size=1)


@given(scheme=st.sampled_from(["http", "https"]), host=WORDS, path=WORDS, secret=st.text("SECRT", min_size=1))
def test_no_secret_of_a_url_is_shown(scheme: str, host: str, path: str, secret: str) -> None:
    url = f"{scheme}://{secret}:{secret}@{host}:80/{path}?key={secret}#{secret}"

    assert shown_url(url) == f"{scheme}://{host}:80/{path}"


@given(st.text())
def test_any_text_is_taken_or_refused_as_a_setting(url: str) -> None:
    try:
        assert checked_url("--to", url, "http/protobuf") == url
    except BadSetting as exc:
        assert "--to" in str(exc)  # noqa: PT017  # any other error fails the test


@given(path=WORDS)
def test_the_path_of_the_signal_is_added_once(path: str) -> None:
    once = with_path(f"http://h/{path}?a=b", "traces")

    assert once == f"http://h/{path}/v1/traces?a=b"
    assert with_path(once, "traces") == once
