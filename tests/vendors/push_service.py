"""A browser and its push service on loopback: it checks who signed (RFC 8292) and reads what was sealed (RFC 8291)."""

from __future__ import annotations

import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey
from tests.vendors.loopback import Answer, Asked, Loopback

from core.ports.push import Device

LARGEST = 4096


def plain(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def raw(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class PushService(Loopback):
    """Takes pushes for its one browser; `shown` is what that browser shows, by tag. `status` is what it answers."""

    def __init__(self, public_key: str = "") -> None:
        super().__init__()
        self.public_key, self.status, self.headers = public_key, 201, {}
        self.shown: dict[str, Any] = {}
        self._secret, self._auth = ec.generate_private_key(ec.SECP256R1()), os.urandom(16)

    @property
    def device(self) -> Device:
        point = self._secret.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return Device(
            kind="web", address=f"{self.url}/push/ada", keys={"p256dh": plain(point), "auth": plain(self._auth)}
        )

    def answer(self, asked: Asked) -> Answer:
        if self.status != 201:
            return Answer(status=self.status, headers=self.headers)
        wrong = self._wrong(asked)
        if wrong:
            return Answer(status=wrong)
        told = http_ece.decrypt(asked.body, private_key=self._secret, auth_secret=self._auth, version="aes128gcm")
        self.shown[asked.headers["topic"]] = json.loads(told)
        return Answer(status=201, headers={"Location": f"{self.url}/message/{len(self.asked)}"})

    def _wrong(self, asked: Asked) -> int:
        """The status of a refusal, or 0."""
        if asked.method != "POST" or "ttl" not in asked.headers:
            return 400
        if len(asked.body) > LARGEST:
            return 413
        scheme, _, given = asked.headers.get("authorization", "").partition(" ")
        parts = dict(part.strip().split("=", 1) for part in given.split(",") if "=" in part)
        if scheme != "vapid" or parts.get("k") != self.public_key:
            return 403
        point = raw(parts["k"])
        key = ECKey.import_key({"kty": "EC", "crv": "P-256", "x": plain(point[1:33]), "y": plain(point[33:])})
        claims = jwt.decode(parts["t"], key, algorithms=["ES256"]).claims
        return 0 if (claims["aud"], claims["sub"]) == (self.url, "mailto:ada@example.com") else 403
