"""`--junit-xml` tells what each recorded test did, alone and under xdist."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

SUITE = """
    import pytest
    from crew import tracer, work

    @pytest.mark.parametrize("n", [1, 2])
    def test_pair(traced_run, n):
        with traced_run("review"):
            work(*["writer"] * n, "critic", fail="critic")

    def test_two_runs(traced_run, request):
        request.node.user_properties.append(("mine", "kept"))
        for name in ("first", "second"):
            with traced_run(name):
                work("writer")

    def test_failing():
        work("writer")
        assert False

    def test_nothing():
        pass
"""
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"properties", "testcase", "system-out", "system-err"},
    "testcase": {"properties", "skipped", "error", "failure", "system-out", "system-err"},
    "properties": {"property"},
}
REQUIRED = {
    "testsuite": {"name", "errors", "failures", "skipped", "tests", "time", "timestamp", "hostname"},
    "testcase": {"classname", "name", "time"},
    "property": {"name", "value"},
}
"""What readers of both of pytest's families of JUnit files rely on."""


def properties_of(pytester: pytest.Pytester, *args: str) -> dict[str, dict[str, str]]:
    """Run the tests there are; the properties of each test case by its name."""
    run = pytester.runpytest_subprocess if "--reruns" in args else pytester.runpytest
    run("--junit-xml=junit.xml", *args)
    root = ET.parse(pytester.path / "junit.xml").getroot()  # noqa: S314  # written by pytest
    assert root.tag == "testsuites"
    for element in root.iter():
        assert {child.tag for child in element} <= CHILDREN.get(element.tag, set())
        assert REQUIRED.get(element.tag, set()) <= element.attrib.keys()
    return {case.attrib["name"]: properties_in(case) for case in root.iter("testcase")}


def properties_in(case: ET.Element) -> dict[str, str]:
    found = [(one.attrib["name"], one.attrib["value"]) for one in case.iter("property")]
    assert len(dict(found)) == len(found), f"a property twice: {found}"
    return dict(found)


@pytest.mark.parametrize("family", ["xunit1", "xunit2"])
def test_each_test_has_its_own_numbers(crew: pytest.Pytester, plugin_args: tuple[str, ...], family: str) -> None:
    crew.makepyfile(SUITE)
    cases = properties_of(crew, "--flock-trace", "-o", f"junit_family={family}", *plugin_args)

    counts = {
        name: [case.get(f"flock_trace.{key}") for key in ("runs", "spans", "errors", "agents")]
        for name, case in cases.items()
    }
    assert counts == {
        "test_pair[1]": ["1", "4", "2", "critic, writer"],
        "test_pair[2]": ["1", "6", "2", "critic, writer ×2"],
        "test_two_runs": ["2", "4", "0", "writer ×2"],
        "test_failing": ["0", "2", "0", "writer"],
        "test_nothing": ["0", "0", "0", None],
    }
    assert "writer" in cases["test_two_runs"]["flock_trace.critical_path"]
    assert float(cases["test_two_runs"]["flock_trace.duration_ms"]) > 0
    assert float(cases["test_nothing"]["flock_trace.duration_ms"]) == 0


def test_a_tests_own_properties_stay(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    crew.makepyfile(SUITE)

    assert properties_of(crew, "--flock-trace", *plugin_args)["test_two_runs"]["mine"] == "kept"


@pytest.mark.usefixtures("rerunfailures")
def test_a_rerun_test_has_the_properties_of_its_last_attempt(
    crew: pytest.Pytester, plugin_args: tuple[str, ...]
) -> None:
    crew.makepyfile(
        """
        from crew import work

        attempts = []

        def test_flaky():
            attempts.append(1)
            work(*["writer"] * len(attempts))
            assert len(attempts) == 3
        """
    )
    cases = properties_of(crew, "--flock-trace", "--reruns", "2", *plugin_args)

    assert cases["test_flaky"]["flock_trace.spans"] == "6"


def test_nothing_is_added_unless_every_test_is_recorded(crew: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    crew.makepyfile(SUITE)
    cases = properties_of(crew, *plugin_args)

    assert cases == {name: {"mine": "kept"} if name == "test_two_runs" else {} for name in cases}


def test_an_agent_with_a_hostile_name_leaves_the_file_readable(crew: pytest.Pytester) -> None:
    crew.makepyfile(
        r"""
        from crew import work

        def test_it():
            work("<b>\x00&\"'\n\ud800]]>")
        """
    )
    cases = properties_of(crew, "--flock-trace")

    assert cases["test_it"]["flock_trace.agents"] == r"""<b>\x00&"'\n\ud800]]>"""


def test_budgets_are_told_with_the_share_that_was_used(timed: pytest.Pytester, plugin_args: tuple[str, ...]) -> None:
    timed.makepyfile(
        """
        import pytest

        @pytest.mark.latency_budget("80s")
        @pytest.mark.latency_budget("50s")
        def test_it(traced_run):
            with traced_run("review 40"):
                pass
        """
    )

    (case,) = properties_of(timed, "--flock-trace", *plugin_args).values()

    assert case["flock_trace.budgets"] == "latency_budget('50s') 80%, latency_budget('80s') 50%"
