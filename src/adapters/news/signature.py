"""Whether Amazon signed a post: SignatureVersion 2 (RSA over SHA-256), by a certificate that Amazon hands out."""

from __future__ import annotations

import re
import threading
from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from adapters.http import fetch
from core.domain.kernel.errors import Forbidden
from core.ports.clock import Clock

SIGNED = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    "UnsubscribeConfirmation": ("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
}
HOST = re.compile(r"sns\.[a-z]{2,4}(-[a-z]{2,10}){1,3}-\d{1,2}\.amazonaws\.com(\.cn)?")
CERTIFICATE = re.compile(r"/SimpleNotificationService-[0-9a-f]{10,64}\.pem")
LARGEST, MOST_KEPT = 64 * 1024, 16
NOT_SIGNED = "Amazon has not signed this. Nothing was changed."


class Signatures:
    """Checks posts. Certificates are fetched from Amazon's hosts for SNS, and from `endpoint_url` when we have our own;
    they are kept, since one signs everything for months."""

    def __init__(self, clock: Clock, endpoint_url: str = "") -> None:
        self._clock, self._endpoint = clock, endpoint_url.rstrip("/")
        self._kept: dict[str, Any] = {}
        self._turn = threading.Lock()

    def check(self, post: Mapping[str, Any]) -> None:
        """Return, or raise `Forbidden`; `Unavailable` when the certificate cannot be fetched."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA256

        if post.get("SignatureVersion") != "2" or post.get("Type") not in SIGNED:
            raise Forbidden(f"{NOT_SIGNED} Choose SignatureVersion 2 for the topic, if it is ours.")
        try:
            given = b64decode(str(post.get("Signature", "")), validate=True)
            key = self._certificate(str(post.get("SigningCertURL", ""))).public_key()
            key.verify(given, to_sign(post), PKCS1v15(), SHA256())
        except (InvalidSignature, ValueError, AttributeError, TypeError) as forged:
            raise Forbidden(NOT_SIGNED) from forged

    def is_amazon(self, url: str) -> bool:
        """Whether an address is at one of Amazon's hosts for SNS, or at our own stand-in."""
        try:
            parts = urlsplit(url)
            if self._endpoint and url.startswith(f"{self._endpoint}/"):
                return True
            return parts.scheme == "https" and bool(HOST.fullmatch(parts.netloc))
        except ValueError:
            return False

    def _certificate(self, url: str) -> Any:
        """The certificate at an address, while it is valid."""
        if not self.is_amazon(url) or not CERTIFICATE.fullmatch(urlsplit(url).path):
            raise Forbidden(NOT_SIGNED)
        with self._turn:
            found = self._kept.get(url)
        found = found or self._fetched(url)
        if not found.not_valid_before_utc <= self._clock.now() <= found.not_valid_after_utc:
            raise Forbidden(f"{NOT_SIGNED} Its certificate is not valid today.")
        return found

    def _fetched(self, url: str) -> Any:
        from cryptography.x509 import load_pem_x509_certificate

        found = load_pem_x509_certificate(fetch(url, most=LARGEST, timeout=2.0))
        with self._turn:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[url] = found
        return found


def to_sign(post: Mapping[str, Any]) -> bytes:
    """What the signature is over: names and values of what there is, a line each, in the alphabet's order."""
    pairs = ((name, post.get(name)) for name in SIGNED[post["Type"]])
    return "".join(f"{name}\n{value}\n" for name, value in pairs if value is not None).encode()
