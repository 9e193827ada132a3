"""The post room: writes a message on our stationery and has it carried by the best way there is; who reads it is not
its business."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol

from core.domain.kernel.errors import Gone, Postponed, Rejected, Unanswered, Unavailable
from core.domain.kernel.ids import new_id
from core.domain.kernel.messages import MessageClass
from core.domain.post.dispatch import Dispatch, Slip
from core.domain.post.recipient import Recipient, Way
from core.domain.post.wishes import AsGiven, Ring, Wish, Wishes
from core.domain.tasks import Run
from core.ports.deliveries import Deliveries
from core.ports.delivery import Delivery, Receipt
from core.ports.mail import Mail
from core.ports.phone import Calls, Sms, SpokenMessage, TextMessage
from core.ports.push import Notice, Push
from core.ports.stationery import Channel, Stationery, Words

PATIENCE = 32 * 3600.0
"""Seconds for which a message is tried that may have waited a day for its recipient's quiet to end."""
DOUBTFUL = (
    "It was handed over and no answer came, so nobody knows whether it was sent. It is not sent again by itself, "
    "because that could double it."
)


class Carriers(Protocol):
    """Who carries what; each is made when it is first asked for."""

    @property
    def mail(self) -> Mail: ...
    @property
    def sms(self) -> Sms: ...
    @property
    def calls(self) -> Calls: ...
    @property
    def push(self) -> Push: ...


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """A message that is ready to go. `ways` are the ways left, best channel first; `key` names the message for ever,
    `about` is the id of what it tells of."""

    kind: MessageClass
    to: Recipient
    facts: Mapping[str, Any]
    key: str
    ways: tuple[Way, ...]
    about: str = ""
    reply_to: str | None = None
    wish: Wish = field(default_factory=lambda: Wish(to=Recipient()))
    is_silent: bool = False
    """Whether its recipient wants it by no way."""

    def rungs(self) -> Iterator[tuple[list[Way], tuple[Channel, ...]]]:
        """The ways of each channel, and the channels that come after it."""
        channels = tuple(dict.fromkeys(way.channel for way in self.ways))
        for number, channel in enumerate(channels, 1):
            yield [way for way in self.ways if way.channel == channel], channels[number:]

    def onward(self, channels: tuple[Channel, ...]) -> dict[str, Any] | None:
        """What the next channel needs, as JSON; None when there is none."""
        if not channels:
            return None
        return {
            "to": self.to.as_json(), "facts": {name: _plain(fact) for name, fact in self.facts.items()},
            "reply_to": self.reply_to, "channels": list(channels), "message": self.key,
        }  # fmt: skip


@dataclass(eq=False, kw_only=True)
class Try:
    """One way that was tried, and why it may be tried again."""

    slip: Slip
    later: Unavailable | None = None


class PostRoom:
    """Tells people things, between a task's `start` and its `settle`; what became of it is written down with the end of
    the try, however that ends."""

    def __init__(
        self, carriers: Carriers, stationery: Stationery, books: Deliveries, classes: Mapping[str, MessageClass]
    ) -> None:
        self._carriers, self._stationery, self._books, self._classes = carriers, stationery, books, classes
        self._wishes: Wishes = AsGiven()
        self._carry: dict[Channel, Callable[[Envelope, Way, str], Receipt]] = {
            Channel.MAIL: self._mail, Channel.SMS: self._sms, Channel.CALL: self._call, Channel.PUSH: self._push
        }  # fmt: skip

    def heed(self, wishes: Wishes) -> PostRoom:
        """Have people told as they wish."""
        self._wishes = wishes
        return self

    def address(
        self, kind: str, to: Recipient, facts: Mapping[str, Any], run: Run, *, about: str = "",
        reply_to: str | None = None,
    ) -> Envelope:  # fmt: skip
        """Return a message of this class to somebody, in the open transaction: what was tried before is left out.

        Raises `KeyError` for a class that nobody declared, `Rejected` when there is no way to that person.
        """
        chosen = self._classes[kind]
        wish = self._wishes.of(chosen, to, run.now())
        ways = _ways(wish, chosen.channels)
        if not ways and not wish.is_kept:
            raise Rejected(f"There is no address to send “{kind}” to. Give a mail address or a phone number.")
        return Envelope(
            kind=chosen, to=wish.to, facts=facts, key=run.key, ways=self._open(ways, run.key, run), about=about,
            reply_to=reply_to, wish=wish, is_silent=not ways,
        )  # fmt: skip

    def resume(self, fallen: Dispatch, run: Run) -> Envelope:
        """Return a message that did not arrive, for the channels that are left, in the open transaction."""
        kept = fallen.onward or {}
        kind, to = self._classes[fallen.kind], Recipient.from_json(kept["to"])
        wish = replace(self._wishes.of(kind, to, run.now()), rings=False)  # it rang when the message first went
        ways = _ways(wish, tuple(map(Channel, kept["channels"])))
        return Envelope(
            kind=kind, to=to, facts={name: _fact(*fact) for name, fact in kept["facts"].items()},
            key=kept["message"], ways=self._open(ways, kept["message"], run), about=fallen.about,
            reply_to=kept["reply_to"], wish=wish, is_silent=not ways and wish.is_kept,
        )  # fmt: skip

    def send(self, envelope: Envelope, run: Run) -> dict[str, Any]:
        """Hand a message over on the best channel that takes it; returns carrier, its number and the channel.

        A channel is passed over when its address is suppressed, refuses for good, or when all its vendors are away for
        longer than the class is patient. Raises `Unavailable` (the next try may succeed), `Unanswered` (a letter may
        have been sent; it goes again under the same Message-ID) or `Rejected` (no way is left).

        Who wants quiet now has it `Postponed` until then; the bell on the site makes no sound, so it rings at once.
        """
        if envelope.wish.rings:
            run.enclose(self._ring(envelope, run))
        if envelope.is_silent:
            return {"channel": "bell" if envelope.wish.rings else "none"}
        if envelope.wish.quiet_until is not None:
            raise _not_now(envelope.wish.quiet_until, run)
        reasons = []
        for ways, rest in envelope.rungs():
            tries = [self._hand_over(envelope, way, rest, run) for way in ways]
            if taken := next((one.slip for one in tries if one.slip.is_under_way), None):
                return {"carrier": taken.carrier, "message_id": taken.message_id, "channel": taken.channel}
            self._wait(envelope, tries, rest, run)
            reasons += [f"{one.slip.channel}: {one.slip.detail}" for one in tries]
        raise Rejected(" ".join(reasons) or "It was tried on every channel before, and none took it.")

    def bell(self, kind: str, facts: Mapping[str, Any], *, key: str, at: datetime) -> Ring:
        """Return what bells show of a message of this class, for `ring`; `key` names the message for ever."""
        said = self._stationery.words(kind, Channel.PUSH, dict(facts))
        return Ring(user="", kind=kind, key=key, title=said.title, text=said.text, link=said.link, at=at)

    def ring(self, bell: Ring, users: Sequence[str]) -> None:
        """Ring the bells of those of these users who want it, in the open transaction: no one's twice for a message."""
        self._wishes.ring([replace(bell, user=user) for user in self._wishes.ringing(self._classes[bell.kind], users)])

    def _open(self, ways: list[Way], message: str, run: Run) -> tuple[Way, ...]:
        """The ways that were not tried to their end yet; those that are suppressed say so."""
        closed = self._books.suppressed(way.known_as for way in ways)
        ended = self._ended(message) if run.attempt > 1 or message != run.key else set()
        return tuple(
            Way(channel=way.channel, address=way.address, device=way.device, closed=closed.get(way.known_as, ""))
            for way in ways
            if way.key(message) not in ended
        )

    def _ended(self, message: str) -> set[str]:
        return {one.key for one in self._books.of_message(message) if one.state != Delivery.QUEUED}

    def _hand_over(self, envelope: Envelope, way: Way, rest: tuple[Channel, ...], run: Run) -> Try:
        slip = _blank(envelope, way, run)
        tried = Try(slip=slip)
        run.enclose(slip)
        try:
            if way.closed:
                raise Rejected(f"Nothing is sent to this address any more: {way.closed}")
            slip.take(self._carry[way.channel](envelope, way, slip.key))
            slip.onward = envelope.onward(rest)
        except Unanswered as doubt:
            if way.channel == Channel.MAIL:
                slip.detail = doubt.sentence
                raise
            slip.end(Delivery.UNKNOWN, DOUBTFUL)
        except Unavailable as away:
            tried.later, slip.detail = away, away.sentence
        except Gone as gone:
            slip.end(Delivery.BOUNCED, gone.sentence)
        except Rejected as refused:
            slip.end(Delivery.FAILED, refused.sentence)
        return tried

    def _wait(self, envelope: Envelope, tries: list[Try], rest: tuple[Channel, ...], run: Run) -> None:
        """Raise what there is to wait for, unless it was waited for long enough and another channel is left."""
        for one in tries:
            if one.later is not None and (run.age < envelope.kind.patience or not rest):
                raise one.later
        for one in tries:
            if one.later is not None:
                one.slip.end(Delivery.FAILED, one.later.sentence)

    def _mail(self, envelope: Envelope, way: Way, key: str) -> Receipt:
        letter = self._stationery.write(envelope.kind.name, way.address, dict(envelope.facts), envelope.reply_to)
        if envelope.wish.leave:
            letter = replace(letter, headers={**letter.headers, **_way_out(envelope.wish.leave)})
        return self._carriers.mail.send(letter, key)

    def _sms(self, envelope: Envelope, way: Way, key: str) -> Receipt:
        said = self._words(envelope, way)
        return self._carriers.sms.send(TextMessage(to=way.address, text=said.text, user=envelope.to.user), key)

    def _call(self, envelope: Envelope, way: Way, key: str) -> Receipt:
        said = self._words(envelope, way)
        spoken = SpokenMessage(to=way.address, text=said.text, language=said.language, user=envelope.to.user)
        return self._carriers.calls.call(spoken, key)

    def _push(self, envelope: Envelope, way: Way, key: str) -> Receipt:
        said = self._words(envelope, way)
        assert way.device is not None
        return self._carriers.push.send(Notice(title=said.title, text=said.text, link=said.link), way.device, key)

    def _ring(self, envelope: Envelope, run: Run) -> Ring:
        bell = self.bell(envelope.kind.name, envelope.facts, key=envelope.key, at=run.now())
        return replace(bell, user=envelope.to.user)

    def _words(self, envelope: Envelope, way: Way) -> Words:
        return self._stationery.words(envelope.kind.name, way.channel, dict(envelope.facts))


def _ways(wish: Wish, channels: tuple[Channel, ...]) -> list[Way]:
    return [way for channel in channels if channel in wish.channels for way in wish.to.ways(channel)]


def _not_now(until: datetime, run: Run) -> Postponed:
    after = (until - run.now()).total_seconds()
    return Postponed(f"Whoever it goes to wants quiet until {until:%Y-%m-%d %H:%M} UTC. It goes then.", after)


def _way_out(address: str) -> dict[str, str]:
    """How a mail program asks us to send no more of this, by a button of its own (RFC 2369, RFC 8058)."""
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _blank(envelope: Envelope, way: Way, run: Run) -> Slip:
    now = run.now()
    return Slip(
        id=new_id("dlv", now), kind=envelope.kind.name, channel=way.channel, recipient=way.address,
        about=envelope.about, task_id=run.key, key=way.key(envelope.key), created_at=now, changed_at=now,
    )  # fmt: skip


def _plain(fact: Any) -> tuple[str, Any]:
    """A fact with its kind, as JSON."""
    return ("instant", fact.isoformat()) if isinstance(fact, datetime) else ("plain", fact)


def _fact(kind: str, kept: Any) -> Any:
    return datetime.fromisoformat(kept) if kind == "instant" else kept
