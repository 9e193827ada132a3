"""Users, and what they may do to one another; it knows no form and no password."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.domain.kernel import rules
from core.domain.kernel.errors import Conflict, Forbidden, NotFound
from core.domain.kernel.ids import new_id
from core.domain.kernel.roles import ROLES
from core.ports.clock import Clock
from core.ports.repositories import Users

if TYPE_CHECKING:
    from core.domain.accounts.passwords import Passwords
    from core.domain.accounts.sessions import SessionDesk

PROFILE_LINES = (
    ("suspension", "The reason", 300),
    ("location", "The place", 100),
    ("language", "The language", 10),
    ("zone", "The time zone", 64),
)
IMAGE_MOST = 500
NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]+")
USERNAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{1,38}$")


@dataclass(eq=False, kw_only=True)
class User:
    """Someone who may sign in. `password_hash` is None until a password was set.

    `username` stands in addresses and is empty only for users of before there were any; `name` is what people read.
    `verified_at` is when they proved that `email` is theirs. Not `active` is suspended; `suspension` says why, and
    `suspended_until` when that ends by itself, if it does.
    `version` rises with whatever ends every session and token; `kept_pass` is the mark of the one pass that lived on
    through that. `image` is an address, as it was given, or the name of one of our files, `zone` an IANA time zone;
    `leaving_at` is when the account will be erased, if its owner asked for that. `seen_at` is when they last used the
    site, to a minute.
    """

    id: str
    email: str
    name: str
    username: str = ""
    role: str = "member"
    active: bool = True
    suspension: str = ""
    suspended_until: datetime | None = None
    verified_at: datetime | None = None
    password_hash: str | None = None
    must_change_password: bool = False
    version: int = 1
    kept_pass: str = ""
    bio: str = ""
    image: str = ""
    location: str = ""
    language: str = ""
    zone: str = ""
    leaving_at: datetime | None = None
    seen_at: datetime | None = None
    created_at: datetime
    updated_at: datetime

    def check(self) -> None:
        """Clean the fields or raise `Invalid` with a sentence for each that is wrong."""
        listed = rules.Checklist()
        self.email = listed.take("email", rules.email, self.email) or self.email
        self.name = listed.take("name", rules.one_line, self.name, "The name", 100) or self.name
        self.username = listed.take("username", username, self.username) or "" if self.username else ""
        listed.take("role", rules.choice, self.role, "The role", ROLES)
        self._check_profile(listed)
        listed.close()

    def _check_profile(self, listed: rules.Checklist) -> None:
        for field, what, most in PROFILE_LINES:
            text = listed.take(field, rules.one_line, getattr(self, field), what, most, required=False)
            setattr(self, field, text or "")
        listed.take("image", image, self.image)
        self.bio = listed.take("bio", rules.paragraphs, self.bio, "The text about you", 2000, required=False) or ""

    @property
    def is_shown(self) -> bool:
        """Whether other people see this user: not who is suspended, and not who is leaving."""
        return self.active and self.leaving_at is None

    @property
    def may_administer(self) -> bool:
        """Whether the admin panel opens for this user."""
        return self.active and self.role in ROLES[1:]

    @property
    def is_active_super_admin(self) -> bool:
        """Whether this is one of those without whom nobody could mend anything."""
        return self.active and self.role == "super-admin"

    def outranks(self, role: str) -> bool:
        """Whether this user's role is at least `role`."""
        return ROLES.index(self.role) >= ROLES.index(role)

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


def proven(user: User) -> None:
    """Raise `Conflict` unless somebody has shown that their address is theirs: what opens an account besides the
    password is for its owner to add, not for whoever typed their address first (decision 18)."""
    if user.verified_at is None:
        raise Conflict("Confirm your e-mail address first: by the link in the mail, or have a new one sent.")


class Accounts:
    """Makes users, finds them, and says who may change whom."""

    def __init__(self, users: Users, passwords: Passwords, desk: SessionDesk, clock: Clock) -> None:
        self._users, self._passwords, self._desk, self._clock = users, passwords, desk, clock

    def get(self, user_id: str) -> User:
        """Return a user. Raises `NotFound`."""
        return self._users.get(user_id)

    def find(self, user_id: str) -> User | None:
        """Return a user, or None."""
        try:
            return self._users.get(user_id)
        except NotFound:
            return None

    def with_address(self, email: str) -> User | None:
        """Return the user with this e-mail address, whatever its case, or None."""
        return self._users.by_email(email)

    def named(self, username: str) -> User | None:
        """Return the user of this username, whatever its case, or None."""
        return self._users.by_username(username)

    def now(self) -> datetime:
        """The present instant, UTC."""
        return self._clock.now()

    def create(self, email: str, name: str, role: str, password: str, *, must_change: bool = False) -> User:
        """Make a user by an administrator's word, who vouches for the address.

        Raises `Invalid` for a bad field, `Conflict` when the address is taken.
        """
        now = self._clock.now()
        user = User(
            id=new_id("usr", now), email=email, name=name, role=role, verified_at=now, created_at=now, updated_at=now
        )
        user.check()
        if self._users.by_email(user.email) is not None:
            raise Conflict(f"{user.email} already has an account. Use another address, or change that account.")
        user.username = self.free_username(user)
        user.password_hash = self._passwords.made(password, (user.email, user.username, user.name))
        user.must_change_password = must_change
        self._users.add(user)
        return user

    def join(self, email: str, name: str, username: str, password_hash: str | None) -> User:
        """Make a member of somebody who has shown that the address is theirs; a username that is taken gets an end.

        Raises `Conflict` (at the latest at the commit) when the address is taken.
        """
        now = self._clock.now()
        user = User(id=new_id("usr", now), email=email, name=name, verified_at=now, created_at=now, updated_at=now)
        user.username = username if self.named(username) is None else f"{username[:30]}-{user.id[-8:]}"
        user.password_hash = password_hash
        user.check()
        self._users.add(user)
        return user

    def free_username(self, user: User) -> str:
        """Return a username nobody has yet, after the address of a user who chose none."""
        wanted = NOT_IN_NAMES.sub("-", user.email.partition("@")[0]).strip("-._")[:32]
        if USERNAME.match(wanted) and self._users.by_username(wanted) is None:
            return wanted
        return f"{wanted[:26] or 'user'}-{user.id[-8:]}"

    def first_admin(self, email: str, password: str | None) -> str | None:
        """Make the super-admin if there is none; return the one-time password made up for it, if one was."""
        if self._users.super_admins():
            return None
        one_time = None if password else self._passwords.one_time()
        self.create(email, "Administrator", "super-admin", password or one_time or "", must_change=password is None)
        return one_time

    def put_password(self, user: User, password_hash: str, *, must_change: bool = False) -> None:
        """Set a password that was made, and end every session and token of the user."""
        user.password_hash, user.must_change_password = password_hash, must_change
        user.updated_at = self._clock.now()
        self._desk.close_all(user)

    def acting(self, user: User, by: User) -> None:
        """Let `by` act on a user, or raise `Forbidden`."""
        self._may_act(by, user.role)

    def sparing(self, user: User) -> None:
        """Raise `Conflict` for the last active super-admin, without whom nobody could mend anything."""
        if user.is_active_super_admin:
            self._is_not_the_last(user)

    def may_make(self, role: str, by: User) -> None:
        """Raise `Forbidden` unless `by` may give this role to somebody."""
        if role in ROLES:
            self._may_act(by, role)

    def changing(self, before: User, after: User, by: User) -> None:
        """Let a change of a user happen, or raise `Forbidden` or `Conflict`; another role ends the sessions."""
        self._may_act(by, before.role)
        self.may_make(after.role, by)
        if before.is_active_super_admin and not after.is_active_super_admin:
            self._is_not_the_last(before)
        if not after.active or after.role != before.role:
            self._desk.close_all(before)

    def deleting(self, user: User, by: User) -> None:
        """Let a user be deleted, or raise `Forbidden` or `Conflict`."""
        self._may_act(by, user.role)
        if user.id == by.id:
            raise Conflict("This is your own account, so you cannot delete it. Ask another administrator to do it.")
        self.sparing(user)

    def may_leave(self, user: User) -> None:
        """Let somebody leave, or raise `Conflict`: without a super-admin nobody could mend anything."""
        if user.is_active_super_admin:
            self._is_not_the_last(user)

    def restoring(self, user: User, by: User) -> None:
        """Let a deleted user come back, or raise `Forbidden` or `Conflict`.

        Their password does not come back, and no pass that they had is good again.
        """
        self._may_act(by, user.role)
        user.version += 1
        if self._users.by_email(user.email) is not None:
            raise Conflict(
                f"{user.email} has an account again, so this one cannot come back. Change that account first."
            )

    def super_admins(self) -> list[User]:
        """Whom alerts and reports go to, oldest first."""
        return self._users.super_admins()

    def super_admin_addresses(self) -> list[str]:
        """Where alerts and contact messages go."""
        return [user.email for user in self._users.super_admins()]

    def _may_act(self, by: User, role: str) -> None:
        if not by.outranks(role):
            raise Forbidden(f"Your role is {by.role}; only a {role} may do this. Ask one of them.")

    def _is_not_the_last(self, user: User) -> None:
        if [other for other in self._users.hold_super_admins() if other.id != user.id and other.is_shown]:
            return
        raise Conflict(f"{user.name} is the last active super-admin. Make another user super-admin first.")


def image(value: object) -> None:
    """Where a picture is: up to 500 characters that are kept as they are; who shows it must not trust it."""
    rules.paragraphs(value, "The picture", IMAGE_MOST, required=False, trimmed=False)
    if len(str(value)) > IMAGE_MOST:
        raise ValueError(f"The picture has spaces at its ends, and more than {IMAGE_MOST} characters. Shorten it.")


def username(value: object) -> str:
    """A name for addresses: 2 to 39 letters, digits, dots, dashes and underscores (ASCII), a letter or digit first."""
    text = rules.one_line(value, "The username", 39)
    if not USERNAME.match(text):
        raise ValueError(
            "The username may have letters (a to z), digits, dots, dashes and underscores; at least two, and a letter "
            "or digit first. Take another one."
        )
    return text
