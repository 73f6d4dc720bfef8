import pytest

from auth.errors import InvalidToken, TokenExpired, TooManyFailedTokens
from auth.failed_tokens import MAX_ADDRESSES, FailedTokens, FailedTokenSettings

pytestmark = pytest.mark.requirement("FR-AUTH-107")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def refusal(failed: FailedTokens, address: str, error: Exception | None = None) -> type | None:
    """What becomes of a request from an address whose token is refused."""
    try:
        with failed.counting(address):
            raise error or InvalidToken
    except Exception as raised:
        return type(raised)


def test_an_address_has_so_many_tries_a_minute() -> None:
    clock = Clock()
    failed = FailedTokens(2, clock)
    tries = [refusal(failed, "192.0.2.1") for _ in range(3)]
    assert tries == [InvalidToken, InvalidToken, TooManyFailedTokens]
    assert refusal(failed, "192.0.2.2") is InvalidToken
    clock.now = 59.5
    with pytest.raises(TooManyFailedTokens) as refused, failed.counting("192.0.2.1"):
        raise InvalidToken
    assert refused.value.retry_after == 1
    clock.now = 60
    assert refusal(failed, "192.0.2.1") is InvalidToken


def test_an_expired_token_is_no_try() -> None:
    failed = FailedTokens(1, Clock())
    expired = [refusal(failed, "192.0.2.1", TokenExpired()) for _ in range(3)]
    assert expired == [TokenExpired] * 3
    assert refusal(failed, "192.0.2.1") is InvalidToken


@pytest.mark.parametrize(
    ("one", "other"),
    [("2001:db8::1", "2001:db8::ffff:1:2"), ("::ffff:192.0.2.1", "192.0.2.1")],
    ids=["one network of IPv6", "IPv4 in IPv6"],
)
def test_who_has_many_addresses_counts_as_one(one: str, other: str) -> None:
    failed = FailedTokens(1, Clock())
    assert refusal(failed, one) is InvalidToken
    assert refusal(failed, other) is TooManyFailedTokens


def test_networks_of_ipv6_beside_each_other_count_apart() -> None:
    failed = FailedTokens(1, Clock())
    assert refusal(failed, "2001:db8:0:2::1") is InvalidToken
    assert refusal(failed, "2001:db8:0:3::1") is InvalidToken


def test_no_more_addresses_are_remembered_than_there_is_room_for() -> None:
    failed = FailedTokens(1, Clock())
    for number in range(MAX_ADDRESSES + 1):
        refusal(failed, f"host {number}")
    assert len(failed._minutes) == MAX_ADDRESSES
    assert refusal(failed, f"host {MAX_ADDRESSES}") is TooManyFailedTokens
    assert refusal(failed, "host 0") is InvalidToken


def test_proxies_are_addresses_or_networks() -> None:
    settings = FailedTokenSettings(trusted_proxies="127.0.0.1, 10.0.0.0/8,::1")
    assert settings.trusted_proxies == "127.0.0.1, 10.0.0.0/8,::1"
    with pytest.raises(ValueError, match="does not appear to be"):
        FailedTokenSettings(trusted_proxies="proxy.example")
