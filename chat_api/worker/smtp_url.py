"""`SMTP_URL`, read as the web app reads it."""

import re
import ssl
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from auth.errors import SecretsUnusable

_WRONG = "SMTP_URL must be smtp(s)://user:password@host:port?from=address."
_PORTS = {"smtp": 587, "smtps": 465}
_LOOPBACK: Final = re.compile(r"localhost|127(\.\d+){3}|::1")
# An address, or a name with an address in angle brackets.
_SENDER: Final = re.compile(r"([^<>\r\n]*<)?[^\s<>@]+@[^\s<>@]+>?")


@dataclass(frozen=True)
class MailServer:
    """A mail server, and the sender of what goes through it.

    `start_tls` None takes up STARTTLS where the server offers it.
    """

    host: str
    port: int
    tls_from_start: bool
    start_tls: bool | None
    user: str | None
    password: str | None = field(repr=False)
    sender: str

    def client(self, tls: ssl.SSLContext, seconds: float) -> aiosmtplib.SMTP:
        """Return a client that logs in once it connects, and waits so long for each answer."""
        return aiosmtplib.SMTP(
            hostname=self.host,
            port=self.port,
            username=self.user,
            password=self.password,
            use_tls=self.tls_from_start,
            start_tls=self.start_tls,
            tls_context=tls,
            timeout=seconds,
        )


def read_smtp_url(value: str) -> MailServer:
    """Read `smtp(s)://user:password@host:port?from=address`, percent-encoded as in any URL.

    Where `from` is missing, the user's name is the sender. A password never travels unencrypted to
    another machine.

    Raises:
        SecretsUnusable: It is no such URL; the error does not repeat it.
    """
    try:
        url = urlsplit(value)
        port = url.port
    except ValueError:
        raise SecretsUnusable(_WRONG) from None
    if url.scheme not in _PORTS or not url.hostname:
        raise SecretsUnusable(_WRONG)
    user = unquote(url.username or "") or None
    sender = parse_qs(url.query).get("from", [user or ""])[0]
    if not _SENDER.fullmatch(sender):
        raise SecretsUnusable("SMTP_URL needs a sender: add ?from=address, percent-encoded.")
    tls_from_start = url.scheme == "smtps"
    must_start_tls = user is not None and not _LOOPBACK.fullmatch(url.hostname)
    return MailServer(
        host=url.hostname,
        port=port or _PORTS[url.scheme],
        tls_from_start=tls_from_start,
        start_tls=False if tls_from_start else must_start_tls or None,
        user=user,
        password=unquote(url.password or "") if user else None,
        sender=sender,
    )
