"""`Idempotency-Key`: a POST that is repeated with its key is applied once.

The answer is stored in the transaction of the write, for a day, and answers the repeated request.
"""

from typing import Annotated

import orjson
from fastapi import Depends, Header, Request
from fastapi.responses import JSONResponse
from pydantic import Field

from db.idempotency import AlreadyWritten, KeyedRequest

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
    body = await request.body()
    described = {"path": request.url.path, "body": orjson.loads(body) if body else None}
    # Tools share the table, and choose their keys themselves.
    return KeyedRequest(f"rest:{idempotency_key}", described)


Keyed = Annotated[KeyedRequest | None, Depends(keyed_request)]


async def replay(request: Request, error: Exception) -> JSONResponse:
    """Answer a repeated request as the first one was answered."""
    assert isinstance(error, AlreadyWritten)  # noqa: S101
    return JSONResponse(error.response, request.scope["route"].status_code or 200, _REPLAYED)
