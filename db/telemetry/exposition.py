"""`/metrics` on a port of its own.

What it tells, such as how many people use the service and when, is not for its users. A path on the
public port would be one forgotten rule of a proxy away from them.
"""

import asyncio
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from db.telemetry.metrics import metrics, share_metrics

_LAG_SECONDS = 1.0


class _MetricsServer(uvicorn.Server):
    """A second server of a process, which leaves the signals to the first one."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle no signal."""
        yield


def metrics_listener(host: str, port: int | None) -> socket.socket | None:
    """Return the socket on which `exposing` serves; None without a port.

    A port that can't be used ends the program with one line.
    """
    if port is None:
        return None
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        sys.exit(f"{host}:{port} can't be listened on for metrics: {error.strerror}.")


@contextmanager
def shared_by_workers(listener: socket.socket | None) -> Iterator[None]:
    """Let any of the processes forked in the block answer for all of them."""
    if listener is None:
        yield
        return
    folder = Path(tempfile.mkdtemp(prefix="todochat-metrics-"))
    share_metrics(folder)
    try:
        yield
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def exposing(listener: socket.socket | None) -> AsyncIterator[None]:
    """Serve the metrics on the socket while the block runs, and measure the event loop's lag."""
    if listener is None:
        yield
        return
    app = Starlette(routes=[Route("/metrics", _metrics)])
    config = uvicorn.Config(
        app, log_config=None, access_log=False, lifespan="off", ws="none", proxy_headers=False
    )
    server = _MetricsServer(config)
    tasks = [
        asyncio.create_task(server.serve(sockets=[listener])),
        asyncio.create_task(_measure_lag()),
    ]
    try:
        yield
    finally:
        server.should_exit = True
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _metrics(_: Request) -> Response:
    return Response(generate_latest(metrics().registry), media_type=CONTENT_TYPE_LATEST)


async def _measure_lag() -> None:
    clock = asyncio.get_running_loop().time
    lag = metrics().service.loop_lag_seconds
    while True:
        due = clock() + _LAG_SECONDS
        await asyncio.sleep(_LAG_SECONDS)
        lag.observe(max(0.0, clock() - due))
