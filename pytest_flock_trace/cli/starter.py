"""What `flock-trace init` writes for each framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Final

FILES: Final = ("conftest.py", "test_agents.py")
"""The run that is looked at, and the tests that look at it."""


@dataclass(frozen=True)
class Starter:
    """A first test of one framework's agents, which asks no language model."""

    framework: str
    """As `--framework` and the package index call it."""

    module: str
    """What programs import of it."""

    distribution: str | None
    """What is to be installed for it; None for what this package brings along."""

    tracing: str | None = None
    """What is to be installed besides, where the framework makes no OpenTelemetry spans itself."""

    ambiguous: bool = False
    """Programs have modules of that name themselves."""

    @property
    def needs(self) -> tuple[str, ...]:
        """All distributions that what is written imports, this package aside."""
        return tuple(one for one in (self.distribution, self.tracing) if one is not None)

    def texts(self) -> Mapping[str, str]:
        """What the files hold, by name."""
        folder = files("pytest_flock_trace.cli") / "starters"
        sources = (f"{self.framework.replace('-', '_')}.txt", "tests.txt")
        return {name: folder.joinpath(source).read_text(encoding="utf-8") for name, source in zip(FILES, sources)}


FUNCTIONS: Final = Starter("functions", "opentelemetry", None)
"""For programs of which no framework is known."""
OPENTELEMETRY: Final = Starter("opentelemetry", "opentelemetry", None)
_ALL: Final = (
    Starter("flock", "flock", "flock-core", ambiguous=True),
    Starter("pydantic-ai", "pydantic_ai", "pydantic-ai-slim"),
    Starter("langgraph", "langgraph", "langgraph", "openinference-instrumentation-langchain"),
    Starter("openai-agents", "agents", "openai-agents", ambiguous=True),
    Starter("google-adk", "google.adk", "google-adk"),
    Starter("strands", "strands", "strands-agents"),
    OPENTELEMETRY,
    FUNCTIONS,
)
STARTERS: Final[Mapping[str, Starter]] = MappingProxyType({one.framework: one for one in _ALL})
"""By framework, in the order in which one is taken where a program has several."""
