"""Writes `letter.css` into style attributes once, when a template is read: inlining costs more than sending."""

import re
from pathlib import Path

import css_inline
from jinja2 import BaseLoader, Environment, TemplateNotFound

FRAME = "frame.html"
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
HIDDEN = re.compile(r"jinja0x(\d+)x")


class Inliner(BaseLoader):
    """Inlines HTML templates, and loads the frame that they extend; Jinja's own marks stay as they are."""

    def __init__(self, folder: Path) -> None:
        self._frame = folder / FRAME
        self._css = (folder / "letter.css").read_text(encoding="utf-8")

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:
        """Return the frame, inlined. Raises `TemplateNotFound` for any other file."""
        if template != FRAME:
            raise TemplateNotFound(template)
        return self.inlined(self._frame.read_text(encoding="utf-8")), str(self._frame), None

    def inlined(self, source: str) -> str:
        """Return the source of a template with every style in an attribute."""
        marks: list[str] = []
        hidden = JINJA.sub(lambda mark: _hide(mark.group(), marks), HIDDEN.sub("", source))
        return HIDDEN.sub(lambda found: marks[int(found.group(1))], self._inline(hidden))

    def _inline(self, source: str) -> str:
        if source.lstrip().lower().startswith("<!doctype"):
            return css_inline.CSSInliner(extra_css=self._css, load_remote_stylesheets=False).inline(source)
        return css_inline.inline_fragment(source, self._css, load_remote_stylesheets=False)


def _hide(mark: str, marks: list[str]) -> str:
    """Stand a plain word in for a Jinja mark: the inliner would escape the signs inside it."""
    marks.append(mark)
    return f"jinja0x{len(marks) - 1}x"
