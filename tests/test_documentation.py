"""The README names all that a user can type, nothing that does not exist, and its examples work."""

from __future__ import annotations

import inspect
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from textwrap import dedent

import pytest

import pytest_flock_trace
from pytest_flock_trace import errors, strategies
from pytest_flock_trace.cli.main import COMMANDS, load, main, parser_of
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.plugin import hookspecs
from pytest_flock_trace.store.file.writer import TraceFile
from pytest_flock_trace.store.query import names, query
from pytest_flock_trace.viewer.answers.guide import text

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CODE = {name: re.findall(rf"^```{name}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE) for name in ("sh", "python")}

HOOKS = sorted(name for name, value in vars(hookspecs).items() if name.startswith("pytest_") and callable(value))
ERRORS = sorted(
    name
    for name, value in vars(errors).items()
    if inspect.isclass(value) and issubclass(value, errors.FlockTraceError) and value.__module__ == errors.__name__
)


@cache
def output_of_pytest(folder: Path, *arguments: str) -> str:
    """What a session of its own prints; what steers the session that runs this test does not reach it."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "OTEL_", "FLOCK_"))}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    environment = clean | {"COLUMNS": "200"}
    result = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return result.stdout + result.stderr


def added_by_the_plugin(folder: Path, pattern: str, *arguments: str) -> set[str]:
    """What a pattern finds in pytest's output with the plugin and not without it."""
    return set(re.findall(pattern, output_of_pytest(folder, *arguments), re.MULTILINE)) - set(
        re.findall(pattern, output_of_pytest(folder, "-p", "no:flock_trace", *arguments), re.MULTILINE)
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("documentation")


@pytest.fixture(scope="module")
def flags(folder: Path) -> set[str]:
    return added_by_the_plugin(folder, r"^\s+(--[a-z][a-z-]*)", "--help")


@pytest.fixture(scope="module")
def ini_values(folder: Path) -> set[str]:
    return added_by_the_plugin(folder, r"^  ([a-z]\w+) \(\w+\):", "--help")


def in_code(text: str) -> bool:
    """True where the README has the text in code: the whole word, not the start of a longer one."""
    return re.search(rf"`[^`\n]*(?<![\w-]){re.escape(text)}(?![\w-])[^`\n]*`", README) is not None


def test_every_flag_is_in_the_readme(flags: set[str]) -> None:
    assert "--flock-trace" in flags
    assert [flag for flag in sorted(flags) if not in_code(flag)] == []


def test_every_ini_value_is_in_the_readme(ini_values: set[str]) -> None:
    assert "flock_trace" in ini_values
    assert [name for name in sorted(ini_values) if not in_code(name)] == []


def test_every_fixture_is_in_the_readme(folder: Path) -> None:
    fixtures = added_by_the_plugin(folder, r"^(\w+)(?: \[\w+ scope\])? -- ", "--fixtures")

    assert "traced_run" in fixtures
    assert [name for name in sorted(fixtures) if not in_code(name)] == []


def test_every_marker_is_in_the_readme(folder: Path) -> None:
    markers = added_by_the_plugin(folder, r"^@pytest\.mark\.(\w+)", "--markers")

    assert [name for name in sorted(markers) if not in_code(name)] == []


@pytest.mark.parametrize("hook", HOOKS)
def test_every_hook_is_in_the_readme_with_its_parameters(hook: str) -> None:
    parameters = ", ".join(inspect.signature(getattr(hookspecs, hook)).parameters)

    assert f"`{hook}({parameters})`" in README


@pytest.mark.parametrize("error", ERRORS)
def test_every_error_is_in_the_readme(error: str) -> None:
    assert in_code(error)


@pytest.mark.parametrize("name", names())
def test_every_query_is_in_the_readme_with_what_it_groups_by(name: str) -> None:
    by = ", ".join(f"`{column}`" for column in query(name).by)

    assert f"\n| `{name}`{f' ({by})' if by else ''} | " in README


def test_the_readme_lists_no_query_that_does_not_exist() -> None:
    listed = README[README.index("| `saved(name, by=)` |") :].split("\n\n")[0]

    assert sorted(re.findall(r"^\| `(\w+)`", listed, re.MULTILINE)) == list(names())


def test_the_readme_names_no_flag_or_ini_value_that_does_not_exist(flags: set[str], ini_values: set[str]) -> None:
    named = set(re.findall(r"--(?:no-)?flock-trace[a-z-]*", README))
    named_ini = set(re.findall(r"(?<!\w)flock_trace\w*", README))

    assert named <= flags
    assert named_ini - {"flock_trace"} <= ini_values


def test_the_readme_names_no_hook_that_does_not_exist() -> None:
    modules = {"pytest_flock_trace"}

    assert set(re.findall(r"pytest_flock_trace\w*", README)) - modules == set(HOOKS)


@cache
def options_of(command: str) -> frozenset[str]:
    parser = parser_of(command, load(command))
    return frozenset(
        option for action in parser._actions for option in action.option_strings if option.startswith("--")
    )


SECTION = re.split(r"^## ", README.partition("\n## The command line\n")[2], flags=re.MULTILINE)[0]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme_with_its_options(command: str) -> None:
    row = re.search(rf"^\| `{command}(?: [^`]+)?` \| (.*) \|$", SECTION, re.MULTILINE)

    assert row is not None
    of_all = {"--store", "--json", "--help"}
    assert [one for one in sorted(options_of(command) - of_all) if not re.search(rf"`{one}[ `]", row[1])] == []
    assert [one for one in sorted(of_all) if not re.search(rf"`{one}[ `]", SECTION)] == []


def test_the_readme_names_no_option_of_the_command_line_that_does_not_exist() -> None:
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", SECTION))

    assert named <= frozenset().union(*map(options_of, COMMANDS))


EXAMPLES = re.findall(r"^    flock-trace (\w+)(.*)$", SECTION, re.MULTILINE)


def test_every_command_has_an_example_or_is_clear() -> None:
    assert {command for command, _ in EXAMPLES} | {"clear"} == set(COMMANDS)


VALUES = {"written", "same", "kept"}
"""Words that stand among the keys: what a key may say."""


def keys_of(command: str) -> set[str]:
    """The keys of a command's JSON document that the README names."""
    row = re.search(rf"^\| [^|]*`{command}`[^|]* \| (.*) \|$", SECTION.partition("`--json` prints")[2], re.MULTILINE)
    assert row is not None
    return set(re.findall(r"`(\w+)`", row[1]))


DOCUMENTS = {
    "init": ["init", "FIRST"],
    "ls": ["ls"],
    "show": ["show", "latest"],
    "check": ["check", "CONTRACT"],
    "diff": ["diff", "t", "u"],
    "learn": ["learn", "STORE"],
    "import": ["import", "STORE"],
    "report": ["report", "--output", "REPORT"],
    "export": ["export", "--format", "csv", "--output", "OUT"],
    "prune": ["prune", "--days", "9"],
    "clear": ["clear", "--yes"],
}


@pytest.mark.parametrize("command", DOCUMENTS)
def test_every_key_of_a_json_document_is_in_the_readme_and_the_other_way_round(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for trace, name in (("t", "chat"), ("u", "search")):
        spans = [Span("root", span_id=f"{trace}1", trace_id=trace, end_ns=9, attributes={"gen_ai.agent.name": name})]
        child = Span(name, span_id=f"{trace}2", parent_id=f"{trace}1", trace_id=trace, end_ns=5, status="error")
        step = Span("step", span_id=f"{trace}3", parent_id=f"{trace}1", trace_id=trace, end_ns=5)
        assert TraceFile(tmp_path / "traces.duckdb").write([*spans, child, step]) is None
    (tmp_path / "rules.py").write_text(
        "from pytest_flock_trace import never, span\ncontract = never(span(status='error'))\n", encoding="utf-8"
    )
    places = {
        "CONTRACT": "rules.py",
        "STORE": "traces.duckdb",
        "OUT": "out.csv",
        "FIRST": "first",
        "REPORT": "out.json",
    }
    line = [str(tmp_path / places[word]) if word in places else word for word in DOCUMENTS[command]]
    store = tmp_path / ("all.duckdb" if command == "import" else "traces.duckdb")
    assert main([*line, "--json", "--store", str(store)]) in {0, 1}

    found = json.loads(capsys.readouterr().out)
    assert set(_keys(found)) == keys_of(command) - VALUES


def _keys(document: object) -> Iterator[str]:
    """Every key at any depth; those of attributes are the user's."""
    if isinstance(document, dict):
        for key, value in document.items():
            yield key
            yield from _keys(value) if key != "attributes" else ()
    elif isinstance(document, list):
        for value in document:
            yield from _keys(value)


def test_the_readme_begins_with_two_commands_of_one_line_each() -> None:
    first, second = (command.rstrip("\n") for command in CODE["sh"][:2])
    before = README[: README.index(second)]

    assert "\n" not in first + second
    assert "pytest --flock-trace examples/blackboard" in first
    assert second.endswith("/pytest -n auto")
    assert "\n## " not in before


def first_name(snippet: str) -> str:
    """What tells a snippet from others in the list of tests."""
    return re.findall(r"^(?:async )?(?:def|class) (\w+)|\Z", snippet, re.MULTILINE)[0] or snippet.partition("\n")[0]


TESTS = [code for code in CODE["python"] if "def test_" in code]
PROGRAMS = [code for code in CODE["python"] if code not in TESTS]
CREW = ROOT / "examples" / "blackboard"


@pytest.mark.parametrize("snippet", CODE["python"], ids=first_name)
def test_a_snippet_imports_what_exists(snippet: str) -> None:
    imported = re.findall(r"from pytest_flock_trace import (.+)", snippet)
    names = {name.strip() for line in imported for name in line.split(",")}

    assert names <= set(pytest_flock_trace.__all__)


@pytest.mark.parametrize("snippet", PROGRAMS, ids=first_name)
def test_a_snippet_runs(snippet: str) -> None:
    made: dict[str, object] = {}
    exec(compile(snippet, "README.md", "exec"), made)  # noqa: S102  # our own
    assert made.keys() - {"__builtins__"}


@pytest.mark.parametrize("snippet", TESTS, ids=first_name)
def test_a_snippet_with_tests_passes(tmp_path: Path, snippet: str) -> None:
    for source in ("blackboard.py", "crew.py"):
        shutil.copy(CREW / source, tmp_path)
    (tmp_path / "test_snippet.py").write_text(snippet, encoding="utf-8")
    options = ("--flock-trace", "--snapshot-update", "-o", "asyncio_mode=auto")

    said = output_of_pytest(tmp_path, *options, "test_snippet.py")
    passed = len(re.findall(r"^(?:async )?def test_", snippet, re.MULTILINE))
    assert re.search(rf"^=+ {passed} passed\b", said, re.MULTILINE), said


@pytest.mark.parametrize("name", strategies.__all__)
def test_every_strategy_is_in_the_readme_with_its_options(name: str) -> None:
    options = ", ".join(f"{option}=" for option in inspect.signature(getattr(strategies, name)).parameters)

    assert f"\n| `{name}({options})` | " in README


ASIDES = [
    dedent(block)
    for block in re.findall(
        r"(?:^    .*\n|^\n(?=    ))+", re.sub(r"^```.*?^```$", "", README, flags=re.DOTALL | re.MULTILINE), re.MULTILINE
    )
    if re.match(r"\s*(?:@|def |async def |class |with |from |import |\w+ = )", block)
]
"""Python that stands between sentences and needs what is not there: Node, a clock that jumps, another library."""


@pytest.mark.parametrize("block", ASIDES, ids=first_name)
def test_python_between_sentences_is_python(block: str) -> None:
    assert compile(block, "README.md", "exec")


def test_there_is_python_between_sentences() -> None:
    assert len(ASIDES) >= 5


HOOKED = """
from opentelemetry import trace
from pytest_flock_trace import dependencies, span

def test_steps_are_agents(traced_run):
    tracer = trace.get_tracer("own")
    with traced_run("night") as run:
        with tracer.start_as_current_span("step writer", attributes={"wrote": "d1"}):
            pass
        with tracer.start_as_current_span("step critic", attributes={"read": "d1"}):
            pass
        with tracer.start_as_current_span("other"):
            pass
    assert span(agent="critic", caused_by=span(agent="writer")) in run
    edge, = dependencies(run).edges
    assert (edge.source, edge.target, edge.artifact) == ("writer", "critic", "Draft")
"""


def test_the_hooks_for_a_framework_of_ones_own_work(tmp_path: Path) -> None:
    (conftest,) = [code for code in PROGRAMS if "def pytest_flock_trace_span(" in code]
    (tmp_path / "conftest.py").write_text(conftest, encoding="utf-8")
    (tmp_path / "test_steps.py").write_text(HOOKED, encoding="utf-8")

    assert " 1 passed" in output_of_pytest(tmp_path)


COMMAND_LINES = re.findall(
    r"^(?: {4}|- run: |  script: )(?:\$ )?(?:[A-Z_]+=\S+ )*flock-trace (\w+)(.*)$", README, re.MULTILINE
)


@pytest.mark.parametrize(("command", "rest"), COMMAND_LINES, ids=[f"{one}{more}" for one, more in COMMAND_LINES])
def test_every_command_line_is_understood(command: str, rest: str) -> None:
    assert parser_of(command, load(command)).parse_args(shlex.split(rest, comments=True))


def anchors() -> set[str]:
    """What headings are called in links, as forges make it of them."""
    prose = re.sub(r"^```.*?^```$", "", README, flags=re.DOTALL | re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#{1,4} (.+)$", prose, re.MULTILINE)
    }


def test_every_link_leads_somewhere() -> None:
    inside = set(re.findall(r"\]\(#([\w-]+)\)", README))
    files = set(re.findall(r"\]\(((?!https?:|#)[^)]+)\)", README))

    assert inside - anchors() == set()
    assert [one for one in sorted(files) if not (ROOT / one).exists()] == []


def test_every_section_is_in_the_table_of_contents_or_below_one_that_is() -> None:
    contents = README[README.index("## Contents") : README.index("## A first test")]
    listed = set(re.findall(r"\]\(#([\w-]+)\)", contents))
    sections = re.split(r"^## ", README, flags=re.MULTILINE)[2:]

    assert [
        section.partition("\n")[0]
        for section in sections
        if not listed
        & {heading.lower().replace(" ", "-") for heading in re.findall(r"(?:\A|^### )(.+)$", section, re.MULTILINE)}
    ] == ["Development"]


def test_the_changelog_begins_with_the_version_that_is_being_made() -> None:
    fallback = re.search(
        r'^fallback-version = "(.+)\.dev0"', (ROOT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE
    )
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)

    assert fallback is not None
    assert newest is not None
    assert newest[1] == fallback[1]


def test_the_version_is_that_of_the_installed_distribution() -> None:
    assert pytest_flock_trace.__version__ == version("pytest-flock-trace")
    assert "__version__" in dir(pytest_flock_trace)


def test_the_readme_and_the_viewer_share_one_guide() -> None:
    headed = re.sub(r"^# [a-z]+: (.+?)(?: \([1-7]\))?$", r"#### \1", text(), flags=re.MULTILINE)

    assert f"### Reading a page\n\n{headed.strip()}\n\n## " in README
