"""What this session keeps back from whatever it writes or prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from pytest_flock_trace.plugin.settings import Settings

if TYPE_CHECKING:
    from pytest_flock_trace.model.redaction import Redaction

REDACTION: pytest.StashKey[Redaction] = pytest.StashKey()


def redaction_for(config: pytest.Config, settings: Settings) -> Redaction:
    """The session's redaction, made once; the hook costs nothing where nobody implements it."""
    found = config.stash.get(REDACTION, None)
    if found is None:
        from pytest_flock_trace.model.redaction import Redaction

        caller = config.hook.pytest_flock_trace_redact

        def answer(key: str, value: object) -> object:
            return caller(key=key, value=value)

        found = Redaction(tuple(settings.redact), answer if caller.get_hookimpls() else None)
        config.stash[REDACTION] = found
    return found


def withholding(config: pytest.Config, settings: Settings) -> Callable[[str], str]:
    """A text as it may leave the process: without secrets, or not at all where a hook fails to say what they are."""

    def redacted(text: str) -> str:
        try:
            return redaction_for(config, settings).explanation(text)
        except (Exception, pytest.fail.Exception, pytest.skip.Exception) as error:  # noqa: BLE001  # a user's hook
            return f"[withheld: pytest_flock_trace_redact raised {type(error).__name__}: {error}]"

    return redacted
