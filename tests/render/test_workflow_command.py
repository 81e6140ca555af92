from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.model.text import one_line
from pytest_flock_trace.render.workflow_command import workflow_command

TEXT = st.text(st.one_of(st.sampled_from("%25:0AD,=\n\r "), st.characters()), max_size=80)


def as_github_reads(line: str) -> tuple[str, dict[str, str], str]:
    """The runner's `ActionCommand.TryParseV2`: command, properties and message."""
    assert line.startswith("::")
    end = line.index("::", 2)
    command, _, rest = line[2:end].partition(" ")
    properties = {}
    for pair in filter(None, rest.split(",")):
        key, _, value = pair.partition("=")
        properties[key] = decoded(value, ["%0D:\r", "%0A:\n", "%3A::", "%2C:,", "%25:%"])
    return command, properties, decoded(line[end + 2 :], ["%0D:\r", "%0A:\n", "%25:%"])


def decoded(text: str, codes: list[str]) -> str:
    for code in codes:
        text = text.replace(code[:3], code[4:])
    return text


def printed(text: str) -> str:
    """What we mean by a message: its lines, in which other control characters are visible."""
    return "\n".join(map(one_line, text.split("\n")))


@given(TEXT, TEXT)
def test_github_reads_what_was_meant(title: str, message: str) -> None:
    line = workflow_command("error", message, {"file": "a,b:c%.py", "line": 3, "title": title})

    assert len(line.splitlines()) == 1
    expected = {"file": "a,b:c%.py", "line": "3"} | ({"title": one_line(title)} if title else {})
    assert as_github_reads(line) == ("error", expected, printed(message))


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("100% of a: b, c", "::warning::100%25 of a: b, c"),
        ("two\nlines", "::warning::two%0Alines"),
        ("%0A", "::warning::%250A"),
        ("::error::mine", "::warning::::error::mine"),
        ("\x1b[31mred", r"::warning::\x1b[31mred"),
    ],
)
def test_newlines_and_percents_are_escaped_in_messages(message: str, line: str) -> None:
    assert workflow_command("warning", message, {}) == line


def test_colons_and_commas_are_escaped_in_properties_and_empty_ones_left_out() -> None:
    line = workflow_command("error", "m", {"file": "a:b,c.py", "line": 0, "title": ""})

    assert line == "::error file=a%3Ab%2Cc.py::m"
