"""The OpenAPI document, with the events of the stream among its schemas."""

from typing import Any, get_args

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from chat_api.events import AgentEvent, TerminalEvent, TurnStarted
from chat_api.problems import Problem
from chat_api.routes.task_events import TaskEvent

_SCHEMAS = "#/components/schemas/{model}"
_STREAMS: dict[str, tuple[Any, ...]] = {
    "TurnEvent": (TurnStarted, *get_args(AgentEvent), *get_args(TerminalEvent)),
    "TaskEvent": get_args(TaskEvent),
}
# FastAPI's own 422 body, which no route of ours answers with.
_UNUSED = ("HTTPValidationError", "ValidationError")


def document(app: FastAPI) -> dict[str, Any]:
    """Return the document, built once for each application."""
    if app.openapi_schema is None:
        generated = get_openapi(
            title=app.title,
            version=app.version,
            description="Talk to your to-do list. Errors are RFC 9457 problems with a `code`.",
            routes=app.routes,
        )
        schemas = generated["components"]["schemas"]
        for unused in _UNUSED:
            schemas.pop(unused, None)
        schemas["Problem"] = _schema(Problem, schemas)
        for name, events in _STREAMS.items():
            for event in events:
                schemas[event.__name__] = _schema(event, schemas)
            schemas[name] = {"oneOf": [_server_sent_event(event) for event in events]}
        app.openapi_schema = generated
    return app.openapi_schema


def _schema(model: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a model; the schemas it refers to are added to `schemas`."""
    schema = TypeAdapter(model).json_schema(ref_template=_SCHEMAS)
    for name, definition in schema.pop("$defs", {}).items():
        schemas.setdefault(name, definition)
    return schema


def _server_sent_event(event: Any) -> dict[str, Any]:
    """Return the schema of an event in the stream: `type` is its name and not part of its data."""
    return {
        "type": "object",
        "required": ["id", "event", "data"],
        "properties": {
            "id": {"type": "string", "pattern": "^[0-9]+$"},
            "event": {"const": event.model_fields["type"].default},
            "data": {
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": {"$ref": _SCHEMAS.format(model=event.__name__)},
            },
        },
    }
