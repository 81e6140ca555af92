"""The command `flock-trace`: one file for each of its commands."""
