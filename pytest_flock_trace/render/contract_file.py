"""A contract as a Python file, as its user would type it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import StringIO
from itertools import pairwise
from json import dumps
from tokenize import NAME, OP, STRING, generate_tokens

from pytest_flock_trace.analysis.learning.lesson import LearntRule, Lesson
from pytest_flock_trace.model.rules.rule import Rule
from pytest_flock_trace.model.text import count_of, one_line

_WIDTH = 88
_OPENING = ["from pytest_flock_trace import ("]


def contract_file(lesson: Lesson, source: str) -> str:
    """The file's text: what it was drafted from, the imports, and each rule with what speaks for it."""
    calls = sorted({name for one in lesson.rules for name in _called(repr(one.rule))})
    rules = "\n".join(line for one in lesson.rules for line in _lines(one, lesson))
    return (
        f'"""Drafted from {count_of(lesson.working, "trace")} of {_quoted(source)}: what all of them obey.\n\n'
        f"{lesson.killed} of {lesson.mutants} changed traces break it. Strike out what is so by chance.\n"
        '"""\n\n'
        f"{_imported(calls)}\n\n"
        f"contract = [\n{rules}\n]\n"
    )


def typed(rule: Rule) -> str:
    """The rule with its texts in double quotes."""
    tokens = list(generate_tokens(StringIO(repr(rule)).readline))
    text = repr(rule)
    for token in reversed(tokens):
        if token.type == STRING and '"' not in token.string and token.string.startswith("'"):
            start, end = token.start[1], token.end[1]
            text = f'{text[:start]}"{token.string[1:-1]}"{text[end:]}'
    return text


def _imported(names: Sequence[str]) -> str:
    line = f"from pytest_flock_trace import {', '.join(names)}"
    return line if len(line) <= _WIDTH else "\n".join([*_OPENING, *(f"    {name}," for name in names), ")"])


def _lines(one: LearntRule, lesson: Lesson) -> list[str]:
    notes = [f"{one.support} of {count_of(lesson.working, 'trace')}", f"{one.kills} changed ones break it"]
    notes += [f"{one.alone} no rule above"] if one.alone != one.kills else []
    return [f"    # {', '.join(notes)}", f"    {typed(one.rule)},"]


def _called(text: str) -> set[str]:
    """Names that stand before a parenthesis, but for methods."""
    tokens = list(generate_tokens(StringIO(text).readline))
    return {one.string for one, two in pairwise(tokens) if one.type == NAME and (two.type, two.string) == (OP, "(")}


def _quoted(source: str) -> str:
    """The name as it may stand in a docstring."""
    return re.sub(r'["\\]', "_", dumps(one_line(source), ensure_ascii=False)[1:-1])
