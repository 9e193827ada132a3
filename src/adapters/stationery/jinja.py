"""Messages from templates; the press that prints them (Jinja and an inliner, 5 MB) is fetched for the first one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from adapters.stationery.edited import EditedTemplates
from adapters.stationery.papers import FOLDER, fields_of
from core.ports.mail import Letter
from core.ports.stationery import Wordings, Words
from core.ports.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from adapters.stationery.press import Press, Sheet
    from adapters.stationery.proofs import FencedPress

LATE = 3.0
"""So many seconds may a worker be late in noticing an edit; it costs one query, and none for a message."""
Printed = TypeVar("Printed", Letter, Words)


class JinjaStationery:
    """Messages from `site_name`; links lead to `base_url`, which comes from the settings and never from a request.

    It writes on what an administrator made of a template, where there is such a thing and it can be printed, and else
    on what came with the code: no message is lost for a template.
    """

    def __init__(self, site_name: str, base_url: str, folder: Path = FOLDER) -> None:
        self._house = {"site_name": site_name, "base_url": base_url.rstrip("/")}
        self._folder = folder
        self._sheets: dict[tuple[str, str], Sheet] = {}
        self._edited: EditedTemplates | None = None

    def heed(self, uow: UnitOfWork, wordings: Wordings, every: float = LATE) -> JinjaStationery:
        """Have what administrators made of the templates win; it is looked for `every` so many seconds."""
        self._edited = EditedTemplates(uow, wordings, lambda: self._fenced, every)
        return self

    def write(self, template: str, to: str, facts: dict[str, Any], reply_to: str | None = None) -> Letter:
        """Return the letter: subject (one line, at most 200 characters), text, and HTML with its styles inlined.

        In HTML every fact is escaped; in text every fact is put on one line or quoted line by line. Raises `KeyError`
        for a template that is not there, `jinja2.UndefinedError` for a fact that a template needs and did not get.
        """
        from adapters.stationery.press import letter

        return self._printed(template, "mail", lambda sheet: letter(sheet, to, facts, reply_to))

    def words(self, template: str, channel: str, facts: dict[str, Any]) -> Words:
        """Return what a push, an SMS or a call says; see the port. Raises as `write`."""
        from adapters.stationery.press import words

        if channel == "mail":
            raise KeyError("A mail has more than words: have it written.")
        return self._printed(template, channel, lambda sheet: words(sheet, channel, facts))

    def printed(self, template: str, channel: str) -> dict[str, str]:
        """The fields of a template as it came with the code; see `core.ports.stationery.Proofs`."""
        return fields_of(self._folder, template, channel)

    def pull(self, channel: str, fields: Mapping[str, str], facts: Mapping[str, Any]) -> Letter | Words:
        """Print a proof; see `core.ports.stationery.Proofs`."""
        return self._fenced.pull(channel, fields, facts)

    def _printed(self, template: str, channel: str, print: Callable[[Sheet], Printed]) -> Printed:
        came = self._sheet(template, channel)
        sheet = self._edited.sheet(f"{template}.{channel}") if self._edited else None
        if sheet is not None and self._edited is not None:
            try:
                return _filled(print(sheet))
            except Exception as trouble:  # whatever an edited template may raise, the message is sent
                self._edited.failed(f"{template}.{channel}", trouble)
        return print(came)

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

    @cached_property
    def _fenced(self) -> FencedPress:
        from adapters.stationery.proofs import FencedPress

        return FencedPress(self._house, self._folder)


def _filled(printed: Printed) -> Printed:
    if not printed.text.strip():
        raise ValueError("It would be empty with the facts of this message.")
    return printed
