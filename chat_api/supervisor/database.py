"""The database of the services: the one configured, or our own."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from db.embedded import embedded_postgres


async def open_database(stack: AsyncExitStack, configured: str | None, data_dir: Path) -> str:
    """Return the URL of the database; the embedded one runs until the stack unwinds.

    Raises:
        EmbeddedError: the embedded Postgres does not start.

    """
    if configured is not None:
        return configured
    postgres = embedded_postgres(data_dir)
    url = await asyncio.to_thread(postgres.__enter__)
    stack.push_async_callback(asyncio.to_thread, postgres.__exit__, None, None, None)
    return url
