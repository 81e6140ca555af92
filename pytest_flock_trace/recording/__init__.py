"""Runs and tests as traces: capture, store and analysis joined into what `traced_run` gives."""
