"""The HTTP server around the API: on a signal, running turns are seen to their end first."""

import asyncio
import socket

import uvicorn
from fastapi import FastAPI

from chat_api.runtime import Runtime
from chat_api.settings import ApiSettings

# What is left for storing the turns that the grace did not suffice for.
_STORE_SECONDS = 5


class ApiServer(uvicorn.Server):
    """Lets turns end while their streams are still open, then closes the connections."""

    def __init__(self, app: FastAPI, settings: ApiSettings) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.api_port,
                log_level="warning",
                timeout_graceful_shutdown=int(settings.turn_grace) + _STORE_SECONDS,
            )
        )
        self._runtime: Runtime = app.state.runtime

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the turns and the connections at the same time: the ones wait for the others."""
        await asyncio.gather(self._runtime.turns.drain(), super().shutdown(sockets))
