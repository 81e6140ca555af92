"""How an instance of DuckDB is set up that is to take up one thread and no more."""

from __future__ import annotations

Settings = dict[str, "str | bool | int | float | list[str]"]
"""As `duckdb.connect` takes them."""


def one_thread() -> Settings:
    """What we write is too little to be divided: a second thread takes time from the program and saves none."""
    import duckdb

    settings: Settings = {"threads": 1}
    if int(duckdb.__version__.split(".")[0]) >= 2:
        settings["async_threads"] = 0  # 2.x starts eight threads an instance, 1.x refuses the setting
    return settings
