"""Traces of OpenTelemetry: the names of ours, and what begins and follows them.

Until an endpoint is set, the interface does nothing, and neither the SDK nor its exporter is
imported. Attributes have the names of the semantic conventions of one version; none has a text of
a user, or a statement of SQL, which has ids of users in it.
"""

import importlib
import time
from collections.abc import Iterable, Mapping, MutableMapping
from contextlib import AbstractContextManager
from typing import Any, Final

from opentelemetry.propagate import extract, inject
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, get_tracer

from db.telemetry.settings import TelemetrySettings

CONVENTIONS: Final = "https://opentelemetry.io/schemas/1.44.0"
_EXPORT = "db.telemetry.export"
_NANOSECONDS = 1_000_000_000

_tracer = get_tracer("todochat", schema_url=CONVENTIONS)
_active = False


def start_tracing(settings: TelemetrySettings, service: str, names: Iterable[str] = ()) -> None:
    """Export the spans of this process if the settings say where to.

    Of tools, prompts and methods of MCP only these names are exported. It must be called in the
    process that serves: the exporter has a thread.
    """
    global _active  # noqa: PLW0603  like the library's provider, it is one for the process
    if settings.otel_exporter_otlp_endpoint is not None:
        importlib.import_module(_EXPORT).start(
            settings.otel_exporter_otlp_endpoint, service, frozenset(names)
        )
        _active = True


def is_tracing() -> bool:
    """Return whether spans of this process go anywhere."""
    return _active


def server_span(name: str, headers: Mapping[str, str]) -> AbstractContextManager[Span]:
    """Begin the span of a request, in the trace that its headers name."""
    return _tracer.start_as_current_span(
        name, context=extract(headers), kind=SpanKind.SERVER, record_exception=False
    )


def client_span(name: str, **attributes: Any) -> AbstractContextManager[Span]:
    """Begin the span of a call to another service; dots in names are double underscores here."""
    return _tracer.start_as_current_span(
        name, kind=SpanKind.CLIENT, attributes=_dotted(attributes), record_exception=False
    )


def internal_span(name: str, **attributes: Any) -> AbstractContextManager[Span]:
    """Begin the span of work in this process."""
    return _tracer.start_as_current_span(
        name, attributes=_dotted(attributes), record_exception=False
    )


def detached_span(name: str, **attributes: Any) -> Span:
    """Begin the span of a call whose answer streams: it does not become the current one."""
    return _tracer.start_span(name, kind=SpanKind.CLIENT, attributes=_dotted(attributes))


def finished_span(
    name: str, seconds: float, error: BaseException | None, **attributes: Any
) -> None:
    """Add the span of a call that has just ended and took so long."""
    now = time.time_ns()
    span = _tracer.start_span(
        name,
        kind=SpanKind.CLIENT,
        attributes=_dotted(attributes),
        start_time=now - int(seconds * _NANOSECONDS),
    )
    if error is not None:
        mark_failed(span, type(error).__name__)
    span.end(now)


def describe(span: Span, **attributes: Any) -> None:
    """Add attributes to a span."""
    span.set_attributes(_dotted(attributes))


def mark_failed(span: Span, kind: str) -> None:
    """Mark a span as failed, by the kind of the error or its code."""
    span.set_attribute("error.type", kind)
    span.set_status(Status(StatusCode.ERROR))


def propagate(carrier: MutableMapping[str, Any]) -> None:
    """Add the current trace to what another service gets: headers, or `_meta` of MCP."""
    inject(carrier)


def _dotted(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name.replace("__", "."): value for name, value in attributes.items() if value is not None
    }
