"""Notifications by Web Push, to a push service of our own whose browsers decrypt them."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from auth.keys import stored_vapid_key
from chat_api.settings import ApiSettings
from chat_api.worker.web_push import WebPushSender
from db.engine import Sessions
from db.telemetry.metrics import metrics
from tests.api.conftest import api_of
from tests.api.notifications.test_notifications import let_pass, remind, until_unread
from tests.push_service import HANGS, Browser, PushService, running_push_service
from tests.stack import Stack, running_stack

Client = httpx2.AsyncClient


@pytest.fixture(scope="module")
async def service() -> AsyncIterator[PushService]:
    async with running_push_service() as service:
        yield service


@pytest.fixture(scope="module")
async def sending(
    committed: Sessions,
    database_url: str,
    service: PushService,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Stack]:
    """An API that sends to our push service."""
    folder: Path = tmp_path_factory.mktemp("sending")
    async with running_stack(
        committed,
        folder,
        chat_provider="offline",
        listen_to=database_url,
        run_worker=True,
        push_hosts=("127.0.0.1",),
    ) as stack:
        yield stack


@pytest.fixture
async def api(sending: Stack, service: PushService, user: str) -> AsyncIterator[Client]:
    async with api_of(sending, user) as client:
        service.public_key = (await client.get("/push-subscriptions")).json()["public_key"]
        yield client


async def subscribe(api: Client, browser: Browser) -> dict[str, Any]:
    answer = await api.post("/push-subscriptions", json=browser.subscription)
    assert answer.status_code == 201, answer.text
    added: dict[str, Any] = answer.json()
    return added


def sent() -> float:
    labels = {"channel": "web_push", "result": "sent"}
    return metrics().registry.get_sample_value("todochat_deliveries_total", labels) or 0


async def shown(api: Client) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = (await api.get("/push-subscriptions")).json()["subscriptions"]
    return listed


async def fire(api: Client, sessions: Sessions, user: str, title: str = "Call Sam") -> None:
    await remind(api, title)
    await let_pass(sessions, user)


async def until_noted(api: Client, failures: int) -> dict[str, Any]:
    """Wait until the only browser has so many failures."""
    async with asyncio.timeout(15):
        (one,) = await shown(api)
        while one["failures"] != failures:
            await asyncio.sleep(0.05)
            (one,) = await shown(api)
    return one


@pytest.mark.requirement("FR-TASK-311")
async def test_each_browser_of_the_user_gets_what_fires_and_can_decrypt_it(
    api: Client, service: PushService, committed: Sessions, user: str
) -> None:
    sent_before = sent()
    browsers = [Browser(service), Browser(service)]
    stranger = Browser(service)
    for browser in browsers:
        await subscribe(api, browser)
    await fire(api, committed, user, "Call Sam — ☎")
    (notification,) = (await until_unread(api, 1))["notifications"]
    for browser in browsers:
        (message,) = await browser.messages(1)
        assert message["title"] == "Call Sam — ☎"
        assert message["notification_id"] == notification["id"]
        assert (message["type"], message["task_id"], message["late"]) == ("reminder", 1, False)
    async with asyncio.timeout(10):
        noted = await shown(api)
        while not all(one["last_ok_at"] for one in noted):
            await asyncio.sleep(0.05)
            noted = await shown(api)
    assert stranger.received == []
    assert sent() >= sent_before + 2


@pytest.mark.requirement("FR-TASK-312")
async def test_subscriptions_are_listed_tested_renewed_and_deleted(
    api: Client, service: PushService
) -> None:
    browser = Browser(service)
    added = await subscribe(api, browser)
    assert (added["service"], added["failures"], added["last_error"]) == ("127.0.0.1", 0, None)
    assert "endpoint" not in added
    assert (await subscribe(api, browser))["id"] == added["id"]
    assert [one["id"] for one in await shown(api)] == [added["id"]]
    path = f"/push-subscriptions/{added['id']}"
    assert (await api.post(f"{path}/test")).json() == {"sent": True, "error": None}
    assert [message["type"] for message in browser.received] == ["test"]
    browser.answers = 500
    failed = {"sent": False, "error": "The push service answered 500."}
    assert (await api.post(f"{path}/test")).json() == failed
    assert (await api.delete(path)).status_code == 204
    for answer in (await api.delete(path), await api.post(f"{path}/test")):
        assert (answer.status_code, answer.json()["code"]) == (404, "push_subscription_not_found")


@pytest.mark.requirement("FR-TASK-130")
async def test_a_test_message_that_is_requested_again_is_sent_once(
    api: Client, service: PushService
) -> None:
    browser = Browser(service)
    path = f"/push-subscriptions/{(await subscribe(api, browser))['id']}/test"
    for key, count in (("one", 1), ("one", 1), ("two", 2)):
        answer = await api.post(path, headers={"Idempotency-Key": key})
        assert answer.json() == {"sent": True, "error": None}
        assert len(browser.received) == count


@pytest.mark.requirement("FR-TASK-313")
@pytest.mark.parametrize("answer", [404, 410])
async def test_a_browser_that_is_gone_is_removed(
    api: Client, service: PushService, committed: Sessions, user: str, answer: int
) -> None:
    await subscribe(api, Browser(service, answers=answer))
    await fire(api, committed, user)
    async with asyncio.timeout(15):
        left = await shown(api)
        while left:
            await asyncio.sleep(0.05)
            left = await shown(api)


@pytest.mark.requirement("FR-TASK-313")
async def test_a_service_that_fails_is_seen_and_keeps_nobody_else_waiting(
    sending: Stack, api: Client, service: PushService, committed: Sessions, user: str
) -> None:
    hanging = Browser(service, answers=HANGS)
    await subscribe(api, hanging)
    other = f"{user}-other"
    async with api_of(sending, other) as others:
        broken, working = Browser(service, answers=500), Browser(service)
        await subscribe(others, broken)
        await fire(api, committed, user)
        await hanging.tried(1)
        await fire(others, committed, other)
        noted = await until_noted(others, 1)
        assert noted["last_error"] == "The push service answered 500."
        await others.delete(f"/push-subscriptions/{noted['id']}")
        await subscribe(others, working)
        await fire(others, committed, other, "again")
        assert [message["title"] for message in await working.messages(1)] == ["again"]
    assert "can't be reached" in (await until_noted(api, 1))["last_error"]


@pytest.mark.requirement("FR-TASK-312")
@pytest.mark.parametrize(
    "endpoint",
    [
        "https://push.example/x",
        "https://fcm.googleapis.com.example/x",
        "ftp://127.0.0.1/x",
        "http://127.0.0.1.example/x",
        "http://[::1/x",
        "https://fcm.googleapis.com:8443/x",
    ],
)
async def test_an_endpoint_of_no_push_service_is_refused(
    api: Client, service: PushService, endpoint: str
) -> None:
    body = Browser(service).subscription | {"endpoint": endpoint}
    refused = await api.post("/push-subscriptions", json=body)
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_push_service")
    assert await shown(api) == []


@pytest.mark.requirement("FR-TASK-312")
async def test_keys_that_no_browser_has_are_refused(api: Client, service: PushService) -> None:
    good = Browser(service).subscription
    for endpoint in (
        "",
        "not an address",
        "https://fcm.googleapis.com/\0",
        "http://127.0.0.1/\ud800",
    ):
        body = json.dumps(good | {"endpoint": endpoint})
        refused = await api.post("/push-subscriptions", content=body)
        assert refused.status_code == 422
    spaced = good["keys"] | {"auth": f"{good['keys']['auth']}\0"}
    for keys in ({}, spaced, {"p256dh": "AAAA", "auth": "AAAA"}, good["keys"] | {"auth": "AAAA"}):
        refused = await api.post("/push-subscriptions", json=good | {"keys": keys})
        assert refused.status_code == 422


@pytest.mark.requirement("FR-TASK-312")
async def test_a_user_has_at_most_twenty_browsers(api: Client, service: PushService) -> None:
    for _ in range(20):
        await subscribe(api, Browser(service))
    refused = await api.post("/push-subscriptions", json=Browser(service).subscription)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_many_push_subscriptions")


@pytest.mark.requirement("FR-TASK-314")
def test_the_key_is_made_once_and_kept(tmp_path: Path) -> None:
    settings = ApiSettings(TODOCHAT_DATA_DIR=tmp_path)
    key = WebPushSender.of(settings).public_key
    assert WebPushSender.of(settings).public_key == key
    pem = stored_vapid_key(tmp_path / "keys" / "vapid_key.pem").decode()
    given = ApiSettings(TODOCHAT_DATA_DIR=tmp_path / "other", vapid_private_key=pem)
    assert WebPushSender.of(given).public_key == key
    assert not (tmp_path / "other").exists()
    mode = (tmp_path / "keys" / "vapid_key.pem").stat().st_mode & 0o777
    assert mode == 0o600


@pytest.mark.requirement("FR-TASK-312")
async def test_an_unknown_subscription_is_not_found(api: Client) -> None:
    assert (await api.delete(f"/push-subscriptions/{uuid4()}")).status_code == 404
