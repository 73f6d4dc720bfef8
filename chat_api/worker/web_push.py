"""Sending notifications to browsers by Web Push (RFC 8030), encrypted for them (RFC 8291)."""

import base64
import ipaddress
from dataclasses import dataclass
from typing import Literal, Self
from urllib.parse import urlsplit

import httpx2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from pydantic import BaseModel
from webpush import WebPush, WebPushSubscription

from auth.authorities import trusted_tls
from auth.errors import SecretsUnusable
from auth.keys import stored_vapid_key
from chat_api.settings import ApiSettings
from chat_api.worker.result import SEND_SECONDS, SendResult
from db.deliveries import Delivery
from db.reminder_values import ChannelName

# How long a push service keeps it for a browser that is offline.
_KEPT_SECONDS = 24 * 3600
_KEY_FILE = "vapid_key.pem"
_GONE = (404, 410)


class PushMessage(BaseModel):
    """What the service worker of the web app gets; `tag` replaces a message that was sent twice."""

    type: Literal["reminder", "test"]
    tag: str
    title: str
    task_id: int | None = None
    notification_id: str | None = None
    fires_at: str | None = None
    late: bool = False


@dataclass(frozen=True)
class PushTarget:
    """A browser: where its push service is, and the keys that only it can decrypt with."""

    endpoint: str
    p256dh: str
    auth: str


class WebPushSender:
    """Sends to the push services that the settings allow, and to no other host."""

    name: ChannelName = "web_push"
    at_once = 50

    def __init__(self, pem: bytes, contact: str, hosts: tuple[str, ...]) -> None:
        private = load_pem_private_key(pem, password=None)
        if not isinstance(private, ec.EllipticCurvePrivateKey):
            raise SecretsUnusable("The key of Web Push is not a P-256 key.")
        public = private.public_key()
        self.public_key = _base64url(
            public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        )
        public_pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        self._push = WebPush(pem, public_pem, subscriber=contact, ttl=_KEPT_SECONDS)
        self._hosts = hosts
        self._client = httpx2.AsyncClient(
            timeout=SEND_SECONDS, follow_redirects=False, verify=trusted_tls()
        )

    @classmethod
    def of(cls, settings: ApiSettings) -> Self:
        """Build it with the key of the settings, or the stored one.

        Raises:
            SecretsUnusable: There is no usable key.
        """
        given = settings.vapid_private_key
        pem = (
            given.get_secret_value().replace("\\n", "\n").encode()
            if given
            else stored_vapid_key(settings.data_dir / "keys" / _KEY_FILE)
        )
        contact = settings.push_contact or f"todochat@{urlsplit(settings.web_address).hostname}"
        try:
            return cls(pem, contact, settings.push_hosts)
        except (TypeError, ValueError) as error:
            raise SecretsUnusable(
                "The key of Web Push is not a private key in PEM form."
            ) from error

    def allows(self, endpoint: str) -> bool:
        """Return whether an endpoint is of a push service of the settings, over TLS.

        Who subscribes chooses the address, and must not make this service call any other.
        """
        try:
            parts = urlsplit(endpoint)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        listed = any(host == known or host.endswith(f".{known}") for known in self._hosts)
        secure = parts.scheme == "https" and port in {None, 443}
        return listed and (secure or (parts.scheme == "http" and _is_loopback(host)))

    async def deliver(self, delivery: Delivery) -> SendResult:
        """Send a delivery, within ten seconds."""
        message = PushMessage(
            type="reminder",
            tag=delivery.notification_id.hex,
            title=delivery.title,
            task_id=delivery.task_id,
            notification_id=str(delivery.notification_id),
            fires_at=delivery.fires_at.isoformat(),
            late=delivery.late,
        )
        target = PushTarget(delivery.endpoint, delivery.p256dh, delivery.auth)
        return await self.send(target, message)

    async def send(self, target: PushTarget, message: PushMessage) -> SendResult:
        """Send a message, within ten seconds."""
        if not self.allows(target.endpoint):
            return SendResult("failed", "This push service is not allowed.")
        try:
            keys = {"p256dh": target.p256dh, "auth": target.auth}
            subscription = WebPushSubscription.model_validate(
                {"endpoint": target.endpoint, "keys": keys}
            )
            sealed = self._push.get(message, subscription)
        except ValueError:
            return SendResult("gone", "The keys of the subscription can't be used.")
        headers = {**sealed.headers, "topic": message.tag[:32], "urgency": "high"}
        try:
            response = await self._client.post(
                target.endpoint, content=sealed.encrypted, headers=headers
            )
        except httpx2.HTTPError as error:
            return SendResult(
                "failed", f"The push service can't be reached ({type(error).__name__})."
            )
        if response.is_success:
            return SendResult("sent")
        answer = f"The push service answered {response.status_code}."
        return SendResult("gone" if response.status_code in _GONE else "failed", answer)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()


def usable_keys(p256dh: str, auth: str) -> bool:
    """Return whether keys are a point of P-256 and a secret of 16 bytes, as RFC 8291 has them."""
    try:
        point = base64.urlsafe_b64decode(p256dh + "=" * (-len(p256dh) % 4))
        secret = base64.urlsafe_b64decode(auth + "=" * (-len(auth) % 4))
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False
    return len(secret) == 16


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
