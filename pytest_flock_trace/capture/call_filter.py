"""Which calls are traced, by the class of the object and the name of the method."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pytest_flock_trace.environment.auto_tracing import AutoTracing
from pytest_flock_trace.errors import BadArgument


@dataclass(frozen=True)
class CallFilter:
    """A whitelist of classes and a blacklist of methods, which wins."""

    services: frozenset[str] | None = None
    """Names of classes in lower case; None for all."""
    ignore: frozenset[str] = frozenset()
    """`Class.method`, exactly."""

    @classmethod
    def of(cls, settings: AutoTracing, services: Iterable[str] | None, ignore: Iterable[str]) -> CallFilter:
        """What the arguments say, and what the environment says where they say nothing."""
        wanted, unwanted = _names("services", services), _names("ignore", ignore)
        return cls(
            settings.services if services is None else frozenset(map(str.lower, wanted)) or None,
            unwanted or settings.ignore,
        )

    def allows(self, service: str, method: str) -> bool:
        """True where calls of a method on objects of a class of this name are traced."""
        if f"{service}.{method}" in self.ignore:
            return False
        return self.services is None or service.lower() in self.services


def _names(argument: str, names: Iterable[str] | None) -> frozenset[str]:
    if isinstance(names, str) or (names is not None and not isinstance(names, Iterable)):
        raise BadArgument(f"{argument}={names!r} is no list of names; write {argument}=[{names!r}]")
    found = frozenset(() if names is None else names)
    if wrong := [name for name in found if not isinstance(name, str)]:
        raise BadArgument(f"{argument} has {wrong[0]!r} in it, which is no name")
    return found
