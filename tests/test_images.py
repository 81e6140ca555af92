"""The images of the README are there, small, and said in words."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "examples" / "images"
LARGEST = 150_000
SHOWN = re.compile(r"!\[(?P<words>[^\]]*)\]\((?P<file>[^)]+)\)")


def shown() -> dict[str, str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return {found["file"]: found["words"] for found in SHOWN.finditer(text)}


def test_the_readme_shows_every_image_that_there_is_and_no_other():
    there = {file.relative_to(ROOT).as_posix() for file in FOLDER.glob("*.png")}

    assert len(there) == 3
    assert set(shown()) == there


def test_each_image_is_said_in_words():
    assert [file for file, words in shown().items() if len(words.split()) < 5] == []


def test_no_image_is_large():
    assert {file.name: file.stat().st_size for file in FOLDER.glob("*.png") if file.stat().st_size > LARGEST} == {}
    assert all(file.read_bytes().startswith(b"\x89PNG\r\n\x1a\n") for file in FOLDER.glob("*.png"))
