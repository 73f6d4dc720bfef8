"""The OpenAPI document, with the events of the stream among its schemas."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from chat_api.events import TurnEvent
from chat_api.problems import Problem

_FURTHER: dict[str, TypeAdapter[Any]] = {
    "TurnEvent": TypeAdapter(TurnEvent),
    "Problem": TypeAdapter(Problem),
}
_REFERENCE = "#/components/schemas/{model}"


def document(app: FastAPI) -> dict[str, Any]:
    """Return the document, made once for each application."""
    if app.openapi_schema is None:
        made = get_openapi(
            title=app.title,
            version=app.version,
            description="Talk to your to-do list. Errors are RFC 9457 problems with a `code`.",
            routes=app.routes,
        )
        schemas = made.setdefault("components", {}).setdefault("schemas", {})
        for name, kind in (
            ("TurnEvent", TypeAdapter(TurnEvent)),
            ("Problem", TypeAdapter(Problem)),
        ):
            schema = kind.json_schema(ref_template=_REFERENCE)
            schemas.update(schema.pop("$defs", {}))
            schemas[name] = schema
        _drop_default_errors(made)
        app.openapi_schema = made
    return app.openapi_schema


def _drop_default_errors(made: dict[str, Any]) -> None:
    """Leave out FastAPI's own 422 body, which no route of ours answers with."""
    for unused in ("HTTPValidationError", "ValidationError"):
        made["components"]["schemas"].pop(unused, None)
