"""Seals what a question to the user is about: it comes back with the answer, to any replica."""

import logging
import os
from functools import lru_cache

from mcp.server.request_state import AESGCMRequestStateCodec, RequestStateSecurity

from auth.errors import SecretsUnusable
from auth.key_ring import KeyRing
from auth.sources import SharedSecret
from auth.state_keys import STATE_SECONDS, state_ring
from mcp_server.settings import McpSettings

logger = logging.getLogger(__name__)


class RingCodec:
    """The SDK's codec over a ring: the key that signs seals, and all open.

    Where no key can be stored, this process has one of its own.
    """

    def __init__(self, ring: KeyRing[SharedSecret]) -> None:
        self._ring = ring
        self._own: AESGCMRequestStateCodec | None = None

    def seal(self, payload: bytes) -> str:
        """Return a token that only these keys open."""
        return self._codec().seal(payload)

    def unseal(self, token: str) -> bytes:
        """Return what a token holds.

        Raises:
            InvalidRequestState: None of the keys has sealed it.
        """
        return self._codec().unseal(token)

    def _codec(self) -> AESGCMRequestStateCodec:
        try:
            first, known = self._ring.signing(), self._ring.verifying()
        except SecretsUnusable as error:
            if self._own is None:
                logger.warning("A question can be answered only to this process: %s", error)
                self._own = AESGCMRequestStateCodec([os.urandom(32)])
            return self._own
        return _codec_of(first, *(key for key in known if key != first))


@lru_cache(maxsize=4)
def _codec_of(*keys: SharedSecret) -> AESGCMRequestStateCodec:
    return AESGCMRequestStateCodec([key.secret for key in keys])


def request_state_security(settings: McpSettings) -> RequestStateSecurity:
    """Return how questions are sealed.

    Raises:
        UnsafeIssuer: MCP_STATE_KEY has the text of a key.
    """
    ring = state_ring(settings, settings.data_dir)
    return RequestStateSecurity(codec=RingCodec(ring), ttl=STATE_SECONDS)
