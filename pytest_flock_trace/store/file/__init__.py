"""The trace file on disk: written by several processes in turn, Flock among them."""
