"""What a child process is told, so that its spans come here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Final

from pytest_flock_trace.errors import NoTestRunning
from pytest_flock_trace.recording.attempt import joined_test
from pytest_flock_trace.recording.forked_child import report_from_forks
from pytest_flock_trace.recording.receiving import otlp_codec
from pytest_flock_trace.recording.recorded_trace import recorder

_HOSTS: Final = ("127.0.0.1", "localhost")
_PREFERENCES: Final = {
    "OTEL_TRACES_EXPORTER": "otlp",
    "OTEL_METRICS_EXPORTER": "none",  # they would be sent here, and not be kept
    "OTEL_LOGS_EXPORTER": "none",
    "OTEL_TRACES_SAMPLER": "parentbased_always_on",
    "OTEL_SDK_DISABLED": "false",
    "OTEL_BSP_SCHEDULE_DELAY": "100",  # milliseconds; 5 s is what it is otherwise
}


def child_environment(variables: Mapping[str, str] | None = None) -> dict[str, str]:
    """Variables for a child of whatever is under way here, beside those that this process has.

    Raises `NoTestRunning` where nobody is to get the child's spans.
    """
    __tracebackhide__ = True
    from pytest_flock_trace.capture.remote_parent import carried

    joined_test()
    process = recorder()
    span, ledger = process.router.owner_here()
    if ledger is None:
        raise NoTestRunning(
            "nobody would get the child's spans; call traced_run.env() in a test that requests traced_run, or in a run"
        )
    url = f"{process.receiver_url(otlp_codec)}/{process.remote.prefix(span, ledger)}"
    report_from_forks()
    parent = {name.upper(): value for name, value in carried(span).items()}
    return {
        **parent,
        **_exporter(url),
        **_PREFERENCES,
        **_beside_proxies(os.environ if variables is None else variables),
    }


def _exporter(url: str) -> dict[str, str]:
    """Both the general variables and those of traces alone, which would win if the user has set them."""
    protocol = "http/protobuf" if find_spec("opentelemetry.proto") else "http/json"
    return {
        "OTEL_EXPORTER_OTLP_ENDPOINT": url,
        "OTEL_EXPORTER_OTLP_PROTOCOL": protocol,
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{url}/v1/traces",
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": protocol,
    }


def _beside_proxies(variables: Mapping[str, str]) -> dict[str, str]:
    """What keeps a proxy from being asked for this machine; programs read either spelling."""
    said = variables.get("no_proxy") or variables.get("NO_PROXY") or ""
    hosts = [host for host in map(str.strip, said.split(",")) if host]
    text = ",".join([*hosts, *(host for host in _HOSTS if host not in hosts)])
    return {"NO_PROXY": text, "no_proxy": text}
