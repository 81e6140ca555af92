"""Spans that other processes send: the receiver joined to what reads OTLP."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pytest_flock_trace.environment.tracing import Environment
from pytest_flock_trace.recording.intake import Intake
from pytest_flock_trace.recording.process import retention
from pytest_flock_trace.store.file.writer import TraceFile, load_libraries

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_flock_trace.capture.otlp_endpoint import Codec
    from pytest_flock_trace.errors import BadTraceFile
    from pytest_flock_trace.model.span import Span


def otlp_codec() -> Codec:
    """How requests of OTLP are read, and answered."""
    from pytest_flock_trace.capture.otlp_endpoint import Codec
    from pytest_flock_trace.interop.otlp import decode, media_type
    from pytest_flock_trace.interop.otlp.answer import accepted, status

    def read(body: bytes, content_type: str, refused: list[str]) -> list[Span]:
        return decode(body, content_type, refused=refused)

    return Codec(media_type, read, accepted, status)


class FileReceiver:
    """Receives spans into a trace file until it is closed.

    Raises `OSError` where it can't listen at the address, and `BadSetting` for an environment that can't be followed.
    """

    def __init__(self, path: Path, host: str, port: int, note: Callable[[str], None]) -> None:
        from pytest_flock_trace.capture.otlp_endpoint import Endpoint, is_loopback
        from pytest_flock_trace.capture.receiver import Receiver

        load_libraries()
        age = retention(Environment.read())
        self.intake = Intake(TraceFile(path, age=age), note)
        try:
            endpoint = Endpoint(otlp_codec(), self.intake.keep, note, local=is_loopback(host))
            self._receiver = Receiver(endpoint, host, port)
        except BaseException:
            self.intake.close()
            raise
        self.url = self._receiver.url

    def close(self) -> BadTraceFile | None:
        """Answer what has come and write it; what kept it from getting into the file, beside which it is then."""
        self._receiver.close()
        return self.intake.close()
