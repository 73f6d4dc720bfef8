"""Fetching a key set over HTTP, within bounds of time and size."""

import asyncio

import httpx2

from auth.authorities import trusted_tls
from auth.keyset import MalformedKeySet

CONNECT_TIMEOUT = 2.0
TOTAL_TIMEOUT = 3.0
MAX_KEY_SET_BYTES = 256 * 1024

_TIMEOUT = httpx2.Timeout(TOTAL_TIMEOUT, connect=CONNECT_TIMEOUT)
# Bodies are taken as they come: a small packed one could unpack to any size.
_HEADERS = {"accept": "application/json", "accept-encoding": "identity"}
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


def fetching_client() -> httpx2.AsyncClient:
    """Return a client for key sets; the environment's proxies are for other machines only."""
    return httpx2.AsyncClient(
        mounts={f"all://{host}": None for host in _LOOPBACK}, verify=trusted_tls()
    )


async def download(client: httpx2.AsyncClient, url: str) -> bytes:
    """Return the body at `url`, without following redirects.

    Raises:
        MalformedKeySet: The status is not 200, or the body is over 256 KiB.
        TimeoutError: It took over three seconds in all.
        httpx2.HTTPError: The connection failed.
    """
    request = client.build_request("GET", url, headers=_HEADERS, timeout=_TIMEOUT)
    async with asyncio.timeout(TOTAL_TIMEOUT):
        response = await client.send(request, stream=True, follow_redirects=False)
        try:
            return await _body(response)
        finally:
            await response.aclose()


async def _body(response: httpx2.Response) -> bytes:
    if response.status_code != httpx2.codes.OK:
        raise MalformedKeySet(f"status {response.status_code}")
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MAX_KEY_SET_BYTES:
            raise MalformedKeySet(f"over {MAX_KEY_SET_BYTES} bytes")
    return bytes(body)
