"""Mail that stays in a folder, where the inbox page reads it; nothing ever leaves the machine.

A letter is one JSON file named by its id. `keys/` holds a symbolic link for each key: making one is a single step that
only one process can win, so a letter that is sent twice is one file.
"""

import hashlib
import json
import os
import random
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from adapters.mail.message import check, headers
from core.domain.kernel.errors import NotFound, Unavailable
from core.domain.kernel.ids import is_id, new_id
from core.ports.clock import Clock
from core.ports.delivery import Receipt
from core.ports.mail import Letter

PREFIX = "mes"
FAILURES = "fail.json"


class SandboxMail:
    """Writes letters to `folder`. Fails while `folder/fail.json` says so: `{"mail": {"until": <ISO>, "rate": 1.0}}`."""

    def __init__(self, folder: Path, clock: Clock, sender: str = "Enginebay <noreply@example.com>") -> None:
        self._folder, self._clock, self._sender = Path(folder), clock, sender
        self._keys = self._folder / "keys"

    def send(self, letter: Letter, key: str) -> Receipt:
        """Keep one letter; the same key is the same file, whoever writes it. Raises `Rejected`, `Unavailable`."""
        check(letter)
        self._fail_if_told()
        self._keys.mkdir(parents=True, exist_ok=True)
        now, top = self._clock.now(), headers(letter, key, self._sender)
        number = self._number(key, now)
        kept = {
            "id": number, "channel": "mail", "to": letter.to, "from": self._sender, "subject": letter.subject,
            "text": letter.text, "html": letter.html, "headers": top, "at": now.isoformat(),
        }  # fmt: skip
        self._write(self._folder / f"{number}.json", json.dumps(kept, ensure_ascii=False))
        return Receipt(carrier="sandbox", message_id=top["Message-ID"])

    def _fail_if_told(self) -> None:
        told = _read(self._folder / FAILURES).get("mail")
        if not isinstance(told, dict):
            return
        try:
            until, rate = datetime.fromisoformat(told["until"]), float(told.get("rate", 1.0))
            failing = self._clock.now() < until and random.random() < rate
        except (KeyError, TypeError, ValueError):
            return
        if failing:
            raise Unavailable(f"The sandbox mail was told to fail until {until:%H:%M:%S}. Wait, or remove {FAILURES}.")

    def _number(self, key: str, now: datetime) -> str:
        link = self._keys / hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:40]
        with suppress(FileExistsError):
            link.symlink_to(number := new_id(PREFIX, now))
            return number
        return os.readlink(link)

    def _write(self, path: Path, text: str) -> None:
        if path.exists():
            return
        draft = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.draft")
        draft.write_text(text, encoding="utf-8", errors="replace")
        draft.replace(path)


class Inbox:
    """Reads what the sandbox kept. A message is a dict of `id, channel, to, from, subject, text, html, headers, at`."""

    def __init__(self, folder: Path) -> None:
        self._folder = Path(folder)

    def messages(self, most: int = 200, search: str | None = None) -> list[dict[str, Any]]:
        """At most `most` messages, newest first; `search` is looked for in addresses, subject and text, in any case."""
        wanted, found = (search or "").casefold().strip(), []
        for number in self._numbers():
            message = _read(self._path(number))
            if message and _mentions(message, wanted):
                found.append(message)
            if len(found) >= most:
                break
        return found

    def get(self, number: str) -> dict[str, Any]:
        """One message by its id. Raises `NotFound`."""
        message = _read(self._path(number)) if is_id(number, PREFIX) else {}
        if not message:
            raise NotFound("This message is not in the inbox. It may have been cleared; look at the list.")
        return message

    def clear(self) -> None:
        """Remove every message, and the memory of their keys."""
        for number in self._numbers():
            self._path(number).unlink(missing_ok=True)
        for link in (self._folder / "keys").glob("*"):
            link.unlink(missing_ok=True)

    def _numbers(self) -> list[str]:
        with suppress(FileNotFoundError):
            names = (name.removesuffix(".json") for name in os.listdir(self._folder))
            return sorted((name for name in names if is_id(name, PREFIX)), reverse=True)
        return []

    def _path(self, number: str) -> Path:
        return self._folder / f"{number}.json"


def _read(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return read if isinstance(read, dict) else {}


def _mentions(message: dict[str, Any], wanted: str) -> bool:
    return not wanted or any(wanted in str(message.get(k, "")).casefold() for k in ("to", "from", "subject", "text"))
