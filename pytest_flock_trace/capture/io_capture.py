"""Arguments and results of a call as span attributes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from pytest_flock_trace.model.bounded_json import bounded_json, length_of

_POSITIONAL: Final = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class Parameters:
    """A function's parameters, looked up once: arguments are matched with them without `inspect.signature`."""

    def __init__(self, function: Callable[..., Any], *, bound: bool) -> None:
        """`bound` leaves the first parameter out, which is the object or class itself."""
        parameters = _parameters(function)[1 if bound else 0 :]
        positional = [each for each in parameters if each.kind in _POSITIONAL]
        self._positional: Sequence[str] = [each.name for each in positional]
        self._rest = _name_of(parameters, inspect.Parameter.VAR_POSITIONAL) or "args"
        self._others = _name_of(parameters, inspect.Parameter.VAR_KEYWORD) or "kwargs"
        self._by_keyword = {each.name for each in parameters if each.kind is inspect.Parameter.KEYWORD_ONLY}
        self._by_keyword.update(each.name for each in positional if each.kind is not _POSITIONAL[0])
        self._defaults = {each.name: each.default for each in parameters if each.default is not each.empty}
        self.any = bool(parameters)
        """Whether a call can have anything to write down."""

    def named(self, args: Sequence[object], kwargs: Mapping[str, object]) -> Iterator[tuple[str, object]]:
        """Each argument with the name of its parameter, defaults included."""
        positional, others = self._positional, {}
        yield from zip(positional, args)
        if len(args) > len(positional):
            yield self._rest, args[len(positional) :]
        for name, value in kwargs.items():
            if name in self._by_keyword:
                yield name, value
            else:
                others[name] = value
        if others:
            yield self._others, others
        given = len(args)
        for name, value in self._defaults.items():
            if name not in kwargs and name not in positional[:given]:
                yield name, value


def inputs(arguments: Sequence[tuple[str, object]]) -> dict[str, str]:
    """`input.<param>` for each argument, as JSON; `input.error` names what kept one from being written."""
    try:
        return {f"input.{name}": bounded_json(value) for name, value in arguments}
    except Exception as error:  # noqa: BLE001  # the traced program must not see it, and the attribute tells it
        return {"input.error": type(error).__name__}


def outputs(result: object) -> dict[str, str | int]:
    """`output.value` as JSON, and of what is not None `output.type` and, for a container or text, `output.length`."""
    if result is None:
        return {"output.value": "null"}
    found: dict[str, str | int] = {"output.type": type(result).__name__}
    try:
        found["output.value"] = bounded_json(result)
        if (length := length_of(result)) is not None:
            found["output.length"] = length
    except Exception as error:  # noqa: BLE001  # as above
        found["output.error"] = type(error).__name__
    return found


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(function).parameters.values())
    except Exception:  # noqa: BLE001  # a signature of the user's own making may raise anything; names are lost, no more
        return []


def _name_of(parameters: Sequence[inspect.Parameter], kind: Any) -> str | None:
    return next((each.name for each in parameters if each.kind is kind), None)
