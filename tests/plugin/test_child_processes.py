"""Tests whose work is partly done by other processes."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

CHILD = """
import os, sys
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

provider = TracerProvider(resource=Resource.create({"service.name": "child"}))
provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
above = propagate.extract({key.lower(): value for key, value in os.environ.items()})

def work(name="child.work", context=above):
    with provider.get_tracer("child").start_as_current_span(name, context):
        with provider.get_tracer("child").start_as_current_span("child.step"):
            pass

if __name__ == "__main__":
    work()
    provider.shutdown()
"""
RUN = """
import os, subprocess, sys
def child(*command, **more):
    from pytest_flock_trace import traced_run
    env = {**os.environ, **traced_run.env(), **more}
    done = subprocess.run([sys.executable, *command], env=env, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
"""


@pytest.fixture
def suite(crew: pytest.Pytester) -> pytest.Pytester:
    """A folder with a program `child.py`, and `run.child(...)` that has Python run something."""
    pytest.importorskip("opentelemetry.exporter.otlp.proto.http")
    crew.makepyfile(child=CHILD, run=RUN)
    return crew


def test_a_child_s_spans_stand_below_the_span_that_started_it(suite: pytest.Pytester, plugin_args: tuple[str, ...]):
    suite.makepyfile(
        """
        from crew import tracer
        from run import child

        def test_child(traced_run):
            with traced_run("parent") as run:
                with tracer.start_as_current_span("call"):
                    child("child.py")
            work = run.one("child.work")
            assert run.parent(work).name == "call"
            assert run.parent(run.one("child.step")) == work
            assert (work.service, work.resource["service.name"], work.late) == ("child", "child", False)
            assert run.sql("select count(*) from spans where name like 'child.%'").fetchone() == (2,)

        def test_other(traced_run):
            with traced_run("alone") as run:
                pass
            assert [span.name for span in run] == ["alone"]
        """
    )
    assert suite.runpytest(*plugin_args).parseoutcomes() == {"passed": 2}


def test_outside_every_run_the_spans_join_the_test(suite: pytest.Pytester):
    suite.makepyfile(
        """
        from crew import tracer
        from run import child

        def test_rootless(traced_run):
            child("child.py")
            assert traced_run.test.one("child.work").parent_id is None
            assert traced_run.test.one("child.work").origin.phase == "call"

        def test_below_an_ambient_span(traced_run):
            with tracer.start_as_current_span("call"):
                child("child.py")
            assert traced_run.test.parent(traced_run.test.one("child.work")).name == "call"
        """
    )
    assert suite.runpytest().parseoutcomes() == {"passed": 2}


def test_traces_with_repeated_ids_stay_apart(suite: pytest.Pytester, provider_globals: None):
    suite.makeconftest(
        """
        import random
        from opentelemetry import trace
        from opentelemetry.sdk.trace import TracerProvider
        trace.set_tracer_provider(TracerProvider())
        """
    )
    suite.makepyfile(
        """
        import random
        import pytest
        from run import child

        kept = []

        @pytest.mark.parametrize("number", range(2))
        def test_seeded(traced_run, number):
            random.seed(7)
            with traced_run(f"run {number}") as run:
                env = traced_run.env()
                child("child.py")
                if number:
                    child("child.py", **kept[0])
            kept.append(env)
            kept.append(run)
            assert env["TRACEPARENT"] == kept[0]["TRACEPARENT"]
            assert run.count("child.work") == 1
            assert [each.count("child.work") for each in kept[1::2]] == [[1], [2, 1]][number]
        """
    )
    assert suite.runpytest().parseoutcomes() == {"passed": 2}


def test_a_server_that_serves_many_tests_answers_each_in_its_own_trace(suite: pytest.Pytester):
    suite.makepyfile(
        server="""
        import sys
        from opentelemetry import propagate
        from child import provider, work

        for line in sys.stdin:
            work("serve", propagate.extract({"traceparent": line.strip()}))
            print("done", flush=True)
        provider.shutdown()
        """,
        test_server="""
        import os, subprocess, sys
        import pytest
        from opentelemetry import propagate

        @pytest.fixture(scope="module")
        def server(traced_run):
            env = {**os.environ, **traced_run.env()}
            with subprocess.Popen([sys.executable, "server.py"], env=env, stdin=-1, stdout=-1, text=True) as process:
                yield process
                process.stdin.close()

        @pytest.mark.parametrize("number", range(3))
        def test_request(traced_run, server, number):
            with traced_run(f"request {number}") as run:
                carrier = {}
                propagate.inject(carrier)
                server.stdin.write(carrier["traceparent"] + chr(10))
                server.stdin.flush()
                server.stdout.readline()
            assert run.wait_for("serve", timeout="20s").parent_id == run.one("request *").span_id
            assert run.count("serve") == 1
        """,
    )
    assert suite.runpytest().parseoutcomes() == {"passed": 3}


def test_waiting_fails_with_what_did_arrive(suite: pytest.Pytester):
    suite.makepyfile(
        """
        import asyncio, threading
        import pytest
        from crew import tracer
        from pytest_flock_trace import span
        from pytest_flock_trace.errors import BadArgument, NeverArrived

        def test_never(traced_run):
            with traced_run("run") as run:
                with tracer.start_as_current_span("chat"):
                    pass
                with pytest.raises(NeverArrived, match="arrived: run, chat"):
                    run.wait_for("chta", timeout="10ms")
            with pytest.raises(NeverArrived, match="within 10 ms\\n.*did you mean 'chat'"):
                run.wait_for("chta", timeout="10ms")
            with pytest.raises(BadArgument, match="over before it begins"):
                run.wait_for("chat", timeout=-1)
            assert run.wait_for("chat", timeout=0).name == "chat"

        def test_late(traced_run):
            with traced_run("run") as run:
                late = tracer.start_span("late")
            with pytest.raises(NeverArrived, match="has not ended"):
                run.wait_for("late", timeout=0)
            threading.Timer(0.05, late.end).start()
            assert run.wait_for(span("late"), timeout="20s").late

        def test_nested(traced_run):
            with traced_run("outer") as outer:
                with traced_run("inner") as inner:
                    with tracer.start_as_current_span("chat"):
                        pass
                with pytest.raises(NeverArrived):
                    inner.wait_for("outer", timeout=0)
                assert inner.wait_for("chat", timeout=0) == outer.wait_for("chat", timeout=0)
            assert traced_run.test.wait_for("chat", timeout=0)

        def test_in_a_loop(traced_run):
            async def main():
                with traced_run("run") as run:
                    run.wait_for("chat", timeout=0)
            with pytest.raises(NeverArrived, match="asyncio.to_thread"):
                asyncio.run(main())
        """
    )
    assert suite.runpytest().parseoutcomes() == {"passed": 4}


@pytest.mark.skipif(not hasattr(__import__("os"), "fork"), reason="there is no fork here")
def test_forked_children_report_what_they_record(suite: pytest.Pytester):
    suite.makepyfile(
        """
        import multiprocessing, os, warnings
        from crew import tracer

        def work(name):
            with tracer.start_as_current_span(name):
                pass

        def test_multiprocessing(traced_run):
            with traced_run("parent") as run:
                traced_run.env()
                with tracer.start_as_current_span("call"):
                    child = multiprocessing.get_context("fork").Process(target=work, args=("forked",))
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore", DeprecationWarning)  # of forks where there are threads
                        child.start()
                    child.join()
            assert child.exitcode == 0
            assert run.parent(run.one("forked")).name == "call"
            assert run.count("call") == run.count("parent") == 1
        """
    )
    result = suite.runpytest_subprocess()
    assert result.parseoutcomes() == {"passed": 1}, result.stdout.str()


def test_spawned_children_export_by_themselves(suite: pytest.Pytester):
    suite.makepyfile(
        spawned="""
        def work():
            import child
            child.work()
            child.provider.shutdown()
        """,
        test_spawn="""
        import multiprocessing
        import spawned

        def test_spawn(traced_run, monkeypatch):
            with traced_run("parent") as run:
                for name, value in traced_run.env().items():
                    monkeypatch.setenv(name, value)
                process = multiprocessing.get_context("spawn").Process(target=spawned.work)
                process.start()
                process.join()
            assert run.parent(run.one("child.work")).name == "parent"
        """,
    )
    assert suite.runpytest().parseoutcomes() == {"passed": 1}


def test_nobody_listens_once_the_session_is_over(suite: pytest.Pytester):
    suite.makepyfile(
        """
        def test_env(traced_run):
            with open("env", "w") as file:
                file.write(traced_run.env()["OTEL_EXPORTER_OTLP_ENDPOINT"])
        """
    )
    suite.runpytest_subprocess()
    address = urlsplit((suite.path / "env").read_text())
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port), timeout=5)
