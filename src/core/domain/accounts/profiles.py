"""What people say of themselves and change by themselves; it knows no form and no role."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from core.domain.accounts.people import User
from core.domain.accounts.pictures import PREFIX
from core.domain.audit import Audit
from core.domain.kernel import rules
from core.domain.kernel.errors import Invalid
from core.ports.clock import Clock
from core.ports.repositories import Users

if TYPE_CHECKING:
    from core.domain.accounts.sign_in_data import AddressDesk

OWN = ("name", "username", "bio", "image", "location", "language", "zone")
"""What somebody may change of their own account here: never the address, the role, or a right. As `image` they say
where on the web their picture is; one of our own files is hung up by `Pictures`."""
LANGUAGE = re.compile(r"([a-z]{2,3}(-[A-Z]{2})?)?")


class Profiles:
    """Changes profiles by their owners' word."""

    def __init__(self, users: Users, addresses: AddressDesk, audit: Audit, clock: Clock) -> None:
        self._users, self._addresses, self._audit, self._clock = users, addresses, audit, clock

    def change(self, user_id: str, changes: Mapping[str, str]) -> User:
        """Change what is named, and nothing else. Raises `Invalid` naming each bad field, `NotFound`."""
        user = self._users.get(user_id)
        strange = [name for name in changes if name not in OWN]
        if strange:
            raise Invalid(dict.fromkeys(strange, "This cannot be changed here. Take it out."))
        wanted = {name: value for name, value in changes.items() if name != "username"}
        draft = User(**{one.name: getattr(user, one.name) for one in fields(User)} | wanted)
        self._check(draft, changes.get("username"))
        self._write(user, {name: getattr(draft, name) for name in wanted})
        return user

    def _check(self, draft: User, username: str | None) -> None:
        """Ask every rule before the first refusal is told; the username is changed by whoever knows which are free."""
        listed = rules.Checklist()
        for check in (
            draft.check,
            lambda: username in (None, draft.username) or self._addresses.rename(draft.id, username),
        ):
            try:
                check()
            except Invalid as wrong:
                listed.fields |= wrong.fields
        listed.take("image", _elsewhere, draft, self._users.get(draft.id).image)
        listed.take("zone", _zone, draft.zone)
        listed.take("language", _language, draft.language)
        listed.close()

    def _write(self, user: User, after: Mapping[str, str]) -> None:
        before = {name: getattr(user, name) for name in after}
        for name, value in after.items():
            setattr(user, name, value)
        if before != after:
            user.updated_at = self._clock.now()
            self._audit.note("changed the profile", "user", user.id, label=str(user), before=before, after=dict(after))


def _elsewhere(draft: User, present: str) -> None:
    """The name of a file would show it as their own, and take it away with their next picture, whoever's it is."""
    if draft.image != present and str(draft.image).startswith(PREFIX):
        raise ValueError("A picture's address does not begin like that. It should be like https://example.com/me.png.")


def _zone(name: str) -> None:
    try:
        ZoneInfo(name or "UTC")
    except (ValueError, OSError, LookupError):
        raise ValueError("There is no such time zone. It should be like Europe/Brussels.") from None


def _language(tag: str) -> None:
    if not LANGUAGE.fullmatch(tag):
        raise ValueError("The language should be like en, or like pt-BR with a country.")
