"""A record's fields, derived from the entity's annotations: how each is read from text and written as JSON."""

from __future__ import annotations

import json
import re
import types
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin

from core.ports.records import Condition

LONGEST = 100_000
NUMBER = re.compile(r"^-?\d{1,18}$")
DECIMAL = re.compile(r"^-?[0-9]{1,10}(\.[0-9]{1,8})?$")
DAY = re.compile(r"^\d{4}-\d\d-\d\d$")


class Kind(StrEnum):
    """How a field is shown and asked for."""

    LINE = "line"
    TEXT = "text"
    FLAG = "flag"
    CHOICE = "choice"
    NUMBER = "number"
    INSTANT = "instant"
    DAY = "day"
    DECIMAL = "decimal"
    JSON = "json"
    RECORD = "record"
    SECRET = "secret"  # noqa: S105 – the name of a kind


TYPES = {
    str: Kind.LINE, bool: Kind.FLAG, int: Kind.NUMBER, datetime: Kind.INSTANT, date: Kind.DAY, Decimal: Kind.DECIMAL,
    dict: Kind.JSON, list: Kind.JSON,
}  # fmt: skip
WORDS = {"id": "ID", "email": "E-mail"}
"""Labels that a name alone does not give; `created_at` gives "Created"."""
RESTORED: dict[Kind, Any] = {Kind.FLAG: bool, Kind.NUMBER: int, Kind.JSON: (dict, list)}
"""What JSON makes of a kind's values, where it is not text."""
WRITTEN = (Kind.INSTANT, Kind.DAY, Kind.DECIMAL)
"""Kinds whose values are text in JSON and something else here."""
TESTS = {
    Kind.LINE: ("contains", "is", "empty", "filled"),
    Kind.TEXT: ("contains", "empty", "filled"),
    Kind.FLAG: ("is",),
    Kind.CHOICE: ("is",),
    Kind.NUMBER: ("is", "from", "until", "before", "empty", "filled"),
    Kind.DECIMAL: ("is", "from", "until", "before", "empty", "filled"),
    Kind.DAY: ("is", "from", "until", "before", "empty", "filled"),
    Kind.INSTANT: ("from", "until", "empty", "filled"),
    Kind.JSON: (),
    Kind.RECORD: ("is", "empty", "filled"),
    Kind.SECRET: (),
}


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a record.

    `optional`: it may be None; `allowed`: the words of a choice, which are `names` when they are the same in every
    language; `refers`: the kind whose keys it holds.
    """

    name: str
    kind: Kind
    label: str
    optional: bool = False
    allowed: tuple[str, ...] = ()
    names: bool = False
    hint: str = ""
    refers: str = ""

    @property
    def is_sortable(self) -> bool:
        """Whether lists can be ordered by it."""
        return self.kind not in (Kind.JSON, Kind.TEXT)

    @property
    def tests(self) -> tuple[str, ...]:
        """The tests a list may be filtered by."""
        return tuple(test for test in TESTS[self.kind] if self.optional or test not in ("empty", "filled"))

    def read(self, text: str) -> Any:
        """Return the value that a person typed. Raises ValueError with a sentence."""
        if len(text) > LONGEST:
            raise ValueError(f"{self.label} is longer than {LONGEST:,} characters. Shorten it.")
        if self.optional and not text.strip():
            return None
        return READERS[self.kind](self, storable(text))

    def plain(self, value: Any) -> Any:
        """Return the value as JSON has it: an instant as ISO 8601 in UTC, a day and a decimal number as text."""
        if isinstance(value, date | Decimal) and not isinstance(value, datetime):
            return format(value, "f") if isinstance(value, Decimal) else value.isoformat()
        return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value

    def restore(self, plain: Any) -> Any:
        """Return the value that `plain` was made of. Raises ValueError when it cannot have been made of this field."""
        if plain is None and self.optional:
            return None
        if not isinstance(plain, RESTORED.get(self.kind, str)) or (self.kind != Kind.FLAG and isinstance(plain, bool)):
            raise ValueError(f"{self.label} does not look like that.")
        return READERS[self.kind](self, storable(str(plain))) if self.kind in WRITTEN else plain

    def condition(self, test: str, text: str) -> Condition:
        """Return the filter that a person asked for. Raises ValueError with a sentence."""
        if test not in self.tests:
            raise ValueError(f"{self.label} cannot be filtered by {test!r}. Take one of: {', '.join(self.tests)}.")
        if test in ("empty", "filled"):
            return Condition(field=self.name, test=test)
        if test == "until" and self.kind == Kind.INSTANT:
            return Condition(field=self.name, test="before", value=_after(self, text))
        value = storable(text[:LONGEST]) if test == "contains" else self.read(text)
        if value in (None, ""):
            raise ValueError(f"{self.label}: say what to look for.")
        return Condition(field=self.name, test=test, value=value)


def field(name: str, annotation: Any, given: Mapping[str, Mapping[str, Any]]) -> Field | None:
    """Derive a field, or None when values of this type are no text, number, instant, word or JSON."""
    kind, optional = _kind(annotation)
    if kind is None:
        return None
    if name in given["choices"] or name in given["names"]:
        kind = Kind.CHOICE
    elif name in given["long"]:
        kind = Kind.TEXT
    elif name in given["refers"]:
        kind = Kind.RECORD
    bare = name.removesuffix("_id") if kind == Kind.RECORD else name.removesuffix("_at")
    label = given["labels"].get(name) or WORDS.get(name) or bare.replace("_", " ").capitalize()
    allowed = tuple(given["choices"].get(name) or given["names"].get(name, ()))
    return Field(
        name=name,
        kind=kind,
        label=label,
        optional=optional,
        allowed=allowed,
        names=name in given["names"],
        hint=given["hints"].get(name, ""),
        refers=given["refers"].get(name, ""),
    )


def storable(text: str) -> str:
    """Return the text, or raise ValueError where a database cannot keep it (NUL, half of a surrogate pair)."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("This contains a broken character. Type it again instead of pasting it.") from None
    if "\x00" in text:
        raise ValueError("This contains an invisible control character. Type it again instead of pasting it.")
    return text


@cache
def _kind(annotation: Any) -> tuple[Kind | None, bool]:
    """Which kind values of this type usually are, and whether there may be none."""
    of = get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)
    parts = [part for part in of if part is not type(None)]
    plain = parts[0] if len(parts) == 1 else annotation
    return TYPES.get(get_origin(plain) or plain), len(parts) < len(of)


def _line(asked: Field, text: str) -> str:
    return text


def _text(asked: Field, text: str) -> str:
    return text.replace("\r\n", "\n")


def _flag(asked: Field, text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError(f"{asked.label} must be yes or no.")
    return text == "yes"


def _choice(asked: Field, text: str) -> str:
    if text not in asked.allowed:
        raise ValueError(f"{asked.label} must be one of: {', '.join(asked.allowed)}.")
    return text


def _number(asked: Field, text: str) -> int:
    if not NUMBER.match(text.strip()):
        raise ValueError(f"{asked.label} must be a whole number, like 42.")
    return int(text)


def _instant(asked: Field, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.strip())
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f"{asked.label} must be a date or a time in UTC, like 2026-01-31 or 2026-01-31T09:30."
        ) from None


def _day(asked: Field, text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError(f"{asked.label} must be a day, like 2026-01-31.") from None


def _decimal(asked: Field, text: str) -> Decimal:
    if not DECIMAL.match(text.strip()):
        raise ValueError(f"{asked.label} must be a number, like 12.50.")
    return Decimal(text.strip())


def _after(asked: Field, text: str) -> datetime:
    """The first instant that is no longer in the day, or minute, that `text` names."""
    found, width = _instant(asked, text), timedelta(days=1) if DAY.match(text.strip()) else timedelta(minutes=1)
    try:
        return found + width
    except OverflowError:
        return found


def _json(asked: Field, text: str) -> Any:
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise ValueError(f'{asked.label} must be JSON, like {{"key": "value"}}. Check quotes and commas.') from None
    if not isinstance(found, dict | list):
        raise ValueError(f"{asked.label} must be a JSON object or list.")
    return found


READERS = {
    Kind.LINE: _line,
    Kind.TEXT: _text,
    Kind.FLAG: _flag,
    Kind.CHOICE: _choice,
    Kind.NUMBER: _number,
    Kind.INSTANT: _instant,
    Kind.DAY: _day,
    Kind.DECIMAL: _decimal,
    Kind.JSON: _json,
    Kind.RECORD: lambda asked, text: text.strip(),
    Kind.SECRET: _line,
}
