"""Conversations worth looking at, between people who were made up, and one with whoever runs the site: read and unread,
of two and of more, with a change and a mark; the same ones every time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING

from core.domain.accounts import User
from core.domain.kernel.ids import new_id
from core.domain.messaging import Conversation, DirectMessage, Member
from core.ports.records import Condition, Question

if TYPE_CHECKING:
    from entrypoints.container import App

PEOPLE, PAIRS = 12, 8
TALKS = (
    "Did the loom arrive?|It did, in four boxes and a puzzle.|Which part is the puzzle?|The manual.|"
    "I can come on Thursday, with a screwdriver and low expectations.",
    "Are you coming to the observatory on Friday?|If the clouds stay away.|They never do.|Then with cake.",
    "I read your draft. The second part is the better one.|Thank you! And the first?|"
    "The first is where you find out what the second is about.|So I should cut it.|Keep the sentence about tea.",
    "The ferry times changed again: https://example.com/timetable?season=winter|Of course they did. Thanks!",
    "¿Vienes mañana?|Sí, a las diez.|Perfecto.",
    "Kannst du mir die Zeichnungen schicken?|Welche? Die vom Frühjahr oder die, auf denen alles passt?|Die zweiten.|"
    "Sind unterwegs.",
)
GROUPS = (
    "Who brings the projector?|Not me, I brought it last time.|I have one, but no cable.|I have nine cables. Always.",
    "The engine is late again.|Has anybody told it?|I left a note.",
)
WELCOME = "Hello! I found a typo on the page about places. Whom do I tell?|Me, gladly. Which one?|“Hambrug”, twice."


def plant(app: App) -> str:
    """Make conversations up, unless there are any between these people; return a sentence about them, or ""."""
    now = app.clock.now()
    with app.uow.transaction():
        people, chance = _people(app), Random(1871)
        if len(people) < 2 or app.conversations.of(people[0].id, after="", before="", most=1):
            return ""
        makers = [[people[0], one] for one in app.users.super_admins()[:1]]
        pairs = [[people[place], people[-1 - place]] for place in range(min(PAIRS, len(people) // 2))]
        groups = [chance.sample(people, min(4, len(people))) for _ in GROUPS] if len(people) > 2 else []
        talks = [WELCOME] * len(makers) + [TALKS[place % len(TALKS)] for place in range(len(pairs))] + [*GROUPS]
        for who, talk in zip([*makers, *pairs, *groups], talks, strict=False):
            _talk(app, who, talk.split("|"), now - timedelta(hours=chance.randint(2, 400)), chance)
    return f"{len(makers) + len(pairs) + len(groups)} conversations between them were made up."


def _people(app: App) -> list[User]:
    """The first of those who were made up and may sign in."""
    made = (
        Condition(field="email", test="contains", value="@example.org"),
        Condition(field="active", test="is", value=True),
    )
    page = app.record_store.page(User, ("id", "email"), Question(order="email", conditions=made), PEOPLE)
    found: list[User] = app.users.some([row["id"] for row in page.rows])
    return sorted(found, key=lambda user: user.email)


def _talk(app: App, people: Sequence[User], lines: Sequence[str], at: datetime, chance: Random) -> None:
    ids = [user.id for user in people]
    held = app.conversations.add(Conversation.begun(ids, at))
    written = []
    for place, line in enumerate(lines):
        at += timedelta(minutes=chance.randint(1, 40))
        written.append(_message(held, ids[place % len(ids)], line, at))
        app.direct_messages.add(written[-1])
    if len(written) > 3 and chance.random() < 0.5:
        written[-2].edited_at, written[-2].version = at, 2
    held.size, held.messages, held.last_id, held.last_at = len(ids), len(written), written[-1].id, at
    app.conversations.enter([_member(held, one, written, chance) for one in ids])


def _message(held: Conversation, author: str, line: str, at: datetime) -> DirectMessage:
    made = DirectMessage(id=new_id("dms", at), conversation_id=held.id, author_id=author, body=line, created_at=at)
    made.check()
    return made


def _member(held: Conversation, user_id: str, written: Sequence[DirectMessage], chance: Random) -> Member:
    """Somebody who has read everything up to some message, at least to their own last one."""
    own = max((place for place, one in enumerate(written) if one.author_id == user_id), default=-1)
    read = chance.choice((own, len(written) - 1))
    return Member(
        conversation_id=held.id, user_id=user_id, read_id=written[read].id if read >= 0 else "", last_id=held.last_id,
        unread=len(written) - 1 - read, joined_at=held.created_at,
    )  # fmt: skip
