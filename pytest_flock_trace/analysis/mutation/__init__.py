"""What real bugs would make of a trace, and which of them the checks of a test would notice."""
