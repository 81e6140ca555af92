"""What a trace amounts to: pure functions from a trace to a frozen result."""
