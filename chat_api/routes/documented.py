"""The error responses that the OpenAPI document lists for each kind of route."""

from typing import Any

from chat_api.problems import MEDIA_TYPE

Responses = dict[int | str, dict[str, Any]]

_PROBLEM = {"content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


def problems(**statuses: str) -> Responses:
    """Describe further problem responses: `_404="No such task"`."""
    return {
        int(status.removeprefix("_")): {"description": description, **_PROBLEM}
        for status, description in statuses.items()
    }


def event_stream(schema: str) -> dict[str, Any]:
    """Describe a stream whose events have the schema of this name."""
    reference = {"$ref": f"#/components/schemas/{schema}"}
    return {
        "description": "Server-sent events",
        "content": {"text/event-stream": {"schema": reference}},
    }


# Any route of a user may answer these.
COMMON = problems(
    _401="No token, or one that is not good",
    _403="The token belongs to another user",
    _413="The body is over 64 KiB",
    _422="The request breaks a rule that `errors` names",
    _500="A fault of the service",
    _503="The database or the token's issuer can't be reached",
)
