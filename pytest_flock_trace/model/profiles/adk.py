"""Google's Agent Development Kit, which follows the GenAI conventions but for one kind of span."""

from __future__ import annotations

NO_TOOL = "(merged tools)"
"""Named as the tool of the span that joins the answers of tools that were called at once."""
