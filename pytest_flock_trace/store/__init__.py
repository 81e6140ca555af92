"""Spans as tables: what SQL can be asked of."""
