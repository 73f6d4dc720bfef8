"""The HTTP client of a process for the API of its model vendor."""

import math
import time
from collections.abc import AsyncIterator, Mapping
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any

import httpx2
from openai import AsyncOpenAI, AsyncStream, BadRequestError, DefaultAsyncHttpx2Client
from openai.resources.chat import AsyncChat, AsyncCompletions
from openai.resources.responses import AsyncResponses
from openai.types.chat import ChatCompletionChunk

from auth.authorities import trusted_tls
from chat_api.agent.reasoning import RefusedFields
from chat_api.agent.response_guard import IncompleteResponse

CONNECT_TIMEOUT = 5.0
LONGEST_RETRY_AFTER = 5.0
_KEEP_ALIVE = 60.0


def retry_after(headers: Mapping[str, str]) -> int | None:
    """Return the seconds of `Retry-After` (RFC 9110, 10.2.3), rounded up, if it is valid."""
    value = headers.get("retry-after", "")
    try:
        seconds = float(value)
    except ValueError:
        return _seconds_until(value)
    return max(math.ceil(seconds), 0) if math.isfinite(seconds) else None


def _seconds_until(date: str) -> int | None:
    try:
        moment = parsedate_to_datetime(date)
    except ValueError:
        return None
    return max(math.ceil(moment.timestamp() - time.time()), 0)


def vendor_client(base_url: str, api_key: str, max_silence: float, max_retries: int) -> AsyncOpenAI:
    """Build the client; the caller closes it.

    Args:
        base_url: The URL of the API, `/v1` included.
        api_key: Sent as bearer token.
        max_silence: Seconds after which `GuardedModel` gives up a silent model. The socket's own
            timeout is a little longer: it must not start a retry just before that moment.
        max_retries: How often a request is sent again that failed before its stream began.

    """
    timeout = httpx2.Timeout(max_silence + 1, connect=CONNECT_TIMEOUT)
    longest = min(LONGEST_RETRY_AFTER, max_silence)

    async def refuse_long_waits(response: httpx2.Response) -> None:
        """Fail at once, with the time to try again, rather than retry that late."""
        if (retry_after(response.headers) or 0) > longest:
            response.headers["x-should-retry"] = "false"

    return _Client(
        api_key=api_key,
        base_url=base_url,
        timeout=timeout,
        max_retries=max_retries,
        http_client=DefaultAsyncHttpx2Client(
            timeout=timeout,
            limits=httpx2.Limits(max_keepalive_connections=100, keepalive_expiry=_KEEP_ALIVE),
            event_hooks={"response": [refuse_long_waits]},
            verify=trusted_tls(),
        ),
    )


class _FinishedStream:
    """A stream of chat chunks that must end with a finish reason, or the usage that follows one.

    A proxy that loses its upstream often closes the response properly. The Agents SDK then takes
    half a reply for a whole one, except from the vendor's own host.
    """

    def __init__(self, stream: AsyncStream[ChatCompletionChunk]) -> None:
        self._stream = stream
        self.response = stream.response

    async def __aiter__(self) -> AsyncIterator[ChatCompletionChunk]:
        started = finished = False
        async for chunk in self._stream:
            started = True
            finished = finished or _finishes(chunk)
            yield chunk
        if started and not finished:
            raise IncompleteResponse("the stream ended without a finish reason")

    async def close(self) -> None:
        await self._stream.close()


def _finishes(chunk: ChatCompletionChunk) -> bool:
    if not chunk.choices:
        return chunk.usage is not None
    return any(choice.finish_reason for choice in chunk.choices)


def _bypass_transform(request: dict[str, Any], *names: str) -> dict[str, Any]:
    """Move lists of plain JSON into the extra body, which the client does not transform.

    The client compares every item of a list with every type that an item can have, to find aliased
    names. The Agents SDK uses none, and for a history of a hundred messages the search would cost
    more than the rest of the turn.
    """
    plain = {name: request[name] for name in names if isinstance(request.get(name), list)}
    rest = {name: [] if name in plain else value for name, value in request.items()}
    return rest | {"extra_body": {**(request.get("extra_body") or {}), **plain}}


class _Responses(AsyncResponses):
    def __init__(self, client: AsyncOpenAI) -> None:
        super().__init__(client)
        self._refused_fields = RefusedFields()

    async def create(self, **request: Any) -> Any:
        """Send the request, and send it again without an optional field that is refused."""
        while True:
            sent = self._refused_fields.strip(request)
            try:
                return await super().create(**_bypass_transform(sent, "input", "tools"))
            except BadRequestError as error:
                # Each round takes a field away, so that there are as many rounds at most.
                if not self._refused_fields.learn(sent, error):
                    raise


class _Completions(AsyncCompletions):
    async def create(self, **request: Any) -> Any:
        answer = await super().create(**_bypass_transform(request, "messages", "tools"))
        return _FinishedStream(answer) if isinstance(answer, AsyncStream) else answer


class _Chat(AsyncChat):
    @cached_property
    def completions(self) -> AsyncCompletions:
        return _Completions(self._client)


class _Client(AsyncOpenAI):
    @cached_property
    def responses(self) -> AsyncResponses:
        return _Responses(self)

    @cached_property
    def chat(self) -> AsyncChat:
        return _Chat(self)
