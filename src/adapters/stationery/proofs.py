"""Pulls proofs of templates that people wrote: prints them with given facts, or says in words what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import TemplateSyntaxError, meta

from adapters.stationery.fence import Fenced, check_source
from adapters.stationery.press import LANGUAGE, LINK, Press, Print, Sheet, letter, words
from core.domain.kernel.errors import Invalid
from core.ports.mail import Letter
from core.ports.stationery import FIELDS, Channel, Words

NEEDED = ("text", "subject", "title", "language")


class FencedPress(Press):
    """A press for templates that people wrote."""

    def __init__(self, house: dict[str, str], folder: Path) -> None:
        super().__init__(house, folder, Fenced)
        self._house = set(house)

    def _read(self, name: str, source: str) -> Print:
        check_source(name, source)
        self._text.parse(source)  # before anything else looks at it
        return super()._read(name, source)

    def strange(self, source: str, facts: Mapping[str, Any]) -> list[str]:
        """The names in a template that are no facts."""
        named = meta.find_undeclared_variables(self._text.parse(source))
        return sorted(named - set(facts) - self._house)

    def pull(self, channel: str, fields: Mapping[str, str], facts: Mapping[str, Any]) -> Letter | Words:
        """Print a proof; see `core.ports.stationery.Proofs`."""
        sheet: Sheet = {}
        wrong: dict[str, str] = {}
        for name in FIELDS[Channel(channel)]:
            try:
                sheet[name] = self._proved(name, fields.get(name, ""), facts)
            except Exception as trouble:  # whatever a stranger's template may raise
                wrong[name] = in_words(trouble)
        if wrong:
            raise Invalid(wrong)
        return letter(sheet, "", facts) if channel == Channel.MAIL else words(sheet, channel, facts)

    def _proved(self, name: str, source: str, facts: Mapping[str, Any]) -> Print:
        reading = self._read(name, source)
        strange = self.strange(source, facts)
        if strange:
            raise ValueError(f"There is no fact {strange[0]!r}. There are: {', '.join(sorted(facts))}.")
        _check_said(name, reading(facts).strip())
        return reading


def _check_said(name: str, said: str) -> None:
    if name in NEEDED and not said:
        raise ValueError("It would be empty. Write something.")
    if name == "link" and said and not LINK.fullmatch(said):
        raise ValueError(f"{said[:60]!r} is no address. Begin it with https:// or {{{{ base_url }}}}.")
    if name == "language" and not LANGUAGE.fullmatch(said):
        raise ValueError(f"{said[:60]!r} is no language. Write one like en-GB or de-DE.")


def in_words(trouble: Exception) -> str:
    """What is wrong with a template, in a sentence."""
    if isinstance(trouble, TemplateSyntaxError):
        return f"Line {trouble.lineno}: {trouble.message}"
    return str(trouble)[:500] or f"It cannot be printed ({type(trouble).__name__}). Make it simpler."
