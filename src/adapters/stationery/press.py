"""Prints messages from Jinja templates; it knows how each looks, and nothing of how one is carried."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined

from adapters.stationery.filters import FILTERS, flat, line, plain, short
from adapters.stationery.inlining import Inliner
from core.ports.mail import Letter
from core.ports.stationery import Channel, Words

Print = Callable[[Mapping[str, Any]], str]
"""A template that was read: facts in, text out."""
Sheet = dict[str, Print]
"""A whole template, by field."""
LONGEST = {"subject": 200, "title": 100, "link": 1000, "language": 20}
LONGEST_TEXT = {Channel.PUSH: 500, Channel.SMS: 459, Channel.CALL: 1500}
"""Three parts of an SMS; about a minute and a half of speech; what a lock screen shows, and more."""
AUTOMATIC = {"Auto-Submitted": "auto-generated"}
"""Keeps holiday answers from coming back (RFC 3834)."""
LINK = re.compile(r"https?://[^\s\"'<>]+")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
TYPOGRAPHIC = str.maketrans(
    {"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "\xa0": " "}
)
"""Signs that make an SMS half as long (UCS-2) and that everybody reads as well in their plain form."""


class Press:
    """Prints what the files of one folder say; `house` is what every template knows."""

    def __init__(self, house: dict[str, str], folder: Path, env: type[Environment] = Environment) -> None:
        self._inliner = Inliner(folder)
        self._text = _environment(env, house, autoescape=False, finalize=flat)
        self._html = _environment(env, house, autoescape=True, finalize=plain, loader=self._inliner)

    def sheet(self, fields: Mapping[str, str]) -> Sheet:
        """Read a template, given by its fields."""
        return {name: self._read(name, source) for name, source in fields.items()}

    def _read(self, name: str, source: str) -> Print:
        if name == "html":
            return self._html.from_string(self._inliner.inlined(source)).render
        return self._text.from_string(source).render


def letter(sheet: Sheet, to: str, facts: Mapping[str, Any], reply_to: str | None = None) -> Letter:
    """Print a letter; see `JinjaStationery.write`."""
    return Letter(
        to=to,
        subject=_head(sheet, "subject", facts),
        text=sheet["text"](facts).strip() + "\n",
        html=sheet["html"](facts),
        reply_to=reply_to,
        headers=dict(AUTOMATIC),
    )


def words(sheet: Sheet, channel: str, facts: Mapping[str, Any]) -> Words:
    """Print a short message; see `JinjaStationery.words`."""
    heads = {name: _head(sheet, name, facts) for name in sheet if name != "text"}
    text = sheet["text"](facts).strip()
    if channel == Channel.SMS:
        return Words(text=_cut_plainly(text.translate(TYPOGRAPHIC), LONGEST_TEXT[Channel.SMS]))
    if not LINK.fullmatch(heads.get("link", "")):
        heads["link"] = ""
    if not LANGUAGE.fullmatch(heads.get("language", "")):
        heads.pop("language", None)
    return Words(text=short(text, LONGEST_TEXT[Channel(channel)]), **heads)


def _head(sheet: Sheet, name: str, facts: Mapping[str, Any]) -> str:
    return short(line(sheet[name](facts)), LONGEST[name])


def _cut_plainly(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 3].rstrip() + "..."


def _environment(env: type[Environment], house: dict[str, str], **options: Any) -> Environment:
    made = env(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, **options)
    made.globals.update(house)
    made.filters.update(FILTERS)
    return made
