"""Files that are somebody's: their picture, files of posts, exports and copies they asked for, and the inbox's."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, BinaryIO

from core.domain.accounts.pictures import Album, files_of
from core.domain.kernel.errors import NotFound
from core.ports.content import Attachments
from core.ports.files import Files
from core.ports.personal import Person

MOST = 100_000


class PictureKeeper:
    """`core.ports.personal.Keeper` of pictures."""

    def __init__(self, album: Album) -> None:
        self._album = album

    def files(self, person: Person) -> Iterator[tuple[str, BinaryIO]]:
        for name in files_of(person.image):
            with suppress(NotFound):
                yield f"picture/{name}", self._album.open(name)

    def forget(self, person: Person) -> None:
        self._album.drop(person.image)


class ExportKeeper:
    """The same, of exports and copies: their names begin with the task that wrote them."""

    def __init__(self, files: Files, tasks: Any) -> None:
        self._files, self._tasks = files, tasks

    def files(self, person: Person) -> Iterator[tuple[str, BinaryIO]]:
        for name in self._names(person):
            with suppress(NotFound):
                yield f"exports/{name}", self._files.open(name)

    def forget(self, person: Person) -> None:
        for name in self._names(person, ".zip"):
            self._files.remove(name)

    def _names(self, person: Person, *further: str) -> list[str]:
        asked = {task.id for task in self._tasks.asked_by(person.id, "exports", MOST)}
        kept = [name for name in self._files.names() if name.partition(".")[0] in asked]
        return [name for name in kept if name.endswith((".csv", *further))]


class AttachmentKeeper:
    """The same, of files that belong to posts."""

    def __init__(self, attachments: Attachments, files: Files) -> None:
        self._attachments, self._files = attachments, files

    def files(self, person: Person) -> Iterator[tuple[str, BinaryIO]]:
        for one in self._attachments.owned(person.id):
            with suppress(NotFound):
                yield f"attachments/{one.id}-{one.name}", self._files.open(one.file)

    def forget(self, person: Person) -> None:
        for one in self._attachments.owned(person.id):
            self._files.remove(one.file)


class InboxKeeper:
    """The same, of the inbox of development: whatever went to an address of theirs, or came from there."""

    def __init__(self, inbox: Any) -> None:
        self._inbox = inbox

    def files(self, person: Person) -> Iterator[tuple[str, BinaryIO]]:
        for message in self._messages(person):
            said = json.dumps(message, ensure_ascii=False, indent=1).encode("utf-8", "replace")
            yield f"inbox/{message['id']}.json", io.BytesIO(said)

    def forget(self, person: Person) -> None:
        for message in self._messages(person):
            with suppress(NotFound):
                self._inbox.remove(message["id"])

    def _messages(self, person: Person) -> list[dict[str, Any]]:
        found = [one for address in person.addresses for one in self._inbox.messages(MOST, search=address)]
        return list({one["id"]: one for one in found}.values())
