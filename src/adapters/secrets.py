"""Argon2id, random tokens and signed links; nothing here knows who they are for."""

import base64
import hashlib
import hmac
import os
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import Any

from core.domain.kernel.errors import Unavailable

AT_ONCE = max(1, min(4, (os.cpu_count() or 2) // 2))
"""Hashes computed at the same time in one process: each takes 19 MiB and a core for some 20 ms. There are two web
processes or more, and more hashes than cores only push one another out of their caches: 35 sign-ins a second with two
at once in each of two processes on two cores, 40 with one."""
WAITING, PATIENCE = 8, 5.0
"""How many more may wait for that, and how many seconds: each keeps one of the 16 threads that answer everybody."""
BUSY = "More people are signing in at this moment than can be let in at once. Try again in a few seconds."


class Argon2Secrets:
    """`core.ports.secrets.Secrets` with Argon2id (OWASP Password Storage Cheat Sheet: m=19456, t=2, p=1).

    Tests that are about something else take the least there is: `Argon2Secrets(rounds=1, kibibytes=8)`.
    """

    def __init__(
        self, *, rounds: int = 2, kibibytes: int = 19456, at_once: int = AT_ONCE, waiting: int = WAITING
    ) -> None:
        self._cost = {"time_cost": rounds, "memory_cost": kibibytes, "parallelism": 1}
        self._places, self._at_once = threading.Semaphore(at_once + waiting), at_once
        self._nobody: str | None = None

    def hash(self, password: str) -> str:
        return str(self._in_turn(self._hasher.hash, password))

    def verify(self, encoded: str | None, password: str) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError

        if self._nobody is None:
            self._nobody = self.hash(secrets.token_hex())
        try:
            fits = self._in_turn(self._hasher.verify, encoded or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return bool(fits) and encoded is not None

    def is_outdated(self, encoded: str) -> bool:
        return bool(self._hasher.check_needs_rehash(encoded))

    def new_token(self) -> str:
        return secrets.token_urlsafe(24)

    def fingerprint(self, token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()

    def _in_turn(self, compute: Callable[..., Any], *given: str) -> Any:
        """Have it computed, if not too many wait already. Raises `Unavailable`."""
        if not self._places.acquire(blocking=False):
            raise Unavailable(BUSY, retry_after=2)
        try:
            asked = self._threads.submit(compute, *given)
            try:
                return asked.result(timeout=PATIENCE)
            except TimeoutError:
                if asked.cancel():
                    raise Unavailable(BUSY, retry_after=5) from None
                return asked.result()  # it has begun
        finally:
            self._places.release()

    @cached_property
    def _threads(self) -> ThreadPoolExecutor:
        """Those that hash and do nothing else: glibc keeps 19 MiB for each thread that ever did, 300 MB for sixteen."""
        return ThreadPoolExecutor(self._at_once, "argon2")

    @cached_property
    def _hasher(self) -> Any:
        """Imported with the first password: most processes never see one."""
        from argon2 import PasswordHasher

        return PasswordHasher(**self._cost)


class OwnKey:
    """Who works with a key of its own, derived from ours for one purpose when it is first needed."""

    purpose: bytes

    def __init__(self, secret_key: str) -> None:
        self._secret_key = secret_key

    @cached_property
    def _key(self) -> bytes:
        return hmac.digest(self._secret_key.encode(), self.purpose, "sha256")


class SignedLinks(OwnKey):
    """`core.ports.secrets.Links`: an HMAC over the task's id."""

    purpose = b"task-link"

    def sign(self, task_id: str) -> str:
        return base64.urlsafe_b64encode(hmac.digest(self._key, task_id.encode(), "sha256")[:16]).rstrip(b"=").decode()

    def opens(self, task_id: str, key: str) -> bool:
        return hmac.compare_digest(self.sign(task_id).encode(), key.encode("utf-8", "replace"))


class DerivedTokens(OwnKey):
    """`core.ports.secrets.ProofTokens`: an HMAC of 192 bits over the proof's id.

    Who reads the database has the ids and the fingerprints, and can make no token of them without our secret key.
    """

    purpose = b"address-proof"

    def token(self, proof_id: str) -> str:
        return base64.urlsafe_b64encode(hmac.digest(self._key, proof_id.encode(), "sha256")[:24]).decode()

    def fingerprint(self, token: str) -> str:
        return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
