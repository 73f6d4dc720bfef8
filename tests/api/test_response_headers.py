"""The headers of all answers, and the page that documents the API."""

import re

import httpx2
import pytest

from tests.stack import Stack


def protection(answer: httpx2.Response) -> tuple[str | None, str | None]:
    """The headers that keep an answer from being taken for something else, and from caches."""
    return answer.headers.get("x-content-type-options"), answer.headers.get("cache-control")


@pytest.mark.requirement("FR-RUN-113")
@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("tasks", 200),
        ("tasks/1", 404),
        ("nothing", 404),
        ("tasks?limit=none", 422),
        ("conversations", 200),
    ],
)
async def test_no_answer_is_stored_or_taken_for_another_type(
    api: httpx2.AsyncClient, path: str, status: int
) -> None:
    answer = await api.get(path)
    assert (answer.status_code, *protection(answer)) == (status, "nosniff", "no-store")


@pytest.mark.requirement("FR-RUN-113")
async def test_the_answer_to_a_fault_is_protected_too(stack: Stack) -> None:
    async def fault() -> None:
        raise RuntimeError

    stack.api.add_api_route("/fault-of-a-test", fault)
    answer = await stack.client.get("/fault-of-a-test")
    assert (answer.status_code, *protection(answer)) == (500, "nosniff", "no-store")


@pytest.mark.requirement("FR-RUN-113")
async def test_a_route_may_say_itself_how_its_answer_is_stored(
    api: httpx2.AsyncClient, stack: Stack
) -> None:
    feed = (await api.post("calendar-feed")).json()
    calendar = await stack.client.get(feed["path"])
    assert protection(calendar) == ("nosniff", "private, no-cache")


@pytest.mark.requirement("FR-RUN-114")
async def test_the_documentation_loads_nothing_from_elsewhere(stack: Stack) -> None:
    page = await stack.client.get("/docs")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "://" not in page.text + policy
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(loaded) == 4
    for file in loaded:
        answer = await stack.client.get(f"/{file}")
        assert (answer.status_code, bool(answer.content)) == (200, True), file
    assert (await stack.client.get("/redoc")).status_code == 404
