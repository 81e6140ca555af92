"""Prints what the changelog says of the version that a tag names; fails where it is not ready for that release."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path


class NotReady(Exception):
    """The changelog is not ready for the release of this version; the message says why."""


def notes(tag: str, changelog: str) -> str:
    """The section of the version `v1.2.3`, without its heading; raises `NotReady`."""
    version = tag.removeprefix("v")
    heading = re.search(rf"^## {re.escape(version)}\b(?![.\w])(.*)$", changelog, re.MULTILINE)
    if heading is None:
        raise NotReady(f"CHANGELOG.md has no section '## {version}' for the tag {tag!r}; write one")
    if "unreleased" in heading[1]:
        raise NotReady(f"CHANGELOG.md calls {version} unreleased; put the date into the heading, and tag that commit")
    text = re.split(r"^## ", changelog[heading.end() :], maxsplit=1, flags=re.MULTILINE)[0].strip()
    if not text:
        raise NotReady(f"the section '## {version}' of CHANGELOG.md is empty; say what a user notices")
    return text


def main(arguments: Sequence[str]) -> int:
    """`release_notes.py v1.2.3`."""
    changelog = Path(__file__).parents[2] / "CHANGELOG.md"
    try:
        sys.stdout.write(f"{notes(arguments[0], changelog.read_text(encoding='utf-8'))}\n")
    except NotReady as exc:
        sys.stderr.write(f"{exc}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
