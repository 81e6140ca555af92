"""The command line options and ini values, as a table."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

SHOW = ("failed", "all", "none")
PAGE = ".html"
"""Suffix of the report that is made of the spans themselves."""
REPORTS = (PAGE, ".json", ".md")
"""Suffixes of the files that reports can be written into."""


class Flag(NamedTuple):
    """A command line option."""

    name: str
    help: str
    extra: dict[str, Any]


class Ini(NamedTuple):
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
        "--flock-trace-budget",
        "What every run may take, such as 2s, unless its test has a budget of its own. Implies --flock-trace.",
        {"default": None, "metavar": "DURATION"},
    ),
    Flag(
        "--flock-trace-budget-scale",
        "Multiply every latency budget by this number, for slow machines. Implies --flock-trace.",
        {"default": None, "metavar": "N"},
    ),
    Flag(
        "--flock-trace-report",
        f"Write what the session recorded into a file, as its suffix says: {', '.join(REPORTS)}. Repeatable; used "
        "instead of the ini value flock_trace_report. Implies --flock-trace.",
        {"action": "append", "default": [], "metavar": "FILE"},
    ),
    Flag(
        "--flock-trace-store",
        "Write the spans of every test into this trace file, a DuckDB database. Implies --flock-trace.",
        {"default": None, "metavar": "PATH"},
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
    Flag(
        "--flock-trace-mutate",
        "Change what each passing test recorded as bugs would, ask again what it checked, and list what nothing "
        "notices. Implies --flock-trace.",
        {"action": "store_true", "default": False},
    ),
)

INIS = (
    Ini("flock_trace", "Record every test, as --flock-trace does.", "bool", default=False),
    Ini("flock_trace_show", "As --flock-trace-show: failed, all or none.", "string", ""),
    Ini(
        "flock_trace_report",
        "Files to write reports into, relative to the ini file. Records every test, as --flock-trace-report does.",
        "paths",
        default=(),
    ),
    Ini(
        "flock_trace_wait",
        "Globs of the names of spans that only wait for others, one a line, instead of *.run_until_idle and *.join; "
        "the critical path looks through them.",
        "linelist",
        default=(),
    ),
    Ini("flock_trace_budget", "As --flock-trace-budget, which it gives way to.", "string", ""),
    Ini("flock_trace_budget_scale", "As --flock-trace-budget-scale, which it gives way to.", "string", ""),
    Ini(
        "flock_trace_budgets",
        "Lines of `glob = duration`: what every run may take of the tests whose ids the glob matches, the first line "
        "that does; it goes before --flock-trace-budget.",
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
        "flock_trace_instrument",
        "Modules or classes whose public methods are traced while tests are recorded, one a line, as module or "
        "module:Class.",
        "linelist",
        default=(),
    ),
    Ini(
        "flock_trace_redact",
        "Globs of keys whose values are kept out of whatever is written or printed, one a line, besides the usual ones "
        "such as password.",
        "linelist",
        default=(),
    ),
    Ini(
        "flock_trace_contract",
        "Rules that every run of the session has to obey, as module:name.",
        "string",
        "",
    ),
    Ini("flock_trace_store", "As --flock-trace-store, from the folder of the configuration file.", "string", ""),
    Ini("flock_trace_mutate", "As --flock-trace-mutate.", "bool", default=False),
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

MARKERS = (
    "trace_contract(*rules): hold every run of the test against the rules; without a run, all that it did.",
    "trace_trials(n, *, at_least=1.0, stop_early=True): how often to run the test; how many, or what part, must pass.",
    "latency_budget(total, *, span=None, percentile=None, critical_path=False): what each run, or match, may take.",
    "usage_budget(tokens=None, cost=None, calls=None, prices=None): how much the test may ask of language models.",
    "error_budget(rate, by='agent'): what part of each agent's, service's or operation's spans may fail.",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Register the tables above."""
    group = parser.getgroup("flock-trace", "flock-trace: what agents really did")
    for flag in FLAGS:
        group.addoption(flag.name, help=flag.help, **flag.extra)
    for ini in INIS:
        parser.addini(ini.name, ini.help, type=ini.type, default=ini.default)
