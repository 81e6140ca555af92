"""The viewer as a local server."""
