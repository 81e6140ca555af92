from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

SHORTCUTS = json.loads((files("pytest_flock_trace.viewer") / "shortcuts.json").read_text(encoding="utf-8"))
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_each_shortcut_has_keys_a_meaning_and_a_mode_or_all() -> None:
    for shortcut in SHORTCUTS:
        assert set(shortcut) == {"keys", "what", "mode"}
        assert shortcut["keys"] != []
        assert shortcut["mode"] in {None, 1, 2, 3, 4, 5, 6, 7}


def test_a_mode_has_a_key_but_once() -> None:
    bound = [(shortcut["mode"], key) for shortcut in SHORTCUTS for key in shortcut["keys"]]

    assert len(bound) == len(set(bound))


def test_the_readme_lists_every_shortcut_that_exists_and_no_other() -> None:
    table = README.partition("| keys | | where |\n|---|---|---|\n")[2].partition("\n\n")[0]
    listed = [tuple(cell.strip() for cell in row.split(" | ")[:2]) for row in table.splitlines()]

    assert listed == [("| " + " ".join(f"`{key}`" for key in one["keys"]), one["what"]) for one in SHORTCUTS]
