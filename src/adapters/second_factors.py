"""Codes of apps by time, and the vault in which their secrets lie; nothing here knows whose they are."""

from __future__ import annotations

import base64
import hmac
import os
import re
from datetime import datetime
from typing import Any

CODE = re.compile(r"^[0-9]{6}$")
STEPS_OFF = 1
"""So many steps of 30 seconds may a phone's clock be wrong, either way (RFC 6238, 5.2)."""
VERSION = "v1."
NONCE = 12


class AppCodes:
    """`core.ports.factors.FactorKind`: six digits by time (TOTP, RFC 6238), as every such app makes them."""

    def new_secret(self) -> str:
        from pyotp import random_base32

        return str(random_base32(32))

    def invitation(self, secret: str, account: str, house: str) -> str:
        return str(_totp(secret).provisioning_uri(name=account, issuer_name=house))

    def mark(self, secret: str, answer: str, now: datetime) -> int | None:
        typed = "".join(answer.split())
        if not CODE.match(typed):
            return None
        codes = _totp(secret)
        step = codes.timecode(now)
        near = range(step - STEPS_OFF, step + STEPS_OFF + 1)
        return max((one for one in near if hmac.compare_digest(codes.generate_otp(one), typed)), default=None)


class AesVault:
    """`core.ports.factors.Vault`: AES-256-GCM with a key derived from ours for this alone, bound to the owner."""

    def __init__(self, secret_key: str) -> None:
        self._key = hmac.digest(secret_key.encode(), b"second-factor", "sha256")

    def seal(self, secret: str, owner: str) -> str:
        nonce = os.urandom(NONCE)
        sealed = self._cipher.encrypt(nonce, secret.encode(), owner.encode())
        return VERSION + base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, owner: str) -> str | None:
        from cryptography.exceptions import InvalidTag

        try:
            whole = base64.urlsafe_b64decode(sealed.removeprefix(VERSION))
            opened: bytes = self._cipher.decrypt(whole[:NONCE], whole[NONCE:], owner.encode())
        except (InvalidTag, ValueError):
            return None
        return opened.decode()

    @property
    def _cipher(self) -> Any:
        """Imported with the first secret: most processes never see one."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._key)


def _totp(secret: str) -> Any:
    from pyotp import TOTP

    return TOTP(secret)
