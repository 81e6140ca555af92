"""Ini `flock_trace_instrument`: modules and classes that are traced in every recorded test."""

from __future__ import annotations

import pytest

SHOP = """
class Shop:
    def order(self, item):
        return Till().ring(item)

class Till:
    def ring(self, item):
        return len(item)
"""
SUITE = """
    import shop
    from pytest_flock_trace import span

    def test_it(traced_run):
        with traced_run("x") as run:
            shop.Shop().order("tea")
        print("seen:", [s.name for s in run][1:])
"""


@pytest.fixture
def folder(crew: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    for name in ("FLOCK_AUTO_TRACE", "FLOCK_TRACE_SERVICES", "FLOCK_TRACE_IGNORE"):
        monkeypatch.delenv(name, raising=False)
    crew.makepyfile(shop=SHOP)
    crew.makepyfile(SUITE)
    return crew


def run(folder: pytest.Pytester, *lines: str, arguments: tuple[str, ...] = ()) -> pytest.RunResult:
    return folder.runpytest("-rP", "-o", "flock_trace_instrument=" + "\n".join(lines), *arguments)


@pytest.mark.parametrize(
    ("line", "seen"),
    [
        ("shop", ["Shop.order", "Till.ring"]),
        ("shop:Till", ["Till.ring"]),
        (" shop : Shop ", ["Shop.order"]),
    ],
)
@pytest.mark.parametrize("arguments", [(), ("--flock-trace",)])
def test_what_the_lines_name_is_traced(
    folder: pytest.Pytester, line: str, seen: list[str], arguments: tuple[str, ...], plugin_args: tuple[str, ...]
) -> None:
    result = run(folder, line, arguments=(*arguments, *plugin_args))
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"seen: {seen}".replace("[", "[[]")])


def test_it_is_undone_at_the_end_of_the_session(folder: pytest.Pytester) -> None:
    folder.makeconftest(
        """
        import shop

        def told(when):
            print(when, type(vars(shop.Shop)["order"]).__name__)

        def pytest_configure(config):
            config.add_cleanup(lambda: told("\\nafter:"))

        def pytest_sessionfinish():
            told("\\nwhile:")
        """
    )
    result = folder.runpytest("-s", "-o", "flock_trace_instrument=shop")
    result.stdout.fnmatch_lines(["while: TracedFunction", "after: function"])


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("shopp", "can't be loaded: No module named 'shopp'"),
        ("shop:Shopp", "can't be loaded: *has no attribute 'Shopp'"),
        ("shop:Shop.order", "is no class: <function*"),
        ("broken", "can't be loaded: ZeroDivisionError: *"),
    ],
)
@pytest.mark.parametrize("arguments", [(), ("--flock-trace",)])
def test_a_line_that_names_nothing_ends_the_session_with_a_sentence(
    folder: pytest.Pytester, line: str, complaint: str, arguments: tuple[str, ...]
) -> None:
    folder.makepyfile(broken="1 / 0")
    result = run(folder, line, arguments=arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    output = result.stdout.str() + result.stderr.str()
    assert "Traceback" not in output
    pytest.LineMatcher(output.replace("ERROR:", "\nERROR:").splitlines()).fnmatch_lines(
        [f"*flock-trace: ini flock_trace_instrument has the line '{line}', *{complaint}"]
    )


def test_a_session_that_records_nothing_does_not_import_what_the_lines_name(folder: pytest.Pytester) -> None:
    folder.makepyfile("def test_it(): pass")
    run(folder, "no_such_module").assert_outcomes(passed=1)


def test_auto_tracing_that_is_switched_off_traces_nothing(
    folder: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLOCK_AUTO_TRACE", "false")
    run(folder, "shop").stdout.fnmatch_lines(["seen: [[]]"])
