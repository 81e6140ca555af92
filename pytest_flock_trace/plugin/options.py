"""The command line options and ini values, as a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

SHOW = ("failed", "all", "none")


@dataclass(frozen=True)
class Flag:
    """A command line option."""

    name: str
    help: str
    extra: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Ini:
    """An ini value."""

    name: str
    help: str
    type: Any
    default: Any


FLAGS = (
    Flag(
        "--flock-trace",
        "Record the OpenTelemetry spans of every test and print what the agents did.",
        {"action": "store_true", "default": False},
    ),
    Flag(
        "--no-flock-trace",
        "As if neither --flock-trace nor the ini value flock_trace were given.",
        {"action": "store_true", "default": False},
    ),
    Flag(
        "--flock-trace-show",
        "Whose captured trace to print: of failed tests (the default), of all, or none. Implies --flock-trace.",
        {"choices": SHOW, "default": None, "metavar": "|".join(SHOW)},
    ),
    Flag(
        "--flock-trace-baseline",
        "Compare the structure and the time of each passing test's runs with this baseline. Implies --flock-trace.",
        {"default": None, "metavar": "PATH"},
    ),
    Flag(
        "--flock-trace-baseline-update",
        "Add the runs of passing tests to this baseline, a JSON file. Implies --flock-trace.",
        {"default": None, "metavar": "PATH"},
    ),
)

INIS = (
    Ini("flock_trace", "Record every test, as --flock-trace does.", "bool", default=False),
    Ini("flock_trace_show", "As --flock-trace-show: failed, all or none.", "string", ""),
    Ini(
        "flock_trace_wait",
        "Globs of the names of spans that only wait for others, one a line, instead of *.run_until_idle and *.join; "
        "the critical path looks through them.",
        "linelist",
        default=(),
    ),
    Ini(
        "flock_trace_hide",
        "Globs of the names of spans to leave out of printed traces and of snapshots, one a line, besides the hooks of "
        "Flock's own components.",
        "linelist",
        default=(),
    ),
    Ini(
        "flock_trace_contract",
        "Rules that every run of the session has to obey, as module:name.",
        "string",
        "",
    ),
    Ini(
        "flock_trace_baseline",
        "As --flock-trace-baseline, from the folder of the configuration file.",
        "string",
        "",
    ),
    Ini(
        "flock_trace_baseline_update",
        "As --flock-trace-baseline-update, from the folder of the configuration file.",
        "string",
        "",
    ),
)

MARKERS = ("trace_contract(*rules): hold every run of the test against the rules; without a run, all that it did.",)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register the tables above."""
    group = parser.getgroup("flock-trace", "flock-trace: what agents really did")
    for flag in FLAGS:
        group.addoption(flag.name, help=flag.help, **flag.extra)
    for ini in INIS:
        parser.addini(ini.name, ini.help, type=ini.type, default=ini.default)
