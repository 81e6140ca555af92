"""What the language models of a trace were asked: calls, tokens and cost."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal, TypeVar, get_args

from pytest_flock_trace.analysis.prices import PriceList, Prices
from pytest_flock_trace.analysis.subject import WITHOUT
from pytest_flock_trace.analysis.table import Table
from pytest_flock_trace.errors import BadArgument, Vacuous
from pytest_flock_trace.model.evidence import evidence
from pytest_flock_trace.model.inference import Inference, inferences, says_tokens
from pytest_flock_trace.model.question import Count, Question, Ratio
from pytest_flock_trace.model.span import Span
from pytest_flock_trace.model.text import count_of
from pytest_flock_trace.model.trace import Trace

UsageSubject = Literal["agent", "model"]
SUBJECTS = get_args(UsageSubject)

_READERS: Mapping[str, Callable[[Inference], str]] = {
    "agent": lambda call: call.span.actor or WITHOUT,
    "model": lambda call: call.model or WITHOUT,
}
_N = TypeVar("_N", int, Decimal)
_Measured = Callable[[Inference], _N]


@dataclass(frozen=True, repr=False)
class Usage:
    """Tokens, cost and calls of a trace, or of one agent or model in it. Each number carries the question it answers.

    Tokens and cost raise `Vacuous` where no call says how many tokens it took; a call that alone says nothing, as one
    that failed, counts as a call of no tokens.
    """

    trace: Trace
    inferences: Sequence[Inference] = field(hash=False)
    """The calls, in start order."""
    prices: PriceList
    subject: tuple[str, str] | None = None
    """`("agent", "writer")` for a part of the trace's usage; None for all of it."""

    @property
    def input_tokens(self) -> Count:
        """Tokens that the models read."""
        return self._tokens("input_tokens", lambda call: call.input_tokens)

    @property
    def output_tokens(self) -> Count:
        """Tokens that the models wrote."""
        return self._tokens("output_tokens", lambda call: call.output_tokens)

    @property
    def total_tokens(self) -> Count:
        """Input and output, and what the spans' own totals say beyond that."""
        return self._tokens("total_tokens", lambda call: call.total_tokens)

    @property
    def calls(self) -> Count:
        """How often a model was asked."""
        return Count(len(self.inferences), self._question("calls", lambda call: 1, lambda call: ""))

    @property
    def cost(self) -> Ratio:
        """In the currency of the prices: what the spans themselves say, for the others tokens times price.

        Raises `NoPrice` for a model that neither says its cost nor has a price.
        """
        self._must_be_metered("cost", lambda call: call.metered or call.cost is not None)
        cost = self.prices.cost
        question = self._question("cost", cost, lambda call: f"{cost(call):.6g} for {_tokens(call.total_tokens)}")
        return Ratio(float(sum(map(cost, self.inferences))), question)

    def by(self, subject: UsageSubject) -> Mapping[str, Usage]:
        """The usage of each agent (the nearest around a call) or model; `(without)` for calls that have none.

        The one with most tokens comes first. Raises `BadArgument` for another subject.
        """
        if subject not in SUBJECTS:
            raise BadArgument(f"{subject!r} is no subject of usage; valid: {', '.join(SUBJECTS)}")
        groups: dict[str, list[Inference]] = {}
        for call in self.inferences:
            groups.setdefault(_READERS[subject](call), []).append(call)
        ranked = sorted(groups.items(), key=lambda group: (-sum(call.total_tokens for call in group[1]), group[0]))
        parts = {name: Usage(self.trace, calls, self.prices, (subject, name)) for name, calls in ranked}
        return Table(parts, parts.__getitem__, subject)

    def _tokens(self, name: str, measure: _Measured[int]) -> Count:
        self._must_be_metered(name, lambda call: call.metered)
        question = self._question(name, measure, lambda call: _tokens(measure(call)))
        return Count(sum(map(measure, self.inferences)), question)

    def _must_be_metered(self, name: str, metered: Callable[[Inference], bool]) -> None:
        __tracebackhide__ = True
        if not any(map(metered, self.inferences)):
            calls = count_of(len(self.inferences), "call")
            raise Vacuous(
                f"{name} of {self._title} would prove nothing: none of {calls} of a model says how many tokens it took"
            )

    @property
    def _title(self) -> str:
        return (
            self.trace.title if self.subject is None else f"{self.subject[0]} {self.subject[1]!r} in {self.trace.title}"
        )

    def _question(self, name: str, measure: _Measured[_N], remark: Callable[[Inference], str]) -> Question:
        by_span = {call.span.key: call for call in self.inferences}

        def told(span: Span) -> str:
            call = by_span.get(span.key)
            said = "" if call is None else remark(call)
            return f"{said} by {span.actor}" if said and span.actor else said

        return Question(
            f"{name} of {self._title}",
            self.trace,
            lambda trace: getattr(self._again(trace), name),
            lambda trace: _largest(self._again(trace).inferences, measure),
            remark=told,
        )

    def _again(self, trace: Trace) -> Usage:
        """The same part of another trace."""
        whole = Usage(trace, inferences(trace.tree), self.prices)
        if self.subject is None:
            return whole
        by, name = self.subject
        return Usage(trace, [call for call in whole.inferences if _READERS[by](call) == name], self.prices, (by, name))

    def __repr__(self) -> str:
        total = _tokens(sum(call.total_tokens for call in self.inferences))
        return f"<{type(self).__name__} of {self._title}: {count_of(len(self.inferences), 'call')}, {total}>"


def usage(trace: Trace, prices: Prices | None = None) -> Usage:
    """What the language models of a trace were asked, each call once: tokens, cost and calls.

    Calls are the spans that GenAI's `gen_ai.operation.name` (chat, text_completion, generate_content, embeddings) or
    OpenInference's `LLM` and `EMBEDDING` kinds say are; what agents around them repeat does not count, nor does a
    number that a span has under an old and a new name. `prices` maps models, or globs of models, to the price of a
    million input and of a million output tokens: `{"gpt-x*": (2.5, 10)}`. None is built in; a span's own
    `llm.cost.total` or `gen_ai.usage.cost` goes before them. Raises `Vacuous` without a call, `NothingCaptured` on a
    trace without spans and `BadArgument` for prices that are none.
    """
    __tracebackhide__ = True
    price_list = PriceList.of(prices)
    calls = inferences(trace.tree)
    if not calls:
        trace.must_hold_spans("its usage cannot be measured")
        raise Vacuous("\n".join([f"{trace.title} asks no language model: no span is an inference", *_near(trace)]))
    return Usage(trace, calls, price_list)


def _near(trace: Trace) -> list[str]:
    """Lines on spans that speak of tokens without being inferences."""
    speaking = [at for at, span in enumerate(trace.tree.spans) if says_tokens(span)]
    hint = "these say tokens, but neither gen_ai.operation.name nor openinference.span.kind calls them an inference:"
    return [hint, *evidence(trace.tree, speaking)] if speaking else []


def _largest(calls: Sequence[Inference], measure: _Measured[_N]) -> list[Span]:
    return [call.span for call in sorted(calls, key=lambda call: -measure(call))]


def _tokens(number: int) -> str:
    return f"{number:,} token" if number == 1 else f"{number:,} tokens"
