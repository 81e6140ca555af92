"""Classes are seen as they are created, in a program's own code and nowhere else."""

from __future__ import annotations

import builtins
import subprocess
import sys
import textwrap
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_flock_trace.capture.class_watch import ClassWatch, classes_of
from pytest_flock_trace.capture.own_code import OwnCode

SNIPPETS = """
import abc, enum, typing
from dataclasses import dataclass
from pydantic import BaseModel, create_model

class Meta(type):
    def __new__(mcs, name, bases, namespace, *, tag=None):
        made = super().__new__(mcs, name, bases, namespace)
        made.tag = tag
        return made

    def __init__(cls, name, bases, namespace, *, tag=None):
        super().__init__(name, bases, namespace)

class Tagged(metaclass=Meta, tag="x"):
    def run(self): return self.tag

@dataclass(slots=True)
class Slim:
    a: int
    def run(self): return self.a

class Row(typing.NamedTuple):
    a: int
    def run(self): return self.a

class Kind(enum.Enum):
    ONE = 1
    def run(self): return self.value

class Base(abc.ABC):
    def __init_subclass__(cls, **keywords):
        super().__init_subclass__()
        cls.keywords = keywords
    @abc.abstractmethod
    def run(self): ...

class Sub(Base, extra=3):
    def run(self): return self.keywords

class Outer:
    class Inner:
        def run(self): return __class__.__name__

def local():
    class Leaf(BaseModel):
        n: int
    class Tree(BaseModel):
        leaf: "Leaf"
        def run(self): return self.leaf.n
    return Tree(leaf={"n": 4})

T = typing.TypeVar("T")
class Box(typing.Generic[T]):
    def run(self): return "box"

class Shape(typing.TypedDict):
    x: int

def a_function(): ...
class Odd(metaclass=lambda name, bases, namespace: 5): ...

results = [Tagged().run(), Slim(1).run(), Row(2).run(), Kind.ONE.run(), Sub().run(), Outer.Inner().run(),
           local().run(), Box[int]().run(), Shape(x=1), Odd]
"""
EXPECTED = ["x", 1, 2, 1, {"extra": 3}, "Inner", 4, "box", {"x": 1}, 5]


@pytest.fixture
def found() -> Iterator[list[str]]:
    """Names of the classes that are created in modules whose name begins with "watched"."""
    names: list[str] = []
    watch = ClassWatch(lambda module, file: module.startswith("watched"), lambda cls: names.append(cls.__qualname__))
    watch.start()
    yield names
    watch.stop()


def run(code: str, module: str) -> dict[str, object]:
    namespace: dict[str, object] = {"__name__": module}
    exec(code, namespace)  # noqa: S102  # our own
    return namespace


def test_classes_of_accepted_modules_are_found_and_work_as_before(found: list[str]) -> None:
    sys.modules["watched"] = type(sys)("watched")  # dataclasses and pydantic look a class's module up
    try:
        assert run(SNIPPETS, "watched")["results"] == EXPECTED
    finally:
        del sys.modules["watched"]
    names = ["Meta", "Tagged", "Slim", "Row", "Kind", "Base", "Sub", "Outer.Inner", "Outer", "Box", "Shape"]
    assert found == [*names, "local.<locals>.Leaf", "local.<locals>.Tree"]


def test_classes_of_other_modules_are_not(found: list[str]) -> None:
    run("class A: pass", "other")
    assert found == []


def test_nothing_is_seen_before_or_after(found: list[str]) -> None:
    before = builtins.__build_class__
    watch = ClassWatch(lambda *_: True, lambda cls: found.append("second " + cls.__name__))
    watch.start()
    watch.start()
    run("class A: pass", "watched")
    watch.stop()
    watch.stop()
    assert builtins.__build_class__ is before
    run("class B: pass", "watched")
    assert found == ["A", "second A", "B"]


def test_one_who_has_replaced_the_same_function_keeps_their_place() -> None:
    names: list[str] = []
    original = builtins.__build_class__
    watch = ClassWatch(lambda *_: True, lambda cls: names.append(cls.__name__))
    watch.start()
    ours = builtins.__build_class__

    def theirs(*args: object, **keywords: object) -> object:
        return ours(*args, **keywords)  # type: ignore[arg-type]

    builtins.__build_class__ = theirs  # type: ignore[assignment]
    try:
        watch.stop()
        run("class A: pass", "watched")
        assert (builtins.__build_class__, names) == (theirs, [])
    finally:
        builtins.__build_class__ = original


def test_a_failing_observer_does_not_reach_the_class_statement(caplog: pytest.LogCaptureFixture) -> None:
    watch = ClassWatch(lambda *_: True, lambda cls: 1 / 0)
    watch.start()
    try:
        assert "A" in run("class A: pass", "watched")
    finally:
        watch.stop()
    assert "ZeroDivisionError" in caplog.text


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A program's folder, with a virtual environment in it."""
    folder = tmp_path / "project"
    (folder / "shop").mkdir(parents=True)
    venv.create(folder / "env", with_pip=False, symlinks=True)
    return folder


def test_own_code_is_what_stands_in_the_folder_and_is_not_installed(project: Path, tmp_path: Path) -> None:
    own = OwnCode(project)
    library = Path(textwrap.__file__)
    installed = Path(pytest.__file__)
    assert own("shop.cart", str(project / "shop" / "cart.py"))
    assert own("__main__", str(tmp_path / "elsewhere.py"))
    assert own("__main__", "<stdin>")
    for module, file in [
        ("x", str(tmp_path / "elsewhere.py")),
        ("x", str(project / "env" / "lib" / "x.py")),
        ("x", str(project / ".tox" / "lib" / "site-packages" / "x.py")),
        ("textwrap", str(library)),
        ("pytest", str(installed)),
        ("__main__", str(installed)),
        ("x", "<string>"),
        ("x", ""),
        ("pytest_flock_trace", str(Path(__file__).parents[2] / "pytest_flock_trace" / "errors.py")),
    ]:
        assert not own(module, file), file


def test_a_folder_above_everything_does_not_make_the_standard_library_own_code() -> None:
    own = OwnCode(Path("/"))
    assert not own("textwrap", textwrap.__file__)
    assert not own("pytest", str(pytest.__file__))


def test_classes_that_exist_already_are_those_that_modules_define() -> None:
    assert set(classes_of(lambda module, file: module == ClassWatch.__module__)) == {ClassWatch}


PROGRAM = """
from pathlib import Path
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from pytest_flock_trace.capture.class_watch import ClassWatch, classes_of
from pytest_flock_trace.capture.instrument import Instrumentation
from pytest_flock_trace.capture.own_code import OwnCode

exporter = InMemorySpanExporter()
provider = TracerProvider(shutdown_on_exit=False)
provider.add_span_processor(SimpleSpanProcessor(exporter))
trace.set_tracer_provider(provider)

class Early:
    def run(self): pass

import shop_before
own, tracing = OwnCode(Path.cwd()), Instrumentation.read()
tracing.add(classes_of(own))
watch = ClassWatch(own, tracing.add)
watch.start()

import json, asyncio, concurrent.futures, pydantic.v1 as heavy  # installed packages are imported as ever
import shop
from dataclasses import dataclass

@dataclass(slots=True)
class Slim:
    a: int
    def run(self): return self.a

slim, early = Slim(1), Early()
for each in (early, shop_before.Before(), shop.Shop(), slim):
    each.run()
print([span.name for span in exporter.get_finished_spans()])
watch.stop()
tracing.undo()
for each in (early, shop_before.Before(), shop.Shop(), slim):
    each.run()
print(len(exporter.get_finished_spans()), type(vars(Slim)["run"]).__name__, type(vars(shop.Shop)["run"]).__name__)
"""


def test_a_program_is_traced_without_a_change_to_its_classes(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text("class Shop:\n    def run(self): pass\n", encoding="utf-8")
    (tmp_path / "shop_before.py").write_text("class Before:\n    def run(self): pass\n", encoding="utf-8")
    (tmp_path / "program.py").write_text(PROGRAM, encoding="utf-8")
    command = [sys.executable, "-W", "ignore", "program.py"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.stdout.splitlines() == [
        "['Early.run', 'Before.run', 'Shop.run', 'Slim.run']",
        "4 function function",
    ], result.stderr
