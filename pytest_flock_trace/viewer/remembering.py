"""A trace file of which the same is asked more than once while nobody can write to it."""

from __future__ import annotations

from pytest_flock_trace.store.file.reading import TraceFileView
from pytest_flock_trace.store.result import Parameters, Rows


class RememberingView(TraceFileView):
    """Answers each query without parameters once; several answers of a report are made of the same rows."""

    def __init__(self, view: TraceFileView) -> None:
        super().__init__(view._connection)
        self._known: dict[str, Rows] = {}

    def sql(self, query: str, parameters: Parameters | None = None) -> Rows:
        """As the view itself, or what it answered before."""
        if parameters is not None:
            return super().sql(query, parameters)
        if query not in self._known:
            self._known[query] = super().sql(query)
        return self._known[query]
