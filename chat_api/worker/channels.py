"""The ways on which notifications leave the app, composed from the settings."""

from dataclasses import dataclass
from typing import Protocol, Self

from chat_api.settings import ApiSettings
from chat_api.worker.mail import MailSender
from chat_api.worker.result import SendResult
from chat_api.worker.web_push import WebPushSender
from db.deliveries import Delivery
from db.reminder_values import ChannelName


class Channel(Protocol):
    """Sends deliveries of one kind, at most `at_once` at the same time."""

    name: ChannelName
    at_once: int

    async def deliver(self, delivery: Delivery) -> SendResult:
        """Send a delivery within ten seconds; raises nothing that the outside causes."""
        ...


@dataclass(frozen=True)
class Channels:
    """Web Push, and e-mail where a mail server is set."""

    push: WebPushSender
    mail: MailSender | None

    @classmethod
    def of(cls, settings: ApiSettings) -> Self:
        """Build them from the settings.

        Raises:
            SecretsUnusable: The key of Web Push or `SMTP_URL` can't be used.
        """
        return cls(WebPushSender.of(settings), MailSender.of(settings))

    @property
    def all(self) -> tuple[Channel, ...]:
        """Those that are set up."""
        return (self.push, self.mail) if self.mail else (self.push,)

    async def aclose(self) -> None:
        """Close all connections."""
        await self.push.aclose()
