"""The answers that the page asks for: one module a question, each a function of a trace file that gives plain JSON."""
