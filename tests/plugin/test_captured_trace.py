"""The report section "Captured trace" under a failed test."""

from __future__ import annotations

from pathlib import Path

import pytest

THREE_AGENTS = """
    from crew import work
    from pytest_flock_trace import span

    def test_three_agents(traced_run):
        with traced_run("review") as run:
            work("researcher", "writer", "critic", fail="critic")
        assert run.count(span(agent="*")) == 3
        assert [s.agent for s in run.find(span(agent="*"))] == ["researcher", "writer", "critic"]
        assert span(agent="critic", after=span(agent="writer")) in run
        assert span(status="error") not in run
"""


def test_the_culprit_is_marked_within_forty_lines(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    crew.makepyfile(THREE_AGENTS)
    result = crew.runpytest(*plugin_args)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "E *assert span(status='error') not in run 'review': 2 spans match",
            "E *invoke_agent critic * ERROR RuntimeError: critic gave up",
            "*Captured trace*",
            "*▶ review *",
            "*▶ * invoke_agent researcher *",
            "✗▶ * invoke_agent critic * ERROR RuntimeError: critic gave up",
            "✗▶ * chat * ERROR RuntimeError: critic gave up",
        ]
    )
    lines = result.outlines
    first = next(at for at, line in enumerate(lines) if "test_three_agents __" in line)
    last = next(at for at, line in enumerate(lines) if "short test summary" in line)
    assert last - first <= 40


def test_a_missing_span_names_the_closest_one(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        from crew import work
        from pytest_flock_trace import span

        def test_it(traced_run):
            with traced_run("review") as run:
                work("writer", "critic")
            assert span(agent="critic", before=span(agent="writer")) in run
        """
    )
    crew.runpytest().stdout.fnmatch_lines(
        [
            "E *span(agent='critic', before=span(agent='writer')) in run 'review': none of 5 spans matches",
            "E *closest: invoke_agent critic at +* — ends before the start of no span(agent='writer')",
        ]
    )


def test_a_large_trace_is_cut_around_its_culprits_unless_very_verbose(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        from crew import tracer, work
        from pytest_flock_trace import span

        def test_it(traced_run):
            with traced_run("review") as run:
                for n in range(200):
                    with tracer.start_as_current_span(f"step {n}"):
                        work("culprit" if n == 150 else "writer")
            assert span(agent="culprit") not in run
        """
    )
    result = crew.runpytest()
    section = result.outlines[next(at for at, line in enumerate(result.outlines) if "Captured trace" in line) :]
    section = section[: next(at for at, line in enumerate(section) if line.startswith("==="))]
    assert len(section) <= 40
    assert any(line.startswith("✗") and "invoke_agent culprit" in line for line in section)
    assert any("more spans" in line for line in section)
    very_verbose = crew.runpytest("-vv").stdout.str()
    assert "step 77 " in very_verbose


@pytest.mark.parametrize(
    ("body", "args"),
    [
        ("work('writer'); assert 0", ["-x"]),
        pytest.param(
            "work('writer'); pytest.xfail('known')",
            ["-rx", "--xfail-tb"],
            marks=pytest.mark.skipif(pytest.version_tuple < (8, 3), reason="this pytest has no --xfail-tb"),
        ),
        ("work('writer'); raise KeyError('x')", []),
        ("work('writer'); pytest.fail('no')", []),
    ],
    ids=["stop at first", "xfail", "exception", "fail"],
)
def test_every_way_to_fail_shows_the_trace(crew: pytest.Pytester, body: str, args: list[str]) -> None:
    crew.makepyfile(f"import pytest\nfrom crew import work\n\ndef test_it(traced_run):\n    {body}\n")
    crew.runpytest(*args).stdout.fnmatch_lines(["*Captured trace*", "*invoke_agent writer*"])


def test_a_failing_fixture_shows_the_trace(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import pytest
        from crew import work

        @pytest.fixture
        def broken(traced_run):
            with traced_run("preparing"):
                work("writer")
                raise OSError("disk")

        def test_it(broken):
            pass
        """
    )
    result = crew.runpytest()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*Captured trace*", "*preparing*ERROR OSError: disk", "*invoke_agent writer*"])


def test_each_failing_subtest_shows_the_trace(crew: pytest.Pytester) -> None:
    if not hasattr(pytest, "Subtests"):
        pytest.skip("this pytest has no subtests of its own")
    crew.makepyfile(
        """
        from crew import work

        def test_it(traced_run, subtests):
            for name in ("writer", "critic"):
                with subtests.test(name):
                    work(name)
                    assert 0
        """
    )
    text = crew.runpytest().stdout.str()
    assert text.count("Captured trace") >= 2


def test_unittest_cases_show_the_trace_under_the_flag(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        import unittest
        from crew import work

        class TestIt(unittest.TestCase):
            def test_it(self):
                work("writer")
                self.fail("no")
        """
    )
    crew.runpytest("--flock-trace").stdout.fnmatch_lines(["*Captured trace*", "*invoke_agent writer*"])


def test_show_none_leaves_it_out_and_show_all_prints_passing_traces(
    crew: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    crew.makepyfile(
        """
        from crew import work

        def test_good():
            work("writer")

        def test_bad():
            work("critic")
            assert 0
        """
    )
    hidden = crew.runpytest("--flock-trace-show=none", *plugin_args)
    hidden.stdout.no_fnmatch_line("*Captured trace*")
    hidden.stdout.fnmatch_lines(["*= flock trace =*"])
    shown = crew.runpytest("--flock-trace-show=all", *plugin_args)
    shown.stdout.fnmatch_lines(["*Captured trace*", "*invoke_agent critic*"])
    shown.stdout.fnmatch_lines(["trace of *::test_good", "*invoke_agent writer*"])


def test_quotes_and_newlines_in_names_stay_on_their_line(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        """
        from crew import tracer

        def test_it(traced_run):
            with traced_run("a \\"double\\" and 'single'\\nrun") as run:
                with tracer.start_as_current_span('it\\'s "quoted"\\n'):
                    pass
            assert run.sql("select name from spans order by start_time").fetchall()[1] == ('it\\'s "quoted"\\n',)
            assert "it's *" not in run
        """
    )
    crew.runpytest("--flock-trace").stdout.fnmatch_lines(
        ["""*a "double" and 'single'\\nrun *""", """*it's "quoted"\\n *"""]
    )


def test_spans_that_the_ini_value_hides_are_counted(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    with Path(crew.path, "tox.ini").open("a", encoding="utf-8") as ini:
        ini.write("\nflock_trace_hide =\n    cha?\n    db.*\n")
    crew.makepyfile(
        """
        from crew import work

        def test_it(traced_run):
            with traced_run("review") as run:
                work("writer", "critic")
            assert run.count("chat") == 3
        """
    )
    text = crew.runpytest(*plugin_args).stdout.str()
    captured = text[text.index("Captured trace") :]
    assert "invoke_agent critic" in captured
    assert "✗▶     chat" in captured, "culprits are shown"
    assert "hidden" not in captured

    crew.makepyfile(test_two="from crew import work\n\ndef test_it(traced_run):\n    work('writer')\n    assert 0")
    text = crew.runpytest("test_two.py", *plugin_args).stdout.str()
    assert "chat" not in text
    assert "(hidden: 1 other span)" in text
