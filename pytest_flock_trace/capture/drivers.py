"""How each kind of function is run inside its span: plain, coroutine, generator, async generator."""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Callable, Coroutine, Generator
from types import FunctionType
from typing import Any

from pytest_flock_trace.capture.call_site import CallSite
from pytest_flock_trace.capture.call_span import idle_span

Drive = Callable[[tuple[Any, ...], dict[str, Any]], Any]
"""Calls a function with these arguments."""


def driver_of(function: FunctionType, site: CallSite) -> Drive:
    """What to do with a call of this function; its code says what it is, whatever it is marked as."""
    flags = function.__code__.co_flags
    if flags & inspect.CO_COROUTINE:
        return _later_driver(function, site, lambda made, args, kwargs: _awaited(_Unstarted(made), site, args, kwargs))
    if flags & inspect.CO_ASYNC_GENERATOR:
        return _later_driver(function, site, lambda made, args, kwargs: _async_items(made, site, args, kwargs))
    if flags & inspect.CO_GENERATOR and not flags & inspect.CO_ITERABLE_COROUTINE:
        return _later_driver(function, site, lambda made, args, kwargs: _items(made, site, args, kwargs))
    return _plain_driver(function, site)


def _plain_driver(function: Callable[..., Any], site: CallSite) -> Drive:
    def drive(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        call = site.open(args, kwargs) if site.active else None
        if call is None:
            return function(*args, **kwargs)
        call.enter()
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            call.raised(error)
            raise
        call.returned(result)
        return result

    return drive


def _later_driver(
    function: Callable[..., Any], site: CallSite, traced: Callable[[Any, tuple[Any, ...], dict[str, Any]], Any]
) -> Drive:
    """For functions whose code runs after the call, in pieces."""

    def drive(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        __tracebackhide__ = True
        made = function(*args, **kwargs)  # now, since wrong arguments raise now
        if not (site.active and site.wants(args)):
            return made
        wrapper = traced(made, args, kwargs)
        wrapper.__name__, wrapper.__qualname__ = made.__name__, made.__qualname__
        return wrapper

    return drive


class _Unstarted:
    """Holds a coroutine that is awaited later, or never: then it is the one around it that complains."""

    __slots__ = ("made",)

    def __init__(self, made: Coroutine[Any, Any, Any]) -> None:
        self.made = made

    def __del__(self) -> None:
        self.made.close()


async def _awaited(holder: _Unstarted, site: CallSite, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    __tracebackhide__ = True
    call = site.open(args, kwargs)
    if call is None:
        return await holder.made
    call.enter()
    try:
        result = await holder.made
    except BaseException as error:
        call.raised(error)
        raise
    call.returned(result)
    return result


def _items(
    made: Generator[Any, Any, Any], site: CallSite, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> Generator[Any, Any, Any]:
    __tracebackhide__ = True
    call = site.open(args, kwargs) or idle_span()
    items = 0
    advance: Callable[[Any], Any] = made.send
    sent: Any = None
    while True:
        call.resume()
        try:
            item = advance(sent)
        except StopIteration as stop:
            call.exhausted("generator", items)
            return stop.value
        except BaseException as error:
            call.raised(error)
            raise
        call.leave()
        items += 1
        try:
            advance, sent = made.send, (yield item)
        except BaseException as error:  # noqa: BLE001  # whatever is thrown in goes on to the generator
            advance, sent = made.throw, error


async def _async_items(
    made: AsyncGenerator[Any, Any], site: CallSite, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> AsyncGenerator[Any, Any]:
    __tracebackhide__ = True
    call = site.open(args, kwargs) or idle_span()
    items = 0
    advance: Callable[[Any], Any] = made.asend
    sent: Any = None
    while True:
        call.resume()
        try:
            item = await advance(sent)
        except StopAsyncIteration:
            call.exhausted("async_generator", items)
            return
        except BaseException as error:
            call.raised(error)
            raise
        call.leave()
        items += 1
        try:
            advance, sent = made.asend, (yield item)
        except BaseException as error:  # noqa: BLE001  # as above
            advance, sent = made.athrow, error
