"""Rules on values that several entities share; each returns a cleaned value or raises ValueError with a sentence.

A `Checklist` gathers the sentences, so that a person sees all that is wrong at once.
"""

import re
from collections.abc import Callable
from typing import Any, TypeVar

from core.domain.kernel.errors import Invalid

T = TypeVar("T")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
LINE_BREAK = re.compile(r"[\r\n\u2028\u2029\x85]")
EMAIL = re.compile(r"^[^@\s\"(),:;<>\[\]\\]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$", re.I)


class Checklist:
    """Collects what is wrong, field by field, and raises `Invalid` once at the end."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}

    def take(self, field: str, rule: Callable[..., T], *args: Any, **options: Any) -> T | None:
        """Return the cleaned value, or note the rule's sentence under `field` and return None."""
        try:
            return rule(*args, **options)
        except ValueError as wrong:
            self.fields.setdefault(field, str(wrong))
            return None

    def close(self) -> None:
        """Raise `Invalid` if anything was noted."""
        if self.fields:
            raise Invalid(self.fields)


def one_line(value: object, what: str, most: int, *, required: bool = True) -> str:
    """A single line of text of at most `most` characters, trimmed."""
    text = paragraphs(value, what, most, required=required)
    if LINE_BREAK.search(text):
        raise ValueError(f"{what} must be on one line. Take the line break out.")
    return text


def paragraphs(value: object, what: str, most: int, *, required: bool = True, trimmed: bool = True) -> str:
    """Text of one or more lines, at most `most` characters, without control characters, and `trimmed`, if it is not to
    stay as it was written.

    A line break is one character, a line feed: browsers count it as one, and send two (HTML, 4.10.11).
    """
    if not isinstance(value, str):
        raise ValueError(f"{what} must be text.")
    whole = value.replace("\r\n", "\n").replace("\r", "\n")
    text = whole.strip() if trimmed else whole
    if required and not text.strip():
        raise ValueError(f"{what} is missing. Please fill it in.")
    if len(text) > most:
        raise ValueError(f"{what} is {len(text):,} characters long; at most {most:,} fit. Shorten it.")
    if CONTROL.search(text):
        raise ValueError(f"{what} contains an invisible control character. Type it again instead of pasting it.")
    return text


def email(value: object, what: str = "The e-mail address") -> str:
    """An address of at most 254 characters in the shape of RFC 5321 (ASCII, no quoting), lower-cased domain."""
    text = one_line(value, what, 254)
    if not EMAIL.match(text) or ".." in text or text.startswith("."):
        raise ValueError(f"{what} does not look right. It should be like name@example.com.")
    local, _, domain = text.rpartition("@")
    return f"{local}@{domain.lower()}"


def choice(value: object, what: str, allowed: tuple[str, ...]) -> str:
    """One of the allowed words."""
    if value not in allowed:
        raise ValueError(f"{what} must be one of: {', '.join(allowed)}.")
    return str(value)
