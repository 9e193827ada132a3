"""Users, what they may do to one another, and their passwords; it knows no form and no hash algorithm."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.domain.kernel import rules
from core.domain.kernel.errors import Conflict, Forbidden, Invalid
from core.domain.kernel.ids import new_id
from core.ports.clock import Clock
from core.ports.repositories import Users
from core.ports.secrets import Secrets

if TYPE_CHECKING:
    from core.domain.accounts.sessions import SessionDesk

ROLES = ("member", "viewer", "staff", "admin", "super-admin")
"""In rising order: nobody acts on a user above them, or gives a role above their own."""
PASSWORD_LEAST, PASSWORD_MOST = 8, 256
PROFILE_LINES = (
    ("suspension", "The reason", 300),
    ("image", "The picture", 500),
    ("location", "The place", 100),
    ("language", "The language", 10),
    ("zone", "The time zone", 64),
)
NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_.-]+")
USERNAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.-]{1,38}$")


@dataclass(eq=False, kw_only=True)
class User:
    """Someone who may sign in. `password_hash` is None until a password was set.

    `username` stands in addresses and is empty only for users of before there were any; `name` is what people read.
    `verified_at` is when they proved that `email` is theirs. Not `active` is suspended; `suspension` says why.
    `version` rises with whatever ends every session and token. `image` is an address or the name of one of our files,
    `zone` an IANA time zone; `leaving_at` is when the account will be erased, if its owner asked for that.
    """

    id: str
    email: str
    name: str
    username: str = ""
    role: str = "member"
    active: bool = True
    suspension: str = ""
    verified_at: datetime | None = None
    password_hash: str | None = None
    must_change_password: bool = False
    version: int = 1
    bio: str = ""
    image: str = ""
    location: str = ""
    language: str = ""
    zone: str = ""
    leaving_at: datetime | None = None
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
        self.bio = listed.take("bio", rules.paragraphs, self.bio, "The text about you", 2000, required=False) or ""

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


class Accounts:
    """Makes users, changes their passwords, and says who may change whom."""

    def __init__(self, users: Users, secrets: Secrets, desk: SessionDesk, clock: Clock) -> None:
        self._users, self._secrets, self._desk, self._clock = users, secrets, desk, clock

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
        self._set(user, password, must_change=must_change)
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
        one_time = None if password else self.one_time_password()
        self.create(email, "Administrator", "super-admin", password or one_time or "", must_change=password is None)
        return one_time

    def one_time_password(self) -> str:
        """Make up a password of 96 bits that is said once and must be changed at the first sign-in."""
        return self._secrets.new_token()[:16]

    def change_password(self, user: User, password: str, *, must_change: bool = False) -> None:
        """Set a new password and end every session of the user. Raises `Invalid`."""
        self._set(user, password, must_change=must_change)
        self._desk.close_all(user)

    def change_own_password(self, user_id: str, old: str, new: str) -> User:
        """Change a password by knowing the old one; every session of the user ends. Raises `Invalid`."""
        user = self._users.get(user_id)
        if not self._secrets.verify(user.password_hash, old[:PASSWORD_MOST]):
            raise Invalid({"old": "This is not your current password. Type it again."})
        if new == old:
            raise Invalid({"password": "This is the password you have already. Choose another one."})
        self.change_password(user, new)
        return user

    def reset_password(self, user_id: str, by: User) -> str:
        """Give a user a one-time password, end their sessions, and return it. Raises `Forbidden`, `NotFound`."""
        user = self._users.get(user_id)
        self._may_act(by, user.role)
        one_time = self.one_time_password()
        self.change_password(user, one_time, must_change=True)
        return one_time

    def sign_out(self, user_id: str, by: User) -> int:
        """End every session of a user; return how many there were. Raises `Forbidden`, `NotFound`."""
        user = self._users.get(user_id)
        self._may_act(by, user.role)
        return self._desk.close_all(user)

    def may_make(self, role: str, by: User) -> None:
        """Raise `Forbidden` unless `by` may give this role to somebody."""
        if role in ROLES:
            self._may_act(by, role)

    def changing(self, before: User, after: User, by: User) -> None:
        """Let a change of a user happen, or raise `Forbidden` or `Conflict`; deactivating ends the sessions."""
        self._may_act(by, before.role)
        self.may_make(after.role, by)
        if before.is_active_super_admin and not after.is_active_super_admin:
            self._is_not_the_last(before)
        if not after.active:
            self._desk.close_all(before)

    def deleting(self, user: User, by: User) -> None:
        """Let a user be deleted, or raise `Forbidden` or `Conflict`."""
        self._may_act(by, user.role)
        if user.id == by.id:
            raise Conflict("This is your own account, so you cannot delete it. Ask another administrator to do it.")
        if user.is_active_super_admin:
            self._is_not_the_last(user)

    def restoring(self, user: User, by: User) -> None:
        """Let a deleted user come back, or raise `Forbidden` or `Conflict`; their password does not come back."""
        self._may_act(by, user.role)
        if self._users.by_email(user.email) is not None:
            raise Conflict(
                f"{user.email} has an account again, so this one cannot come back. Change that account first."
            )

    def super_admin_addresses(self) -> list[str]:
        """Where alerts and contact messages go."""
        return [user.email for user in self._users.super_admins()]

    def _may_act(self, by: User, role: str) -> None:
        if not by.outranks(role):
            raise Forbidden(f"Your role is {by.role}; only a {role} may do this. Ask one of them.")

    def _is_not_the_last(self, user: User) -> None:
        if [other for other in self._users.hold_super_admins() if other.id != user.id]:
            return
        raise Conflict(f"{user.name} is the last active super-admin. Make another user super-admin first.")

    def _set(self, user: User, password: str, *, must_change: bool) -> None:
        check_password(password, (user.email, user.email.split("@")[0], user.name))
        user.password_hash, user.must_change_password = self._secrets.hash(password), must_change
        user.updated_at = self._clock.now()


def username(value: object) -> str:
    """A name for addresses: 2 to 39 letters, digits, dots, dashes and underscores (ASCII), a letter or digit first."""
    text = rules.one_line(value, "The username", 39)
    if not USERNAME.match(text):
        raise ValueError(
            "The username may have letters (a to z), digits, dots, dashes and underscores; at least two, and a letter "
            "or digit first. Take another one."
        )
    return text


def check_password(password: str, context: Sequence[str] = ()) -> None:
    """Raise `Invalid` unless it has 8 to 256 characters and is not the person's own name (NIST SP 800-63B 3.1.1)."""
    if not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST:
        raise Invalid({"password": f"The password must have {PASSWORD_LEAST} to {PASSWORD_MOST} characters."})
    if len(set(password)) < 4 or password.lower() in {word.lower() for word in context}:
        raise Invalid({"password": "This password is too easy to guess. Take a longer, less regular one."})
