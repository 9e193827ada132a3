"""To a provider and back: who somebody is by an account elsewhere; who that is here is decided by others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.domain.kernel.errors import NotFound, Rejected, Unavailable
from core.domain.social.trips import Attempt, Purpose, Refused, Trips, Why
from core.ports.social import Claims, Provider, Trip

__all__ = ["Arrival", "Refused", "SocialDesk", "Why"]
BUSY = ("server_error", "temporarily_unavailable")
"""What a provider answers for a failure of its own (RFC 6749, 4.1.2.1)."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Somebody came back: the way they went, and who they are by their provider."""

    attempt: Attempt
    claims: Claims


class SocialDesk:
    """Sends browsers to a provider, and reads with what they come back. No transaction is open in between."""

    def __init__(self, trips: Trips, providers: Mapping[str, Callable[[], Provider]]) -> None:
        self._trips, self._providers = trips, providers

    def begin(
        self, provider: str, purpose: Purpose, *, back: str, browser: str, user_id: str = "", onward: str = "",
        remembered: bool = True,
    ) -> str:  # fmt: skip
        """Return where to send this browser; `browser` is a secret that only it holds, `back` our own address.

        Raises `NotFound` for a provider that is not offered, `Unavailable` where it does not answer.
        """
        trip = self._trips.prepare(back, anew=purpose is Purpose.PROVE)
        address = self._ask(provider).send(trip)
        self._trips.keep(
            trip, provider, purpose, browser, user_id=user_id, onward=onward, remembered=remembered
        )  # fmt: skip
        return address

    def complete(self, provider: str, answer: Mapping[str, str], *, back: str, browser: str) -> Arrival:
        """Return who came back, by what their browser brought (RFC 6749, 4.1.2).

        Raises `Refused` where that is nothing to go by, `Unavailable` where the provider does not answer.
        """
        asked = self._ask(provider)
        if "error" in answer and not answer.get("state"):  # it need not come back with a refusal that sloppy
            raise _denied(provider, "")
        attempt = self._trips.end(answer.get("state", ""), provider, browser)
        trip = Trip(state=answer["state"], nonce=attempt.nonce, verifier=attempt.verifier, back=back)
        try:
            return Arrival(attempt=attempt, claims=asked.meet(_code(answer, attempt), trip))
        except Refused:
            raise
        except Rejected as doubt:
            raise Refused(Why.DOUBTFUL, doubt.sentence, provider, attempt.onward) from doubt

    def _ask(self, provider: str) -> Provider:
        if provider not in self._providers:
            raise NotFound("Nobody signs in with that here. Go back and choose one of the ways that are offered.")
        return self._providers[provider]()


def _code(answer: Mapping[str, str], attempt: Attempt) -> str:
    if answer.get("error") in BUSY:
        raise Unavailable(f"{attempt.provider} could not answer ({answer['error']}).")
    if "error" in answer:
        raise _denied(attempt.provider, attempt.onward)
    if not answer.get("code"):
        raise Refused(Why.STRANGE, "This answer holds nothing to go by. Begin again.", attempt.provider, attempt.onward)
    return answer["code"]


def _denied(provider: str, onward: str) -> Refused:
    return Refused(Why.DENIED, "You did not agree there, so nobody was signed in. Begin again.", provider, onward)
