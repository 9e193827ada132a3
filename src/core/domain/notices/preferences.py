"""What somebody chose: by which channels they are told of what, when they want quiet, and their phone."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from core.domain.accounts import User
from core.domain.kernel import rules
from core.domain.kernel.errors import Invalid
from core.domain.kernel.messages import MessageClass
from core.domain.notices.quiet import QuietHours, clock
from core.ports.devices import Devices
from core.ports.notices import Preferences, Reaches
from core.ports.stationery import Channel

BELL = "bell"
"""The channel that is no channel: it shows on the site, makes no sound and needs no address."""
COLUMNS = (BELL, Channel.MAIL, Channel.PUSH, Channel.SMS, Channel.CALL)
"""Every way to be told, as the page shows them."""


@dataclass(eq=False, kw_only=True)
class Preference:
    """The channels by which a user is told of one class of message; without one, the class's usual ones."""

    user_id: str
    kind: str
    channels: list[str] = field(default_factory=list)


@dataclass(eq=False, kw_only=True)
class Reach:
    """When a user wants quiet (both empty: never), and the phone number that they have shown to be theirs."""

    user_id: str
    quiet_from: str = ""
    quiet_until: str = ""
    phone: str = ""
    phone_at: datetime | None = None

    def quiet(self, zone: str) -> QuietHours | None:
        """The hours, by the clock of a zone."""
        if not self.quiet_from:
            return None
        return QuietHours(starts=self.quiet_from, ends=self.quiet_until, zone=zone)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One line of the page: a class, the ways it has, and those of them that are chosen."""

    kind: MessageClass
    offered: tuple[str, ...]
    chosen: frozenset[str]


def offered(kind: MessageClass) -> tuple[str, ...]:
    """The ways that a class of message has."""
    if kind.by_bell:
        return (BELL,)
    return tuple(way for way in COLUMNS if way in kind.channels or (way == BELL and kind.rings))


def usual(kind: MessageClass) -> frozenset[str]:
    """The ways that a class takes until somebody chooses: the bell always is one of them."""
    return frozenset(way for way in offered(kind) if way == BELL or way in kind.usual)


class PreferenceDesk:
    """Keeps what people choose. Its verbs act in the open transaction."""

    def __init__(
        self, preferences: Preferences, reaches: Reaches, devices: Devices, classes: Mapping[str, MessageClass]
    ) -> None:
        self._preferences, self._reaches, self._devices, self._classes = preferences, reaches, devices, classes

    def choices(self, user: User) -> list[Choice]:
        """What this user may choose, and what is chosen; what is always sent has every way it takes."""
        kept = {one.kind: one.channels for one in self._preferences.of(user.id)}
        return [
            Choice(kind=kind, offered=offered(kind), chosen=frozenset(kept.get(kind.name, usual(kind))))
            for kind in self._of(user)
        ]

    def reach(self, user: User) -> Reach:
        """When this user wants quiet, and their phone."""
        return self._reaches.of(user.id) or Reach(user_id=user.id)

    def reachable(self, user: User) -> frozenset[str]:
        """The ways by which this user can be reached now."""
        mail = {Channel.MAIL} if user.verified_at is not None else set()
        phone = {Channel.SMS, Channel.CALL} if self.reach(user).phone else set()
        push = {Channel.PUSH} if self._devices.of(user.id) else set()
        return frozenset({BELL, *map(str, mail | phone | push)})

    def choose(self, user: User, chosen: Mapping[str, Collection[str]], among: Collection[str] = COLUMNS) -> None:
        """Keep the ways of the classes named. What was chosen of ways that are not `among` those shown stays.

        Raises `Invalid` for a class that cannot be chosen, and for a way that it does not have.
        """
        known = {one.kind.name: one for one in self.choices(user) if not one.kind.critical}
        wrong = {kind: sentence for kind, ways in chosen.items() if (sentence := _wrong(kind, ways, known))}
        if wrong:
            raise Invalid(wrong)
        for kind, ways in chosen.items():
            stays = known[kind].chosen - set(among)
            kept = [way for way in known[kind].offered if way in ways or way in stays]
            self._preferences.keep(Preference(user_id=user.id, kind=kind, channels=kept))

    def switch_off(self, user: User, kind: str, way: str) -> MessageClass | None:
        """Have nothing more of a class sent by this way; None for a class that nobody may choose."""
        known = {one.kind.name: one for one in self.choices(user) if not one.kind.critical}
        if kind not in known:
            return None
        self.choose(user, {kind: known[kind].chosen - {way}})
        return known[kind].kind

    def be_quiet(self, user: User, starts: str, ends: str) -> None:
        """Keep the hours of quiet; both empty are none. Raises `Invalid`."""
        if starts or ends:
            listed = rules.Checklist()
            starts = listed.take("quiet_from", clock, starts, "The first time") or ""
            ends = listed.take("quiet_until", clock, ends, "The second time") or ""
            if starts and starts == ends:
                listed.fields["quiet_until"] = (
                    "Both times are the same. To be told nothing at all, untick the channels."
                )
            listed.close()
        reach = self._reaches.hold(user.id)
        reach.quiet_from, reach.quiet_until = starts, ends

    def _of(self, user: User) -> Sequence[MessageClass]:
        return [one for one in self._classes.values() if one.chosen_by and user.outranks(one.chosen_by)]


def _wrong(kind: str, ways: Collection[str], known: Mapping[str, Choice]) -> str:
    if kind not in known:
        return f"There is nothing to choose of {kind[:60]!r}. GET /api/v1/preferences lists what there is."
    strange = [way for way in ways if way not in known[kind].offered]
    return f"It does not go by {strange[0][:20]!r}. Take some of: {', '.join(known[kind].offered)}." if strange else ""
