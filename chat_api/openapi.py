"""The OpenAPI document, with the events of the stream among its schemas."""

from typing import Any, get_args

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from chat_api.events import AgentEvent, LastEvent, TurnStarted
from chat_api.problems import Problem
from chat_api.routes.task_events import TaskEvent

_SCHEMAS = "#/components/schemas/{model}"
_STREAMS: dict[str, tuple[Any, ...]] = {
    "TurnEvent": (TurnStarted, *get_args(AgentEvent), *get_args(LastEvent)),
    "TaskEvent": get_args(TaskEvent),
}
# FastAPI's own 422 body, which no route of ours answers with.
_UNUSED = ("HTTPValidationError", "ValidationError")


def document(app: FastAPI) -> dict[str, Any]:
    """Return the document, made once for each application."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            description="Talk to your to-do list. Errors are RFC 9457 problems with a `code`.",
            routes=app.routes,
        )
        schemas = made["components"]["schemas"]
        for unused in _UNUSED:
            schemas.pop(unused, None)
        schemas["Problem"] = _schema(Problem, schemas)
        for name, kinds in _STREAMS.items():
            for kind in kinds:
                schemas[kind.__name__] = _schema(kind, schemas)
            schemas[name] = {"oneOf": [_sent(kind) for kind in kinds]}
        app.openapi_schema = made
    return app.openapi_schema


def _schema(kind: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a type; the types that it refers to join `schemas`."""
    schema = TypeAdapter(kind).json_schema(ref_template=_SCHEMAS)
    for name, met in schema.pop("$defs", {}).items():
        schemas.setdefault(name, met)
    return schema


def _sent(kind: Any) -> dict[str, Any]:
    """Describe an event as the stream has it: its type is the event's name, not in its data."""
    return {
        "type": "object",
        "required": ["id", "event", "data"],
        "properties": {
            "id": {"type": "string", "pattern": "^[0-9]+$"},
            "event": {"const": kind.model_fields["type"].default},
            "data": {
                "type": "string",
                "contentMediaType": "application/json",
                "contentSchema": {"$ref": _SCHEMAS.format(model=kind.__name__)},
            },
        },
    }
