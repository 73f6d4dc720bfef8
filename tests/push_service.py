"""A push service and the browsers that it serves, which decrypt what arrives (RFC 8291)."""

import asyncio
import base64
import json
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.serving import listen, port_of, serving

_LONGEST_SECONDS = 15


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def from_base64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


@dataclass
class Browser:
    """A browser that has subscribed; `answers` is the status with which its messages are taken."""

    service: "PushService"
    answers: int = 201
    path: str = field(default_factory=lambda: uuid4().hex)
    received: list[dict[str, Any]] = field(default_factory=list)
    attempts: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._auth = uuid4().bytes
        self.service.browsers[self.path] = self

    @property
    def point(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def subscription(self) -> dict[str, Any]:
        """What the browser's `PushSubscription.toJSON()` gives."""
        keys = {"p256dh": base64url(self.point), "auth": base64url(self._auth)}
        endpoint = f"{self.service.url}/push/{self.path}"
        return {"endpoint": endpoint, "expirationTime": None, "keys": keys}

    def decrypt(self, body: bytes) -> dict[str, Any]:
        """Decrypt a message by the steps of RFC 8291, section 3.4, and RFC 8188."""
        salt, (_, length) = body[:16], struct.unpack("!LB", body[16:21])
        sender, sealed = body[21 : 21 + length], body[21 + length :]
        other = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        shared = self._key.exchange(ec.ECDH(), other)
        secret = _derived(shared, self._auth, b"WebPush: info\0" + self.point + sender, 32)
        key = _derived(secret, salt, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _derived(secret, salt, b"Content-Encoding: nonce\0", 12)
        padded = AESGCM(key).decrypt(nonce, sealed, None)
        message: dict[str, Any] = json.loads(padded.rstrip(b"\0").removesuffix(b"\2"))
        return message

    async def messages(self, count: int) -> list[dict[str, Any]]:
        """Wait for so many messages."""
        await self._until(lambda: len(self.received) >= count)
        return self.received

    async def tried(self, count: int) -> None:
        """Wait for so many attempts."""
        await self._until(lambda: self.attempts >= count)

    async def _until(self, holds: Any) -> None:
        async with asyncio.timeout(_LONGEST_SECONDS):
            while not holds():
                self.news.clear()
                await self.news.wait()


@dataclass
class PushService:
    """Takes messages for browsers, from senders that sign with the key they subscribed with."""

    url: str
    public_key: str = ""
    browsers: dict[str, Browser] = field(default_factory=dict)

    async def take(self, request: Request) -> Response:
        """Take one message, as RFC 8030 and 8292 have it."""
        browser = self.browsers[request.path_params["path"]]
        browser.attempts += 1
        browser.news.set()
        if browser.answers == HANGS:
            await asyncio.sleep(60)
        if browser.answers != 201:
            return Response(status_code=browser.answers)
        assert request.headers["content-encoding"] == "aes128gcm"
        assert int(request.headers["ttl"]) > 0
        self._verify(request.headers["authorization"])
        browser.received.append(browser.decrypt(await request.body()))
        return Response(status_code=201)

    def _verify(self, authorization: str) -> None:
        """Check the signature of the sender (RFC 8292)."""
        scheme, parts = authorization.split(" ", 1)
        values = dict(part.strip().split("=", 1) for part in parts.split(","))
        point = from_base64url(values["k"])
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        claims = jwt.decode(values["t"], key, algorithms=["ES256"], options={"verify_aud": False})
        assert scheme == "vapid"
        assert values["k"] == self.public_key
        assert claims["sub"].startswith("mailto:")


# A status that no service answers.
HANGS = 0


@asynccontextmanager
async def running_push_service() -> AsyncIterator[PushService]:
    """Serve until the block ends."""
    listener = listen()
    service = PushService(f"http://127.0.0.1:{port_of(listener)}")
    route = Route("/push/{path}", service.take, methods=["POST"])
    async with serving(Starlette(routes=[route]), listener):
        yield service
