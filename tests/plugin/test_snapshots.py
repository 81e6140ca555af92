"""The fixture `trace_snapshot` in sessions of its own, with the real syrupy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

REVIEW = """
import crew
from crew import work

def test_review(traced_run, trace_snapshot):
    with traced_run("review") as run:
        work("planner", "writer", "writer", "critic")
    assert run == trace_snapshot
"""
WRITTEN = """\
# name: test_review
  review
    invoke_agent planner
      chat
    invoke_agent writer ×2
      chat
    invoke_agent critic
      chat
# ---
"""


def amber(pytester: pytest.Pytester, module: str) -> str:
    return Path(pytester.path, "__snapshots__", f"{module}.ambr").read_text(encoding="utf-8")


@pytest.fixture
def reviewed(crew: pytest.Pytester) -> pytest.Pytester:
    """A test of a review, and its snapshot."""
    crew.makepyfile(test_it=REVIEW)
    crew.runpytest("--snapshot-update").assert_outcomes(passed=1)
    return crew


def change(pytester: pytest.Pytester, old: str, new: str) -> None:
    path = Path(pytester.path, "test_it.py")
    source = path.read_text(encoding="utf-8")
    assert old in source
    path.write_text(source.replace(old, new), encoding="utf-8")


def test_a_snapshot_is_written_as_text_and_holds_in_the_next_session(
    crew: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    crew.makepyfile(test_it=REVIEW)

    first = crew.runpytest("--snapshot-update", *plugin_args)
    second = crew.runpytest(*plugin_args)

    first.assert_outcomes(passed=1)
    second.assert_outcomes(passed=1)
    assert amber(crew, "test_it").split("\n", 1)[1] == WRITTEN


def test_a_snapshot_that_does_not_exist_fails_and_says_how_to_write_it(crew: pytest.Pytester) -> None:
    crew.makepyfile(test_it=REVIEW)

    result = crew.runpytest()

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*snapshot 'test_review' does not exist; pytest --snapshot-update writes it"])


def test_an_agent_that_is_missing_is_told_in_its_lines_and_no_others(
    reviewed: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    change(reviewed, '"writer", "writer", ', "")

    result = reviewed.runpytest(*plugin_args)

    result.assert_outcomes(failed=1)
    told = [line[1:].strip() for line in result.outlines if line.startswith("E ")]
    assert told == [
        "AssertionError: assert run 'review' is not as in snapshot 'test_review': 2 lines missing",
        "in review",
        "- invoke_agent writer ×2",
        "-   chat",
    ]
    assert "Captured snapshot difference" not in result.stdout.str()


def test_the_sides_of_the_comparison_do_not_matter(reviewed: pytest.Pytester) -> None:
    change(reviewed, "run == trace_snapshot", "trace_snapshot == run")
    reviewed.runpytest().assert_outcomes(passed=1)

    change(reviewed, '"critic"', '"editor"')
    result = reviewed.runpytest()

    result.stdout.fnmatch_lines(
        ["E*1 line relabelled", "E*in review", "E*~ invoke_agent critic  →  invoke_agent editor"]
    )


def test_a_difference_too_long_for_the_explanation_has_a_section_of_its_own(
    reviewed: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    change(reviewed, '"planner", ', "*[f'helper {at}' for at in range(12)], ")

    result = reviewed.runpytest(*plugin_args)

    result.stdout.fnmatch_lines(
        [
            "E*22 lines added, 1 line relabelled",
            "E*… 14 more lines under 'Captured snapshot difference'",
            "*- Captured snapshot difference call -*",
            "run 'review' is not as in snapshot 'test_review': 22 lines added, 1 line relabelled",
            "  in review",
            "~ invoke_agent planner  →  invoke_agent helper 0",
            "+ invoke_agent helper 1",
            "+   chat",
            "… and then 5 lines added",
        ]
    )
    assert "truncated" not in result.stdout.str()


def test_syrupy_counts_each_comparison_once(reviewed: pytest.Pytester) -> None:
    assert "1 snapshot passed" in reviewed.runpytest().stdout.str()

    change(reviewed, '"critic"', '"editor"')
    assert "1 snapshot failed" in reviewed.runpytest().stdout.str()


def test_one_of_two_comparisons_in_an_assertion_may_hold(reviewed: pytest.Pytester) -> None:
    change(reviewed, "assert run == trace_snapshot", "assert run == trace_snapshot and 1 == 2")

    result = reviewed.runpytest()

    result.stdout.fnmatch_lines(["E*1 == 2*", "1 snapshot passed[.]"])


def test_a_snapshot_of_another_version_of_syrupy_has_to_be_written_anew(reviewed: pytest.Pytester) -> None:
    path = Path(reviewed.path, "__snapshots__", "test_it.ambr")
    path.write_text(path.read_text(encoding="utf-8").replace("version: 1", "version: 0"), encoding="utf-8")

    result = reviewed.runpytest()

    result.stdout.fnmatch_lines(["E*snapshot 'test_review' is of another version of syrupy; pytest --snapshot-update*"])


def test_what_keeps_syrupy_from_comparing_is_an_error(reviewed: pytest.Pytester) -> None:
    """Not a difference, as which syrupy would count it."""
    change(reviewed, "assert run == trace_snapshot", "run == trace_snapshot")
    reviewed.makeconftest(
        """
        import pytest

        @pytest.fixture(autouse=True)
        def gone(trace_snapshot, monkeypatch):
            def read_snapshot(self, **where):
                raise OSError("the disk is gone")

            monkeypatch.setattr("syrupy.extensions.amber.AmberSnapshotExtension.read_snapshot", read_snapshot)
        """
    )

    result = reviewed.runpytest()

    result.stdout.fnmatch_lines(["E*OSError: the disk is gone"])


def test_a_comparison_that_is_expected_to_fail_does(reviewed: pytest.Pytester) -> None:
    change(reviewed, "run == trace_snapshot", "run != trace_snapshot")

    result = reviewed.runpytest()

    result.assert_outcomes(failed=1)
    assert "1 snapshot passed" in result.stdout.str()


def test_an_unused_snapshot_is_reported_as_always(reviewed: pytest.Pytester) -> None:
    change(reviewed, "assert run == trace_snapshot", "trace_snapshot")

    result = reviewed.runpytest()

    assert result.ret == 1
    assert "1 snapshot unused" in result.stdout.str()


def test_views_and_names_have_snapshots_of_their_own(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    crew.makepyfile(
        test_it="""
        from crew import work

        def test_views(traced_run, trace_snapshot):
            with traced_run("review") as run:
                work("writer")
            assert run == trace_snapshot(name="models", attributes="gen_ai.agent.*")
            assert run == trace_snapshot(name="hidden", hide="invoke_*")
            without = trace_snapshot(collapse="invoke_*")
            assert run == without(name="collapsed")
            assert without(name="both", hide="review") == run
            assert run == without
            assert run == trace_snapshot
        """
    )

    crew.runpytest("--snapshot-update", *plugin_args).assert_outcomes(passed=1)
    crew.runpytest(*plugin_args).assert_outcomes(passed=1)

    text = amber(crew, "test_it")
    assert 'test_views[models]\n  review\n    invoke_agent writer {gen_ai.agent.name="writer"}\n      chat\n' in text
    assert "test_views[hidden]\n  review\n    chat\n" in text
    assert "test_views[collapsed]\n  review\n    invoke_agent writer …\n" in text
    assert "test_views[both]\n  invoke_agent writer …\n" in text
    assert text.count("# name: ") == 6


def test_a_fixture_may_give_all_snapshots_of_a_folder_a_view(crew: pytest.Pytester) -> None:
    crew.makeconftest(
        """
        import pytest

        @pytest.fixture
        def trace_snapshot(trace_snapshot):
            return trace_snapshot(hide="chat")
        """
    )
    crew.makepyfile(test_it=REVIEW)

    crew.runpytest("--snapshot-update").assert_outcomes(passed=1)

    assert "chat" not in amber(crew, "test_it")


def test_what_the_ini_value_hides_is_in_no_snapshot_that_does_not_say_otherwise(crew: pytest.Pytester) -> None:
    with Path(crew.path, "tox.ini").open("a", encoding="utf-8") as ini:
        ini.write("\nflock_trace_hide = chat\n")
    crew.makepyfile(test_it=REVIEW + "    assert run == trace_snapshot(hide='invoke_agent *')\n")

    crew.runpytest("--snapshot-update").assert_outcomes(passed=1)

    kept = amber(crew, "test_it").split("# ---\n")
    assert kept[0].endswith("  review\n    invoke_agent planner\n    invoke_agent writer ×2\n    invoke_agent critic\n")
    assert kept[1].endswith("  review\n    chat ×4\n")


def test_traces_stand_beside_what_syrupys_own_fixture_keeps(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        test_it="""
        from crew import work

        def test_both(traced_run, trace_snapshot, snapshot):
            with traced_run("review") as run:
                work("writer")
            assert "before" == snapshot
            assert run == trace_snapshot
            assert ["after"] == snapshot
        """
    )

    crew.runpytest("--snapshot-update").assert_outcomes(passed=1)
    crew.runpytest().assert_outcomes(passed=1)

    assert [line for line in amber(crew, "test_it").splitlines() if "name:" in line] == [
        "# name: test_both",
        "# name: test_both.1",
        "# name: test_both.2",
    ]


def test_a_plain_snapshot_that_fails_is_compared_once(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        test_it="""
        def test_plain(traced_run, snapshot):
            assert "text" == snapshot
        """
    )

    result = crew.runpytest("--flock-trace")

    assert "1 snapshot failed" in result.stdout.str()


def test_syrupys_own_fixture_compares_traces_and_graphs(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    crew.makepyfile(
        test_it=REVIEW.replace("trace_snapshot", "snapshot")
        + """
    from pytest_flock_trace import dependencies
    assert dependencies(run, layer="call") == snapshot(name="graph")
"""
    )

    crew.runpytest("--snapshot-update", *plugin_args).assert_outcomes(passed=1)
    crew.runpytest(*plugin_args).assert_outcomes(passed=1)

    assert WRITTEN in amber(crew, "test_it")
    assert "# name: test_review[graph]\n  flowchart LR\n" in amber(crew, "test_it")


def test_an_extension_that_somebody_chose_stays(crew: pytest.Pytester) -> None:
    crew.makepyfile(test_it="def test_plain(traced_run, snapshot):\n    assert {'a': 1} == snapshot")

    crew.runpytest(
        "--snapshot-update", "--snapshot-default-extension=syrupy.extensions.json.JSONSnapshotExtension"
    ).assert_outcomes(passed=1)

    assert (crew.path / "__snapshots__" / "test_it" / "test_plain.json").exists()


GRAPH = """
from pytest_flock_trace import DependencyGraph

def test_graph(trace_snapshot):
    edges = [("planner", "writer"), ("writer", "critic", "Draft")]
    assert DependencyGraph.from_edges(edges) == trace_snapshot
    assert trace_snapshot(name="part") == DependencyGraph.from_edges(edges[:1])
"""


def test_a_graph_is_a_mermaid_file_of_its_own(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    crew.makepyfile(test_it=GRAPH)

    crew.runpytest("--snapshot-update", *plugin_args).assert_outcomes(passed=1)
    crew.runpytest(*plugin_args).assert_outcomes(passed=1)

    folder = Path(crew.path, "__snapshots__", "test_it")
    assert sorted(path.name for path in folder.iterdir()) == ["test_graph.mmd", "test_graph[part].mmd"]
    written = (folder / "test_graph.mmd").read_text(encoding="utf-8")
    assert written == (
        'flowchart LR\n    n_critic["critic"]\n    n_planner["planner"]\n    n_writer["writer"]\n'
        '    n_planner --> n_writer\n    n_writer -->|"Draft"| n_critic\n'
    )


def test_of_a_graph_the_edges_that_differ_are_told(crew: pytest.Pytester) -> None:
    crew.makepyfile(test_it=GRAPH)
    crew.runpytest("--snapshot-update")

    change(crew, '("writer", "critic", "Draft")]', '("writer", "critic", "Draft"), ("critic", "planner")]')
    result = crew.runpytest()

    told = [line[1:].strip() for line in result.outlines if line.startswith("E ")]
    assert told[0].endswith("the graph is not as in snapshot 'test_graph': 1 edge added")
    assert told[1:] == ["+ critic -> planner  (on a cycle)"]


NOTHING = """
import pytest
from pytest_flock_trace.errors import BadArgument, NothingCaptured, RunStillOpen

def test_it(traced_run, trace_snapshot):
    with traced_run("empty") as run:
        with pytest.raises(RunStillOpen):
            run == trace_snapshot
    with pytest.raises(NothingCaptured, match="run 'empty', so a snapshot of it would prove nothing"):
        run == trace_snapshot
    with pytest.raises(BadArgument, match="'text' is neither a trace nor a dependency graph"):
        "text" == trace_snapshot
"""


@pytest.mark.parametrize("options", [(), ("--snapshot-update",)], ids=["compared", "written"])
def test_what_cannot_be_compared_is_an_error_and_writes_nothing(crew: pytest.Pytester, options: tuple[str]) -> None:
    crew.makepyfile(test_it=NOTHING)

    crew.runpytest(*options).assert_outcomes(passed=1)

    assert not Path(crew.path, "__snapshots__").exists()


def test_hiding_everything_proves_nothing(crew: pytest.Pytester) -> None:
    crew.makepyfile(test_it=REVIEW.replace("== trace_snapshot", "== trace_snapshot(hide='*')"))

    result = crew.runpytest("--snapshot-update")

    result.stdout.fnmatch_lines(["E*NothingCaptured: nothing of run 'review' is shown, so a snapshot of it would*"])
    assert not Path(crew.path, "__snapshots__").exists()


def test_a_snapshot_that_luck_would_change_is_not_written(crew: pytest.Pytester) -> None:
    crew.makeconftest(
        """
        from pytest_flock_trace.render.sibling_order import SiblingOrder

        SiblingOrder.__call__ = lambda self, parent, siblings, look: sorted(siblings)
        """
    )
    crew.makepyfile(
        test_it="""
        from threading import Thread
        from contextvars import copy_context
        from crew import work

        def test_luck(traced_run, trace_snapshot):
            with traced_run("review") as run:
                for name in ("critic", "writer"):
                    thread = Thread(target=copy_context().run, args=(work, name))
                    thread.start()
                    thread.join()
            assert run == trace_snapshot
        """
    )

    result = crew.runpytest_subprocess("--snapshot-update")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E*run 'review' would not be the same after the next run*defect*"])
    assert not Path(crew.path, "__snapshots__").exists()


ASYNCIO = """
import asyncio

async def agent(name, random):
    for kind in ("invoke_agent", "publish"):
        with tracer.start_as_current_span(f"{kind} {name}"):
            for _ in range(3):
                for _ in range(random.randrange(4)):
                    await asyncio.sleep(0)
                with tracer.start_as_current_span("chat"):
                    for _ in range(random.randrange(4)):
                        await asyncio.sleep(0)

async def together(random):
    await asyncio.gather(*(agent(name, random) for name in random.sample(NAMES, 8)))

def run_crew(random):
    asyncio.run(together(random))
"""
THREADS = """
from contextvars import copy_context
from threading import Semaphore, Thread

def agent(name, turn, done):
    for kind in ("invoke_agent", "publish"):
        turn.acquire()
        with tracer.start_as_current_span(f"{kind} {name}"):
            for _ in range(3):
                with tracer.start_as_current_span("chat"):
                    done.release()
                    turn.acquire()
        done.release()

def run_crew(random):
    turns, done = [Semaphore(0) for _ in NAMES], Semaphore(0)
    threads = [
        Thread(target=copy_context().run, args=(agent, name, turn, done)) for name, turn in zip(NAMES, turns)
    ]
    for thread in random.sample(threads, 8):
        thread.start()
    for turn in random.sample(turns * 8, 64):
        turn.release()
        done.acquire()
    for thread in threads:
        thread.join()
"""
POOL = """
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

def agent(name):
    with tracer.start_as_current_span(f"invoke_agent {name}"):
        for _ in range(3):
            with tracer.start_as_current_span("chat"):
                pass

def run_crew(random):
    with ThreadPoolExecutor(3) as pool:
        for name in random.sample(NAMES, 8):
            pool.submit(copy_context().run, agent, name)
"""
MANY_RUNS = """
import os
from random import Random
from opentelemetry import trace
from pytest_flock_trace.render.outline import outline
from pytest_flock_trace.render.skeleton import skeleton

NAMES = [f"agent {{at}}" for at in range(8)]
tracer = trace.get_tracer("crew")
{program}

def test_crew(traced_run, trace_snapshot):
    texts, orders = set(), set()
    for seed in range(70):
        with traced_run("crew") as run:
            run_crew(Random(f"{{os.environ['SESSION']}} {{seed}}"))
        assert len(run) in (1 + 8 * 4, 1 + 8 * 8)
        texts.add(skeleton(run))
        orders.add(outline(run, times=False))
    assert len(texts) == 1
    assert len(orders) > 1
    assert run == trace_snapshot
"""


@pytest.mark.parametrize("program", [ASYNCIO, THREADS, POOL], ids=["tasks", "threads", "pool"])
def test_eight_agents_at_once_are_one_snapshot_however_they_take_turns(
    crew: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    crew.makepyfile(test_it=MANY_RUNS.format(program=program))
    for session, options in {"first": ["--snapshot-update"], "second": [], "third": ["-n", "2"]}.items():
        monkeypatch.setenv("SESSION", session)
        crew.runpytest(*options).assert_outcomes(passed=1)

    assert amber(crew, "test_it").count("invoke_agent agent ") == 8


def test_of_eight_agents_at_once_the_one_that_is_gone_is_told_and_nothing_else(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        test_it=f"""
import os
from random import Random
from opentelemetry import trace

NAMES = [f"agent {{at}}" for at in range(8)]
tracer = trace.get_tracer("crew")
{ASYNCIO.replace("random.sample(NAMES, 8)", "random.sample(NAMES, len(NAMES))")}

def test_crew(traced_run, trace_snapshot):
    with traced_run("crew") as run:
        run_crew(Random())
    assert run == trace_snapshot
"""
    )
    crew.runpytest("--snapshot-update").assert_outcomes(passed=1)
    change(crew, "NAMES = [", "NAMES = [name for name in [")
    change(crew, "for at in range(8)]", "for at in range(8)] if name != 'agent 5']")

    result = crew.runpytest()

    told = [line[1:].strip() for line in result.outlines if line.startswith("E ")]
    assert told[1:] == [
        "in crew",
        "- invoke_agent agent 5",
        "-   chat ×3",
        "- publish agent 5",
        "-   chat ×3",
    ]


def test_everything_of_a_test_can_be_compared_without_what_its_fixtures_did(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        test_it="""
        import pytest
        from crew import work

        @pytest.fixture
        def database():
            work("migration")

        @pytest.fixture
        def prepared(traced_run):
            with traced_run("prepared"):
                work("planner")

        def test_whole(database, prepared, traced_run, trace_snapshot):
            work("writer")
            assert traced_run.test == trace_snapshot
        """
    )

    crew.runpytest("--snapshot-update").assert_outcomes(passed=1)

    assert amber(crew, "test_it").split("\n", 2)[2] == (
        "  prepared\n    invoke_agent planner\n      chat\n  invoke_agent writer\n    chat\n# ---\n"
    )


def test_requesting_the_fixture_records_the_whole_test(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        test_it="""
        from crew import work
        from pytest_flock_trace import traced_run

        def test_it(trace_snapshot):
            work("writer")
            assert len(traced_run.test) == 2
        """
    )

    crew.runpytest().assert_outcomes(passed=1)


@pytest.fixture
def without_syrupy(crew: pytest.Pytester) -> Callable[[], pytest.RunResult]:
    crew.makepyfile(test_it=REVIEW)
    return lambda: crew.runpytest_subprocess("-p", "no:syrupy")


def test_without_syrupy_the_message_names_the_extra(
    crew: pytest.Pytester, without_syrupy: Callable[[], pytest.RunResult]
) -> None:
    crew.makeconftest("import sys\nsys.modules['syrupy'] = None")

    result = without_syrupy()

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(['trace_snapshot needs syrupy: pip install "pytest-flock-trace[[]snapshot[]]"'])


def test_with_syrupys_plugin_switched_off_the_message_says_so(
    without_syrupy: Callable[[], pytest.RunResult],
) -> None:
    result = without_syrupy()

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["trace_snapshot needs syrupy's fixture 'snapshot'; is syrupy's plugin switched off[?]"]
    )


def test_a_fixture_snapshot_of_another_plugin_is_refused(crew: pytest.Pytester) -> None:
    crew.makeconftest("import pytest\n\n@pytest.fixture\ndef snapshot():\n    return 'mine'")
    crew.makepyfile(test_it=REVIEW)

    result = crew.runpytest()

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["E*BadSetting: trace_snapshot needs syrupy's fixture 'snapshot'; here it is 'mine'"])
