"""Whether SQL that somebody typed is one question and nothing else.

DuckDB's own parser decides, in two ways: the kind of each statement, and the syntax tree as JSON, in which functions
can't hide in comments, quotes or unusual spelling.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, cast

from pytest_flock_trace.errors import BadQuery
from pytest_flock_trace.store.result import reason

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LONGEST: Final = 100_000
"""Characters of a query."""
_TREE: Final = "SELECT json_serialize_sql($query::VARCHAR)"
_NODES: Final = frozenset({"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"})
TABLE_FUNCTIONS: Final = frozenset(
    {
        "duckdb_columns",
        "duckdb_functions",
        "duckdb_keywords",
        "duckdb_schemas",
        "duckdb_tables",
        "duckdb_types",
        "duckdb_views",
        "generate_series",
        "histogram",
        "histogram_values",
        "json_each",
        "json_tree",
        "pragma_storage_info",
        "pragma_table_info",
        "pragma_version",
        "range",
        "repeat",
        "summary",
        "unnest",
    }
)
"""Those that only compute or describe. Others read files, run text as SQL, change settings or take addresses, and each
version of DuckDB brings more of them."""
_FUNCTIONS: Final = frozenset({"currval", "getenv", "nextval", "setval", "sleep_ms", "write_log"})
"""Functions of values that do more than compute."""
_WHAT_IS: Final = "ask one question that begins with SELECT, FROM, WITH, VALUES, DESCRIBE, SHOW, SUMMARIZE or PIVOT"


def one_select(connection: DuckDBPyConnection, text: str) -> str:
    """The one SELECT, or what amounts to one, that the text holds; raises `BadQuery` for anything else."""
    import duckdb

    if len(text) > LONGEST:
        raise BadQuery(f"the query has {len(text):,} characters, and up to {LONGEST:,} are taken")
    try:
        text.encode()
        kinds = [statement.type.name for statement in connection.extract_statements(text)]
        if not kinds:
            raise BadQuery(f"there is no statement; {_WHAT_IS}")
        _check_kinds(kinds)
        answer = connection.execute(_TREE, {"query": text}).fetchall()[0][0]
        tree = json.loads(answer)
    except UnicodeEncodeError as exc:
        raise BadQuery("the query holds half a character, a lone surrogate") from exc
    except RecursionError as exc:
        raise BadQuery("the query is nested too deeply") from exc
    except duckdb.Error as exc:
        raise BadQuery(reason(str(exc))) from exc
    if tree["error"]:  # such as PRAGMA, which DuckDB 1 takes for a SELECT
        raise BadQuery(f"{tree['error_message']}; {_WHAT_IS}")
    _check_nodes(tree)
    return text


def _check_kinds(kinds: list[str]) -> None:
    if kinds in (["MULTI"], ["CREATE", "SELECT"]):  # as DuckDB 2 and as DuckDB 1 say it
        raise BadQuery(
            "a PIVOT whose values are not listed makes a type first, and nothing can be made here; list them: "
            "PIVOT … ON column IN ('one', 'other') USING …"
        )
    if len(kinds) > 1:
        raise BadQuery(f"there are {len(kinds)} statements; ask one at a time")
    if kinds != ["SELECT"]:
        raise BadQuery(f"a statement of kind {kinds[0]} is not answered here; {_WHAT_IS}")


def _check_nodes(tree: object) -> None:
    for node in _nodes(tree):
        kind = node.get("type")
        if isinstance(kind, str) and kind.endswith("_NODE") and kind not in _NODES:
            raise BadQuery(f"a part of kind {kind.removesuffix('_NODE')} is not answered here; {_WHAT_IS}")
        if kind == "TABLE_FUNCTION":
            name = str(node["function"].get("function_name", "")).lower()
            if name not in TABLE_FUNCTIONS:
                raise BadQuery(
                    f"table function {name!r} cannot be called here; valid: {', '.join(sorted(TABLE_FUNCTIONS))}"
                )
        elif (name := str(node.get("function_name", "")).lower()) in _FUNCTIONS:
            raise BadQuery(f"function {name!r} cannot be called here: it does more than compute")


def _nodes(tree: object) -> Iterator[dict[str, Any]]:
    """Every object at any depth."""
    pending = [tree]
    while pending:
        found = pending.pop()
        if isinstance(found, dict):
            entries = cast("dict[str, Any]", found)
            yield entries
            pending.extend(entries.values())
        elif isinstance(found, list):
            pending.extend(cast("list[object]", found))
