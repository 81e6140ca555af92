"""Whether a session keeps its spans in a trace file, and in which: one that is named, or one for its page alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Final

import pytest

from pytest_flock_trace.errors import FlockTraceError
from pytest_flock_trace.plugin.options import PAGE
from pytest_flock_trace.plugin.redacting import redaction_for
from pytest_flock_trace.plugin.settings import Settings

if TYPE_CHECKING:
    from pytest_flock_trace.plugin.session_store import SessionStore
    from pytest_flock_trace.render.session_result import SessionResult

_TO_WORKERS: Final = "flock_trace_temporary_store"


def session_store(
    config: pytest.Config, settings: Settings, result: Callable[[], SessionResult] | None
) -> SessionStore | None:
    """Register what writes the trace file and, in the process that prints, the pages made of it; None for neither.

    `result` gives what the session came to; None in a worker of xdist.
    """
    pages = [path for path in settings.reports if path.suffix.lower() == PAGE]
    path = settings.store or (_temporary(config) if pages else None)
    if path is None:
        return None
    from pytest_flock_trace.plugin.session_store import SessionStore

    try:
        store = SessionStore(
            config, path, lambda: redaction_for(config, settings), announced=settings.store is not None
        )
    except FlockTraceError as exc:
        raise pytest.UsageError(f"flock-trace: {exc}") from exc
    config.pluginmanager.register(store, "flock_trace_store")
    if pages and result is not None:
        _register_pages(config, settings, pages, store, result)
    return store


def _register_pages(
    config: pytest.Config,
    settings: Settings,
    pages: Sequence[Path],
    store: SessionStore,
    result: Callable[[], SessionResult],
) -> None:
    """After the store, so that the page is written once the store has everything."""
    from pytest_flock_trace.plugin.page_report import PageReport

    page = PageReport(config, pages, store, result, lambda: redaction_for(config, settings))
    config.pluginmanager.register(page, "flock_trace_page")


def _temporary(config: pytest.Config) -> Path:
    """A file that is gone when the session is; the workers of xdist are told where it is."""
    told: dict[str, Any] | None = getattr(config, "workerinput", None)
    if told is not None:
        return Path(told[_TO_WORKERS])
    folder = mkdtemp(prefix="flock-trace-")
    config.add_cleanup(lambda: rmtree(folder, ignore_errors=True))
    path = Path(folder, "session.duckdb")
    config.pluginmanager.register(_Teller(path), "flock_trace_teller")
    return path


class _Teller:
    """Tells each worker of xdist where the session's temporary file is."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """A worker is about to be started."""
        node.workerinput[_TO_WORKERS] = str(self._path)
