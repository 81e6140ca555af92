"""`python -m pytest_flock_trace.cli` does what `flock-trace` does."""

from __future__ import annotations

import sys

from pytest_flock_trace.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
