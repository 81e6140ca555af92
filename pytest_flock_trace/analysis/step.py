"""One step of a trajectory: what was done, and with which arguments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from operator import eq
from typing import Literal, Union, cast

from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.model.span import Span

Arguments = Mapping[str, object]
ArgumentRule = Literal["exact", "ignore", "subset", "superset"]
"""What is asked of the arguments that a step had, measured by the expected ones."""

ARGUMENT_RULES: Mapping[str, Callable[[Arguments, Arguments], bool]] = {
    "exact": eq,
    "ignore": lambda had, expected: True,
    "subset": lambda had, expected: had.items() <= expected.items(),
    "superset": lambda had, expected: had.items() >= expected.items(),
}


@dataclass(frozen=True, eq=False, repr=False)
class Step:
    """One step. It equals its name, the pair of its name and arguments, and a step with the same two."""

    name: str
    arguments: Arguments | None = None
    """None for a step that was done with arguments nobody recorded, and for an expected step with any arguments."""
    span: Span | None = None
    """The span that the step was read from. It is evidence, not part of what is compared."""

    def fits(self, expected: Step, arguments: ArgumentRule = "exact") -> bool:
        """Whether this is what was expected.

        A step that is expected without arguments has any. Unknown arguments are taken for none, but not for a subset
        of others: nothing is known to speak for that.
        """
        return self.name == expected.name and (
            expected.arguments is None or agree(arguments, self.arguments, expected.arguments)
        )

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Step):
            return self.name == other.name and self.arguments == other.arguments
        expected = read_step(other)
        return NotImplemented if expected is None else self.fits(expected)

    def __hash__(self) -> int:
        return hash(self.name)  # arguments may be unhashable, and a step equals its name

    def __str__(self) -> str:
        if self.arguments is None:
            return self.name
        return f"{self.name}({', '.join(f'{key}={value!r}' for key, value in self.arguments.items())})"

    def __repr__(self) -> str:
        return f"<Step {self}>"


StepLike = Union[Step, str, tuple[str, Arguments | None]]
"""A step, a name, or a name with arguments."""


def agree(rule: ArgumentRule, had: Arguments | None, expected: Arguments) -> bool:
    """Whether the arguments that a step had are as expected; None stands for unknown ones."""
    if had is None:
        return rule == "ignore" or not expected
    return ARGUMENT_RULES[rule](had, expected)


def read_step(value: object) -> Step | None:
    """The step that a name or a pair stands for; None for anything else."""
    if isinstance(value, Step):
        return value
    if isinstance(value, str):
        return Step(value)
    if not isinstance(value, (tuple, list)) or len(pair := cast("Sequence[object]", value)) != 2:
        return None
    name, arguments = pair
    if not isinstance(name, str) or not (arguments is None or isinstance(arguments, Mapping)):
        return None
    return Step(name, None if arguments is None else dict(cast("Arguments", arguments)))


def as_step(value: object) -> Step:
    """The step that a name or a pair stands for; raise `BadArgument` for anything else."""
    __tracebackhide__ = True
    if (step := read_step(value)) is None:
        raise BadArgument(f"{value!r} is no step; a step is a name or (name, mapping of arguments)")
    return step


def as_steps(values: Iterable[StepLike]) -> tuple[Step, ...]:
    """The steps that names and pairs stand for; raise `BadArgument` where any does not, or where they have no order."""
    __tracebackhide__ = True
    if isinstance(values, (str, Mapping, AbstractSet)) or not isinstance(values, Iterable):
        raise BadArgument(f"{values!r} is no sequence of steps; write a list of names or (name, arguments)")
    return tuple(map(as_step, values))
