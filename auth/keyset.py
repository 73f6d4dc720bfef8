"""Public keys of an issuer, each bound to one algorithm."""

import json
from collections.abc import Iterable

from jwt import PyJWK

from auth.jwk import public_key

MAX_KEYS = 100


class MalformedKeySet(ValueError):
    """A document is not a JSON Web Key Set (RFC 7517, 5)."""


class KeySet:
    """Keys to be found by the `kid` and `alg` of a token's header."""

    def __init__(self, keys: Iterable[PyJWK]) -> None:
        self._keys = {(key.key_id, key.algorithm_name): key for key in keys}

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, kid: str | None, alg: str) -> PyJWK | None:
        """Return the key with this id; without an id, the only key for `alg` if there is one."""
        if kid is not None:
            return self._keys.get((kid, alg))
        fitting = [key for (_, name), key in self._keys.items() if name == alg]
        return fitting[0] if len(fitting) == 1 else None


def key_set_from_json(body: bytes, algorithms: tuple[str, ...]) -> KeySet:
    """Read a fetched key set as `key_set_from` does.

    Raises:
        MalformedKeySet: It is not JSON, or has no list `keys`.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MalformedKeySet("not JSON") from error
    return key_set_from(document, algorithms)


def key_set_from(document: object, algorithms: tuple[str, ...]) -> KeySet:
    """Read a key set without the keys that are malformed or fit none of `algorithms`.

    Raises:
        MalformedKeySet: There is no list `keys`.
    """
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise MalformedKeySet('no list "keys"')
    read = (public_key(jwk, algorithms) for jwk in keys[:MAX_KEYS])
    return KeySet(key for key in read if key is not None)
