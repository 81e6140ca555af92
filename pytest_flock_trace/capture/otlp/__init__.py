"""Spans on their way to a collector: as the SDK has them, batched, in a thread of their own."""
