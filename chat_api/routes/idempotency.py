"""`Idempotency-Key`: a POST that is repeated with its key is applied once.

The answer is stored in the transaction of the write, and answers the repeated request.
"""

import hashlib
from contextlib import suppress
from typing import Annotated, Any

import orjson
from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from db.idempotency import AlreadyWritten, KeyedRequest
from db.values import MAX_BODY

_REPLAYED = {"Idempotency-Replayed": "true"}

IdempotencyKey = Annotated[
    Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")] | None,
    Header(description="A request that is repeated with its key and body is applied once"),
]


async def keyed_request(
    request: Request, idempotency_key: IdempotencyKey = None
) -> KeyedRequest | None:
    """Return the request under its key, if it has one."""
    if idempotency_key is None:
        return None
    described = {"path": request.url.path, "body": _described(await request.body())}
    if request.url.query:
        described["query"] = request.url.query
    # Tools share the table, and choose their keys themselves.
    return KeyedRequest(f"rest:{idempotency_key}", described)


Keyed = Annotated[KeyedRequest | None, Depends(keyed_request)]


def _described(body: bytes) -> Any:
    """Return a body as it is compared: JSON by its values, a file by its digest."""
    if len(body) <= MAX_BODY:
        with suppress(orjson.JSONDecodeError):
            return orjson.loads(body) if body else None
    return {"sha256": hashlib.sha256(body).hexdigest()}


async def replay(request: Request, error: Exception) -> JSONResponse:
    """Answer a repeated request as the first one was answered."""
    assert isinstance(error, AlreadyWritten)  # noqa: S101
    return JSONResponse(error.response, request.scope["route"].status_code or 200, _REPLAYED)
