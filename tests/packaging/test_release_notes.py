"""A tag becomes a release only where the changelog is ready for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from release_notes import NotReady, notes

CHANGELOG = """# Changelog

What a user notices, newest first.

## 0.2.0 (2027-01-02)

- Newer.

## 0.1.0 (2026-12-01)

- First.
  On two lines.

## 0.0.9 (unreleased)

- Never.

## 0.0.8 (2026-01-01)
"""


@pytest.mark.parametrize(("tag", "text"), [("v0.2.0", "- Newer."), ("v0.1.0", "- First.\n  On two lines.")])
def test_the_notes_are_the_section_of_the_tagged_version(tag: str, text: str):
    assert notes(tag, CHANGELOG) == text


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("v0.1", "no section '## 0.1'"),
        ("v0.1.0rc1", "no section '## 0.1.0rc1'"),
        ("v0.0.9", "calls 0.0.9 unreleased"),
        ("v0.0.8", "is empty"),
    ],
)
def test_a_version_that_the_changelog_is_not_ready_for_is_refused(tag: str, said: str):
    with pytest.raises(NotReady, match=said):
        notes(tag, CHANGELOG)


def test_the_changelog_of_this_project_begins_with_a_version():
    text = (Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = text.split("\n## ")[1].split()[0]

    assert notes(newest, text.replace(" (unreleased)", "")).startswith("The first version.")
