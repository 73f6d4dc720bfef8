import json

import pytest

from auth.errors import UnsafeIssuer
from auth.issuers import Issuer
from auth.sources import KeySource, LocalKeys, RemoteKeys, SharedSecret
from auth.tokens import TokenVerifier
from tests.auth.signing import ISSUER, SECRET, ed25519, es256, rs256, shared

ED = ed25519()
REMOTE = RemoteKeys("https://issuer.example/jwks")
LOCAL = LocalKeys({"keys": [ED.jwk()]})
SHARED = shared(SECRET)

pytestmark = pytest.mark.requirement("FR-AUTH-001")


@pytest.mark.parametrize(
    ("keys", "algorithms"),
    [
        (REMOTE, ("HS256",)),
        (REMOTE, ("EdDSA", "HS256")),
        (LOCAL, ("HS256",)),
        (SHARED, ("EdDSA",)),
        (SHARED, ("HS256", "RS256")),
        (SHARED, ("HS512",)),
        (SHARED, ("none",)),
        (REMOTE, ("none",)),
        (REMOTE, ("PS256",)),
        (REMOTE, ()),
    ],
)
def test_an_algorithm_of_the_other_kind_of_key_is_refused(
    keys: KeySource, algorithms: tuple[str, ...]
) -> None:
    with pytest.raises(UnsafeIssuer):
        Issuer(algorithms=algorithms, keys=keys)


@pytest.mark.parametrize(("issuer", "audience"), [("", None), (None, "")])
def test_an_empty_issuer_or_audience_is_refused(issuer: str | None, audience: str | None) -> None:
    with pytest.raises(UnsafeIssuer):
        Issuer(algorithms=("HS256",), keys=SHARED, issuer=issuer, audience=audience)


@pytest.mark.parametrize(
    "document",
    [{}, {"keys": []}, {"keys": "x"}, {"keys": [es256().jwk()]}, {"keys": [ED.jwk(use="enc")]}],
)
def test_local_keys_that_fit_no_algorithm_are_refused(document: dict[str, object]) -> None:
    with pytest.raises(UnsafeIssuer):
        Issuer(algorithms=("EdDSA",), keys=LocalKeys(document))


@pytest.mark.parametrize(
    "secret",
    ["", "short", "é" * 15, "\ud800" * 40, ED.pem(), rs256().pem(), json.dumps(ED.jwk())],
)
def test_a_short_secret_or_a_keys_text_is_no_shared_secret(secret: str) -> None:
    with pytest.raises(UnsafeIssuer):
        SharedSecret(secret)


def test_a_shared_secret_does_not_show_in_its_repr() -> None:
    assert SECRET not in repr(Issuer(algorithms=("HS256",), keys=SHARED))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "jwks",
        "/jwks",
        "//host/jwks",
        "http://",
        "http:///jwks",
        "ftp://host/jwks",
        "file:///etc/passwd",
        "http://user:password@host/jwks",
        "http://host:0/",
        "http://host:99999/",
        "http://host:port/",
        "http://[::1/jwks",
        "http://host/\n",
    ],
)
def test_a_key_set_is_at_an_http_or_https_url_without_password(url: str) -> None:
    with pytest.raises(UnsafeIssuer):
        RemoteKeys(url)


def test_two_issuers_of_one_name_and_algorithm_are_refused() -> None:
    issuer = Issuer(algorithms=("EdDSA",), keys=LOCAL, issuer=ISSUER, audience="one")
    other = Issuer(algorithms=("EdDSA",), keys=LOCAL, issuer=ISSUER, audience="two")
    with pytest.raises(UnsafeIssuer, match="EdDSA"):
        TokenVerifier([issuer, other])


def test_a_verifier_that_trusts_nobody_is_refused() -> None:
    with pytest.raises(UnsafeIssuer):
        TokenVerifier([])
