from __future__ import annotations

import pytest

from pytest_flock_trace.viewer.answers.guide import guide, text


def test_there_is_a_section_for_every_mode() -> None:
    modes = [section["mode"] for section in guide()["sections"] if section["mode"] is not None]

    assert modes == [1, 2, 3, 4, 5, 6, 7]


def test_every_line_of_the_guide_is_in_some_block() -> None:
    said = str(guide()).replace("\\n", "\n")

    for line in text().splitlines():
        bare = line.lstrip("# -|").rstrip("|: ").split(" (")[0].split(": ")[-1].split(" | ")[0].strip()
        assert bare.replace("'", "\\'") in said or bare in said or not bare.strip("-|")


def test_blocks_of_each_kind_are_told_apart() -> None:
    (section,) = guide(
        "# a: Title (2)\n\nOne `code`\nline.\n\n- x\n- y\n\n| h | i |\n|---|---|\n| 1 | 2 |\n\n    a\n\n    b\n"
    )["sections"]

    assert section == {
        "id": "a",
        "title": "Title",
        "mode": 2,
        "blocks": [
            {"kind": "text", "text": "One `code` line."},
            {"kind": "list", "items": ["x", "y"]},
            {"kind": "table", "head": ["h", "i"], "rows": [["1", "2"]]},
            {"kind": "code", "text": "a\n\nb"},
        ],
    }


def test_a_heading_that_is_none_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="is no heading of the guide"):
        guide("# Title")
