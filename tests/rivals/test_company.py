"""Other plugins that trace tests, and suites that reset OpenTelemetry's globals, are no obstacle."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

RIVALS = ("pytest_opentelemetry", "pytest_otel", "logfire")
pytestmark = pytest.mark.skipif(
    not all(map(find_spec, RIVALS)), reason="needs pytest-opentelemetry, pytest-otel and logfire installed"
)

SUITE = """
    import pytest
    from opentelemetry import trace
    from opentelemetry.sdk.trace import TracerProvider
    from pytest_flock_trace import span

    early = trace.get_tracer("early")

    @pytest.fixture(autouse=True)
    def reset():
        trace._TRACER_PROVIDER = None
        trace._TRACER_PROVIDER_SET_ONCE._done = False
        trace.set_tracer_provider(TracerProvider())

    def work():
        with trace.get_tracer("app").start_as_current_span("outer"), early.start_as_current_span("inner"):
            pass

    @pytest.mark.parametrize("n", range(3))
    def test_run(traced_run, n):
        with traced_run("review") as run:
            work()
        assert [s.name for s in run] == ["review", "outer", "inner"]
        assert run.parent(run.one("inner")) == run.one("outer")
        assert run.roots == [run.spans[0]]

    def test_ambient(traced_run):
        work()
        assert [s.name for s in traced_run.test] == ["outer", "inner"]
"""
LOGFIRE = """
    def test_logfire(traced_run, capfire):
        import logfire
        with traced_run("review") as run:
            with logfire.span("thinking"):
                work()
        assert {s.name for s in run} == {"review", "thinking", "outer", "inner"}  # capfire's clock is its own
        assert "thinking" in [s["name"] for s in capfire.exporter.exported_spans_as_dict()]
"""


@pytest.mark.parametrize(
    "args",
    [[], ["-n", "2"], ["--otel-endpoint=http://127.0.0.1:1", "--otel-exporter-protocol=http/protobuf"]],
    ids=["all at once", "xdist", "exporting"],
)
@pytest.mark.parametrize("flag", [[], ["--flock-trace"]], ids=["unasked", "asked"])
def test_everything_is_captured_and_nothing_wrong_is_said(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, args: list[str], flag: list[str]
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    pytester.makepyfile(SUITE + LOGFIRE)
    result = pytester.runpytest_subprocess(*flag, *args)
    result.assert_outcomes(passed=5)
    assert "flock" not in result.stderr.str()
    if flag:
        result.stdout.re_match_lines_random([r".*test_run\[0\].* 2 +0/2 .*", r".*test_ambient.* 2 +0/2 .*"])


@pytest.mark.parametrize("plugin", ["pytest_otel", "pytest_opentelemetry", "logfire"])
def test_each_plugin_by_itself_is_no_obstacle_either(pytester: pytest.Pytester, plugin: str) -> None:
    names = {"pytest_otel": "otel", "pytest_opentelemetry": "opentelemetry", "logfire": "logfire"}
    others = [arg for other, name in names.items() if other != plugin for arg in ("-p", f"no:{name}")]
    pytester.makepyfile(SUITE)
    pytester.runpytest_subprocess("--flock-trace", *others).assert_outcomes(passed=4)
