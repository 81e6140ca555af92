"""A report as one HTML file, which needs nothing else and reaches nothing else."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from itertools import islice
from typing import Final

from pytest_flock_trace.viewer.bundle import Bundle
from pytest_flock_trace.viewer.packed import Packed
from pytest_flock_trace.viewer.plain_tables import MOST_ROWS, heading, path_table, red_table, test_table, text

_POLICY: Final = (
    "default-src 'none'; script-src {script}; style-src {style}; img-src data:; "
    "font-src data:; connect-src 'none'; form-action 'none'; base-uri 'none'"
)
_CLOSING: Final = re.compile(r"<(?=/(?:script|style)|!--)", re.IGNORECASE)
_TRACE: Final = "trace?"


def page(packed: Iterable[Packed], bundle: Bundle) -> Iterator[str]:
    """The file, piece by piece: a head, tables for those without scripts, and each answer in an element of its own."""
    answers = list(packed)
    known = {one.question: one for one in answers}
    overview = known["overview"].answer
    script, style = _contained(bundle.script, "\\x3c"), _contained(bundle.style, "\\3c ")
    policy = _POLICY.format(script=_digest(script), style=_digest(style))
    yield (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n<link rel="icon" href="data:,">\n'
        f"<title>{text(overview['title'])}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n"
    )
    traces = (one.answer for one in answers if one.question.startswith(_TRACE))
    yield heading(overview)
    yield red_table(known["red?by=agent"].answer)
    yield path_table(islice(traces, MOST_ROWS))
    yield test_table(known["tests"].answer)
    yield "</main>\n"
    for one in answers:
        data = b64encode(one.data).decode("ascii")
        kind = f'type="application/octet-stream" data-question="{escape(one.question)}"'
        yield f"<script {kind}>{data}</script>\n"
    yield f"<script>{script}</script>\n</body>\n</html>\n"


def _contained(source: str, escaped: str) -> str:
    """A script or style in which nothing ends its element; a text in it means the same."""
    lines = source.replace("\r\n", "\n").replace("\r", "\n")  # as browsers read them, before they take the digest
    return _CLOSING.sub(lambda _: escaped, lines)


def _digest(source: str) -> str:
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode('ascii')}'"
