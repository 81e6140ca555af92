"""Traces and their analyses as text; nothing here opens a file."""
