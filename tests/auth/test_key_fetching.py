import asyncio
import gzip
from collections.abc import AsyncIterator

import httpx2
import pytest

from auth.errors import InvalidToken, KeysUnavailable
from auth.issuers import Issuer
from auth.jwks import FETCH_FLOOR, FRESH_FOR, USABLE_FOR
from auth.sources import RemoteKeys
from auth.tokens import TokenVerifier
from tests.auth.key_server import KeyServer, ManualClock
from tests.auth.signing import AUDIENCE, ISSUER, ed25519, es256
from tests.serving import NO_AUTHORITIES

OLD, NEW = ed25519("old"), es256("new")


@pytest.fixture
async def server() -> AsyncIterator[KeyServer]:
    async with KeyServer() as server:
        server.publish(OLD)
        yield server


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def verifier(server: KeyServer, clock: ManualClock) -> AsyncIterator[TokenVerifier]:
    issuer = Issuer(
        algorithms=("EdDSA", "ES256"),
        keys=RemoteKeys(server.url),
        issuer=ISSUER,
        audience=AUDIENCE,
    )
    verifier = TokenVerifier([issuer], clock=clock)
    yield verifier
    await verifier.aclose()


async def is_refused(verifier: TokenVerifier, token: str) -> bool:
    try:
        await verifier.verify(token)
    except InvalidToken:
        return True
    return False


async def is_unavailable(verifier: TokenVerifier) -> bool:
    try:
        await verifier.verify(OLD.token())
    except KeysUnavailable as error:
        return error.code == "issuer_unavailable"
    return False


@pytest.mark.requirement("FR-AUTH-009")
async def test_a_key_set_is_fetched_once_and_again_when_it_is_no_longer_fresh(
    server: KeyServer, verifier: TokenVerifier, clock: ManualClock
) -> None:
    assert server.asked == 0
    for _ in range(3):
        assert await verifier.verify(OLD.token())
    clock.now += FRESH_FOR
    assert await verifier.verify(OLD.token())
    assert server.asked == 1
    clock.now += 1
    assert await verifier.verify(OLD.token())
    assert server.asked == 2


@pytest.mark.requirement("FR-AUTH-009")
async def test_requests_that_come_at_once_share_one_fetch(
    server: KeyServer, verifier: TokenVerifier
) -> None:
    server.answering.clear()
    requests = [asyncio.create_task(verifier.verify(OLD.token())) for _ in range(50)]
    await server.asked_times(1)
    server.answering.set()
    principals = await asyncio.gather(*requests)
    assert {principal.user_id for principal in principals} == {"alice"}
    assert server.asked == 1


@pytest.mark.requirement("FR-AUTH-009")
async def test_a_caller_that_gives_up_does_not_end_the_fetch_of_the_others(
    server: KeyServer, verifier: TokenVerifier
) -> None:
    server.answering.clear()
    first, second = (asyncio.create_task(verifier.verify(OLD.token())) for _ in range(2))
    await server.asked_times(1)
    first.cancel()
    await asyncio.wait({first})
    server.answering.set()
    assert (await second).user_id == "alice"
    assert server.asked == 1


@pytest.mark.requirement("FR-AUTH-009")
async def test_made_up_key_ids_cause_no_more_than_one_fetch_in_ten_seconds(
    server: KeyServer, verifier: TokenVerifier, clock: ManualClock
) -> None:
    assert await verifier.verify(OLD.token())
    for second in range(100):
        clock.now += 1
        made_up = ed25519(f"made-up-{second}").token()
        assert await is_refused(verifier, made_up)
    assert server.asked == 1 + 100 // FETCH_FLOOR


@pytest.mark.requirement("FR-AUTH-009")
async def test_a_key_set_that_does_not_come_is_logged_with_its_address(
    server: KeyServer, verifier: TokenVerifier, caplog: pytest.LogCaptureFixture
) -> None:
    server.status = 500
    assert await is_unavailable(verifier)
    (warning,) = [each for each in caplog.records if each.name == "auth.jwks"]
    assert server.url in warning.getMessage()
    assert "500" in warning.getMessage()


@pytest.mark.requirement("FR-AUTH-009")
async def test_claims_of_another_issuer_cause_no_fetch(
    server: KeyServer, verifier: TokenVerifier
) -> None:
    for token in (OLD.token(iss="https://other.example"), OLD.token()[1:], "garbage"):
        assert await is_refused(verifier, token)
    assert server.asked == 0


@pytest.mark.requirement("FR-AUTH-010")
async def test_a_new_key_is_accepted_as_soon_as_a_token_names_it(
    server: KeyServer, verifier: TokenVerifier, clock: ManualClock
) -> None:
    assert await verifier.verify(OLD.token())
    server.publish(OLD, NEW)
    assert await is_refused(verifier, NEW.token())
    clock.now += FETCH_FLOOR
    assert await verifier.verify(NEW.token())
    assert await verifier.verify(OLD.token())
    assert server.asked == 2


@pytest.mark.requirement("FR-AUTH-010")
async def test_a_key_that_was_taken_back_is_refused_when_the_set_is_no_longer_fresh(
    server: KeyServer, verifier: TokenVerifier, clock: ManualClock
) -> None:
    assert await verifier.verify(OLD.token())
    server.publish(NEW)
    clock.now += FRESH_FOR + 1
    assert await is_refused(verifier, OLD.token())


@pytest.mark.requirement("FR-AUTH-010")
async def test_an_issuer_that_has_no_keys_yet_refuses_and_is_asked_again(
    server: KeyServer, verifier: TokenVerifier, clock: ManualClock
) -> None:
    server.publish()
    assert await is_refused(verifier, OLD.token())
    server.publish(OLD)
    clock.now += FETCH_FLOOR
    assert await verifier.verify(OLD.token())


@pytest.mark.requirement("FR-AUTH-011")
async def test_an_issuer_that_was_never_reached_is_unavailable_until_it_answers(
    server: KeyServer, verifier: TokenVerifier, clock: ManualClock
) -> None:
    await server.stop()
    assert await is_unavailable(verifier)
    await server.start()
    assert await is_unavailable(verifier)
    assert server.asked == 0
    clock.now += FETCH_FLOOR
    assert await verifier.verify(OLD.token())


@pytest.mark.requirement("FR-AUTH-011")
async def test_old_keys_serve_for_an_hour_while_the_issuer_is_away(
    server: KeyServer, verifier: TokenVerifier, clock: ManualClock
) -> None:
    assert await verifier.verify(OLD.token())
    await server.stop()
    clock.now += FRESH_FOR + 1
    assert await verifier.verify(OLD.token())
    assert await is_refused(verifier, NEW.token())
    clock.now += USABLE_FOR - FRESH_FOR - 1
    assert await verifier.verify(OLD.token())
    clock.now += 1
    assert await is_unavailable(verifier)
    await server.start()
    clock.now += FETCH_FLOOR
    assert await verifier.verify(OLD.token())


@pytest.mark.requirement("FR-AUTH-011")
async def test_after_a_failure_old_keys_are_used_without_waiting_for_the_issuer(
    server: KeyServer, verifier: TokenVerifier, clock: ManualClock
) -> None:
    assert await verifier.verify(OLD.token())
    server.status = 500
    clock.now += FRESH_FOR + 1
    assert await verifier.verify(OLD.token())
    assert server.asked == 2

    server.status = 200
    server.publish(NEW)
    server.answering.clear()
    clock.now += FETCH_FLOOR
    assert await verifier.verify(OLD.token())
    await server.asked_times(3)
    assert await verifier.verify(OLD.token())
    server.answering.set()
    assert await verifier.verify(NEW.token())
    assert server.asked == 3


FAULTS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "not found": (404, {}, b'{"keys": []}'),
    "error": (500, {}, b'{"keys": []}'),
    "no content": (204, {}, b""),
    "no JSON": (200, {}, b"<html>"),
    "no key set": (200, {}, b"[]"),
    "too large": (200, {}, b'{"keys": []}' + b" " * 256 * 1024),
    "packed": (200, {"content-encoding": "gzip"}, gzip.compress(b'{"keys": []}')),
    "cut off": (200, {"content-length": "1000"}, b'{"keys": []}'),
    "no HTTP": (200, {"content-length": "x"}, b""),
}


@pytest.mark.requirement("FR-AUTH-012")
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
async def test_an_answer_that_is_no_key_set_counts_as_unreachable(
    server: KeyServer,
    verifier: TokenVerifier,
    clock: ManualClock,
    fault: tuple[int, dict[str, str], bytes],
) -> None:
    good = server.body
    server.status, server.headers, server.body = fault
    assert await is_unavailable(verifier)
    server.status, server.headers, server.body = 200, {}, good
    clock.now += FETCH_FLOOR
    assert await verifier.verify(OLD.token())
    server.status, server.headers, server.body = fault
    clock.now += FRESH_FOR + 1
    assert await verifier.verify(OLD.token())
    assert server.asked == 3


@pytest.mark.requirement("FR-AUTH-012")
async def test_a_redirect_is_not_followed_even_by_a_client_that_would(
    server: KeyServer, clock: ManualClock
) -> None:
    server.status, server.headers = 302, {"location": server.url}
    issuer = Issuer(algorithms=("EdDSA",), keys=RemoteKeys(server.url), issuer=ISSUER)
    async with httpx2.AsyncClient(follow_redirects=True, verify=NO_AUTHORITIES) as client:
        verifier = TokenVerifier([issuer], client=client, clock=clock)
        assert await is_unavailable(verifier)
        await verifier.aclose()
        assert not client.is_closed
    assert server.asked == 1


@pytest.mark.requirement("FR-AUTH-012")
async def test_an_issuer_that_hangs_is_given_up(
    server: KeyServer, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auth.download.TOTAL_TIMEOUT", 0.5)
    server.answering.clear()
    async with asyncio.timeout(20):
        assert await is_unavailable(verifier)
    assert server.asked == 1


@pytest.mark.requirement("FR-AUTH-012")
async def test_an_issuer_that_trickles_is_given_up(
    server: KeyServer, verifier: TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auth.download.TOTAL_TIMEOUT", 0.5)
    server.body, server.trickling = b" " * 1000, True
    async with asyncio.timeout(20):
        assert await is_unavailable(verifier)


@pytest.mark.requirement("FR-AUTH-012")
async def test_closing_the_verifier_ends_a_fetch_under_way(
    server: KeyServer, verifier: TokenVerifier
) -> None:
    server.answering.clear()
    waiting = asyncio.create_task(is_unavailable(verifier))
    await server.asked_times(1)
    await verifier.aclose()
    assert await waiting


@pytest.mark.requirement("FR-AUTH-012")
async def test_an_issuer_on_this_machine_is_not_asked_through_a_proxy(
    server: KeyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    issuer = Issuer(
        algorithms=("EdDSA",), keys=RemoteKeys(server.url), issuer=ISSUER, audience=AUDIENCE
    )
    verifier = TokenVerifier([issuer])
    assert await verifier.verify(OLD.token())
    await verifier.aclose()
