"""Files that belong to posts: kept by the files port under names of ours, as many as a person's quota holds."""

from __future__ import annotations

import re
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO

from core.domain.content.desk import PostDesk
from core.domain.content.post import Post
from core.domain.kernel import rules
from core.domain.kernel.errors import Invalid, NotFound
from core.domain.kernel.ids import earliest_id, new_id
from core.domain.kernel.marks import Effects, every, task
from core.domain.tasks import Run
from core.ports.clock import Clock
from core.ports.content import Attachments
from core.ports.files import Files
from core.ports.unit_of_work import UnitOfWork

PREFIX = "att"
MOST_BYTES = 10_000_000
IMAGES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg", b"GIF8": "image/gif"}
"""How the files begin that a browser may show in a page; whatever else is sent is only to be kept on a disk."""
PLAIN = "application/octet-stream"
LEFT_OVER = timedelta(days=1)
APART = re.compile('[\\\\/:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]+')
"""What parts folders, and what turns the reading around: gpj.exe would look like exe.jpg."""
NONE_SUCH = "There is no such file. It may have been taken out with its post."


@dataclass(eq=False, kw_only=True)
class Attachment:
    """One file of a post. `name` is what its owner called it, `type` what its first bytes say, `size` its bytes."""

    id: str
    post_id: str
    owner_id: str
    name: str
    type: str
    size: int
    created_at: datetime

    def __str__(self) -> str:
        return self.name

    def check(self) -> None:
        """Clean its name or raise `Invalid`."""
        self.name = _name(self.name)

    @property
    def file(self) -> str:
        """Its name on the shelf."""
        return f"{self.id}.bin"

    @property
    def is_image(self) -> bool:
        """Whether a page may show it."""
        return self.type != PLAIN


@dataclass(frozen=True, kw_only=True)
class Room:
    """How many bytes one person may keep, and how many files one post may have."""

    quota: int
    most: int


class AttachmentDesk:
    """Takes files in and gives them out. It opens its own transactions: writing a file holds none."""

    def __init__(
        self, attachments: Attachments, files: Files, posts: PostDesk, uow: UnitOfWork, clock: Clock, room: Room
    ) -> None:  # fmt: skip
        self._attachments, self._files, self._posts, self._uow, self._clock = attachments, files, posts, uow, clock
        self._room = room

    def keep(self, slug_or_id: str, owner_id: str, name: str, content: bytes) -> Attachment:
        """Keep a file of a post. Raises `Invalid` (also without room), `NotFound`, `Forbidden`, `Unavailable`."""
        called = _name(name)
        if not 0 < len(content) <= MOST_BYTES:
            raise Invalid({"file": "A file has 1 byte to 10 MB. Choose another one, or make it smaller."})
        with self._uow.reading():
            post = self._posts.of_author(slug_or_id, owner_id)
        now = self._clock.now()
        made = Attachment(
            id=new_id(PREFIX, now), post_id=post.id, owner_id=owner_id, name=called, type=_type(content),
            size=len(content), created_at=now,
        )  # fmt: skip
        with ExitStack() as undo:
            undo.callback(self._files.remove, made.file)
            with self._files.new(made.file) as file:
                file.write(content)
            self._note(made)
            undo.pop_all()
        return made

    def open(self, attachment_id: str, reader_id: str) -> tuple[Attachment, BinaryIO]:
        """Return a file that this reader may read: whoever may read its post. Raises `NotFound`."""
        with self._uow.reading():
            found = self._attachments.find(attachment_id)
            if found is None:
                raise NotFound(NONE_SUCH)
            self._posts.get(found.post_id, reader_id)
        return found, self._files.open(found.file)

    def of(self, post: Post) -> list[Attachment]:
        """The files of a post, oldest first."""
        return self._attachments.of(post.id)

    def remove(self, attachment_id: str, owner_id: str) -> None:
        """Take a file out. Raises `NotFound`, for those of others as well."""
        with self._uow.transaction():
            found = self._attachments.find(attachment_id)
            if found is None or found.owner_id != owner_id:
                raise NotFound(NONE_SUCH)
            self._attachments.remove(found)
        self._files.remove(found.file)

    @every("forget-attachments", "41 4 * * *")
    @task("content.forget-attachments", queue="upkeep", effects=Effects.OUTSIDE, priority=8)
    def sweep(self, run: Run) -> None:
        """Remove files that belong to nothing: their post went for good, or a process died before it could."""
        oldest = earliest_id(PREFIX, self._clock.now() - LEFT_OVER)
        names = sorted({file.partition(".")[0] for file in self._files.names() if file < oldest})
        with run.start():
            there = {
                name for place in range(0, len(names), 500) for name in self._attachments.there(names[place:][:500])
            }
        lost = [name for name in names if name not in there]
        for name in lost:
            self._files.remove(f"{name}.bin")
        run.settle({"removed": len(lost)})

    def _note(self, made: Attachment) -> None:
        with self._uow.transaction():
            used = self._attachments.used(made.owner_id)
            if len(self._attachments.of(made.post_id)) >= self._room.most:
                raise Invalid({"file": f"A post has at most {self._room.most} files. Take others out of it first."})
            if used + made.size > self._room.quota:
                raise Invalid({
                    "file": f"Your files have {used / 1e6:,.1f} of {self._room.quota / 1e6:,.0f} MB, so this one does "
                            "not fit. Take others out first."
                })  # fmt: skip
            self._attachments.add(made)


def _name(name: str) -> str:
    """A file's name as people may read it; no path, whatever was sent."""
    listed = rules.Checklist()
    called = listed.take("name", rules.one_line, APART.sub("-", name), "The file's name", 100) or ""
    listed.close()
    return called


def _type(content: bytes) -> str:
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for begin, kind in IMAGES.items() if content.startswith(begin)), PLAIN)
