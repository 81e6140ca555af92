"""What tokens cost, by model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import TYPE_CHECKING, cast

from pytest_flock_trace.errors import BadArgument, NoPrice
from pytest_flock_trace.model.inference import Inference
from pytest_flock_trace.model.matcher import text_test
from pytest_flock_trace.model.text import label_of

if TYPE_CHECKING:
    from typing import TypeGuard

Prices = Mapping[str, tuple[float, float]]
"""The price of a million input tokens and of a million output tokens, by the name of a model or a glob of names."""

_PER = 1_000_000


@dataclass(frozen=True)
class PriceList:
    """A user's prices, checked."""

    prices: tuple[tuple[str, tuple[float, float]], ...] = ()

    @classmethod
    def of(cls, prices: Prices | None) -> PriceList:
        """The list of a mapping; raise `BadArgument` for what is none of models to pairs of prices."""
        if prices is None:
            return cls()
        if not isinstance(prices, Mapping):
            raise BadArgument(f"prices={prices!r} is no mapping of models to (input, output) prices")
        return cls(tuple((_name(model), _pair(model, pair)) for model, pair in prices.items()))

    def cost(self, call: Inference) -> Decimal:
        """What a call cost: what its span says, else its tokens' price; nothing for a call without tokens.

        In decimals, as sums of money that reach a limit exactly must not pass it by a rounding error.

        Tokens of the total that are neither input nor output, such as thoughts, are priced as output. Raises `NoPrice`.
        """
        if call.cost is not None:
            return _decimal(call.cost)
        if not call.metered:
            return Decimal(0)
        read, written = map(_decimal, self._of(call))
        return (call.input_tokens * read + (call.total_tokens - call.input_tokens) * written) / _PER

    def _of(self, call: Inference) -> tuple[float, float]:
        """The price of the model's very name, else that of the first glob which matches it."""
        if call.model is None:
            raise NoPrice(f"{label_of(call.span)} names no model, so it has no price; nor does it say what it cost")
        exact = dict(self.prices).get(call.model)
        fitting = (pair for name, pair in self.prices if text_test("name", name)(call.model))
        if (pair := exact or next(fitting, None)) is None:
            known = ", ".join(name for name, _ in self.prices) or "none"
            raise NoPrice(
                f"model {call.model!r} has no price (given: {known}); "
                f"write prices={{{call.model!r}: (per million input tokens, per million output tokens)}}"
            )
        return pair


def _decimal(number: float) -> Decimal:
    """The number as it was written, not as binary stores it."""
    return Decimal(repr(float(number)))


def _name(model: object) -> str:
    if not isinstance(model, str):
        raise BadArgument(f"prices name the model {model!r}, which is no text")
    return model


def _pair(model: str, pair: object) -> tuple[float, float]:
    numbers = [*cast("Sequence[object]", pair)] if isinstance(pair, (tuple, list)) else []
    found = [float(number) for number in numbers if _is_price(number)]
    if not len(found) == len(numbers) == 2:
        raise BadArgument(
            f"prices[{model!r}] is {pair!r}; write two numbers, of a million input and of a million output tokens"
        )
    return found[0], found[1]


def _is_price(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value) and value >= 0
