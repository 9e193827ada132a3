"""A drawer where everything stays that the sandbox's vendors took, and where the inbox page reads it; it sends nothing.

A message is one JSON file named by its id, whose first letters are its channel's. `keys/` holds a symbolic link for
each number that a vendor gave: making one is a single step that only one process can win, so what is sent twice, by
whichever vendor, is one file.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections import Counter
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from core.domain.kernel.errors import NotFound
from core.domain.kernel.ids import is_id, new_id
from core.ports.clock import Clock
from core.ports.sandbox import Message

PREFIXES = {"mail": "mes", "sms": "sms", "calls": "cal", "push": "psh"}
CHANNELS = {prefix: channel for channel, prefix in PREFIXES.items()}
SEARCHED = ("to", "from", "subject", "title", "text", "link")


def number_of(key: str) -> str:
    """The number that a vendor of the sandbox gives to the message of a key: the same one for ever."""
    return "box-" + _digest(key)


class Drawer:
    """`core.ports.sandbox.Drawer` in `folder`, and what the vendors need of it."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self._folder, self._clock = Path(folder), clock
        self._keys = self._folder / "keys"

    def keep(self, message_id: str, channel: str, facts: Message) -> Message:
        """Keep one message and return it; of one that was kept before under this number, what was kept then."""
        self._keys.mkdir(parents=True, exist_ok=True)
        now = self._clock.now()
        number = self._number(message_id, PREFIXES[channel], now)
        message = {"id": number, "message_id": message_id, "channel": channel, **facts, "at": now.isoformat()}
        return _read(self._path(number)) or self._write(self._path(number), message)

    def taken(self, message_id: str) -> Message | None:
        """What was kept under the number that a vendor gave, or None."""
        with suppress(FileNotFoundError):
            return _read(self._path(os.readlink(self._link(message_id)))) or None
        return None

    def messages(self, most: int = 200, search: str | None = None, channel: str | None = None) -> list[Message]:
        """At most `most` messages, newest first; `search` is looked for in addresses and words, in any case."""
        wanted, found = (search or "").casefold().strip(), list[Message]()
        for number in self._numbers():
            if channel and CHANNELS[number[:3]] != channel:
                continue
            message = _read(self._path(number))
            if message and _mentions(message, wanted):
                found.append(message)
            if len(found) >= most:
                break
        return found

    def counts(self) -> dict[str, int]:
        """How many messages each channel has; no file is opened for it."""
        found = Counter(CHANNELS[number[:3]] for number in self._numbers())
        return {channel: found[channel] for channel in PREFIXES}

    def get(self, number: str) -> Message:
        """One message by its id. Raises `NotFound`."""
        message = _read(self._path(number)) if _is_ours(number) else {}
        if not message:
            raise NotFound("This message is not in the inbox. It may have been cleared; look at the list.")
        return message

    def remove(self, number: str) -> None:
        """Remove one message and the memory of its key. Raises `NotFound`."""
        self._link(self.get(number)["message_id"]).unlink(missing_ok=True)
        self._path(number).unlink(missing_ok=True)

    def clear(self, channel: str | None = None) -> None:
        """Remove every message, or every one of a channel, and the memory of their keys."""
        for number in self._numbers():
            if channel in (None, CHANNELS[number[:3]]):
                with suppress(NotFound):
                    self.remove(number)

    def _numbers(self) -> list[str]:
        with suppress(FileNotFoundError):
            names = (name.removesuffix(".json") for name in os.listdir(self._folder))
            return sorted(filter(_is_ours, names), key=lambda number: number[3:], reverse=True)
        return []

    def _number(self, message_id: str, prefix: str, now: datetime) -> str:
        link = self._link(message_id)
        with suppress(FileExistsError):
            link.symlink_to(number := new_id(prefix, now))
            return number
        return os.readlink(link)

    def _write(self, path: Path, message: Message) -> Message:
        draft = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.draft")
        draft.write_text(json.dumps(message, ensure_ascii=False), encoding="utf-8", errors="replace")
        draft.replace(path)
        return message

    def _link(self, message_id: str) -> Path:
        return self._keys / _digest(message_id)

    def _path(self, number: str) -> Path:
        return self._folder / f"{number}.json"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def _is_ours(number: str) -> bool:
    return number[:3] in CHANNELS and is_id(number, number[:3])


def _read(path: Path) -> Message:
    try:
        read = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _mentions(message: Message, wanted: str) -> bool:
    return not wanted or any(wanted in str(message.get(name, "")).casefold() for name in SEARCHED)
