from collections.abc import AsyncIterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request as Asked
from starlette.responses import Response
from starlette.routing import Route

from tests.bench.client import Request, Target, load
from tests.serving import listen, port_of, serving


async def _echo(request: Asked) -> Response:
    return Response(await request.body(), status_code=int(request.query_params["status"]))


@pytest.fixture
async def url() -> AsyncIterator[str]:
    listener = listen()
    async with serving(Starlette(routes=[Route("/", _echo, methods=["POST"])]), listener):
        yield f"http://127.0.0.1:{port_of(listener)}/"


def answered(url: str, body: bytes = b"first whole", status: int = 200) -> Target:
    return Target(
        lambda *_: Request(f"{url}?status={status}", {}, body), first=b"first", whole=(b"whole",)
    )


async def test_the_requested_number_of_requests_is_sent(url: str) -> None:
    loaded = await load(answered(url), at_once=3, requests=20)
    assert (len(loaded.responses), loaded.errors.total()) == (20, 0)
    assert all(0 < each.first <= each.total for each in loaded.responses)
    assert loaded.rate == 20 / loaded.wall


async def test_refused_and_incomplete_responses_are_errors(url: str) -> None:
    refused = await load(answered(url, status=503), requests=2)
    broken = await load(answered(url, body=b"first"), requests=3)
    assert (refused.responses, refused.errors) == ([], {"503": 2})
    failed = await load(answered(url, body=b'{"code":"model_timeout"}'), requests=1)
    assert (broken.responses, broken.errors) == ([], {"incomplete": 3})
    assert failed.errors == {"model_timeout": 1}


async def test_a_server_that_is_not_there_is_an_error() -> None:
    listener = listen()
    url = f"http://127.0.0.1:{port_of(listener)}/"
    listener.close()
    loaded = await load(answered(url), requests=1)
    assert loaded.errors.total() == 1
