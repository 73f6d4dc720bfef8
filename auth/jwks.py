"""Key sets of issuers, fetched when needed and cached."""

import asyncio
import logging
import time
from collections.abc import Callable

import httpx2
from jwt import PyJWK

from auth.download import download
from auth.errors import KeysUnavailable
from auth.keyset import KeySet, key_set_from_json

FRESH_FOR = 300.0  # seconds a key set is used without fetching it again
USABLE_FOR = 3600.0  # seconds it is used while its issuer can't be reached
FETCH_FLOOR = 10.0  # seconds between two fetches, whatever arrives

logger = logging.getLogger(__name__)


class RemoteKeySet:
    """The key set at one URL: cached, fetched again for unknown ids, used during an outage.

    Requests that need a fetch share it. One starts at most every ten seconds, so that tokens with
    made-up ids can't be turned into load on the issuer. `clock` counts seconds from anywhere.
    """

    def __init__(
        self,
        url: str,
        algorithms: tuple[str, ...],
        client: httpx2.AsyncClient,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = url
        self._algorithms = algorithms
        self._client = client
        self._clock = clock
        self._keys: KeySet | None = None
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._failing = False
        self._fetch: asyncio.Task[None] | None = None

    async def find(self, kid: str | None, alg: str) -> PyJWK | None:
        """Return the key with this id; the key set is fetched again if it lacks the id.

        Raises:
            KeysUnavailable: The issuer can't be reached, and the cached keys are over an hour old.
        """
        if self._age() > FRESH_FOR:
            await self._renew()
        key = self._usable().find(kid, alg)
        if key is None:
            await self._refetched()
            key = self._usable().find(kid, alg)
        return key

    async def aclose(self) -> None:
        """Cancel a running fetch."""
        if self._fetch is not None:
            self._fetch.cancel()
            await asyncio.wait({self._fetch})

    async def _renew(self) -> None:
        # While an issuer hangs, only its first failure is waited for; the rest use the old keys.
        if self._failing and self._age() <= USABLE_FOR:
            self._begin_fetch()
        else:
            await self._refetched()

    async def _refetched(self) -> None:
        fetch = self._begin_fetch()
        if fetch is not None:
            # `wait` leaves the shared fetch running when one of its waiters is cancelled.
            await asyncio.wait({fetch})

    def _begin_fetch(self) -> asyncio.Task[None] | None:
        """Return the running fetch, or start one if the last is at least ten seconds ago."""
        if self._fetch is not None and not self._fetch.done():
            return self._fetch
        if self._clock() - self._tried_at < FETCH_FLOOR:
            return None
        self._tried_at = self._clock()
        self._fetch = asyncio.create_task(self._fetch_keys())
        return self._fetch

    async def _fetch_keys(self) -> None:
        try:
            body = await download(self._client, self._url)
            self._keys = key_set_from_json(body, self._algorithms)
        except (httpx2.HTTPError, TimeoutError, ValueError) as error:
            self._failing = True
            logger.warning("No key set from %s: %s", self._url, error or type(error).__name__)
            return
        self._failing = False
        self._fetched_at = self._clock()

    def _usable(self) -> KeySet:
        if self._keys is None or self._age() > USABLE_FOR:
            raise KeysUnavailable
        return self._keys

    def _age(self) -> float:
        return self._clock() - self._fetched_at
