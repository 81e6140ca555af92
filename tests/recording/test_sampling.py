from __future__ import annotations

import pytest

from pytest_flock_trace.environment.sampling import SamplingSettings
from pytest_flock_trace.errors import BadSetting
from pytest_flock_trace.recording.sampling import sampling


def told(sampler: str = "", argument: str = "", slow: str = "") -> list[str]:
    said: list[str] = []
    assert sampling(SamplingSettings(sampler, argument, slow), said.append) is None or said
    return said


def test_the_environment_is_read_under_the_standard_s_names() -> None:
    variables = {"OTEL_TRACES_SAMPLER": " traceidratio ", "OTEL_TRACES_SAMPLER_ARG": "0.5", "FLOCK_TRACE_SLOW": "2s"}

    assert SamplingSettings.read(variables) == SamplingSettings("traceidratio", "0.5", "2s")
    assert SamplingSettings.read({}) == SamplingSettings("", "", "")


@pytest.mark.parametrize("sampler", ["", "always_on", "ALWAYS_ON"])
def test_all_is_kept_where_nothing_else_is_said(sampler: str) -> None:
    assert told(sampler) == []


@pytest.mark.parametrize("sampler", ["jaeger_remote", "parentbased_xray"])
def test_a_sampler_that_others_know_is_told_and_all_is_kept(sampler: str) -> None:
    known = (
        "always_on, always_off, traceidratio, parentbased_always_on, parentbased_always_off, parentbased_traceidratio"
    )

    assert told(sampler) == [
        f"OTEL_TRACES_SAMPLER={sampler!r} is not known here, so every trace is kept; known: {known}"
    ]


@pytest.mark.parametrize("argument", ["many", "1.5", "-0.1", "nan"])
def test_a_ratio_that_is_none_is_told_and_all_is_kept(argument: str) -> None:
    assert told("traceidratio", argument) == [
        f"OTEL_TRACES_SAMPLER_ARG={argument!r} is no number from 0 to 1, so every trace is kept"
    ]


def test_a_length_that_is_none_is_refused() -> None:
    with pytest.raises(BadSetting, match="FLOCK_TRACE_SLOW: 'long'"):
        sampling(SamplingSettings("always_off", "", "long"), lambda _: None)
