"""The export of spans over OTLP/HTTP; imported only where an endpoint is set."""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status

# Spans of libraries show where the time goes; what they note of it may be anybody's words.
_KNOWN = frozenset({"todochat", "mcp-python-sdk"})
# What a client of MCP may fill with any text.
_NAMED_BY_CLIENTS = ("mcp.method.name", "gen_ai.tool.name", "gen_ai.prompt.name")


class WithoutWords(SpanExporter):
    """Exports spans without the messages of errors, and without names that could be a text.

    Where there are `names`, others are left out.
    """

    def __init__(self, exporter: SpanExporter, names: frozenset[str]) -> None:
        self._exporter = exporter
        self._names = names

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Export a batch."""
        return self._exporter.export([self._cleaned(span) for span in spans])

    def shutdown(self) -> None:
        """Stop."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what waits."""
        return self._exporter.force_flush(timeout_millis)

    def _cleaned(self, span: ReadableSpan) -> ReadableSpan:
        scope = span.instrumentation_scope
        known = scope is not None and scope.name in _KNOWN
        attributes: dict[str, Any] = dict(span.attributes or {}) if known else {}
        foreign = False
        for name in _NAMED_BY_CLIENTS:
            if self._names and attributes.get(name, "") not in {*self._names, ""}:
                del attributes[name]
                foreign = True
        attributes.pop("jsonrpc.request.id", None)
        return ReadableSpan(
            name="mcp" if foreign else span.name,
            context=span.get_span_context(),
            parent=span.parent,
            resource=span.resource,
            attributes=attributes,
            kind=span.kind,
            status=Status(span.status.status_code),
            start_time=span.start_time,
            end_time=span.end_time,
            instrumentation_scope=scope,
        )


def start(endpoint: str, service: str, names: frozenset[str]) -> None:
    """Export the spans of this process; the library reads further `OTEL_` variables itself."""
    resource = Resource.create({"service.name": service, "service.version": version("todochat")})
    provider = TracerProvider(resource=resource)
    exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(WithoutWords(exporter, names)))
    trace.set_tracer_provider(provider)
