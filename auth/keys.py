"""The secret and the signing key of an installation."""

import secrets
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from auth.errors import SecretsUnusable
from auth.key_files import read_or_create
from auth.key_ring import StoredRing
from auth.sources import MIN_SECRET_BYTES, SharedSecret

KEYS_FOLDER = "keys"
_PEM_END = "-----END PRIVATE KEY-----"


def new_secret() -> str:
    """Return a secret of 384 random bits."""
    return secrets.token_urlsafe(48)


def new_signing_key() -> bytes:
    """Return a new Ed25519 key (PEM, PKCS #8)."""
    return _pem(Ed25519PrivateKey.generate())


def new_vapid_key() -> bytes:
    """Return a new P-256 key (PEM, PKCS #8)."""
    return _pem(ec.generate_private_key(ec.SECP256R1()))


def stored_secret(path: Path) -> str:
    """Return the secret in `path`, creating it if it is missing (384 random bits).

    A file is never replaced, since that would end every session that depends on it.

    Raises:
        SecretsUnusable: The file can't be read or written, or holds no secret.
    """
    try:
        secret = read_or_create(path, lambda: new_secret().encode()).decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise SecretsUnusable(f"{path} does not hold a secret: it is not ASCII text.") from error
    if len(secret) < MIN_SECRET_BYTES or not secret.isprintable():
        raise SecretsUnusable(
            f"{path} does not hold a secret of at least {MIN_SECRET_BYTES} printable characters."
        )
    return secret


def stored_secrets(data_dir: Path, name: str, lifetime: float) -> StoredRing[SharedSecret]:
    """Return the secrets of one kind in the data folder; see `StoredRing` for `lifetime`."""
    return StoredRing(
        data_dir / KEYS_FOLDER / name,
        lambda path: SharedSecret(stored_secret(path)),
        lifetime=lifetime,
    )


def stored_signing_key(path: Path) -> Ed25519PrivateKey:
    """Return the Ed25519 key in `path` (PEM, PKCS #8), creating it if it is missing.

    Raises:
        SecretsUnusable: The file can't be read or written, or holds no such key.
    """
    try:
        return _signing_key(read_or_create(path, new_signing_key))
    except ValueError as error:
        raise SecretsUnusable(f"{path} does not hold a signing key: {error}") from error


def stored_vapid_key(path: Path) -> bytes:
    """Return the P-256 key in `path` (PEM, PKCS #8), creating it if it is missing.

    Push services know this installation by it (RFC 8292): with another one, every browser would
    have to subscribe again.

    Raises:
        SecretsUnusable: The file can't be read or written.
    """
    return read_or_create(path, new_vapid_key)


def signing_keys_from_pem(text: str) -> list[Ed25519PrivateKey]:
    r"""Return the Ed25519 keys of a PEM text, whose line ends may be written as \n.

    Raises:
        SecretsUnusable: It is not one such key after the other.
    """
    pem = text.replace("\\n", "\n")
    parts = [f"{part}{_PEM_END}" for part in pem.split(_PEM_END) if part.strip()]
    try:
        return [_signing_key(part.encode()) for part in parts or [pem]]
    except ValueError as error:
        raise SecretsUnusable(f"This is not a signing key: {error}") from error


def _signing_key(pem: bytes) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError("not an unencrypted private key in PEM form.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("not an Ed25519 key.")
    return key


def _pem(key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
