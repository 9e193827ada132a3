"""Passwords, tokens and signed links, without a word about the algorithms."""

from collections.abc import Mapping
from typing import Any, Protocol


class Secrets(Protocol):
    """Passwords as they may be stored, and tokens that people or their browsers carry."""

    def hash(self, password: str) -> str:
        """Return the encoded hash (OWASP: Argon2id, 19 MiB, t=2, p=1 at least).

        Raises `Unavailable` when more wait for their turn than there is room for; so does `verify`.
        """
        ...

    def verify(self, encoded: str | None, password: str) -> bool:
        """Whether the password fits; takes the same time when `encoded` is None (nobody by that name)."""
        ...

    def is_outdated(self, encoded: str) -> bool:
        """Whether the hash should be made again with today's parameters."""
        ...

    def new_token(self) -> str:
        """Return a new random token of at least 128 bits, safe in addresses."""
        ...

    def fingerprint(self, token: str) -> str:
        """Return what may be stored of a token: enough to recognise it, not to make it."""
        ...


class Links(Protocol):
    """Links that work for whoever holds them: signed, read-only, valid until the task is cleaned up."""

    def sign(self, task_id: str) -> str:
        """Return the key that opens this task's page and nothing else."""
        ...

    def opens(self, task_id: str, key: str) -> bool:
        """Whether `key` was signed here for this task."""
        ...


class Signer(Protocol):
    """Statements that we sign, so that whoever carries one cannot change it (JWT, RFC 7519)."""

    def sign(self, claims: Mapping[str, Any]) -> str:
        """Return the claims, and that they are ours (`iss`), as a signed text of URL-safe characters."""
        ...

    def read(self, text: str) -> Mapping[str, Any] | None:
        """Return the claims of a text that was signed here, by our one algorithm; None for any other text.

        Whether its time is over is for the caller to see.
        """
        ...


class Breached(Protocol):
    """Passwords that guessers try first, because they were stolen somewhere."""

    def holds(self, password: str) -> bool:
        """Whether it is one of them, whatever its case. It asks nobody, and tells nobody what was asked."""
        ...


class ProofTokens(Protocol):
    """Tokens in links that prove an address: made of a proof's id by us only, so that none needs to be kept."""

    def token(self, proof_id: str) -> str:
        """Return this proof's token: always the same, of at least 128 bits, safe in addresses."""
        ...

    def fingerprint(self, token: str) -> str:
        """Return what may be stored of a token: enough to recognise it, not to make it."""
        ...
