"""Verification of bearer tokens, by the practices of RFC 8725."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import httpx2
from jwt import PyJWK

from auth.claims import principal_of
from auth.decode import UnverifiedClaims, unverified_claims, verified_claims
from auth.download import fetching_client
from auth.errors import InvalidToken, UnsafeIssuer, WrongIssuer
from auth.issuers import Issuer
from auth.jwks import RemoteKeySet
from auth.keyset import KeySet, key_set_from
from auth.principal import Principal
from auth.sources import LocalKeys, RemoteKeys, SharedSecret
from auth.verified import VerifiedTokens


class _Keys(Protocol):
    async def find(self, kid: str | None, alg: str, /) -> PyJWK | None: ...


class _SharedKey:
    """Finds the secret for any key id."""

    def __init__(self, key: PyJWK) -> None:
        self._key = key

    async def find(self, _kid: str | None, _alg: str, /) -> PyJWK | None:
        return self._key


class _FixedKeys:
    def __init__(self, keys: KeySet) -> None:
        self._keys = keys

    async def find(self, kid: str | None, alg: str, /) -> PyJWK | None:
        return self._keys.find(kid, alg)


@dataclass(frozen=True, slots=True)
class _Trust:
    issuer: Issuer
    keys: _Keys


class TokenVerifier:
    """Verifies bearer tokens and returns their principals.

    `client` fetches key sets; without one, the verifier creates its own (TLS context included) and
    closes it in `aclose`. `clock` counts the seconds between fetches.

    Raises:
        UnsafeIssuer: There is no issuer, or two have the same `iss` and algorithm.
    """

    def __init__(
        self,
        issuers: Sequence[Issuer],
        *,
        client: httpx2.AsyncClient | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = client
        self._own_client: httpx2.AsyncClient | None = None
        self._clock = clock
        self._verified = VerifiedTokens()
        self._remote: list[RemoteKeySet] = []
        self._trusts: dict[tuple[str | None, str], _Trust] = {}
        for issuer in issuers:
            self._add(_Trust(issuer, self._keys_of(issuer)))
        if not self._trusts:
            raise UnsafeIssuer("At least one issuer must be trusted.")

    async def verify(self, token: str) -> Principal:
        """Return the principal of `token`; a clock difference of five seconds is accepted.

        Raises:
            InvalidToken: The token is not valid here and now; a subclass and its `code` say why.
            KeysUnavailable: The issuer's keys can't be fetched.
        """
        claims = unverified_claims(token)
        trust = self._trust(claims)
        key = await trust.keys.find(claims.kid, claims.alg)
        if key is None:
            raise InvalidToken("The token is signed with a key that its issuer does not publish.")
        principal = self._verified.find(token, key)
        if principal is None:
            verified = verified_claims(token, key, trust.issuer)
            principal = principal_of(verified, trust.issuer.max_lifetime)
            self._verified.add(token, key, principal)
        return principal

    async def aclose(self) -> None:
        """Stop fetching, and close the client unless it was given."""
        for keys in self._remote:
            await keys.aclose()
        if self._own_client is not None:
            await self._own_client.aclose()

    def _keys_of(self, issuer: Issuer) -> _Keys:
        match issuer.keys:
            case SharedSecret() as shared:
                return _SharedKey(shared.key())
            case LocalKeys(document):
                return _FixedKeys(key_set_from(dict(document), issuer.algorithms))
            case RemoteKeys(url):
                keys = RemoteKeySet(url, issuer.algorithms, self._fetching(), self._clock)
                self._remote.append(keys)
                return keys

    def _fetching(self) -> httpx2.AsyncClient:
        if self._client is None:
            self._client = self._own_client = fetching_client()
        return self._client

    def _add(self, trust: _Trust) -> None:
        for alg in trust.issuer.algorithms:
            if self._trusts.setdefault((trust.issuer.issuer, alg), trust) is not trust:
                raise UnsafeIssuer(f"Two issuers {trust.issuer.issuer!r} sign with {alg}.")

    def _trust(self, claims: UnverifiedClaims) -> _Trust:
        """Choose the issuer by `iss` and `alg`, so that each verification uses one kind of key."""
        named = self._trusts.get((claims.iss, claims.alg))
        trust = named or self._trusts.get((None, claims.alg))
        if trust is not None:
            return trust
        if any(alg == claims.alg for _, alg in self._trusts):
            raise WrongIssuer
        raise InvalidToken("The token is signed with an algorithm that is not accepted.")
