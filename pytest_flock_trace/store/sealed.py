"""A trace file opened so that SQL of anybody's can neither change it nor reach anything else."""

from __future__ import annotations

from os import PathLike, fspath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CONFIG: Final[dict[str, str | bool | int | float | list[str]]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
    "threads": 2,
}
_DOORS: Final = (
    "SET temp_directory = ''",
    "SET max_temp_directory_size = '0B'",
    "SET allow_persistent_secrets = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",  # the last: it shuts itself
)
"""Some of these can't be set any more once others are, so that they can't all be given when connecting."""


def sealed(file: str | PathLike[str], *, memory: str, schema: str = "main") -> DuckDBPyConnection:
    """A connection that reads this file and nothing else, with no more memory than that, such as `512MB`.

    Tables are looked for in `schema` and then in `main`.
    """
    import duckdb

    connection = duckdb.connect(fspath(file), read_only=True, config={**_CONFIG, "memory_limit": memory})
    connection.execute(f"SET search_path = '{schema},main'")
    for door in _DOORS:
        connection.execute(door)
    return connection
