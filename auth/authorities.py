"""The certificate authorities that the clients of a process trust."""

import ssl
from functools import cache

import httpx2


@cache
def trusted_tls() -> ssl.SSLContext:
    """Return what all clients of HTTP share, for the authorities take 30 ms to read."""
    return httpx2.create_ssl_context()
