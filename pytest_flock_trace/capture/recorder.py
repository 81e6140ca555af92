"""The process's one recorder: a router, the providers it sits on, and how many sessions want them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from pytest_flock_trace.capture.provider import Providers, installed_provider
from pytest_flock_trace.capture.remote_spans import RemoteSpans
from pytest_flock_trace.capture.router import Router, handed_down
from pytest_flock_trace.environment.tracing import Environment

if TYPE_CHECKING:
    from pytest_flock_trace.capture.otlp_endpoint import Codec
    from pytest_flock_trace.capture.receiver import Receiver


class Recorder:
    """Records while anybody has asked it to; nested pytest sessions share it and count themselves in and out."""

    def __init__(self) -> None:
        self.router = Router()
        self.providers = Providers(self.router)
        self.remote = RemoteSpans(self.router)
        self._receiver: Receiver | None = None
        self._users = 0

    def acquire(self) -> None:
        """Record from now on."""
        self._users += 1
        if self._users == 1:
            self.providers.watch()
            self.router.recording = True
            self.hand_down()
        self.providers.ensure()

    def release(self) -> None:
        """Record no longer, once everybody who acquired has released."""
        self._users -= 1
        if self._users == 0:
            self.router.stop()
            handed_down.set(False)
            self.providers.unwatch()
            if self._receiver is not None:
                self._receiver.close()
                self._receiver = None

    def hand_down(self) -> None:
        """What is begun from this context on belongs to the tests, in whichever thread or task."""
        handed_down.set(True)

    def receiver_url(self, codec: Callable[[], Codec]) -> str:
        """Where other processes can send spans to; there is something from the first call on until nobody records."""
        from pytest_flock_trace.capture.otlp_endpoint import Endpoint
        from pytest_flock_trace.capture.receiver import Receiver

        if self._receiver is None:
            self._receiver = Receiver(Endpoint(codec(), self.remote.keep, known=self.remote.knows))
        return self._receiver.url

    def leave_receiver(self) -> str | None:
        """Where the receiver of the process is from which this one was forked; None if it had none."""
        receiver, self._receiver = self._receiver, None
        if receiver is None:
            return None
        receiver.leave()
        return receiver.url

    @property
    def in_use(self) -> bool:
        """True while somebody records."""
        return self._users > 0

    def ensure(self) -> None:
        """Reach the global provider again: a fixture may have reset or replaced it."""
        self.providers.ensure()

    def obstacle(self) -> str | None:
        """What keeps spans from being recorded, in words, where it can be known."""
        environment = Environment.read()
        if environment.sdk_disabled:
            return "OTEL_SDK_DISABLED is set, so OpenTelemetry hands out tracers that record nothing; unset it"
        if self.providers.unreachable:
            return (
                f"the global tracer provider is a {self.providers.unreachable}, which takes no span processor, "
                "so its spans cannot be seen; install an OpenTelemetry SDK TracerProvider in tests"
            )
        return _sampler_obstacle(installed_provider())


def _sampler_obstacle(provider: object) -> str | None:
    describe = getattr(getattr(provider, "sampler", None), "get_description", None)
    description = str(describe()) if callable(describe) else ""
    # whatever has a parent follows it
    roots = description.removeprefix("ParentBased{root:").split(",remoteParentSampled")[0]
    if "AlwaysOff" in roots or ("TraceIdRatio" in roots and "{1.0}" not in roots):
        return f"the application's sampler {description} drops spans; set OTEL_TRACES_SAMPLER=always_on in tests"
    return None


_recorder = Recorder()


def the_recorder() -> Recorder:
    """The recorder of this process. There can be only one: span processors can't be taken off their providers."""
    return _recorder
