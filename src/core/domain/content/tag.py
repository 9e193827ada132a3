"""Tags: each that was ever used, with what is said about it; renaming one changes the posts, by a task."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.domain.audit import Audit
from core.domain.content.post import TAG_MOST, TAGS_MOST
from core.domain.kernel import rules
from core.domain.kernel.errors import Conflict, Invalid, NotFound
from core.domain.kernel.marks import task
from core.domain.tasks import Outbox, Run, Task
from core.ports.content import Posts, Tags

ABOUT_MOST = 300
AT_ONCE = 200
"""Posts that are changed in one transaction."""
RENAME = "content.rename-tag"


@dataclass(eq=False, kw_only=True)
class Tag:
    """A tag as posts have it. `about` is a sentence for its page."""

    name: str
    about: str = ""
    created_at: datetime

    def __str__(self) -> str:
        return self.name

    def check(self) -> None:
        """Clean the fields or raise `Invalid` with a sentence for each that is wrong."""
        listed = rules.Checklist()
        self.about = listed.take("about", rules.one_line, self.about, "The sentence", ABOUT_MOST, required=False) or ""
        listed.close()


class TagDesk:
    """Renames tags, joins them and takes them out of posts."""

    def __init__(self, tags: Tags, posts: Posts, outbox: Outbox, audit: Audit) -> None:
        self._tags, self._posts, self._outbox, self._audit = tags, posts, outbox, audit

    def about(self, name: str) -> str:
        """What is said about a tag; "" for one that nobody ever used."""
        found = self._tags.find(name)
        return found.about if found is not None else ""

    def rename(self, name: str, to: str) -> Task:
        """Have every post of this tag get another one instead, or none for ""; posts of both have it once.

        Raises `Invalid`, `NotFound`, and `Conflict` while it is renamed to something else.
        """
        listed = rules.Checklist()
        wanted = listed.take("to", rules.one_line, to, "The new name", TAG_MOST, required=False) or ""
        listed.close()
        if wanted == name:
            raise Invalid({"to": "This is its name already. Type another one."})
        if self._tags.find(name) is None:
            raise NotFound("There is no such tag. It may have been renamed; look at the list again.")
        waiting = self._outbox.enqueue(RENAME, {"name": name, "to": wanted}, dedupe_key=f"{RENAME}:{name}")
        if waiting.payload["to"] != wanted:
            raise Conflict("This tag is being renamed to something else already. Wait until that is done, then look.")
        self._audit.note("renamed", "tag", name, label=name, before={"name": name}, after={"name": wanted})
        return waiting

    @task(RENAME, queue="bulk")
    def change_posts(self, run: Run, name: str, to: str) -> dict[str, Any]:
        """Change some of the posts, and go on by another task while there are more; then the tag is gone."""
        found = self._posts.tagged(name, AT_ONCE)
        for post in found:
            post.tags = sorted({*(tag for tag in post.tags if tag != name), *([to] if to else [])})[:TAGS_MOST]
            post.version += 1
            post.updated_at = run.now()
            self._posts.keep(post)
        if len(found) == AT_ONCE:
            self._outbox.enqueue(RENAME, {"name": name, "to": to}, dedupe_key=f"{RENAME}:{name}")
        else:
            self._tags.remove(name)
        return {"changed": len(found)}
