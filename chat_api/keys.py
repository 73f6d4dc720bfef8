"""The secret and the key of an installation: given, or made once and kept."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from auth.keys import kept_secret, kept_signing_key, signing_key_from_pem
from chat_api.settings import ApiSettings

_FOLDER = "keys"


def login_secret(settings: ApiSettings) -> str:
    """Return the shared secret of login tokens.

    Raises:
        SecretsUnusable: The kept one can't be read.
    """
    if settings.better_auth_secret:
        return settings.better_auth_secret.get_secret_value()
    return kept_secret(settings.data_dir / _FOLDER / "better_auth_secret")


def signing_key(settings: ApiSettings) -> Ed25519PrivateKey:
    """Return the key that signs the tokens for the MCP server.

    Raises:
        SecretsUnusable: The given or kept one can't be read.
    """
    if settings.api_signing_key:
        return signing_key_from_pem(settings.api_signing_key.get_secret_value())
    return kept_signing_key(settings.data_dir / _FOLDER / "signing_key.pem")
