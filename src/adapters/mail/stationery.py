"""Letters from templates; the press that prints them (Jinja and an inliner, 5 MB) is fetched for the first letter."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.ports.mail import Letter

if TYPE_CHECKING:
    from adapters.mail.press import Press

TEMPLATES = Path(__file__).parent / "templates"


class JinjaStationery:
    """Letters from `site_name`; links lead to `base_url`, which comes from the settings and never from a request."""

    def __init__(self, site_name: str, base_url: str, folder: Path = TEMPLATES) -> None:
        self._house = {"site_name": site_name, "base_url": base_url.rstrip("/")}
        self._folder = folder

    def write(self, template: str, to: str, facts: dict[str, Any], reply_to: str | None = None) -> Letter:
        """Return the letter: subject (one line, at most 200 characters), text, and HTML with its styles inlined.

        In HTML every fact is escaped; in text every fact is put on one line or quoted line by line. Raises `KeyError`
        for a template that is not there, `jinja2.UndefinedError` for a fact that a template needs and did not get.
        """
        return self._press.print(template, to, facts, reply_to)

    @cached_property
    def _press(self) -> Press:
        from adapters.mail.press import Press

        return Press(self._house, self._folder)
