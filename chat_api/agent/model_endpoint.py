"""HTTP requests to a model's API, and the server-sent events of its answers.

Exception
├── ModelRefused        the API answered with an error status
└── ModelUnreachable    no connection, or one that broke before an answer began
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Mapping
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
import orjson

from chat_api.agent.event_stream import Payload, decoded, event_payloads
from chat_api.agent.openai_client import CONNECT_TIMEOUT, LONGEST_RETRY_AFTER, retry_after

_KEEP_ALIVE_SECONDS = 60.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 8.0
_RETRIED = frozenset({408, 409, 429})
_EXCERPT = 500


class ModelRefused(Exception):
    """The API answered with an error status.

    Attributes:
        status: The HTTP status.
        code: The vendor's name of the error, where the body has one.
        message: What the vendor says about it, for the log.
        param: The request's field that is at fault, where the body names one.
        retry_after: Seconds after which to try again, where the answer names them.

    """

    def __init__(self, status: int, headers: Mapping[str, str], body: str) -> None:
        problem = _problem(body)
        self.status = status
        self.code: str | None = problem.get("code")
        self.message = str(problem.get("message") or body[:_EXCERPT])
        self.param: str | None = problem.get("param")
        self.retry_after = retry_after(headers)
        request_id = headers.get("x-request-id", "none")
        super().__init__(f"{status}, request {request_id}: {self.message}")


class ModelUnreachable(Exception):
    """No answer began: the connection failed or broke before."""


class ModelEndpoint:
    """One model API that all turns of a process share, over kept connections.

    Args:
        base_url: Where the API is, `/v1` included.
        api_key: Sent as bearer token.
        max_silence: Seconds after which `GuardedModel` gives up a silent model.
        max_retries: Times that a request is sent again that failed before its answer began.

    """

    def __init__(self, base_url: str, api_key: str, max_silence: float, max_retries: int) -> None:
        self._base_url = base_url.rstrip("/")
        self._headers = {"Authorization": f"Bearer {api_key}", "Content-Type": "application/json"}
        # The guard decides; the socket's own limit must not start a retry just before it does.
        self._timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=CONNECT_TIMEOUT, sock_read=max_silence + 1
        )
        self._longest_wait = min(LONGEST_RETRY_AFTER, max_silence)
        self._max_retries = max_retries
        self._session: aiohttp.ClientSession | None = None

    async def aclose(self) -> None:
        """Close the connections."""
        if self._session is not None:
            await self._session.close()

    async def fetch(self, path: str, body: Payload) -> Payload:
        """Send a request and return its answer.

        Raises:
            ModelRefused: The answer has an error status.
            ModelUnreachable: There was no answer.
            ValueError: The answer is no JSON object.
        """
        async with await self._answer(path, _encoded(body)) as response:
            payload = decoded(await response.read())
        if not isinstance(payload, dict):
            raise ValueError("the answer is no JSON object")
        return payload

    async def stream(
        self, path: str, body: Payload, ended: asyncio.Event
    ) -> AsyncIterator[list[Payload]]:
        """Send a request for a stream and yield its events, those that came together in a list.

        `[DONE]` comes as `END`. `ended` is set once everything has come, whatever was read of it.

        Raises:
            ModelRefused: The answer has an error status.
            ModelUnreachable: There was no answer.
            IncompleteResponse: The connection broke before the end.
            ValueError: An event is no JSON object.
        """
        async with await self._answer(path, _encoded(body)) as response:
            async for payloads in event_payloads(response.content, ended):
                yield payloads

    async def _answer(self, path: str, data: bytes) -> aiohttp.ClientResponse:
        """Send a request, again where that may help, and return its answer."""
        attempt = 0
        while True:
            try:
                return await self._post(path, data)
            except (ModelRefused, ModelUnreachable) as error:
                pause = self._pause(error, attempt)
                if pause is None:
                    raise
                await asyncio.sleep(pause)
                attempt += 1

    async def _post(self, path: str, data: bytes) -> aiohttp.ClientResponse:
        try:
            response = await self._http().post(f"{self._base_url}{path}", data=data)
            if response.status < 400:
                return response
            async with response:
                raise ModelRefused(response.status, response.headers, await response.text())
        except (aiohttp.ClientError, OSError) as error:
            raise ModelUnreachable(str(error) or type(error).__name__) from error

    def _pause(self, error: ModelRefused | ModelUnreachable, attempt: int) -> float | None:
        """Return how long to wait before the next attempt; None where there is to be none."""
        if attempt >= self._max_retries:
            return None
        if isinstance(error, ModelRefused):
            if error.status not in _RETRIED and error.status < 500:
                return None
            if error.retry_after is not None:
                # Rather tell the user when to come back than let them wait for that long.
                return error.retry_after if error.retry_after <= self._longest_wait else None
        longest: float = min(_FIRST_PAUSE * 2**attempt, _LONGEST_PAUSE)
        return longest * random.uniform(0.75, 1)  # noqa: S311  spreads load, guards nothing

    def _http(self) -> aiohttp.ClientSession:
        """Return the session; it belongs to the loop that first asks for it."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEEP_ALIVE_SECONDS),
                headers=self._headers,
                timeout=self._timeout,
                proxy=_proxy_of(self._base_url),
            )
        return self._session


def _proxy_of(url: str) -> str | None:
    """Return the proxy that the environment names for an address.

    aiohttp's `trust_env` does this too, but it also opens `~/.netrc`, for each request in a thread,
    and refuses a request that has a token of its own where that file knows the host.
    """
    parts = urlsplit(url)
    if parts.hostname is None or proxy_bypass(parts.hostname):
        return None
    return getproxies().get(parts.scheme)


def _encoded(body: Payload) -> bytes:
    try:
        return orjson.dumps(body)
    except TypeError:
        # Half a surrogate pair, which a model may have written into a tool's arguments.
        return json.dumps(body, ensure_ascii=False).encode(errors="replace")


def _problem(body: str) -> Payload:
    try:
        problem = orjson.loads(body)["error"]
    except (ValueError, LookupError, TypeError):
        return {}
    return problem if isinstance(problem, dict) else {}
