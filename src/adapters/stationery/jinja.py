"""Messages from templates; the press that prints them (Jinja and an inliner, 5 MB) is fetched for the first one."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapters.stationery.papers import FOLDER, fields_of
from core.ports.mail import Letter
from core.ports.stationery import Words

if TYPE_CHECKING:
    from adapters.stationery.press import Press, Sheet


class JinjaStationery:
    """Messages from `site_name`; links lead to `base_url`, which comes from the settings and never from a request."""

    def __init__(self, site_name: str, base_url: str, folder: Path = FOLDER) -> None:
        self._house = {"site_name": site_name, "base_url": base_url.rstrip("/")}
        self._folder = folder
        self._sheets: dict[tuple[str, str], Sheet] = {}

    def write(self, template: str, to: str, facts: dict[str, Any], reply_to: str | None = None) -> Letter:
        """Return the letter: subject (one line, at most 200 characters), text, and HTML with its styles inlined.

        In HTML every fact is escaped; in text every fact is put on one line or quoted line by line. Raises `KeyError`
        for a template that is not there, `jinja2.UndefinedError` for a fact that a template needs and did not get.
        """
        from adapters.stationery.press import letter

        return letter(self._sheet(template, "mail"), to, facts, reply_to)

    def words(self, template: str, channel: str, facts: dict[str, Any]) -> Words:
        """Return what a push, an SMS or a call says; see the port. Raises as `write`."""
        from adapters.stationery.press import words

        if channel == "mail":
            raise KeyError("A mail has more than words: have it written.")
        return words(self._sheet(template, channel), channel, facts)

    def _sheet(self, template: str, channel: str) -> Sheet:
        known = self._sheets.get((template, channel))
        if known is None:
            read = self._press.sheet(fields_of(self._folder, template, channel))
            known = self._sheets.setdefault((template, channel), read)
        return known

    @cached_property
    def _press(self) -> Press:
        from adapters.stationery.press import Press

        return Press(self._house, self._folder)
