"""What rang somebody's bell: a title, a text, perhaps a link; it knows no template and no page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from core.domain.kernel.ids import new_id
from core.domain.post import Ring


@dataclass(eq=False, kw_only=True)
class Notice:
    """One thing that a user is told of on the site. `kind` is its class of message, `key` the message's own name."""

    id: str
    user_id: str
    kind: str
    key: str
    title: str
    text: str
    link: str = ""
    created_at: datetime
    read_at: datetime | None = None

    def __str__(self) -> str:
        return self.title

    @classmethod
    def of(cls, ring: Ring) -> Notice:
        """Make a notice of what rang."""
        return cls(
            id=new_id("ntc", ring.at), user_id=ring.user, kind=ring.kind, key=ring.key, title=ring.title[:200],
            text=ring.text[:500], link=ring.link[:500], created_at=ring.at,
        )  # fmt: skip
