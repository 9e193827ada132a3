"""A post: what somebody writes for everybody; its rules, and nothing of how it is shown."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.domain.kernel import rules
from core.domain.kernel.errors import Conflict

TITLE_MOST, DESCRIPTION_MOST, BODY_MOST, REASON_MOST = 200, 1_000, 100_000, 300
TAGS_MOST, TAG_MOST = 20, 60
SLUG_MOST = 80
KEPT_SLUGS = frozenset(("feed", "new", "mine", "drafts", "preview", "search", "tags", "edit", "atom"))
"""Slugs that would stand where addresses of ours do."""
APART = re.compile(r"[^a-z0-9]+")


class State(StrEnum):
    """DRAFT: its author's alone. PUBLISHED: everybody's. ARCHIVED: out of every list; who has the address reads it."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


@dataclass(eq=False, kw_only=True)
class Post:
    """One post. `body` is Markdown; `tags` are sorted; `published_at` is when it was first shown to everybody.

    A moderator hides it: `hidden_at` and `hidden_for`, which its author reads; with no reason it is hidden because its
    author is suspended or leaving. `version` rises with every change of
    its words. `favourites` and `comments` are kept by the database, and read only.
    """

    id: str
    author_id: str
    slug: str = ""
    title: str
    description: str = ""
    body: str
    tags: list[str] = field(default_factory=list)
    state: str = State.PUBLISHED
    hidden_at: datetime | None = None
    hidden_for: str = ""
    version: int = 1
    favourites: int = 0
    comments: int = 0
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None = None

    def __str__(self) -> str:
        return self.title

    @property
    def is_listed(self) -> bool:
        """Whether everybody finds it in lists."""
        return self.state == State.PUBLISHED and self.hidden_at is None

    def is_shown_to(self, reader_id: str) -> bool:
        """Whether this reader (empty for a visitor) may read it: its author always may."""
        return reader_id == self.author_id or (self.state != State.DRAFT and self.hidden_at is None)

    def check(self) -> None:
        """Clean the fields or raise `Invalid` with a sentence for each that is wrong."""
        listed = rules.Checklist()
        self.title = listed.take("title", rules.one_line, self.title, "The title", TITLE_MOST) or ""
        self.description = (
            listed.take(
                "description", rules.one_line, self.description, "The description", DESCRIPTION_MOST, required=False
            )
            or ""
        )
        self.body = listed.take("body", text, self.body, "The text", BODY_MOST) or ""
        self.tags = listed.take("tags", tags, self.tags) or []
        listed.take("state", rules.choice, self.state, "The state", tuple(map(str, State)))
        listed.close()

    def publish(self, now: datetime) -> None:
        """Show it to everybody; where it was shown before, it keeps its place in lists."""
        self.state, self.published_at = State.PUBLISHED, self.published_at or now

    def archive(self) -> None:
        """Take it out of lists. Raises `Conflict` for a draft, which is in none."""
        if self.state == State.DRAFT:
            raise Conflict("This post is a draft, so it is in no list. Delete it, or publish it first.")
        self.state = State.ARCHIVED

    def publish_again(self, now: datetime) -> None:
        """Put it back into lists by another's word. Raises `Conflict` for a draft, which is its author's alone."""
        if self.state == State.DRAFT:
            raise Conflict("This post is a draft, so only its author publishes it. Wait until it is published.")
        self.publish(now)

    def hide(self, reason: str, now: datetime) -> None:
        """Have nobody but its author read it, who is told why. Raises `Invalid`."""
        self.hidden_for, self.hidden_at = because(reason), self.hidden_at or now

    def restore(self, *, is_author_shown: bool = True) -> None:
        """Let it be read again, by all who may see its author."""
        self.hidden_at, self.hidden_for = (None if is_author_shown else self.hidden_at), ""


def because(reason: str) -> str:
    """The reason that somebody reads whose words were hidden. Raises `Invalid`."""
    listed = rules.Checklist()
    cleaned = listed.take("reason", rules.one_line, reason, "The reason", REASON_MOST) or ""
    listed.close()
    return cleaned


def text(value: object, what: str, most: int) -> str:
    """Text that stays as it was written: spaces at its ends can mean something in Markdown."""
    return rules.paragraphs(value, what, most, trimmed=False)


def tags(value: object) -> list[str]:
    """At most 20 different tags, each one line of at most 60 characters, sorted."""
    if not isinstance(value, list | tuple):
        raise ValueError("The tags must be a list of words.")
    cleaned = sorted({rules.one_line(tag, "A tag", TAG_MOST) for tag in value})
    if len(cleaned) > TAGS_MOST:
        raise ValueError(f"These are {len(cleaned)} tags; a post has at most {TAGS_MOST}. Take some out.")
    return cleaned


def slug(title: str) -> str:
    """A title as it stands in addresses: lower-case ASCII letters, digits and hyphens; `post` where none is left."""
    plain = unicodedata.normalize("NFKD", title.lower().replace("ß", "ss")).encode("ascii", "ignore").decode()
    return APART.sub("-", plain.lower()).strip("-")[:SLUG_MOST].strip("-") or "post"


def slugs(title: str, post_id: str) -> tuple[str, str]:
    """The slug that a title asks for, and the one that nobody else can have: no title gives two hyphens in a row."""
    wanted = slug(title)
    own = f"{wanted}--{post_id[-8:]}"
    return (own if wanted in KEPT_SLUGS else wanted), own
