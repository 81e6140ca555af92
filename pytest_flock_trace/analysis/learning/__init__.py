"""Which rules some traces obey, and which few of them notice most of what could go wrong."""
