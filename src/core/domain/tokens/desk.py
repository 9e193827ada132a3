"""Makes access tokens, lists and ends them; the text of one is returned when it is made, and then known to nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.domain.accounts import Bearer, User
from core.domain.audit import Audit
from core.domain.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from core.domain.kernel.ids import is_id, new_id
from core.domain.kernel.marks import every, task
from core.domain.tasks import Outbox, Run
from core.domain.tokens import mint
from core.domain.tokens.token import AccessToken, end_of
from core.ports.clock import Clock
from core.ports.tokens import Tokens

MOST = 50
"""Tokens of one person: more than anybody can tell apart."""
KEPT = timedelta(days=30)
"""So long is a token shown that has expired or ended, so that its owner sees what became of it."""
KIND = "access token"


@dataclass(frozen=True)
class TokenMade:
    """Somebody's account has a new token; instants are ISO 8601, "" where there is none."""

    user_id: str
    name: str
    scopes: str
    expires_at: str
    by: str
    address: str


@dataclass(frozen=True)
class TokenRevoked:
    """A token of somebody's was ended before its time."""

    user_id: str
    name: str
    by: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Made:
    """A new token, and its text: the only time that anybody sees it."""

    token: AccessToken
    text: str


@dataclass(frozen=True)
class Books:
    """Where it is written down what happened to tokens, and who is told."""

    audit: Audit
    outbox: Outbox

    def made(self, token: AccessToken) -> None:
        """A token was made."""
        actor, ends = self.audit.actor, token.expires_at
        after = {"name": token.name, "scopes": token.scopes, "expires_at": ends and ends.isoformat()}
        self.audit.note("created", KIND, token.id, label=str(token), after=after)
        ending = ends.isoformat() if ends else ""
        self.outbox.publish(
            TokenMade(token.user_id, token.name, token.scopes, ending, actor.name, actor.address)
        )  # fmt: skip

    def revoked(self, token: AccessToken) -> None:
        """A token was ended."""
        actor = self.audit.actor
        self.audit.note("revoked", KIND, token.id, label=str(token))
        self.outbox.publish(TokenRevoked(token.user_id, token.name, actor.name, actor.address))


class TokenDesk:
    """What people do with their tokens. `scopes` are those there are, with their words."""

    def __init__(self, tokens: Tokens, scopes: Mapping[str, str], books: Books, clock: Clock) -> None:
        self._tokens, self._scopes, self._books, self._clock = tokens, scopes, books, clock

    def make(
        self, user: User, *, name: str, scopes: Iterable[str], days: int | None, through: Bearer | None = None
    ) -> Made:
        """Make a token for so many days (None: without an end) and tell its owner by mail.

        One that is made `through` another allows no more and lives no longer than that. Raises `Invalid` naming each
        bad field, `Conflict` when there are too many, `Forbidden`.
        """
        now, text = self._clock.now(), mint.mint()
        token = AccessToken(
            id=new_id("tok", now), user_id=user.id, name=name, scopes=" ".join(scopes), hint=mint.hint(text),
            fingerprint=mint.fingerprint(text), version=user.version, created_at=now, expires_at=end_of(days, now),
        )  # fmt: skip
        token.check(self._scopes)
        self._fits_among(token, self._tokens.of(user.id))
        if through is not None:
            self._is_no_more_than(token, through)
        self._tokens.add(token)
        self._books.made(token)
        return Made(token=token, text=text)

    def of(self, user_id: str) -> list[AccessToken]:
        """The tokens of a user, newest first."""
        return self._tokens.of(user_id)

    def revoke(self, token_id: str, *, owner: str = "") -> AccessToken:
        """End a token at once. Raises `NotFound`, also where it is not the `owner`'s (if one is named)."""
        found = self._tokens.find(token_id) if is_id(token_id, "tok") else None
        if found is None or (owner and found.user_id != owner):
            raise NotFound("There is no such access token. It may have been revoked already; look at the list again.")
        self._tokens.remove(found.id)
        self._books.revoked(found)
        return found

    @every("forget-tokens", "27 4 * * *")
    @task("tokens.forget", queue="upkeep", priority=8)
    def forget_ended(self, run: Run) -> dict[str, Any]:
        """Forget tokens that expired, or ended with their owner's sessions, 30 days ago."""
        return {"forgotten": self._tokens.remove_ended(self._clock.now() - KEPT)}

    def _fits_among(self, token: AccessToken, others: list[AccessToken]) -> None:
        if len(others) >= MOST:
            raise Conflict(f"You have {MOST} access tokens, and no more can be. Revoke one that you do not need.")
        if token.name.lower() in (other.name.lower() for other in others):
            raise Invalid({"name": "You have a token of this name already. Take another name, or revoke that one."})

    def _is_no_more_than(self, token: AccessToken, through: Bearer) -> None:
        parent = self._tokens.find(through.id)
        ends = parent.expires_at if parent is not None else self._clock.now()
        if set(token.allowed) - set(through.scopes or ()) or _later(token.expires_at, ends):
            raise Forbidden(
                "A token that is made through another one may not do more or live longer than that one. Ask for less, "
                "or make it in your account, under Access tokens."
            )


def _later(one: datetime | None, than: datetime | None) -> bool:
    return than is not None and (one is None or one > than)
