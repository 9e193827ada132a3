"""The pictures that people show of themselves: cut to size, kept under names nobody chose, gone with the next one."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from typing import TYPE_CHECKING, Any, BinaryIO

from core.domain.kernel.errors import Invalid, NotFound
from core.domain.kernel.ids import earliest_id, new_id
from core.domain.kernel.marks import Effects, every, task
from core.domain.tasks import Run
from core.ports.clock import Clock
from core.ports.files import Files
from core.ports.portraits import SIDES, Portraits
from core.ports.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from core.domain.accounts.people import User
    from core.domain.audit import Audit
    from core.ports.repositories import Users

MOST_BYTES = 5_000_000
PREFIX = "avt"
LEFT_OVER = timedelta(days=31)
"""So old a file must be that nobody's picture is to be swept away: a deleted user may come back for 30 days."""
NONE = "There is no such picture. It may have been changed since; look at the page again."


class Album:
    """Keeps pictures as files, two for each: `<name>_256.webp` and `<name>_64.webp`."""

    def __init__(self, files: Files, portraits: Portraits, clock: Clock) -> None:
        self._files, self._portraits, self._clock = files, portraits, clock

    def keep(self, picture: bytes) -> str:
        """Cut a picture, keep it, and return its name. Slow: hold no transaction. Raises `Invalid`, `Unavailable`."""
        if not picture:
            raise Invalid({"image": "There is no picture yet. Choose one, then send it."})
        if len(picture) > MOST_BYTES:
            raise Invalid({"image": "This file has more than 5 MB. Make the picture smaller, then choose it again."})
        cut, name = self._portraits.cut(picture), new_id(PREFIX, self._clock.now())
        for side, content in cut.items():
            with self._files.new(f"{name}_{side}.webp") as file:
                file.write(content)
        return name

    def open(self, file: str) -> BinaryIO:
        """Return a file by its name. Raises `NotFound`."""
        if not file.startswith(f"{PREFIX}_") or not file.endswith(".webp"):
            raise NotFound(NONE)
        return self._files.open(file)

    def drop(self, name: str) -> None:
        """Remove a picture, if it is one of ours."""
        for file in files_of(name):
            self._files.remove(file)

    def names(self, before: timedelta) -> list[str]:
        """The names of the pictures that are older than this."""
        oldest = earliest_id(PREFIX, self._clock.now() - before)
        return sorted({file.rpartition("_")[0] for file in self._files.names() if file < oldest})


class Pictures:
    """Gives people a picture, or takes it away. It opens its own transactions: cutting holds none."""

    def __init__(self, users: Users, album: Album, audit: Audit, uow: UnitOfWork) -> None:
        self._users, self._album, self._audit, self._uow = users, album, audit, uow

    def change(self, user_id: str, picture: bytes) -> User:
        """Show this picture of a user from now on. Raises `Invalid`, `NotFound`, `Unavailable`."""
        name = self._album.keep(picture)
        with ExitStack() as undo:
            undo.callback(self._album.drop, name)
            user = self._hang(user_id, name, "changed the picture")
            undo.pop_all()
        return user

    def remove(self, user_id: str) -> User:
        """Show no picture of a user any more. Raises `NotFound`."""
        return self._hang(user_id, "", "removed the picture")

    @every("forget-pictures", "23 4 * * *")
    @task("accounts.forget-pictures", queue="upkeep", effects=Effects.OUTSIDE, priority=8)
    def sweep(self, run: Run) -> None:
        """Remove files that are nobody's picture: a process died before it could, or their owner was deleted."""
        names = self._album.names(LEFT_OVER)
        with run.start():
            shown = self._users.images(names)
        lost = [name for name in names if name not in shown]
        for name in lost:
            self._album.drop(name)
        run.settle({"removed": len(lost)})

    def _hang(self, user_id: str, name: str, action: str) -> User:
        with self._uow.transaction():
            user = self._users.get(user_id)
            before, user.image = user.image, name
            user.updated_at = self._audit.note(action, "user", user.id, label=str(user)).at
        self._album.drop(before)
        return user


def files_of(name: str) -> list[str]:
    """The files of a picture; an address of elsewhere has none here."""
    return [f"{name}_{side}.webp" for side in SIDES] if name.startswith(f"{PREFIX}_") else []


def picture_path(user: Any, side: int) -> str:
    """Where a user's picture is on this site, or "" when they show none of ours."""
    return f"/avatars/{user.image}_{side}.webp" if user.image.startswith(f"{PREFIX}_") else ""
