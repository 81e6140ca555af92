"""Which traces of a recorded process are kept, as the environment wants it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from pytest_flock_trace.environment.sampling import SamplingSettings
from pytest_flock_trace.errors import BadDuration, BadSetting
from pytest_flock_trace.model.duration import Duration, parse_duration

if TYPE_CHECKING:
    from pytest_flock_trace.capture.sampling import Sampling

SLOW: Final = Duration(10_000_000_000)
"""How long a trace takes at least that is kept as slow, unless FLOCK_TRACE_SLOW says otherwise."""
_PARENT: Final = "parentbased_"
_RATIOS: Final = {"always_on": 1.0, "always_off": 0.0}
_RATIO: Final = "traceidratio"
_KNOWN: Final = (*_RATIOS, _RATIO)


def sampling(settings: SamplingSettings, tell: Callable[[str], object]) -> Sampling | None:
    """The choice of traces; None where all are kept.

    What other tools understand and this one does not is told, and all is kept. Raises `BadSetting` for a length that
    is none.
    """
    slow = _slow(settings.slow)
    name = settings.sampler.lower()
    kind = name.removeprefix(_PARENT)
    if name and kind not in _KNOWN:
        known = ", ".join([*_KNOWN, *(_PARENT + one for one in _KNOWN)])
        tell(f"OTEL_TRACES_SAMPLER={settings.sampler!r} is not known here, so every trace is kept; known: {known}")
    if kind not in _KNOWN or name == "always_on":
        return None
    from pytest_flock_trace.capture.sampling import Sampling

    ratio = _RATIOS[kind] if kind in _RATIOS else _ratio(settings.argument, tell)
    return Sampling(ratio, parent_based=name.startswith(_PARENT), slow_ns=int(slow))


def _ratio(text: str, tell: Callable[[str], object]) -> float:
    try:
        ratio = float(text or 1)
    except ValueError:
        ratio = -1.0
    if 0 <= ratio <= 1:
        return ratio
    tell(f"OTEL_TRACES_SAMPLER_ARG={text!r} is no number from 0 to 1, so every trace is kept")
    return 1.0


def _slow(text: str) -> Duration:
    try:
        return parse_duration(text) if text else SLOW
    except BadDuration as exc:
        raise BadSetting(f"FLOCK_TRACE_SLOW: {exc}") from exc
