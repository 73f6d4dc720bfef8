"""Checks of the ways on which reminders and links leave: e-mail and Web Push."""

import asyncio
import ssl

import aiosmtplib

from auth.errors import AuthError
from chat_api.doctor.finding import Finding, error, ok, skipped, warning
from chat_api.settings import ApiSettings
from chat_api.worker.smtp_url import MailServer, read_smtp_url

_SECONDS = 5


async def check_mail(settings: ApiSettings) -> Finding:
    """Connect to the mail server, and log in to it; nothing is sent."""
    if settings.smtp_url is None:
        return skipped("e-mail", "SMTP_URL is not set: no e-mail is sent.")
    try:
        server = read_smtp_url(settings.smtp_url.get_secret_value())
    except AuthError as problem:
        return error("e-mail", str(problem), "Correct SMTP_URL.")
    try:
        await _log_in(server)
    except aiosmtplib.SMTPAuthenticationError:
        message = f"{server.host} refuses the user or the password."
        return error("e-mail", message, "Correct SMTP_URL; each part is percent-encoded.")
    except (aiosmtplib.SMTPException, OSError) as problem:
        message = f"{server.host}:{server.port} can't be used ({type(problem).__name__})."
        return error(
            "e-mail", message, "Check host, port and TLS of SMTP_URL: smtps is TLS from the start."
        )
    return ok("e-mail", f"{server.host} takes mail of {server.user or 'anybody'}.")


async def _log_in(server: MailServer) -> None:
    async with server.client(ssl.create_default_context(), _SECONDS):
        pass


async def check_push(settings: ApiSettings) -> Finding:
    """Connect to the push services; nothing is sent."""
    reached = await asyncio.gather(*map(_is_reached, settings.push_hosts))
    missing = [
        host for host, is_there in zip(settings.push_hosts, reached, strict=True) if not is_there
    ]
    return push_finding(settings, missing)


def push_finding(settings: ApiSettings, missing: list[str]) -> Finding:
    """Return what it means that some push services are out of reach."""
    if not settings.push_hosts:
        return skipped("push", "PUSH_HOSTS is empty: no browser is notified.")
    if missing:
        message = f"Out of reach: {', '.join(missing)}."
        return warning("push", message, "Let the API and the workers connect to them on port 443.")
    if settings.push_contact is None and settings.web_url is not None:
        message = "Push services have no address at which to reach the operator."
        return warning("push", message, "Set PUSH_CONTACT to an e-mail address.")
    return ok("push", f"All {len(settings.push_hosts)} push services are in reach.")


async def _is_reached(host: str) -> bool:
    try:
        async with asyncio.timeout(_SECONDS):
            _, writer = await asyncio.open_connection(host, 443)
            writer.close()
    except (OSError, TimeoutError):
        return False
    return True
