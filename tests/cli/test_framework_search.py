"""A project's framework is what its own files import, else what is installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_flock_trace.cli import framework_search
from pytest_flock_trace.cli.framework_search import frameworks_of, imported_modules
from pytest_flock_trace.cli.starter import STARTERS


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """What the environment is taken to have; nothing at first."""
    names: set[str] = set()
    monkeypatch.setattr(framework_search, "has_distribution", names.__contains__)
    return names


def found(project: Path) -> list[str]:
    return [one.starter.framework for one in frameworks_of(project)]


def test_an_empty_project_gets_functions(tmp_path: Path):
    assert found(tmp_path) == ["functions"]


@pytest.mark.parametrize(
    ("line", "framework"),
    [
        ("import pydantic_ai", "pydantic-ai"),
        ("    from pydantic_ai.models.test import TestModel", "pydantic-ai"),
        ("from langgraph.graph import StateGraph", "langgraph"),
        ("from google.adk.agents import LlmAgent", "google-adk"),
        ("from google import adk", "google-adk"),
        ("from strands import Agent", "strands"),
        ("from opentelemetry import trace", "opentelemetry"),
    ],
)
def test_an_import_tells_the_framework(tmp_path: Path, line: str, framework: str):
    (tmp_path / "crew.py").write_text(f"import os\n{line}\n", encoding="utf-8")

    assert found(tmp_path) == [framework, "functions"]


@pytest.mark.parametrize(
    "line", ["# import pydantic_ai", "import pydantic_ai_extras", "from google import genai", "from .strands import x"]
)
def test_what_only_looks_like_an_import_tells_nothing(tmp_path: Path, line: str):
    (tmp_path / "crew.py").write_text(f"{line}\n", encoding="utf-8")

    assert found(tmp_path) == ["functions"]


def test_a_module_named_agents_is_the_users_own_unless_the_sdk_is_installed(tmp_path: Path, installed: set[str]):
    (tmp_path / "crew.py").write_text("from agents import Writer\n", encoding="utf-8")
    before = found(tmp_path)
    installed.add("openai-agents")

    assert before == ["functions"]
    assert found(tmp_path) == ["openai-agents", "functions"]


def test_what_is_imported_goes_before_what_is_installed(tmp_path: Path, installed: set[str]):
    installed.update({"flock-core", "strands-agents"})
    (tmp_path / "crew.py").write_text("from opentelemetry import trace\nimport langgraph\n", encoding="utf-8")

    assert found(tmp_path) == ["langgraph", "opentelemetry", "flock", "strands", "functions"]


def test_files_that_are_not_the_projects_own_are_not_looked_into(tmp_path: Path):
    for folder in (".tox/x", "node_modules", "env/lib"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "crew.py").write_text("import strands\n", encoding="utf-8")
    (tmp_path / "env" / "pyvenv.cfg").write_text("", encoding="utf-8")

    assert found(tmp_path) == ["functions"]


def test_a_file_that_can_not_be_read_stops_nothing(tmp_path: Path):
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere.py")
    (tmp_path / "noise.py").write_bytes(b"\xff\xfe\x00import strands\nimport strands\n")

    assert found(tmp_path) == ["strands", "functions"]


def test_folders_without_number_do_not_keep_the_search_going(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(framework_search, "_MOST_FOLDERS", 3)
    for name in ("a", "b", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "crew.py").write_text("import strands\n", encoding="utf-8")

    assert frameworks_of(tmp_path)[0].reason == "imported by 2 files here"


modules = st.sampled_from([one.module for one in STARTERS.values()])
tails = st.lists(st.from_regex(r"[a-z_]{1,5}", fullmatch=True), max_size=2).map(
    lambda parts: "".join(f".{p}" for p in parts)
)


@given(
    modules, tails, st.sampled_from(["import {}", "from {} import x", "\tfrom  {}  import (\n x)", "import {} as y"])
)
def test_every_form_of_import_is_understood(module: str, tail: str, form: str):
    names = imported_modules(f"x = 1\n{form.format(module + tail)}\n".encode())

    assert any(f"{name}.".startswith(f"{module}{tail}.") for name in names)


@given(st.binary())
def test_any_bytes_can_be_searched(text: bytes):
    assert isinstance(imported_modules(text), set)
