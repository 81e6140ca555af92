"""Rules: what a whole trace obeys."""
