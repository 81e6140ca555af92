"""What makes the times of two sessions comparable: the machine, the interpreter and the packages at work."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys

import pytest

from pytest_flock_trace.analysis.baseline import Environment
from pytest_flock_trace.plugin.installed import versions

PACKAGES = (
    "pytest-flock-trace",
    "opentelemetry-sdk",
    "ag2",
    "agno",
    "anthropic",
    "autogen-core",
    "crewai",
    "dspy",
    "flock-core",
    "google-adk",
    "haystack-ai",
    "langchain-core",
    "langgraph",
    "litellm",
    "llama-index-core",
    "mcp",
    "openai",
    "openai-agents",
    "openinference-instrumentation",
    "pydantic-ai-slim",
    "semantic-kernel",
    "smolagents",
    "strands-agents",
    "uvloop",
)
"""Our own, the recorder's, and frameworks whose version decides how long an agent takes; those installed count."""


def fingerprint(config: pytest.Config) -> Environment:
    """The environment of this session. Each of xdist's workers slows the others down, so their number is part of it."""
    return {
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "implementation": platform.python_implementation(),
        "os": platform.system(),
        "machine": platform.machine(),
        "cpus": str(os.cpu_count()),
        "workers": str(len(config.getoption("tx", default=None) or ())),
        **versions(PACKAGES),
    }


def name_of(environment: Environment) -> str:
    """A short name that another environment does not have."""
    return hashlib.sha256(json.dumps(environment, sort_keys=True).encode()).hexdigest()[:10]
