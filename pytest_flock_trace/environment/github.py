"""GitHub Actions, and forges that are like it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class GitHubActions(NamedTuple):
    """What GitHub Actions tells the steps of its jobs; other forges that understand its commands do so too."""

    running: bool
    """GITHUB_ACTIONS: the log is read for workflow commands."""
    step_summary: Path | None
    """GITHUB_STEP_SUMMARY: the file that Markdown is appended to; None outside GitHub Actions."""
    workspace: Path | None
    """GITHUB_WORKSPACE: the folder that the paths of annotations are relative to."""

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> GitHubActions:
        """The environment as it is now, or as the mapping says."""
        values = os.environ if variables is None else variables
        running = values.get("GITHUB_ACTIONS", "").strip().lower() == "true"
        summary, workspace = values.get("GITHUB_STEP_SUMMARY"), values.get("GITHUB_WORKSPACE")
        return cls(
            running=running,
            step_summary=Path(summary) if running and summary else None,
            workspace=Path(workspace) if running and workspace else None,
        )
