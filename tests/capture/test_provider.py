"""The application's provider keeps working, and its spans are seen."""

from __future__ import annotations

import logging
import subprocess
import sys
import textwrap
from unittest.mock import MagicMock

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF

from pytest_flock_trace import NothingCaptured, TracedRuns, span
from pytest_flock_trace.capture.recorder import the_recorder


@pytest.fixture
def early(traced_run: TracedRuns) -> trace.Tracer:
    """A tracer made before the test installs a provider; a module's own proxy would stay with the first one it met."""
    return trace.get_tracer("early")


def test_the_application_installs_its_provider_without_a_warning(
    traced_run: TracedRuns, early: trace.Tracer, provider_globals: None, caplog: pytest.LogCaptureFixture
) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with caplog.at_level(logging.WARNING):
        trace.set_tracer_provider(provider)
    assert caplog.records == []
    assert trace.get_tracer_provider() is provider
    with traced_run("x") as run, early.start_as_current_span("early"):
        trace.get_tracer("late").start_span("late").end()
    assert [found.name for found in run] == ["x", "early", "late"]
    assert [ended.name for ended in exporter.get_finished_spans()] == ["late", "early", "x"]


def test_a_suite_that_resets_the_globals_is_still_captured(
    traced_run: TracedRuns, early: trace.Tracer, provider_globals: None
) -> None:
    trace._TRACER_PROVIDER = None
    trace._TRACER_PROVIDER_SET_ONCE._done = False
    with traced_run("x") as run, trace.get_tracer("fresh").start_as_current_span("fresh"):
        early.start_span("early").end()
    assert [found.name for found in run] == ["x", "fresh", "early"]


def test_a_tracer_that_is_asked_for_again_is_the_same_one(traced_run: TracedRuns) -> None:
    first = trace.get_tracer("again")
    assert trace.get_tracer("again") is first
    others = [
        trace.get_tracer("another"),
        trace.get_tracer("again", "1.0"),
        trace.get_tracer("again", schema_url="https://example.com/schema"),
        trace.get_tracer("again", attributes={"team": "crew"}),
    ]
    assert first not in others
    with traced_run("x") as run:
        for tracer in (first, *others):
            tracer.start_span("step").end()
    assert [(found.scope.name, found.scope.version) for found in run.find("step")] == [
        ("again", None),
        ("another", None),
        ("again", "1.0"),
        ("again", None),
        ("again", None),
    ]


def test_a_provider_that_is_not_global_is_captured(traced_run: TracedRuns) -> None:
    with traced_run("x") as run, TracerProvider().get_tracer("own").start_as_current_span("private"):
        pass
    assert "private" in run


def test_a_sampler_that_drops_is_named(traced_run: TracedRuns, provider_globals: None) -> None:
    trace._TRACER_PROVIDER = TracerProvider(sampler=ALWAYS_OFF)
    with traced_run("x") as run, trace.get_tracer("off").start_as_current_span("dropped"):
        pass
    with pytest.raises(NothingCaptured, match="the application's sampler AlwaysOffSampler drops spans"):
        assert "dropped" in run


def test_the_sampler_that_providers_have_by_themselves_is_no_obstacle(
    traced_run: TracedRuns, provider_globals: None
) -> None:
    trace._TRACER_PROVIDER = TracerProvider()
    with traced_run("x") as run:
        pass
    with pytest.raises(NothingCaptured) as failure:
        assert "anything" in run
    assert "sampler" not in str(failure.value)


def test_a_foreign_provider_without_processors_is_named(traced_run: TracedRuns, provider_globals: None) -> None:
    trace._TRACER_PROVIDER = trace.NoOpTracerProvider()
    with traced_run("x") as run, trace.get_tracer("foreign").start_as_current_span("unseen"):
        pass
    with pytest.raises(NothingCaptured, match="opentelemetry.trace.NoOpTracerProvider, which takes no span processor"):
        assert "unseen" in run


def test_a_shut_down_provider_does_not_end_the_recording(traced_run: TracedRuns, early: trace.Tracer) -> None:
    provider = TracerProvider()
    provider.shutdown()
    with traced_run("x") as run:
        early.start_span("still seen").end()
    assert "still seen" in run


def test_decorators_made_early_follow_the_application(
    traced_run: TracedRuns, early: trace.Tracer, provider_globals: None
) -> None:
    @early.start_as_current_span("decorated")
    def decorated() -> None:
        pass

    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    with traced_run("x") as run:
        decorated()
    assert "decorated" in run
    assert "decorated" in [ended.name for ended in exporter.get_finished_spans()]


def test_our_provider_keeps_every_attribute_event_and_link(traced_run: TracedRuns, early: trace.Tracer) -> None:
    from opentelemetry.trace import Link

    with traced_run("x") as run:
        with early.start_as_current_span("source") as source:
            pass
        links = [Link(source.get_span_context(), {"n": at}) for at in range(300)]
        with early.start_as_current_span("big", links=links) as big:
            for at in range(300):
                big.set_attribute(f"k{at}", at)
                big.add_event(f"e{at}")
    found = run.one("big")
    assert (len(found.attributes), len(found.events), len(found.links), found.dropped) == (300, 300, 300, 0)


def test_what_a_foreign_providers_limits_drop_is_counted(
    traced_run: TracedRuns, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.ERROR),
        traced_run("x") as run,
        TracerProvider().get_tracer("limited").start_as_current_span("big") as big,
    ):
        for at in range(130):
            big.set_attribute(f"k{at}", at)
    assert run.one("big").dropped == 2


def test_recording_leaves_the_process_as_it_was() -> None:
    script = """
        from opentelemetry import trace
        from opentelemetry.sdk.trace import TracerProvider
        from pytest_flock_trace.capture.recorder import the_recorder

        init = TracerProvider.__init__
        recorder = the_recorder()
        recorder.acquire()
        recorder.acquire()
        assert isinstance(trace.get_tracer_provider(), TracerProvider)
        recorder.release()
        assert TracerProvider.__init__ is not init
        recorder.release()
        assert TracerProvider.__init__ is init
        assert isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider)
        trace.set_tracer_provider(mine := TracerProvider())
        assert trace.get_tracer_provider() is mine
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_providers_made_before_recording_are_reached(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from opentelemetry.sdk.trace import TracerProvider
        from pytest_flock_trace import span

        class Theirs(TracerProvider):
            pass

        class Slotted(Theirs):
            __slots__ = ("more",)

        tracers = [made().get_tracer("made at import, never global") for made in (TracerProvider, Theirs, Slotted)]

        def test_it(traced_run):
            with traced_run("x") as run:
                for tracer in tracers:
                    tracer.start_span("seen").end()
            assert run.count("seen") == 3
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_seeded_randomness_is_neither_used_nor_repeated(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import random
        from opentelemetry import trace

        def test_it(traced_run):
            random.seed(7)
            expected = random.random()
            ids = set()
            for _ in range(3):
                random.seed(7)
                with traced_run("x") as run:
                    trace.get_tracer("t").start_span("a").end()
                assert random.random() == expected
                ids |= {s.span_id for s in run}
            assert len(ids) == 6
        """
    )
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_spans_are_found_by_what_they_are(traced_run: TracedRuns, early: trace.Tracer) -> None:
    with traced_run("x") as run:
        early.start_span("call", kind=trace.SpanKind.CLIENT, attributes={"tool.name": "search"}).end()
    assert run.count(span(kind="client", tool="search")) == 1


def test_a_mock_of_a_provider_is_named_rather_than_tripped_over(traced_run: TracedRuns, provider_globals: None) -> None:
    trace._TRACER_PROVIDER = MagicMock(spec=TracerProvider)
    with traced_run("x") as run:
        pass
    assert len(run) == 0


def its_own(traced_run: TracedRuns, provider: TracerProvider) -> bool:
    with traced_run("watched"):
        return the_recorder().providers.export_themselves(provider.resource)


def test_a_provider_without_a_span_processor_of_its_own_exports_nothing(traced_run: TracedRuns) -> None:
    assert not its_own(traced_run, TracerProvider())


def test_a_provider_that_keeps_spans_in_memory_exports_nothing(traced_run: TracedRuns) -> None:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(InMemorySpanExporter()))

    assert not its_own(traced_run, provider)


def test_any_other_span_processor_is_taken_for_an_exporter_also_one_on_our_provider(traced_run: TracedRuns) -> None:
    provider = TracerProvider()
    provider.add_span_processor(MagicMock())
    ours = the_recorder().providers.ours

    assert its_own(traced_run, provider)
    assert ours is not None
    assert not its_own(traced_run, ours)
    before = ours._active_span_processor._span_processors
    ours.add_span_processor(MagicMock())
    try:
        assert its_own(traced_run, ours)
    finally:
        ours._active_span_processor._span_processors = before


def test_a_resource_that_nobody_knows_is_the_application_s(traced_run: TracedRuns) -> None:
    with traced_run("watched"):
        assert the_recorder().providers.export_themselves(object())
