from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from pytest_flock_trace.plugin.first_import import FirstImport

Watch = Callable[..., FirstImport]


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder to import from with the package `crew`, its module `crew.writer` and the namespace `guild.hall`."""
    for folder in ("crew", "guild/hall"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "__init__.py").write_text(f"NAME = {folder!r}", encoding="utf-8")
    (tmp_path / "crew" / "writer.py").write_text("import crew\nNAME = crew.NAME", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        del sys.modules[name]


@pytest.fixture
def watch() -> Iterator[Watch]:
    watching: list[FirstImport] = []

    def begin(*names: str, prepare: Callable[[], object]) -> FirstImport:
        watching.append(FirstImport(names, prepare))
        watching[-1].watch()
        return watching[-1]

    yield begin
    for first in watching:
        first.end()


def loader_of(module: ModuleType) -> object:
    assert module.__spec__ is not None
    return module.__spec__.loader


@pytest.mark.parametrize("name", ["crew", "crew.writer", "guild", "guild.hall"])
@pytest.mark.usefixtures("packages")
def test_all_is_prepared_before_anything_of_a_package_is_loaded(watch: Watch, name: str) -> None:
    loaded: list[bool] = []
    watch("crew", "guild", prepare=lambda: loaded.append(name.partition(".")[0] in sys.modules))

    import_module(name)

    assert loaded == [False]


@pytest.mark.parametrize("prepared", ["nothing", "crew.writer"])
@pytest.mark.usefixtures("packages")
def test_the_package_is_what_it_would_have_been(watch: Watch, prepared: str) -> None:
    import_module("crew.writer")
    without = sys.modules.pop("crew"), sys.modules.pop("crew.writer")
    watch("crew", prepare=lambda: prepared == "nothing" or import_module(prepared))

    crew, writer = import_module("crew"), import_module("crew.writer")

    assert (crew.__spec__, writer.__spec__) == tuple(module.__spec__ for module in without)
    assert type(crew.__loader__) is type(without[0].__loader__)
    assert (crew.__path__, crew.NAME, crew.writer) == (without[0].__path__, "crew", writer)
    assert sys.modules["crew"] is crew


@pytest.mark.usefixtures("packages")
def test_a_namespace_keeps_what_was_imported_into_it(watch: Watch) -> None:
    without = import_module("guild")
    del sys.modules["guild"]
    watch("guild", prepare=lambda: import_module("guild.hall"))

    guild = import_module("guild")

    assert type(guild.__loader__) is type(without.__loader__)
    assert type(loader_of(guild)) is type(loader_of(without)) is not type(None)
    assert list(guild.__path__) == list(without.__path__)
    assert guild.hall.NAME == "guild/hall"
    assert sys.modules["guild"] is guild


@pytest.mark.usefixtures("packages")
def test_once_is_enough(watch: Watch) -> None:
    prepared: list[str] = []
    first = watch("crew", "guild", prepare=lambda: prepared.append("once"))

    import_module("crew")
    import_module("guild")

    assert prepared == ["once"]
    assert first not in sys.meta_path


@pytest.mark.usefixtures("packages")
def test_looking_for_a_package_is_no_import(watch: Watch) -> None:
    without = importlib.util.find_spec("crew")
    prepared: list[str] = []
    first = watch("crew", prepare=lambda: prepared.append("once"))

    found = importlib.util.find_spec("crew")

    assert found is not None
    assert without is not None
    assert (found.origin, found.submodule_search_locations) == (without.origin, without.submodule_search_locations)
    assert importlib.util.find_spec("troupe") is None
    assert prepared == []
    assert first in sys.meta_path


def test_a_package_that_is_missing_is_as_missing_as_ever(watch: Watch) -> None:
    prepared: list[str] = []
    watch("troupe", prepare=lambda: prepared.append("once"))

    with pytest.raises(ModuleNotFoundError, match="No module named 'troupe'"):
        import_module("troupe")

    assert prepared == []


@pytest.mark.usefixtures("packages")
def test_who_ended_it_hears_of_nothing(watch: Watch) -> None:
    prepared: list[str] = []
    first = watch("crew", prepare=lambda: prepared.append("once"))

    assert first.end()
    assert not first.end()
    import_module("crew")

    assert prepared == []


@pytest.mark.usefixtures("packages")
def test_what_goes_wrong_is_not_hidden(watch: Watch) -> None:
    def prepare() -> None:
        raise RuntimeError("no room")

    watch("crew", prepare=prepare)

    with pytest.raises(RuntimeError, match="no room"):
        import_module("crew")
    assert import_module("crew").NAME == "crew"


@pytest.mark.usefixtures("packages")
def test_of_two_who_wait_the_first_prepares_first_and_neither_disturbs_the_other(watch: Watch) -> None:
    prepared: list[str] = []

    def prepare(who: str) -> Callable[[], object]:
        def imports_it() -> None:
            prepared.append(f"{who} begins")
            import_module("crew.writer")
            prepared.append(f"{who} is done")

        return imports_it

    watch("crew", prepare=prepare("outer"))
    other = watch("guild", prepare=prepare("other"))
    watch("crew", prepare=prepare("inner"))

    assert import_module("crew").writer.NAME == "crew"
    assert prepared == ["outer begins", "outer is done", "inner begins", "inner is done"]
    assert other in sys.meta_path
