"""The viewer: answers about a trace file, as one page or served to one."""
