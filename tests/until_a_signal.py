"""How a program of a test waits for its signal.

Python runs its handlers between two steps of the program: one that arrives just before a read begins is handled when
the read ends. So nothing here waits for long.
"""

from __future__ import annotations

UNTIL_A_SIGNAL = """
import select, sys
while not select.select([sys.stdin], [], [], 0.1)[0]:
    pass
"""
