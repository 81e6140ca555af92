"""What the extra `otlp-grpc` brings."""

from __future__ import annotations


def test_a_collector_that_is_not_there_is_told(tmp_path, capsys):
    from pytest_flock_trace import Span
    from pytest_flock_trace.cli.main import main
    from pytest_flock_trace.store.file.writer import TraceFile

    store = tmp_path / "traces.duckdb"
    assert (
        TraceFile(store).write([Span("step", span_id="00f067aa0ba902b7", trace_id="0af7651916cd43dd8448eb211c80319c")])
        is None
    )

    assert main(["export", "--to", "http://127.0.0.1:1", "--protocol", "grpc", "--store", str(store)]) == 1
    assert "127.0.0.1:1" in capsys.readouterr().err
