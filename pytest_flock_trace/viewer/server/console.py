"""Processes that answer SQL, a few at most, each for one question at a time."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pytest_flock_trace.errors import BadQuery, ConsoleBusy
from pytest_flock_trace.store.cut_rows import USUAL, Limits
from pytest_flock_trace.viewer.server import console_process
from pytest_flock_trace.viewer.server.console_process import GRACE, TOO_LONG

if TYPE_CHECKING:
    from asyncio.subprocess import Process

AT_ONCE: Final = 2
"""Queries that may run side by side."""
_SPARE: Final = GRACE + 4
"""Seconds beyond those of a query until a process is ended from outside, which includes its start."""
_LONGEST_LINE: Final = 64 * 2**20
"""Bytes of an answer: escapes make more of its characters."""
_KEPT: Final = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TZ")
"""Variables without which an interpreter may not start; the others are nobody's business in there."""


class Console:
    """Answers one statement that only reads; what it costs is bounded, whatever the statement is."""

    def __init__(self, limits: Limits = USUAL) -> None:
        self._limits = limits
        self._idle: list[Process] = []
        self._running = 0

    async def ask(self, file: Path, sql: str) -> dict[str, Any]:
        """The answer of a trace file; raises `BadQuery`, and `ConsoleBusy` where enough is running already."""
        if self._running >= AT_ONCE:
            raise ConsoleBusy(f"{AT_ONCE} queries are running already; ask again once one has ended")
        self._running += 1
        try:
            said = await self._said(file, sql)
        finally:
            self._running -= 1
        if "error" in said:
            raise BadQuery(said["error"])
        answer: dict[str, Any] = said["answer"]
        return answer

    async def close(self) -> None:
        """End the processes that wait for questions."""
        while self._idle:
            await _ended(self._idle.pop())

    async def _said(self, file: Path, sql: str) -> dict[str, Any]:
        question = {"file": str(file), "sql": sql, "limits": self._limits._asdict()}
        process = self._idle.pop() if self._idle else await _started(file.parent)
        fine = False
        try:
            said = await asyncio.wait_for(_asked(process, question), self._limits.seconds + _SPARE)
            fine = "answer" in said  # what went wrong in there, such as for lack of memory, may be felt later
        except (asyncio.TimeoutError, ConnectionError, EOFError):
            said = {"error": await self._explained(process)}
        finally:
            if fine:
                self._idle.append(process)
            else:
                await _ended(process)
        return said

    async def _explained(self, process: Process) -> str:
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(process.wait(), GRACE)
        if process.returncode in {TOO_LONG, None}:
            seconds = self._limits.seconds
            return f"the query would not stop after {seconds:g} s, so its process was ended; ask for less"
        return "the query brought down its process, as those do that need too much memory; ask for less"


async def _started(folder: Path) -> Process:
    variables = {name: os.environ[name] for name in _KEPT if name in os.environ}
    variables["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        console_process.__name__,
        cwd=folder,
        env=variables,
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        limit=_LONGEST_LINE,
    )


async def _asked(process: Process, question: dict[str, Any]) -> dict[str, Any]:
    if process.stdin is None or process.stdout is None:
        raise EOFError
    process.stdin.write(f"{json.dumps(question)}\n".encode())
    await process.stdin.drain()
    if not (line := await process.stdout.readline()):
        raise EOFError
    said: dict[str, Any] = json.loads(line)
    return said


async def _ended(process: Process) -> None:
    if process.returncode is None:
        with suppress(ProcessLookupError):
            process.kill()
    await process.wait()
