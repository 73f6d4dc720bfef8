"""Liveness, readiness and the public keys."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from chat_api.problems import problem_responses
from chat_api.routes.dependencies import RuntimeDep
from chat_api.turns.service import Draining
from db.readiness import notices

_NOT_READY = "Postgres or the MCP server can't be reached, or Postgres is read-only or not migrated"

router = APIRouter(tags=["operation"])


class Health(BaseModel):
    """The status of the process, and the model that it uses."""

    status: str
    model: str


class Readiness(Health):
    """The same of a process that can serve; `notices` are codes of what is better changed."""

    notices: list[str] = Field(examples=[["unnamed_pooler"]])


@router.get("/health")
async def health(runtime: RuntimeDep) -> Health:
    """Return that the process is alive."""
    return Health(status="ok", model=runtime.model.name)


@router.get("/ready", responses=problem_responses(_503=_NOT_READY))
async def ready(runtime: RuntimeDep) -> Readiness:
    """Check that Postgres has the schema that is needed and accepts writes, and the MCP server."""
    if runtime.turns.draining:
        raise Draining
    await runtime.check()
    return Readiness(status="ready", model=runtime.model.name, notices=notices(runtime.sessions))


@router.get("/.well-known/jwks.json")
async def key_set(runtime: RuntimeDep) -> dict[str, Any]:
    """Return the public keys of the tokens that the API mints (RFC 7517)."""
    return runtime.minter.key_set()
