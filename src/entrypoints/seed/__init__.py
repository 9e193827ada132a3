"""People worth looking at, made up: the same ones every time, from many places, in every state an account can be in."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from core.domain.accounts import PASSWORD_MOST, Session, User
from core.domain.kernel.ids import new_id
from core.ports.records import Condition, Question
from entrypoints.seed.names import AGENTS, BIOS, CULTURES, REASONS, Culture

if TYPE_CHECKING:
    from entrypoints.container import App

MOST = 1000
PASSWORD = "weave-algebraic-patterns"  # noqa: S105 – everybody may know it: it opens what is made up, in development
ROLES = ("member",) * 12 + ("viewer", "moderator", "staff")
assert len(PASSWORD) <= PASSWORD_MOST


def seed(app: App, number: int, *, with_password: bool) -> int:
    """Make so many people, as far as they are not there; return how many were made.

    With a password all of them have `PASSWORD`. One transaction, and one question, however many they are.
    """
    now = app.clock.now()
    encoded = app.secrets.hash(PASSWORD) if with_password else None
    with app.uow.transaction():
        made = list(_people(number, now))
        known = _known(app, [user.email for user, _ in made])
        fresh = [(user, chance) for user, chance in made if user.email not in known]
        for user, _ in fresh:
            user.password_hash = encoded
            user.check()
            app.users.add(user)
        app.uow.session.flush()  # users before their sessions
        for user, chance in fresh:
            for session in _sessions(app, user, chance, now):
                app.sessions.add(session)
        app.audit.note("made up people", "user", "", label=f"{len(fresh)} people", after={"people": len(fresh)})
    return len(fresh)


def _known(app: App, emails: list[str]) -> set[str]:
    asked = Question(order="id", conditions=(Condition(field="email", test="one of", value=tuple(emails)),))
    return {row["email"] for row in app.record_store.page(User, ("id", "email"), asked, len(emails)).rows}


def _people(number: int, now: datetime) -> Iterator[tuple[User, Random]]:
    for place in range(number):
        chance = Random(1843 + place)
        yield _person(place, chance, now), chance


def _person(place: int, chance: Random, now: datetime) -> User:
    culture = CULTURES[place % len(CULTURES)]
    name, latin = _name(culture, chance)
    username = f"{latin}{place}" if place >= len(CULTURES) else latin
    joined = now - timedelta(days=chance.randint(2, 900), minutes=chance.randint(0, 1439))
    is_suspended, is_proven = place % 11 == 7, place % 6 != 4
    return User(
        id=new_id("usr", joined), email=f"{username}@example.org", name=name, username=username,
        role=chance.choice(ROLES), active=not is_suspended, suspension=chance.choice(REASONS) if is_suspended else "",
        verified_at=joined + timedelta(minutes=3) if is_proven else None, bio=chance.choice(("", *BIOS)),
        location=chance.choice(culture.places), zone=culture.zone, created_at=joined, updated_at=joined,
        language=culture.language if culture.language in ("en", "de") else "",
    )  # fmt: skip


def _name(culture: Culture, chance: Random) -> tuple[str, str]:
    """A name as people read it, and as it stands in an address."""
    given, family = chance.choice(culture.given).split("|"), chance.choice(culture.family).split("|")
    name = f"{family[0]}{given[0]}" if culture.family_first else f"{given[0]} {family[0]}"
    return name, f"{_plain(given[-1])}.{_plain(family[-1])}"[:30]


def _plain(word: str) -> str:
    spelled = word.translate(str.maketrans({"ß": "ss", "ł": "l", "Ł": "l", "ı": "i", "ø": "o"}))
    bare = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode().lower()
    return "".join(letter for letter in bare if letter.isalnum())


def _sessions(app: App, user: User, chance: Random, now: datetime) -> Iterator[Session]:
    """Up to three browsers of somebody who may sign in, used some time in the last ten days."""
    for _ in range(chance.choice((0, 1, 1, 2, 3)) if user.active else 0):
        seen = now - timedelta(minutes=chance.randint(3, 14_000))
        user.seen_at = max(seen, user.seen_at or seen)
        yield Session(
            id=app.secrets.fingerprint(app.secrets.new_token()), user_id=user.id, seen_at=seen,
            created_at=max(user.created_at, seen - timedelta(days=chance.randint(0, 20))), proven_at=None,
            address=f"198.51.100.{chance.randint(1, 254)}", agent=chance.choice(AGENTS), remembered=True,
            version=user.version,
        )  # fmt: skip
