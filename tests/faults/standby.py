"""A standby: a copy of a server that follows it, and takes over when it is promoted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
from sqlalchemy.engine import make_url

from db.embedded.account import account_for
from db.embedded.postmaster import Postmaster
from db.embedded.programs import Programs


@asynccontextmanager
async def standby_of(database_url: str) -> AsyncIterator[str]:
    """Run a standby of the server of a URL, and yield the URL of the same database there."""
    primary = make_url(database_url)
    with TemporaryDirectory() as folder:
        cluster = Path(folder) / "postgres"
        programs = Programs(account_for(cluster))
        programs.give(Path(folder))
        await asyncio.to_thread(
            programs.run,
            "pg_basebackup",
            f"--pgdata={cluster}",
            f"--host={primary.query['host']}",
            f"--port={primary.query['port']}",
            f"--username={primary.username}",
            "--checkpoint=fast",
            "--write-recovery-conf",
            "--no-sync",
        )
        postmaster = Postmaster(cluster, programs, Path(folder) / "logs" / "standby.log")
        address = await asyncio.to_thread(postmaster.ensure_running)
        try:
            query = {"host": address.socket_folder, "port": address.port}
            yield primary.set(query=query).render_as_string(hide_password=False)
        finally:
            await asyncio.to_thread(postmaster.stop)


async def promote(standby_url: str) -> None:
    """Let a standby take over, as whoever watches over the servers does."""
    connection = await asyncpg.connect(standby_url)
    await connection.execute("select pg_promote()")
    await connection.close()
