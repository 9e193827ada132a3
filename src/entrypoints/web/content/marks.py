"""Where a page of posts ends, written for an address; and what of an address or a form can name anything at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask_login import current_user

from core.domain.content.post import TAG_MOST
from core.domain.kernel import rules
from core.domain.kernel.errors import NotFound
from core.domain.kernel.ids import is_id

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_mark(key: str) -> bool:
    """Whether `mark` may have written this."""
    micros, _, post_id = key.partition(".")
    return micros.isascii() and micros.isdecimal() and len(micros) <= 17 and is_id(post_id, "pst")


def mark(where: tuple[datetime, str]) -> str:
    """The end of a page, as text: microseconds since 1970, and an id."""
    return f"{(where[0] - EPOCH) // timedelta(microseconds=1)}.{where[1]}"


def read_mark(key: str) -> tuple[datetime, str] | None:
    """What `mark` wrote, or None for anything else."""
    micros, _, post_id = key.partition(".")
    return (EPOCH + timedelta(microseconds=int(micros)), post_id) if is_mark(key) else None


def reader() -> str:
    """The id of who asks, "" for a visitor."""
    return str(current_user.user.id) if current_user.is_authenticated else ""


def tag_of(text: str) -> str:
    """A tag out of an address. Raises `NotFound` for what can be none."""
    if not text or len(text) > TAG_MOST or rules.CONTROL.search(text):
        raise NotFound("There can be no such tag. Look for another one at /tags.")
    return text


def word(text: str) -> str:
    """A part of an address, as far as it can name anything."""
    return text if text.isprintable() else ""
