"""The viewer's answers over HTTP."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, cast

from pytest_flock_trace.errors import (
    BadArgument,
    BadQuery,
    BadTraceFile,
    ConsoleBusy,
    FlockTraceError,
    TraceFileHeld,
)
from pytest_flock_trace.store.file.retention import clear
from pytest_flock_trace.viewer.server.console import Console
from pytest_flock_trace.viewer.server.page import NOT_BUILT, PARTS, page, part
from pytest_flock_trace.viewer.server.questions import QUESTIONS, answered, encode

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

    from pytest_flock_trace.viewer.server.live import LiveFile

LONGEST_BODY: Final = 1_000_000
"""Bytes of what is sent."""
_STATUS: Final[dict[type[FlockTraceError], int]] = {
    BadArgument: 400,
    BadQuery: 400,
    ConsoleBusy: 503,
    TraceFileHeld: 503,
    BadTraceFile: 500,
}


def application(live: LiveFile) -> Starlette:
    """Answers of a trace file; the walls are not part of it. It closes the file when it ends."""
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.routing import Route

    desk = _Desk(live, Console())
    routes = [
        Route("/", desk.page),
        Route("/api/revision", desk.revision),
        Route("/api/sql", desk.sql, methods=["POST"]),
        Route("/api/clear", desk.clear, methods=["POST"]),
        Route("/api/{question}", desk.question),
        Route("/{part}", desk.part),
    ]
    return Starlette(
        routes=routes,
        lifespan=desk.lifespan,
        exception_handlers={
            FlockTraceError: _told,
            HTTPException: _not_found,
            Exception: _unforeseen,
        },
    )


class _Desk:
    """Takes a request each."""

    def __init__(self, live: LiveFile, console: Console) -> None:
        self._live = live
        self._console = console

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncGenerator[None, None]:
        yield
        await self._console.close()
        await _aside(self._live.close)

    async def page(self, _: Request) -> Response:
        from starlette.responses import HTMLResponse

        return HTMLResponse(page(self._live.path.name))

    async def part(self, request: Request) -> Response:
        from starlette.responses import Response

        name = request.path_params["part"]
        if name not in PARTS:
            return _error(404, f"There is nothing called {name!r} here.")
        content = part(name)
        return Response(content, media_type=PARTS[name]) if content is not None else _error(404, f"{NOT_BUILT}.")

    async def question(self, request: Request) -> Response:
        name = request.path_params["question"]
        if name not in QUESTIONS:
            return _error(404, f"There is no question {name!r}; valid: {', '.join(QUESTIONS)}, revision.")
        said = request.query_params
        if len(said.multi_items()) > len(said):
            raise BadArgument("a parameter is given twice")

        def answer() -> str:
            with self._live.shown() as shown:
                return answered(shown, self._live.path, name, dict(said))

        return _json(await _aside(answer))

    async def revision(self, _: Request) -> Response:
        return _json(encode((await _aside(self._live.look))._asdict()))

    async def sql(self, request: Request) -> Response:
        sql = (await _body(request)).get("sql")
        if not isinstance(sql, str):
            raise BadArgument('write {"sql": "SELECT …"}')
        with self._live.shown() as shown:
            return _json(encode(await self._console.ask(shown.snapshot.file, sql)))

    async def clear(self, request: Request) -> Response:
        if (await _body(request)).get("confirm") is not True:
            raise BadArgument('all traces would be deleted; write {"confirm": true} if you mean it')
        deleted = await _aside(lambda: clear(self._live.path))
        await _aside(self._live.look)
        return _json(encode({"deleted": deleted}))


async def _aside(work: Callable[[], Any]) -> Any:
    """Have a thread do what takes a while."""
    from starlette.concurrency import run_in_threadpool

    return await run_in_threadpool(work)


async def _body(request: Request) -> dict[str, Any]:
    """What was sent, a JSON object; raises `BadArgument` for anything else."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise BadArgument("send JSON, with Content-Type: application/json")
    parts = bytearray()
    async for chunk in request.stream():
        parts += chunk
        if len(parts) > LONGEST_BODY:
            raise BadArgument(f"more than {LONGEST_BODY:,} bytes were sent")
    try:
        found: object = json.loads(parts)
    except (ValueError, RecursionError) as exc:
        raise BadArgument(f"what was sent is no JSON ({exc})") from exc
    if not isinstance(found, dict):
        raise BadArgument("what was sent is no JSON object")
    return cast("dict[str, Any]", found)


def _json(text: str, status: int = 200) -> Response:
    from starlette.responses import Response

    return Response(text, status_code=status, media_type="application/json")


def _error(status: int, message: str) -> Response:
    return _json(encode({"error": message}), status)


async def _told(_: Request, error: Exception) -> Response:
    status = next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 500)
    return _error(status, str(error))


async def _not_found(_: Request, error: Exception) -> Response:
    status = int(getattr(error, "status_code", 404))
    return _error(status, "That can't be done here." if status == 405 else "There is nothing here.")


async def _unforeseen(_: Request, error: Exception) -> Response:
    return _error(500, f"The server made a mistake, which its terminal tells more of ({type(error).__name__}).")
