"""What a trace is: spans, their tree, and the questions one can ask. Standard library only."""
