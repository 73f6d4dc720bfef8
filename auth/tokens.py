"""Verification of bearer tokens, by the practices of RFC 8725."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import httpx2
from jwt import PyJWK

from auth.claims import principal_of
from auth.decode import UnverifiedClaims, unverified_claims, verified_claims
from auth.download import fetching_client
from auth.errors import InvalidToken, UnsafeIssuer, WrongIssuer, WrongSignature
from auth.issuers import Issuer
from auth.jwks import RemoteKeySet
from auth.key_ring import KeyRing
from auth.keyset import KeySet, key_set_from
from auth.principal import Principal
from auth.sources import LocalKeys, RemoteKeys, SharedSecret, SharedSecrets
from auth.verified import VerifiedTokens


class _Keys(Protocol):
    async def candidates(self, kid: str | None, alg: str, /) -> Sequence[PyJWK]:
        """Return the keys that may have signed a token with this header."""
        ...


class _SharedKeys:
    """Tries all secrets of a ring for a key id that none of them has: others number theirs."""

    def __init__(self, ring: KeyRing[SharedSecret]) -> None:
        self._ring = ring
        # The same objects as long as the ring is the same, by which verified tokens are found.
        self._keys: dict[SharedSecret, PyJWK] = {}

    async def candidates(self, kid: str | None, _alg: str, /) -> Sequence[PyJWK]:
        verifying = self._ring.verifying()
        if list(verifying) != list(self._keys):
            self._keys = {secret: self._keys.get(secret) or secret.key() for secret in verifying}
        named = [key for secret, key in self._keys.items() if secret.kid == kid]
        return named or list(self._keys.values())


class _FixedKeys:
    def __init__(self, keys: KeySet) -> None:
        self._keys = keys

    async def candidates(self, kid: str | None, alg: str, /) -> Sequence[PyJWK]:
        key = self._keys.find(kid, alg)
        return [key] if key else []


class _PublishedKeys:
    def __init__(self, keys: RemoteKeySet) -> None:
        self._keys = keys

    async def candidates(self, kid: str | None, alg: str, /) -> Sequence[PyJWK]:
        key = await self._keys.find(kid, alg)
        return [key] if key else []


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
        keys = await trust.keys.candidates(claims.kid, claims.alg)
        if not keys:
            raise InvalidToken("The token is signed with a key that its issuer does not publish.")
        for key in keys[:-1]:
            with suppress(WrongSignature):
                return self._principal(token, key, trust.issuer)
        return self._principal(token, keys[-1], trust.issuer)

    async def aclose(self) -> None:
        """Stop fetching, and close the client unless it was given."""
        for keys in self._remote:
            await keys.aclose()
        if self._own_client is not None:
            await self._own_client.aclose()

    def _principal(self, token: str, key: PyJWK, issuer: Issuer) -> Principal:
        principal = self._verified.find(token, key)
        if principal is None:
            verified = verified_claims(token, key, issuer)
            principal = principal_of(verified, issuer.max_lifetime)
            self._verified.add(token, key, principal)
        return principal

    def _keys_of(self, issuer: Issuer) -> _Keys:
        match issuer.keys:
            case SharedSecrets(ring):
                return _SharedKeys(ring)
            case LocalKeys(document):
                return _FixedKeys(key_set_from(dict(document), issuer.algorithms))
            case RemoteKeys(url):
                keys = RemoteKeySet(url, issuer.algorithms, self._fetching(), self._clock)
                self._remote.append(keys)
                return _PublishedKeys(keys)

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
