"""Sending reminders by e-mail, through the mail server of the settings."""

import asyncio
import ssl
from contextlib import closing, suppress
from email.message import EmailMessage
from email.utils import formatdate
from html import escape
from typing import Self
from urllib.parse import urlsplit

import aiosmtplib

from chat_api.settings import ApiSettings
from chat_api.worker.result import SEND_SECONDS, SendResult
from chat_api.worker.smtp_url import MailServer, read_smtp_url
from db.deliveries import Delivery
from db.reminder_values import ChannelName

_PERMANENT = 500
_QUIT_SECONDS = 1
_LATE = "This reminder is late."
_BUTTON = (
    "display:inline-block;padding:10px 20px;border-radius:8px;background:#0f6b5c;color:#ffffff;"
    "text-decoration:none;font-weight:600"
)
_TEXT = """{title}
{late}
Open the task:
{task}

You get this because you turned on reminders by e-mail. Turn them off here:
{settings}
"""
_HTML = """<!doctype html>
<html lang="en">
<body style="margin:0;padding:24px;font-family:system-ui,sans-serif;line-height:1.5;color:#1c1917">
<p style="font-size:20px;font-weight:600">{title}</p>
<p>{late}</p>
<p><a href="{task}" style="{button}">Open the task</a></p>
<p style="color:#57534e">You get this because you turned on reminders by e-mail.
<a href="{settings}" style="color:#0f6b5c">Turn them off</a></p>
</body>
</html>
"""


class MailSender:
    """Sends one message a delivery; its Message-ID is the notification's, however often it goes."""

    name: ChannelName = "email"
    # Mail servers take few connections of one client.
    at_once = 10

    def __init__(self, server: MailServer, web_address: str) -> None:
        self._server = server
        self._web_address = web_address
        self._tls = ssl.create_default_context()

    @classmethod
    def of(cls, settings: ApiSettings) -> Self | None:
        """Build it from the settings; None where no mail server is set.

        Raises:
            SecretsUnusable: `SMTP_URL` is not the address of a mail server.
        """
        if settings.smtp_url is None:
            return None
        return cls(read_smtp_url(settings.smtp_url.get_secret_value()), settings.web_address)

    async def deliver(self, delivery: Delivery) -> SendResult:
        """Send a delivery, within ten seconds."""
        try:
            await self._send(self.message(delivery))
        except aiosmtplib.SMTPRecipientsRefused as error:
            return _refusal(error.recipients[0].code)
        except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPDataError) as error:
            return _refusal(error.code)
        except (aiosmtplib.SMTPException, OSError) as error:
            return SendResult("failed", f"The mail server can't be used ({type(error).__name__}).")
        return SendResult("sent")

    def message(self, delivery: Delivery) -> EmailMessage:
        """Return a reminder as text and as HTML."""
        settings = f"{self._web_address}/settings"
        values = {
            "title": delivery.title,
            "late": _LATE if delivery.late else "",
            "task": f"{self._web_address}/tasks?task={delivery.task_id}",
            "settings": settings,
        }
        host = urlsplit(self._web_address).hostname
        message = EmailMessage()
        message["From"] = self._server.sender
        message["To"] = delivery.endpoint
        message["Subject"] = f"Reminder: {' '.join(delivery.title.split())}"
        message["Date"] = formatdate()
        message["Message-ID"] = f"<{delivery.notification_id.hex}@{host}>"
        message["List-Unsubscribe"] = f"<{settings}>"
        # No automatic replies (RFC 3834, 5).
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(_TEXT.format(**values))
        safe = {name: escape(value) for name, value in values.items()}
        message.add_alternative(_HTML.format(button=_BUTTON, **safe), subtype="html")
        return message

    async def _send(self, message: EmailMessage) -> None:
        client = self._server.client(self._tls, SEND_SECONDS)
        # As its own context the client would wait as long again for the answer to its QUIT.
        with closing(client):
            async with asyncio.timeout(SEND_SECONDS):
                await client.connect()
                await client.send_message(message)
            with suppress(aiosmtplib.SMTPException, OSError):
                async with asyncio.timeout(_QUIT_SECONDS):
                    await client.quit()


def _refusal(code: int) -> SendResult:
    """A code of 5xx is permanent (RFC 5321, 4.2.1); what the server says is not repeated."""
    error = f"The mail server did not take the message ({code})."
    return SendResult("refused" if code >= _PERMANENT else "failed", error)
