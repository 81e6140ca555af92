"""The environment variables that decide about tracing and its output, read here and nowhere else."""
