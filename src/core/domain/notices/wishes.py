"""What the post room asks of this module: by which ways somebody is told, and when; it sends nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from core.domain.accounts import User
from core.domain.kernel.errors import NotFound
from core.domain.kernel.messages import MessageClass
from core.domain.notices.notice import Notice
from core.domain.notices.preferences import BELL, Reach, usual
from core.domain.post import Recipient, Ring, Wish
from core.ports.devices import Devices
from core.ports.notices import Notices, Preferences, Reaches
from core.ports.repositories import Users
from core.ports.stationery import Channel


class AddressBook:
    """The ways to a user: a mailbox and a number that they have shown to be theirs, and their devices."""

    def __init__(self, users: Users, reaches: Reaches, devices: Devices) -> None:
        self._users, self._reaches, self._devices = users, reaches, devices

    def user(self, user_id: str) -> User | None:
        """Return somebody who may sign in, or None."""
        try:
            found = self._users.get(user_id)
        except NotFound:
            return None
        return found if found.active else None

    def reach(self, user: User) -> Reach:
        """When they want quiet, and their phone."""
        return self._reaches.of(user.id) or Reach(user_id=user.id)

    def ways(self, user: User) -> Recipient:
        """Every way to them."""
        devices = tuple(device.for_push() for device in self._devices.of(user.id))
        mail = user.email if user.verified_at is not None else ""
        return Recipient(mail=mail, phone=self.reach(user).phone, devices=devices, user=user.id)


class KeptWishes:
    """`core.domain.post.Wishes` of users; `leave` makes the address at which one says "no more of this by mail"."""

    def __init__(
        self, book: AddressBook, preferences: Preferences, notices: Notices, leave: Callable[[str, str], str]
    ) -> None:
        self._book, self._preferences, self._notices, self._leave = book, preferences, notices, leave

    def of(self, kind: MessageClass, to: Recipient, now: datetime) -> Wish:
        """How a user wants to be told of this; who has no account is told as the sender says.

        What is critical goes by every way there is, at any hour. Of a suspended user only that is sent.
        """
        if not to.user or (kind.critical and to.is_named and not kind.rings):
            return Wish(to=to)
        user = self._book.user(to.user)
        if kind.critical:
            named = to if to.is_named or user is None else self._book.ways(user)
            return Wish(to=named, rings=kind.rings and user is not None)
        if user is None:
            return Wish(to=Recipient(user=to.user), is_kept=True)
        return self._chosen(kind, to if to.is_named else self._book.ways(user), user, now)

    def ringing(self, kind: MessageClass, users: Sequence[str]) -> list[str]:
        """Those of these users whose bell rings for this: all who have not switched it off."""
        switched_off = self._preferences.without(BELL, kind.name, users)
        return [user for user in users if user not in switched_off]

    def ring(self, rings: Sequence[Ring]) -> None:
        """Keep a notice for each, in one statement."""
        if rings:
            self._notices.add([Notice.of(ring) for ring in rings])

    def _chosen(self, kind: MessageClass, to: Recipient, user: User, now: datetime) -> Wish:
        found = self._preferences.find(user.id, kind.name)
        chosen = usual(kind) if found is None else frozenset(found.channels)
        quiet = self._book.reach(user).quiet(user.zone)
        return Wish(
            to=replace(to, user=user.id), channels=tuple(channel for channel in Channel if channel in chosen),
            quiet_until=quiet.until(now) if quiet else None, rings=BELL in chosen and kind.rings,
            leave=self._leave(user.id, kind.name) if kind.chosen_by else "", is_kept=True,
        )  # fmt: skip
