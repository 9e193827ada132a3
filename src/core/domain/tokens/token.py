"""An access token as it is kept: whose it is, what it allows and until when; never its text."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.kernel import rules
from core.domain.kernel.errors import Invalid

LIVES = (7, 30, 90, 365)
"""Days that a page offers; any number up to the last can be asked for, or no end."""
LONGEST_NAME = 60
TOUCH = timedelta(minutes=1)


@dataclass(eq=False, kw_only=True)
class AccessToken:
    """A token for a program. `scopes` are separated by spaces (RFC 6749 3.3); `hint` is how its text begins.

    `version` is its owner's when it was made: with the next one it has ended. `used_from` is a network address.
    """

    id: str
    user_id: str
    name: str
    scopes: str
    hint: str
    fingerprint: str
    version: int
    created_at: datetime
    expires_at: datetime | None = None
    used_at: datetime | None = None
    used_from: str = ""

    def check(self, known: Collection[str]) -> None:
        """Clean the fields or raise `Invalid` naming each bad one; `known` are the scopes there are."""
        listed = rules.Checklist()
        self.name = listed.take("name", rules.one_line, self.name, "The name", LONGEST_NAME) or ""
        self.scopes = listed.take("scopes", _scopes, self.scopes.split(" "), known) or ""
        listed.close()

    @property
    def allowed(self) -> tuple[str, ...]:
        """Its scopes."""
        return tuple(self.scopes.split())

    def is_over(self, now: datetime) -> bool:
        """Whether its time has passed."""
        return self.expires_at is not None and self.expires_at <= now

    def is_unnoted(self, now: datetime) -> bool:
        """Whether its use was last written down more than a minute ago, so that doing so is worth a transaction."""
        return self.used_at is None or self.used_at <= now - TOUCH

    def state(self, version: int, now: datetime) -> str:
        """`active`, `expired`, or `ended` with the sessions of its owner, whose account has this version."""
        return "ended" if self.version != version else "expired" if self.is_over(now) else "active"

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"


def end_of(days: int | None, now: datetime) -> datetime | None:
    """When a token ends that is made now for so many days, or None. Raises `Invalid`."""
    if days is None:
        return None
    if not 1 <= days <= LIVES[-1]:
        raise Invalid({"days": f"A token lives for 1 to {LIVES[-1]} days, or without an end."})
    return now + timedelta(days=days)


def _scopes(given: Sequence[str], known: Collection[str]) -> str:
    wanted = [scope for scope in given if scope]
    strange = [scope for scope in wanted if scope not in known]
    if strange:
        raise ValueError(f"There is no scope {strange[0][:60]!r}. There are: {', '.join(known)}.")
    if not wanted:
        raise ValueError("Choose at least one thing that the token may do.")
    return " ".join(scope for scope in known if scope in wanted)
