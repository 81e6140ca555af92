"""Trials of one test that several workers of xdist run."""

from __future__ import annotations

import json
import signal
import socketserver
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from collector import collecting

from pytest_flock_trace.model.span import Span
from pytest_flock_trace.store.trace_file import read_spans

MEETING = """
import os
import socket

WORKER = os.environ["PYTEST_XDIST_WORKER"]

def ask(text):
    with socket.create_connection(("127.0.0.1", {port}), timeout=100) as line:
        line.sendall(f"{{WORKER}} {{text}}\\n".encode())
        return line.makefile().readline()

def meet():
    "Go on once trials have met that run in as many workers as are to meet."
    assert ask("meet") == "met\\n", "no other worker came"

def is_slow():
    "Whether this trial is the first of all to ask: it goes on once seven others have asked."
    return ask("race") == "first\\n"
"""
AT = """
import pytest
import place

@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    place.is_share = "share" in item.nodeid
    return (yield)
"""


class Meeting(socketserver.ThreadingTCPServer):
    """Lets trials go on once those of several workers wait."""

    daemon_threads = True

    def __init__(self, workers: int) -> None:
        super().__init__(("127.0.0.1", 0), _Guest)
        self.workers = workers
        self.arrived: set[str] = set()
        self.raced = 0
        self.change = threading.Condition()


class _Guest(socketserver.StreamRequestHandler):
    server: Meeting

    def handle(self) -> None:
        worker, question = self.rfile.readline().decode().split()
        with self.server.change:
            answer = self._meet(worker) if question == "meet" else self._race()
        self.wfile.write(f"{answer}\n".encode())

    def _meet(self, worker: str) -> str:
        server = self.server
        server.arrived.add(worker)
        server.change.notify_all()
        return "met" if server.change.wait_for(lambda: len(server.arrived) >= server.workers, timeout=90) else "alone"

    def _race(self) -> str:
        server = self.server
        server.raced += 1
        server.change.notify_all()
        if server.raced > 1:
            return "later"
        return "first" if server.change.wait_for(lambda: server.raced > 7, timeout=90) else "alone"


@contextmanager
def meeting(workers: int) -> Iterator[int]:
    """The port of a meeting of so many workers."""
    with Meeting(workers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


class Told:
    """What a session said."""

    def __init__(self, folder: Path, result: pytest.RunResult) -> None:
        self.result = result
        self.folder = folder
        report: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        self.tests: list[dict[str, Any]] = report["tests"]
        self.report = report

    @property
    def spans(self) -> list[Span]:
        """All that the session has kept."""
        return read_spans(self.folder / "traces.duckdb")

    def workers(self, name: str = "invoke_agent writer") -> list[str]:
        """Which worker made each span of this name."""
        return [str(span.attributes["worker"]) for span in self.spans if span.name == name]


Session = Callable[..., Told]


@pytest.fixture
def session(crew: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """Runs a session with this many workers, which is to leave nothing behind."""
    temporary = crew.mkdir("temporary")
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    monkeypatch.setenv("TMPDIR", str(temporary))
    crew.makeini(
        "[pytest]\nasyncio_mode = auto\nfilterwarnings = "
        'ignore:The configuration option "asyncio_default_fixture_loop_scope" is unset:pytest.PytestDeprecationWarning'
    )
    crew.makepyfile(place="is_share = False")
    with meeting(2) as port:
        crew.makepyfile(meeting=MEETING.format(port=port))

        def run(*args: str, workers: int | None = 2, apart: bool = False) -> Told:
            report = f"--flock-trace-report={crew.path / 'report.json'}"
            store = f"--flock-trace-store={crew.path / 'traces.duckdb'}"
            spread = () if workers is None else (f"-n{workers}",)
            start = crew.runpytest_subprocess if apart else crew.runpytest
            return Told(crew.path, start(*spread, report, store, *args))

        yield run
    assert [path.name for path in temporary.iterdir() if path.name.startswith("flock-trace-")] == []


SPREAD = """
    import pytest
    from crew import tracer, work
    from meeting import WORKER, meet

    @pytest.mark.trace_trials(6)
    def test_it(traced_run):
        with traced_run("review"):
            with tracer.start_as_current_span("invoke_agent writer", attributes={"worker": WORKER}):
                meet()
        with tracer.start_as_current_span("ambient"):
            pass
"""


@pytest.mark.parametrize("dist", ["load", "worksteal"])
def test_workers_that_get_single_tests_run_the_trials_of_one_test_between_them(
    crew: pytest.Pytester, session: Session, dist: str
) -> None:
    crew.makepyfile(test_it=SPREAD)
    told = session(f"--dist={dist}", "--junit-xml=junit.xml")

    told.result.assert_outcomes(passed=1)
    told.result.stdout.fnmatch_lines([". *[[]100%[]]", "*6   6  6 of 6 *test_it.py::test_it", "*1 test written to*"])
    assert sorted(set(told.workers())) == ["gw0", "gw1"]
    assert len(told.workers()) == 6
    (test,) = told.tests
    assert (test["outcome"], test["trials"]["run"], len(test["runs"]), test["spans"]) == ("passed", 6, 6, 12)
    assert len({run["trace_id"] for run in test["runs"]}) == 6
    assert len(ET.parse(crew.path / "junit.xml").getroot().findall(".//testcase")) == 1  # noqa: S314  # our own


@pytest.mark.parametrize("dist", ["loadscope", "loadfile"])
def test_where_tests_are_to_stay_together_one_worker_runs_all_trials_of_a_test(
    crew: pytest.Pytester, session: Session, dist: str
) -> None:
    crew.makepyfile(test_it=SPREAD.replace("meet()", "pass"))
    told = session(f"--dist={dist}")

    told.result.assert_outcomes(passed=1)
    assert len(told.workers()) == 6
    assert len(set(told.workers())) == 1


def test_where_each_worker_runs_each_test_each_runs_all_trials(crew: pytest.Pytester, session: Session) -> None:
    crew.makepyfile(test_it=SPREAD.replace("meet()", "pass"))
    told = session("--tx=2*popen", "--dist=each", workers=None)

    told.result.assert_outcomes(passed=2)
    assert sorted(told.workers()) == ["gw0"] * 6 + ["gw1"] * 6


def test_one_worker_has_nobody_to_share_with(crew: pytest.Pytester, session: Session) -> None:
    crew.makepyfile(test_it=SPREAD.replace("meet()", "pass"))
    told = session(workers=1)

    told.result.assert_outcomes(passed=1)
    assert told.workers() == ["gw0"] * 6


FLAKY = """
    import pytest
    import place
    from crew import invocation, tracer, work
    from meeting import meet

    @pytest.mark.trace_trials(8, at_least=1, stop_early=False)
    def test_it(traced_run):
        with traced_run("review"):
            meet()
            work("researcher")
            with invocation("writer"):
                work("searcher")
                if place.is_share:
                    print("asked a neighbour")
                    with invocation("gossip"):
                        raise RuntimeError("nobody knows")
            work("critic")
"""


def test_a_gate_says_where_failing_trials_of_another_worker_part_from_its_own(
    crew: pytest.Pytester, session: Session
) -> None:
    crew.makeconftest(AT)
    crew.makepyfile(test_it=FLAKY.replace("at_least=1", "at_least=8"))
    told = session()

    told.result.assert_outcomes(failed=1)
    told.result.stdout.fnmatch_lines(
        [
            "trace_trials: * of 8 trials passed; *",
            "trial* part* from the passing trials: after chat in *searcher comes *gossip, not *critic",
            "  -   invoke_agent critic",
            "  +     invoke_agent gossip  ERROR",
            "trial *: test_it.py:*: RuntimeError: nobody knows",
            "*Captured failure of trial * call*",
            "E   *RuntimeError: nobody knows",
            "*Captured stdout call*",
            "asked a neighbour",
            "*Captured trace*",
            "*invoke_agent gossip*ERROR*",
        ]
    )
    (test,) = told.tests
    failed = [run for run in test["runs"] if run["errors"]]
    assert len(test["runs"]) == 8
    assert 0 < len(failed) == 8 - test["trials"]["passed"]
    assert test["errors"] == 2 * len(failed)


@pytest.mark.usefixtures("session")
def test_a_marker_alone_is_enough_for_all_of_that(crew: pytest.Pytester) -> None:
    crew.makeconftest(AT)
    crew.makepyfile(test_it=FLAKY.replace("at_least=1", "at_least=8"))
    result = crew.runpytest("-n2")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "trace_trials: * of 8 trials passed; *",
            "trial* part* from the passing trials: after chat in *searcher comes *gossip, not *critic",
            "*Captured trace*",
        ]
    )


def test_a_baseline_takes_its_samples_from_trials_that_passed_wherever_they_ran(
    crew: pytest.Pytester, session: Session
) -> None:
    crew.makeconftest(AT)
    crew.makepyfile(test_it=FLAKY.replace("if place.is_share", "if not place.is_share"))
    session("--flock-trace-baseline-update=baseline.json").result.assert_outcomes(passed=1)
    text = (crew.path / "baseline.json").read_text(encoding="utf-8")
    assert "critic" in text
    assert "gossip" not in text


def test_what_trials_of_other_workers_have_beyond_the_claim_does_not_count(
    crew: pytest.Pytester, session: Session
) -> None:
    crew.makepyfile(
        """
        import pytest
        from crew import work
        from meeting import meet

        @pytest.mark.trace_trials(9, at_least=9)
        def test_it(traced_run):
            with traced_run("review"):
                work("writer")
                meet()
            assert False
        """
    )
    told = session()

    told.result.assert_outcomes(failed=1)
    told.result.stdout.fnmatch_lines(["trace_trials: 0 of 1 trial passed; *"])
    (test,) = told.tests
    assert len(test["runs"]) == 1
    assert len({span.trace_id for span in told.spans}) == 1


def test_quick_trials_do_not_settle_a_claim_before_a_slow_one_that_began_earlier(
    crew: pytest.Pytester, session: Session
) -> None:
    crew.makepyfile(
        """
        import pytest
        from meeting import is_slow

        @pytest.mark.trace_trials(100, at_least=0.5)
        def test_it(traced_run):
            assert not is_slow()
        """
    )
    told = session()

    told.result.assert_outcomes(passed=1)
    trials = told.tests[0]["trials"]
    assert trials["settled_by"] == "bound"
    assert trials["passed"] == trials["run"] - 1 > 8  # by eight that pass the claim is settled, where none has failed


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal here")
def test_the_trial_of_a_worker_that_is_killed_is_run_by_the_gate_and_the_death_is_told(
    crew: pytest.Pytester, session: Session
) -> None:
    crew.makeconftest(AT)
    crew.makepyfile(
        test_it="""
        import os
        import pytest
        import place
        import signal
        from crew import tracer
        from meeting import WORKER, meet

        @pytest.mark.trace_trials(5)
        def test_it(traced_run):
            with traced_run("review"):
                with tracer.start_as_current_span("invoke_agent writer", attributes={"worker": WORKER}):
                    meet()
                    if place.is_share:
                        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    told = session()

    told.result.assert_outcomes(passed=1, failed=1)
    told.result.stdout.fnmatch_lines(["worker 'gw?' crashed while running 'test_it.py::test_it (trials, share 1)'"])
    assert (told.tests[0]["outcome"], told.tests[0]["trials"]["run"]) == ("passed", 5)
    assert len(told.workers()) == 5
    assert len(set(told.workers())) == 1


@pytest.mark.parametrize(("how", "outcome"), [("skip", "skipped"), ("xfail", "xfailed")])
def test_a_trial_that_leaves_in_another_worker_leaves_for_the_test(
    crew: pytest.Pytester, session: Session, how: str, outcome: str
) -> None:
    crew.makeconftest(AT)
    crew.makepyfile(
        test_it=f"""
        import pytest
        import place
        from meeting import meet

        @pytest.mark.trace_trials(6)
        def test_it():
            meet()
            if place.is_share:
                pytest.{how}("no model here")
        """
    )
    told = session("-rsx")

    told.result.assert_outcomes(**{outcome: 1})
    line = "SKIPPED [[]1[]] test_it.py:5: no model here" if how == "skip" else "XFAIL test_it.py::test_it*no model here"
    told.result.stdout.fnmatch_lines([line])


def test_each_worker_has_fixtures_of_a_wider_scope_of_its_own_whose_runs_count_once(
    crew: pytest.Pytester, session: Session
) -> None:
    crew.makepyfile(
        test_it="""
        import pytest
        from crew import tracer, work
        from meeting import WORKER, meet

        @pytest.fixture(scope="module")
        def prepared(traced_run):
            with traced_run("prepare") as run:
                with tracer.start_as_current_span("invoke_agent librarian", attributes={"worker": WORKER}):
                    pass
            return run

        @pytest.mark.trace_trials(6)
        @pytest.mark.parametrize("topic", ["tea"])
        async def test_it(traced_run, prepared, topic):
            async with traced_run(topic):
                with tracer.start_as_current_span("invoke_agent writer", attributes={"worker": WORKER}):
                    meet()
                with traced_run("nested"):
                    work("critic")
            assert [run.name for run in traced_run.runs] == ["prepare", topic, "nested"]
            assert len(prepared) == 2
        """
    )
    told = session()

    told.result.assert_outcomes(passed=1)
    (test,) = told.tests
    names = [run["name"] for run in test["runs"]]
    assert (names.count("prepare"), names.count("tea"), len(names)) == (2, 6, 8)
    assert sorted(told.workers("invoke_agent librarian")) == ["gw0", "gw1"]
    assert len(told.workers()) == 6
    assert sorted(set(told.workers())) == ["gw0", "gw1"]


def test_a_fixture_that_fails_when_a_share_tears_it_down_is_an_error_of_the_share(
    crew: pytest.Pytester, session: Session
) -> None:
    crew.makeconftest(AT)
    crew.makepyfile(
        test_it="""
        import pytest
        import place
        from meeting import meet

        @pytest.fixture(scope="module")
        def service():
            yield
            assert not place.is_share, "it did not stop"

        @pytest.mark.trace_trials(4)
        def test_it(service):
            meet()
        """
    )
    told = session()

    told.result.assert_outcomes(passed=1, errors=1)
    told.result.stdout.fnmatch_lines(
        ["*ERROR at teardown of test_it (trials, share 1)*", "E   *AssertionError: it did not stop"]
    )
    assert [test["outcome"] for test in told.tests] == ["passed"]


def test_budgets_checks_and_names_count_wherever_a_trial_ran(crew: pytest.Pytester, session: Session) -> None:
    crew.makeconftest(AT)
    crew.makepyfile(
        test_it="""
        import pytest
        import place
        from crew import work
        from meeting import meet
        from pytest_flock_trace import span

        @pytest.mark.latency_budget("1h")
        @pytest.mark.trace_trials(6, at_least=1, stop_early=False)
        def test_it(traced_run):
            with traced_run("review") as run:
                meet()
                work("writer")
            assert run.count("invoke_agent writer") == 1
            if place.is_share:
                assert span("invoke_agent writter") not in run
            assert place.is_share
        """
    )
    told = session("--flock-trace-mutate")

    told.result.assert_outcomes(passed=1)
    told.result.stdout.fnmatch_lines(["*invoke_agent writter* was never seen; did you mean 'invoke_agent writer'*"])
    (test,) = told.tests
    assert len(test["budgets"]) == 1
    assert test["mutation"]["killed"] > 0


def test_a_property_that_can_not_be_sent_leaves_the_trial_to_the_gate(crew: pytest.Pytester, session: Session) -> None:
    crew.makeconftest(AT)
    crew.makepyfile(
        test_it="""
        import pytest
        import place
        from crew import tracer
        from meeting import WORKER, meet

        @pytest.mark.trace_trials(4)
        def test_it(traced_run, record_property):
            with traced_run("review"):
                with tracer.start_as_current_span("invoke_agent writer", attributes={"worker": WORKER}):
                    meet()
            record_property("seen", (lambda: None) if place.is_share else "yes")
        """
    )
    told = session()

    told.result.assert_outcomes(passed=1)
    assert len(told.workers()) == 4
    assert len(set(told.workers())) == 1


@pytest.mark.usefixtures("rerunfailures")
def test_a_gate_that_is_run_again_runs_all_trials_itself(crew: pytest.Pytester, session: Session) -> None:
    crew.makepyfile(
        test_it="""
        import pytest
        from crew import tracer
        from meeting import WORKER, meet

        attempts = []

        @pytest.mark.trace_trials(4)
        def test_it(traced_run):
            attempts.append(1)
            with traced_run("review"):
                with tracer.start_as_current_span("invoke_agent writer", attributes={"worker": WORKER}):
                    meet()
            assert len(attempts) > 1
        """
    )
    told = session("--reruns=1", apart=True)

    told.result.stdout.fnmatch_lines(["*1 passed, 1 rerun*"])
    first, second = told.tests
    assert (first["outcome"], first["trials"]["run"]) == ("failed", 1)
    assert (second["outcome"], second["trials"]["run"], len(second["runs"])) == ("passed", 4, 4)
    again = {run["trace_id"] for run in second["runs"]}
    assert len({span.attributes["worker"] for span in told.spans if span.trace_id in again and not span.run}) == 1


def test_several_gates_among_other_tests_each_count_their_own(crew: pytest.Pytester, session: Session) -> None:
    crew.makepyfile(
        test_it="""
        import pytest
        from crew import work

        @pytest.mark.parametrize("number", range(5))
        def test_plain(number):
            pass

        @pytest.mark.trace_trials(3)
        @pytest.mark.parametrize("agent", ["writer", "critic"])
        def test_agents(agent, traced_run):
            with traced_run("review"):
                work(agent)
        """
    )
    (crew.mkdir("below") / "test_below.py").write_text(
        "import pytest\n\n@pytest.mark.trace_trials(2, at_least=1)\ndef test_below():\n    pass\n", encoding="utf-8"
    )
    told = session("-v", workers=3)

    told.result.assert_outcomes(passed=8)
    told.result.stdout.no_fnmatch_line("*share*")
    assert {test["id"]: (test["trials"]["run"], len(test["runs"])) for test in told.tests if test["trials"]} == {
        "test_it.py::test_agents[writer]": (3, 3),
        "test_it.py::test_agents[critic]": (3, 3),
        "below/test_below.py::test_below": (1, 0),
    }
    agents = {test["id"]: list(test["agents"]) for test in told.tests if "agents" in test}
    assert all(name in test or "agents" not in test for test, names in agents.items() for name in names)


def test_whatever_selects_tests_selects_no_share_alone(crew: pytest.Pytester, session: Session) -> None:
    crew.makepyfile(test_it=SPREAD + "\n    def test_other():\n        assert False\n")
    session().result.assert_outcomes(passed=1, failed=1)
    told = session("--lf")
    told.result.assert_outcomes(failed=1)
    assert [test["id"] for test in told.tests] == ["test_it.py::test_other"]
    told = session("test_it.py::test_it")
    told.result.assert_outcomes(passed=1)
    assert told.tests[0]["trials"]["run"] == 6


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no such signal here")
def test_a_session_that_is_interrupted_in_a_trial_ends(crew: pytest.Pytester, session: Session) -> None:
    crew.makeconftest(AT)
    crew.makepyfile(
        test_it="""
        import pytest
        import place
        from meeting import meet

        @pytest.mark.trace_trials(4)
        def test_it():
            meet()
            if place.is_share:
                raise KeyboardInterrupt
        """
    )
    told = session()

    assert told.result.ret == pytest.ExitCode.INTERRUPTED


def test_a_session_that_ends_with_its_first_failure_ends_while_others_take_part(
    crew: pytest.Pytester, session: Session
) -> None:
    crew.makepyfile(
        test_it="""
        import pytest
        from meeting import meet

        @pytest.mark.trace_trials(4)
        def test_it():
            meet()
            assert False
        """
    )
    told = session("-x")

    told.result.assert_outcomes(failed=1)
    assert [test["outcome"] for test in told.tests] == ["failed"]


def test_a_collector_gets_each_span_once_wherever_its_trial_ran(
    crew: pytest.Pytester, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    crew.makepyfile(test_it=SPREAD)
    with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        told = session()

    told.result.assert_outcomes(passed=1)
    assert sorted(set(told.workers())) == ["gw0", "gw1"]
    assert len({span.key for span in collector.spans}) == len(collector.spans) == 18
