"""Trusted issuers, and the conditions for their tokens."""

from dataclasses import dataclass

from auth.errors import UnsafeIssuer
from auth.keyset import KEY_TYPES, MalformedKeySet, key_set_from
from auth.sources import SYMMETRIC_ALGORITHM, KeySource, LocalKeys, SharedSecrets

ASYMMETRIC_ALGORITHMS = tuple(KEY_TYPES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """A trusted issuer.

    `issuer` and `audience`, where given, must be in the token as `iss` and `aud`. Without an
    `audience`, a token that names one is refused: it is addressed to someone else (RFC 7519,
    4.1.3). `max_lifetime` is the longest `exp - iat` in seconds, and the longest until `exp`. `iat`
    is required then, but not of who holds a shared secret.

    Raises:
        UnsafeIssuer: An algorithm does not belong to the kind of key, so that a public key could
            be used as a secret (RFC 8725, 2.1), or no local key fits the algorithms.
    """

    algorithms: tuple[str, ...]
    keys: KeySource
    issuer: str | None = None
    audience: str | None = None
    max_lifetime: int | None = None

    def __post_init__(self) -> None:
        allowed = (SYMMETRIC_ALGORITHM,) if self.shares_secrets else ASYMMETRIC_ALGORITHMS
        if not self.algorithms or not set(self.algorithms) <= set(allowed):
            raise UnsafeIssuer(f"Such an issuer can sign with {', '.join(allowed)} only.")
        if "" in (self.issuer, self.audience):
            raise UnsafeIssuer("The name of an issuer or audience can't be empty.")
        if isinstance(self.keys, LocalKeys) and not self._usable(self.keys):
            raise UnsafeIssuer("No local key fits the algorithms of its issuer.")

    @property
    def shares_secrets(self) -> bool:
        """Whether who verifies its tokens could sign them too."""
        return isinstance(self.keys, SharedSecrets)

    def _usable(self, keys: LocalKeys) -> bool:
        try:
            return len(key_set_from(dict(keys.key_set), self.algorithms)) > 0
        except MalformedKeySet:
            return False
