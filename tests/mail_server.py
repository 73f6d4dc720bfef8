"""A mail server on the loopback, and the messages that it was given."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from threading import Condition
from urllib.parse import quote

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.processes import free_port

SENDER = "Todochat <no-reply@example.com>"
# What a URL can't contain as it is.
_USER, _PASSWORD = "todo@example.com", "p@ss/word%"
_REFUSED = "@refused.example"
_HANGS = "@hangs.example"
_SECONDS = 20


class MailServer:
    """Takes messages from who knows the password, to any address but those at `refused.example`.

    It does not answer in time about those at `hangs.example`.
    """

    def __init__(self) -> None:
        self._port = free_port()
        self._messages: list[EmailMessage] = []
        self._changed = Condition()
        self._hanging = 0
        self._controller: Controller | None = None

    @property
    def url(self) -> str:
        """The value of `SMTP_URL`."""
        user, password, sender = (quote(part, safe="") for part in (_USER, _PASSWORD, SENDER))
        return f"smtp://{user}:{password}@127.0.0.1:{self._port}?from={sender}"

    def start(self) -> None:
        self._controller = Controller(
            self,
            hostname="127.0.0.1",
            port=self._port,
            authenticator=_authenticate,
            auth_required=True,
            auth_require_tls=False,
        )
        self._controller.start()

    def stop(self) -> None:
        if self._controller:
            self._controller.stop()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Let nothing listen there until the block ends."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def messages_to(self, address: str, count: int = 1) -> list[EmailMessage]:
        """Wait for so many messages to an address, and return all there are."""
        with self._changed:
            arrived = self._changed.wait_for(lambda: len(self._to(address)) >= count, _SECONDS)
            assert arrived, f"No message to {address} within {_SECONDS} seconds"
            return self._to(address)

    def take(self, address: str) -> EmailMessage:
        """Wait for a message to an address, and return the first after removing it."""
        message = self.messages_to(address)[0]
        with self._changed:
            self._messages.remove(message)
        return message

    def until_hanging(self) -> None:
        """Wait until an answer is owed."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._hanging > 0, _SECONDS)

    def _to(self, address: str) -> list[EmailMessage]:
        return [message for message in self._messages if message["To"] == address]

    async def handle_RCPT(  # noqa: N802  the name is the library's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.endswith(_REFUSED):
            # As real ones do, it repeats what it was given.
            return f"550 5.1.1 <{address}>: there is no such mailbox"
        if address.endswith(_HANGS):
            with self._changed:
                self._hanging += 1
                self._changed.notify_all()
            await asyncio.sleep(_SECONDS)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  the name is the library's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        with self._changed:
            self._messages.append(message_from_bytes(envelope.content, policy=default))
            self._changed.notify_all()
        return "250 OK"


def refused_address(local_part: str) -> str:
    """Return an address that the server refuses."""
    return local_part + _REFUSED


def hanging_address(local_part: str) -> str:
    """Return an address about which the server does not answer in time."""
    return local_part + _HANGS


def _authenticate(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, auth_data: object
) -> AuthResult:
    given = LoginPassword(_USER.encode(), _PASSWORD.encode())
    return AuthResult(success=auth_data == given)
