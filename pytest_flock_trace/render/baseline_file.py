"""The text of a baseline file.

JSON, version 1, with sorted keys and a line for each thing that changes by itself: a span of a structure, a sample, an
environment. An update adds lines above the older samples; branches that add different tests merge.

    {"environments": {NAME: {WHAT: TEXT}},
     "tests": {NODE ID: {NAME OF RUN: [{"samples": [SAMPLE], "structure": [LINE]}]}},
     "version": 1}

SAMPLE is `{"duration": NS, "environment": NAME, "path": {HOLDER: NS}, "session": TIME, "totals": {LABEL: NS}}`, in
nanoseconds, the newest first; `analysis.baseline_sample.Sample` says what each means. A run has an entry for each
structure that it is known to have.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NoReturn, cast

from pytest_flock_trace.analysis.baseline import Baseline, Runs, structures
from pytest_flock_trace.analysis.baseline_sample import Sample
from pytest_flock_trace.errors import BadBaseline
from pytest_flock_trace.model.text import abridged

VERSION = 1
_LONGEST_QUOTE = 60


def write_baseline(baseline: Baseline) -> str:
    """The whole file, with a newline at its end."""
    tests = {test: {name: _entries(samples) for name, samples in runs.items()} for test, runs in baseline.tests.items()}
    environments = {name: _OneLine(facts) for name, facts in baseline.environments.items()}
    return _laid_out({"environments": environments, "tests": tests, "version": VERSION}, 1) + "\n"


def read_baseline(text: str) -> Baseline:
    """What `write_baseline` wrote; raise `BadBaseline` for text that is no JSON, another version or another shape."""
    try:
        file = json.loads(text)
    except ValueError as exc:
        raise BadBaseline(f"is no JSON: {exc}") from exc
    except RecursionError as exc:
        raise BadBaseline("is no baseline: it is nested too deeply") from exc
    if not isinstance(file, dict) or "version" not in file:
        raise BadBaseline("is no baseline: it says no version")
    values = cast("dict[str, Any]", file)
    if values["version"] != VERSION:
        raise BadBaseline(f"has version {values['version']!r}; this version of pytest-flock-trace reads {VERSION}")
    tests = {
        test: {
            name: _samples(entries, f"tests / {test} / {name}")
            for name, entries in _object(runs, f"tests / {test}").items()
        }
        for test, runs in _object(values.get("tests"), "tests").items()
    }
    environments = {
        name: {what: _text(fact, f"environments / {name}") for what, fact in _object(facts, "environments").items()}
        for name, facts in _object(values.get("environments"), "environments").items()
    }
    unknown = {sample.environment for sample in _all_samples(tests.values())} - environments.keys()
    if unknown:
        raise BadBaseline(f"has samples from an environment that it does not describe: {', '.join(sorted(unknown))}")
    return Baseline(tests, environments)


class _OneLine(dict[str, Any]):
    """An object that stands on a line of its own."""


def _entries(samples: Sequence[Sample]) -> list[Any]:
    return [
        {"samples": [_OneLine(_written(sample)) for sample in same], "structure": structure.split("\n")}
        for structure, same in structures(samples).items()
    ]


def _written(sample: Sample) -> dict[str, Any]:
    return {
        "duration": sample.duration_ns,
        "environment": sample.environment,
        "path": sample.path_ns,
        "session": sample.session,
        "totals": sample.totals_ns,
    }


def _laid_out(value: Any, depth: int) -> str:
    """The value as JSON with a line for each item, down to what stands on one line."""
    if isinstance(value, dict) and not isinstance(value, _OneLine):
        fields = sorted(cast("dict[str, Any]", value).items())
        return _lines("{", [f"{_laid_out(key, 0)}: {_laid_out(item, depth + 1)}" for key, item in fields], "}", depth)
    if isinstance(value, list):
        items = [_laid_out(item, depth + 1) for item in cast("Sequence[Any]", value)]
        return _lines("[", items, "]", depth)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _lines(start: str, items: Sequence[str], end: str, depth: int) -> str:
    if not items:
        return start + end
    inner = "\n" + " " * depth
    return f"{start}{inner}{f',{inner}'.join(items)}\n{' ' * (depth - 1)}{end}"


def _all_samples(tests: Iterable[Runs]) -> Iterator[Sample]:
    return (sample for runs in tests for samples in runs.values() for sample in samples)


def _samples(entries: Any, where: str) -> list[Sample]:
    samples: list[Sample] = []
    for entry in _list(entries, where):
        fields = _object(entry, where)
        structure = "\n".join(_text(line, where) for line in _list(fields.get("structure"), where))
        samples.extend(_sample(sample, structure, where) for sample in _list(fields.get("samples"), where))
    return samples


def _sample(value: Any, structure: str, where: str) -> Sample:
    fields = _object(value, where)
    return Sample(
        structure,
        _time(fields.get("duration"), where),
        {what: _time(time, where) for what, time in _object(fields.get("path"), where).items()},
        {what: _time(time, where) for what, time in _object(fields.get("totals"), where).items()},
        _text(fields.get("environment"), where),
        _text(fields.get("session"), where),
    )


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        _misplaced(value, "an object", where)
    return cast("dict[str, Any]", value)


def _list(value: Any, where: str) -> Sequence[Any]:
    if not isinstance(value, list):
        _misplaced(value, "a list", where)
    return cast("Sequence[Any]", value)


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        _misplaced(value, "a text", where)
    return value


def _time(value: Any, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        _misplaced(value, "whole nanoseconds", where)
    return value


def _misplaced(value: Any, expected: str, where: str) -> NoReturn:
    raise BadBaseline(f"has {abridged(repr(value), _LONGEST_QUOTE)} in {where}, where {expected} should stand")
