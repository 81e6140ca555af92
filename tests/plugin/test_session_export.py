from __future__ import annotations

import pytest
from collector import Answer, Collector, collecting, dead_url

TESTS = """
    import pytest
    from crew import tracer, work

    @pytest.fixture(scope="session")
    def server(traced_run):
        with traced_run("server"):
            work("clerk")
            yield

    @pytest.mark.parametrize("number", range(3))
    def test_review(traced_run, server, number):
        with traced_run("review", attributes={"password": "hunter2", "ticket": "T-1"}):
            work("critic")

    def test_ambient():
        work("writer")
"""
OF_A_REVIEW = ["chat", "invoke_agent critic", "review"]
OF_THE_SERVER = ["chat", "invoke_agent clerk", "server"]
OF_THE_REST = ["chat", "invoke_agent writer"]
ALL = sorted([*OF_A_REVIEW * 3, *OF_THE_SERVER, *OF_THE_REST])


@pytest.fixture
def suite(crew: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)
    crew.makepyfile(test_it=TESTS)
    return crew


def run(suite: pytest.Pytester, to: Collector | str, *options: str) -> pytest.RunResult:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", to if isinstance(to, str) else to.url)
        return suite.runpytest_subprocess("--flock-trace", *options)


def test_what_tests_record_is_sent_each_span_once_with_the_test_s_id(suite: pytest.Pytester) -> None:
    with collecting() as collector:
        result = run(suite, collector)

    result.assert_outcomes(passed=4)
    assert collector.names == ALL
    assert len({span.key for span in collector.spans}) == len(ALL)
    tests = {span.attributes["flock_trace.test"] for span in collector.spans if span.name == "review"}
    assert tests == {f"test_it.py::test_review[{number}]" for number in range(3)}
    where = f"{collector.url}/v1/traces (http/protobuf)"
    assert f"flock-trace: spans go to {where}" in result.outlines
    assert f"flock-trace: {len(ALL)} spans sent to {where}" in result.outlines


def test_xdist_s_workers_send_for_themselves_and_one_line_counts_all(suite: pytest.Pytester) -> None:
    with collecting() as collector:
        result = run(suite, collector, "-n", "2")

    result.assert_outcomes(passed=4)
    names = collector.names
    assert names.count("review") == 3
    assert names.count("server") == len({span.key for span in collector.spans if span.name == "server"}) in {1, 2}
    assert [line for line in result.outlines if " sent to " in line] == [
        f"flock-trace: {len(names)} spans sent to {collector.url}/v1/traces (http/protobuf)"
    ]


@pytest.mark.parametrize("options", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_a_collector_that_is_not_there_is_one_line_and_no_test_fails(
    suite: pytest.Pytester, options: list[str]
) -> None:
    result = run(suite, dead_url(), *options)

    result.assert_outcomes(passed=4)
    assert result.ret == 0
    (line,) = [line for line in result.outlines if "could not be sent" in line]
    sent, _, of_all = line.removeprefix("flock-trace: ").partition(" spans could")[0].partition(" of ")
    assert sent == of_all
    assert "refused" in line
    assert "opentelemetry" not in result.stderr.str()


def test_a_collector_that_refuses_is_quoted(suite: pytest.Pytester) -> None:
    with collecting(Answer(403, b"no such tenant")) as collector:
        result = run(suite, collector)

    result.assert_outcomes(passed=4)
    (line,) = [line for line in result.outlines if "could not be sent" in line]
    count, where = len(ALL), f"{collector.url}/v1/traces (http/protobuf)"
    assert line.startswith(f"flock-trace: {count} of {count} spans could not be sent to {where}: ")
    assert line.endswith(": it answered 403 Forbidden: no such tenant")


def test_nothing_of_the_url_that_may_be_secret_is_shown_and_no_header(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20hunter2")
    with collecting() as collector:
        monkeypatch.setenv(
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", f"http://ada:hunter2@127.0.0.1:{collector.port}/in?key=hunter2"
        )
        result = run(suite, collector)

    assert f"flock-trace: spans go to {collector.url}/in (http/protobuf)" in result.outlines
    assert "hunter2" not in result.stdout.str() + result.stderr.str()
    assert {request.path for request in collector.requests} == {"/in?key=hunter2"}


def test_secrets_are_redacted_those_that_the_ini_and_the_hook_name_too(suite: pytest.Pytester) -> None:
    suite.makeini("[pytest]\nflock_trace_redact = ticket")
    suite.makeconftest("def pytest_flock_trace_redact(key, value):\n    return 'hidden' if value == 'critic' else None")
    with collecting() as collector:
        run(suite, collector).assert_outcomes(passed=4)

    reviews = [span for span in collector.spans if span.name == "review"]
    assert {span.attributes["password"] for span in reviews} == {"[redacted]"}
    assert {span.attributes["ticket"] for span in reviews} == {"[redacted]"}
    assert all(b"hunter2" not in request.body for request in collector.requests)
    agents = {span.attributes.get("gen_ai.agent.name") for span in collector.spans}
    assert "critic" not in agents
    assert "writer" in agents


def test_what_the_span_hook_drops_is_not_sent(suite: pytest.Pytester) -> None:
    suite.makeconftest(
        "from pytest_flock_trace import DROP\n"
        "def pytest_flock_trace_span(span):\n    return DROP if span.name == 'chat' else None"
    )
    with collecting() as collector:
        run(suite, collector).assert_outcomes(passed=4)

    assert collector.names == [name for name in ALL if name != "chat"]


def test_a_redaction_hook_that_fails_keeps_its_spans_back_and_fails_no_test(suite: pytest.Pytester) -> None:
    suite.makeconftest("def pytest_flock_trace_redact(key, value):\n    raise RuntimeError('no idea')")
    with collecting() as collector:
        result = run(suite, collector)

    result.assert_outcomes(passed=4)
    assert all(b"hunter2" not in request.body and b"T-1" not in request.body for request in collector.requests)


def test_spans_that_the_application_exports_itself_are_left_to_it_which_is_said(
    suite: pytest.Pytester, provider_globals: None
) -> None:
    suite.makeconftest(
        """
        from opentelemetry import trace
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter

        provider = TracerProvider()
        provider.add_span_processor(BatchSpanProcessor(ConsoleSpanExporter(open("spans.txt", "w"))))
        trace.set_tracer_provider(provider)
        """
    )
    with collecting() as collector:
        result = run(suite, collector)

    result.assert_outcomes(passed=4)
    assert collector.requests == []
    left = f"flock-trace: {len(ALL)} spans left to the exporters of the application's own provider"
    assert left in result.outlines


@pytest.mark.parametrize("options", [[], ["-n", "2"]], ids=["alone", "xdist"])
def test_a_protocol_that_is_not_supported_is_one_line(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")
    with collecting() as collector:
        result = run(suite, collector, *options)

    result.assert_outcomes(passed=4)
    assert [line for line in result.outlines if "http/json" in line] == [
        (
            "flock-trace: spans are not sent: OTEL_EXPORTER_OTLP_PROTOCOL='http/json' is no protocol that spans can be "
            "sent by; supported: http/protobuf, grpc"
        )
    ]


def test_only_sessions_that_record_every_test_send(suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        result = suite.runpytest_subprocess()

    result.assert_outcomes(passed=4)
    assert collector.requests == []
    assert "sent" not in result.stdout.str()
