"""Ways to a provider and back: each belongs to one browser, lasts ten minutes and is gone once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from core.domain.kernel.errors import Invalid, Rejected
from core.domain.kernel.marks import every, task
from core.domain.tasks import Run
from core.ports.clock import Clock
from core.ports.secrets import Secrets
from core.ports.social import Attempts, Claims, Trip
from core.ports.unit_of_work import UnitOfWork

LASTS, WAITS = timedelta(minutes=10), timedelta(hours=1)
"""How long one may be away at a provider, and how long a link to confirm an address is good for."""
KEPT = timedelta(hours=1)
"""So long is one known that is over, so that who comes a second time is told so."""
MOST_LETTERS = 3
ENOUGH = "Three letters went out, and no more do. Look among the unwanted ones, or begin again."


class Purpose(StrEnum):
    """What somebody is asked for: to be let in, to connect, or to show again that it is still them."""

    SIGN_IN = "sign in"
    CONNECT = "connect"
    PROVE = "prove"


class Why(StrEnum):
    """Why an answer is not taken."""

    DENIED = "denied"
    STRANGE = "strange"
    EXPIRED = "expired"
    USED = "used"
    DOUBTFUL = "doubtful"
    TAKEN = "taken"
    ELSEWHERE = "elsewhere"
    SOMEBODY_ELSE = "somebody else"
    SUSPENDED = "suspended"


class Refused(Rejected):
    """Nobody is let in by this; `why` and a sentence about it. `provider` and `onward`: where to try again."""

    def __init__(self, why: Why, sentence: str, provider: str = "", onward: str = "", email: str = "") -> None:
        self.why, self.provider, self.onward, self.email = why, provider, onward, email
        super().__init__(sentence)


@dataclass(eq=False, kw_only=True)
class Attempt:
    """A way that was begun; `id` is the fingerprint of its state, `browser` that of what only this browser holds.

    `user_id` is who asked, if they were signed in. `onward` is where they wanted to go. `claims`: who came back, where
    nobody here is known by that yet; it stays until they have an account. `wish` is the one that they asked for
    (username, name, email, and how many letters were sent), while its address is to be confirmed.
    """

    id: str
    provider: str
    purpose: str
    nonce: str
    verifier: str
    browser: str
    user_id: str = ""
    onward: str = ""
    remembered: bool = True
    claims: dict[str, Any] | None = None
    wish: dict[str, Any] | None = None
    expires_at: datetime
    used_at: datetime | None = None

    def ask_for(self, now: datetime, **wish: str) -> None:
        """Keep what account they want until a link in the mailbox was opened. Raises `Invalid` after three letters."""
        letters = (self.wish or {}).get("letters", 0) + 1
        if letters > MOST_LETTERS:
            raise Invalid({"email": ENOUGH})
        self.wish, self.expires_at = {**wish, "letters": letters}, now + WAITS


class Trips:
    """Begins ways and ends them. It opens its own transactions: none is open while a provider is asked."""

    def __init__(self, unit_of_work: UnitOfWork, attempts: Attempts, secrets: Secrets, clock: Clock) -> None:
        self._unit_of_work, self._attempts, self._secrets, self._clock = unit_of_work, attempts, secrets, clock

    def prepare(self, back: str, *, anew: bool = False) -> Trip:
        """Make up a way; nothing is kept of it yet. The verifier has 64 characters (RFC 7636, 4.1: 43 to 128)."""
        state, nonce, half, rest = (self._secrets.new_token() for _ in range(4))
        return Trip(state=state, nonce=nonce, verifier=half + rest, back=back, anew=anew)

    def keep(self, trip: Trip, provider: str, purpose: Purpose, browser: str, **more: Any) -> None:
        """Keep a way until its browser comes back; `more` is what `Attempt` takes."""
        kept = Attempt(
            id=self._secrets.fingerprint(trip.state), provider=provider, purpose=purpose, nonce=trip.nonce,
            verifier=trip.verifier, browser=self._secrets.fingerprint(browser), expires_at=self._clock.now() + LASTS,
            **more,
        )  # fmt: skip
        with self._unit_of_work.transaction():
            self._attempts.add(kept)

    def end(self, state: str, provider: str, browser: str) -> Attempt:
        """Return the way with this state, which cannot be gone again. Raises `Refused`."""
        with self._unit_of_work.transaction():
            found = self._attempts.find(self._secrets.fingerprint(state))
            if found is None or found.provider != provider or found.browser != self._secrets.fingerprint(browser):
                raise Refused(Why.STRANGE, "This answer was not asked for in this browser. Begin again.", provider)
            now = self._clock.now()
            if not self._attempts.use(found.id, now):
                raise Refused(Why.USED, "This answer was used already. Begin again.", provider, found.onward)
            if found.expires_at < now:
                raise Refused(Why.EXPIRED, "This took more than ten minutes. Begin again.", provider, found.onward)
            return found

    def put_by(self, attempt_id: str, claims: Claims) -> None:
        """Keep who came back until they say whether they want an account, in the open transaction."""
        found = self._attempts.find(attempt_id)
        if found is not None:
            found.claims, found.expires_at = asdict(claims), self._clock.now() + LASTS

    def waiting(self, attempt_id: str, browser: str) -> tuple[Attempt, Claims]:
        """Return who came back in this browser and has no account, in the open transaction. Raises `Refused`."""
        found = self._attempts.find(attempt_id)
        fits = found is not None and found.browser == self._secrets.fingerprint(browser)
        if found is None or not fits or found.claims is None or found.expires_at < self._clock.now():
            raise Refused(Why.EXPIRED, "This took too long, or was done already. Begin again.")
        return found, _claims(found.claims)

    @every("forget-social-attempts", "47 * * * *")
    @task("social.forget-attempts", queue="upkeep", priority=8)
    def forget_old(self, run: Run) -> dict[str, Any]:
        """Forget ways that were over an hour ago."""
        return {"forgotten": self._attempts.remove_before(self._clock.now() - KEPT)}


def _claims(kept: Mapping[str, Any]) -> Claims:
    return Claims(**kept)
