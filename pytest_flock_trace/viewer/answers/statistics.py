"""Where the time went, by whatever spans are grouped by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pytest_flock_trace.analysis.subject import WITHOUT
from pytest_flock_trace.errors import BadArgument
from pytest_flock_trace.store.query import query
from pytest_flock_trace.viewer.answers.portable import Answer, portable, ratio, whole

if TYPE_CHECKING:
    from pytest_flock_trace.model.redaction import Redaction
    from pytest_flock_trace.store.file.reading import TraceFileView
    from pytest_flock_trace.store.result import Rows

NAME: Final = "statistics"
ATTRIBUTES: Final = "attributes."
MOST_KEYS: Final = 500
_GROUPED: Final = "FROM spans, choice"
_BY_ATTRIBUTE: Final = f"""
    FROM (
        SELECT * REPLACE (coalesce(json_extract_string(attributes, $path), '{WITHOUT}') AS operation) FROM spans
    ) AS spans, choice
"""
_KEYS: Final = f"""
    SELECT key, count(*) AS spans
    FROM (SELECT unnest(json_keys(attributes)) AS key FROM spans)
    GROUP BY key ORDER BY spans DESC, key LIMIT {MOST_KEYS}
"""


def statistics(view: TraceFileView, by: str, redaction: Redaction) -> Answer:
    """A row for each subject; values of an attribute are subjects as they may leave. `BadArgument` for another `by`."""
    key = by.removeprefix(ATTRIBUTES) if by.startswith(ATTRIBUTES) else ""
    rows = _by_attribute(view, key) if key else view.saved(NAME, by=_valid(by))
    found = [dict(zip(rows.columns, row)) for row in rows]
    for row in found:
        subject = redaction.attributes({key: row["subject"]})[key] if key else row["subject"]
        row["subject"] = portable(subject)
        row["share"] = ratio(row["share"])
        row.update({name: whole(value) for name, value in row.items() if name not in {"subject", "share"}})
    return {"by": by, "rows": found}


def attribute_keys(view: TraceFileView) -> Answer:
    """The keys of attributes, those that most spans have first."""
    return {"keys": [{"key": portable(key), "spans": whole(spans)} for key, spans in view.sql(_KEYS)]}


def _valid(by: str) -> str:
    valid = query(NAME).by
    if by not in valid:
        raise BadArgument(f"by={by!r} is nothing to group statistics by; valid: {', '.join(valid)}, attributes.KEY")
    return by


def _by_attribute(view: TraceFileView, key: str) -> Rows:
    """The saved query with the values of an attribute in the place of operations."""
    sql = query(NAME, by="operation").sql.replace(_GROUPED, _BY_ATTRIBUTE)
    return view.sql(sql, {"path": _pointer(key)})


def _pointer(key: str) -> str:
    """The key, with all its dots, as a JSON pointer."""
    return "/" + key.replace("~", "~0").replace("/", "~1")
