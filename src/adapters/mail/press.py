"""Prints letters from Jinja templates; it knows how a letter looks, and nothing of how one is carried.

`templates/<name>.txt` opens with the subject line, then an empty line, then the text; `templates/<name>.html` is the
content of `frame.html`. `letter.css` is inlined once, when a template is loaded: inlining costs more than sending.
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import css_inline
from jinja2 import BaseLoader, Environment, StrictUndefined, Template, TemplateNotFound
from markupsafe import Markup, escape

from core.ports.mail import Letter

LONGEST_SUBJECT = 200
LONGEST_QUOTE = 20_000
UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Control characters, and those that make text run backwards: a stranger's fact may not disguise itself with them."""
AUTOMATIC = {"Auto-Submitted": "auto-generated"}
"""Keeps holiday answers from coming back (RFC 3834)."""


class Lines(str):
    """Text that was laid out here and may keep its line breaks; every other fact in a text is put on one line."""


class Press:
    """Prints letters from one folder of templates; `house` is what every template knows."""

    def __init__(self, house: dict[str, str], folder: Path) -> None:
        self._text = _environment(folder, house, autoescape=False, finalize=_flat)
        self._html = _environment(folder, house, autoescape=True, finalize=_plain, loader=InlinedPages(folder))
        self._folder = folder
        self._papers: dict[str, tuple[Template, Template, Template]] = {}

    def print(self, template: str, to: str, facts: dict[str, Any], reply_to: str | None) -> Letter:
        """Return the letter; see `JinjaStationery.write`."""
        subject, text, html = self._papers.get(template) or self._load(template)
        return Letter(
            to=to,
            subject=_short(_line(subject.render(facts)), LONGEST_SUBJECT),
            text=text.render(facts).strip() + "\n",
            html=html.render(facts),
            reply_to=reply_to,
            headers=dict(AUTOMATIC),
        )

    def _load(self, name: str) -> tuple[Template, Template, Template]:
        path = self._folder / f"{name}.txt"
        if not name.isidentifier() or not path.exists():
            raise KeyError(
                f"There is no mail template {name!r}. The templates are the .txt and .html pairs in templates/."
            )
        subject, _, text = path.read_text(encoding="utf-8").partition("\n")
        paper = self._text.from_string(subject), self._text.from_string(text), self._html.get_template(f"{name}.html")
        return self._papers.setdefault(name, paper)


class InlinedPages(BaseLoader):
    """Loads HTML templates with `letter.css` written into style attributes; Jinja's own marks stay as they are."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._css = (folder / "letter.css").read_text(encoding="utf-8")

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:
        """Return the template's source, inlined. Raises `TemplateNotFound`."""
        path = self._folder / template
        if not path.exists():
            raise TemplateNotFound(template)
        marks: list[str] = []
        source = JINJA.sub(lambda mark: _hide(mark.group(), marks), path.read_text(encoding="utf-8"))
        inlined = self._inline(source)
        return HIDDEN.sub(lambda hidden: marks[int(hidden.group(1))], inlined), str(path), None

    def _inline(self, source: str) -> str:
        if source.lstrip().lower().startswith("<!doctype"):
            return css_inline.CSSInliner(extra_css=self._css, load_remote_stylesheets=False).inline(source)
        return css_inline.inline_fragment(source, self._css, load_remote_stylesheets=False)


JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
HIDDEN = re.compile(r"jinja0x(\d+)x")


def _hide(mark: str, marks: list[str]) -> str:
    """Stand a plain word in for a Jinja mark: the inliner would escape the signs inside it."""
    marks.append(mark)
    return f"jinja0x{len(marks) - 1}x"


def _environment(folder: Path, house: dict[str, str], **options: Any) -> Environment:
    made = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, **options)  # noqa: S701
    made.globals.update(house)
    made.filters.update(quoted=_quoted, paragraphs=_paragraphs, moment=_moment, short=_short)
    return made


def _flat(fact: object) -> str:
    return fact if isinstance(fact, Lines) else _line(str(fact))


def _plain(fact: object) -> str:
    return fact if isinstance(fact, Markup) else UNSEEN.sub("", str(fact))


def _line(text: str) -> str:
    return " ".join(UNSEEN.sub("", text).split())


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _quoted(text: str, most: int = LONGEST_QUOTE) -> Lines:
    """Every line behind a `>`, whatever a line break looks like, so that no stranger's line passes for ours."""
    return Lines("\n".join(f"> {line}".rstrip() for line in _short(UNSEEN.sub("", str(text)), most).splitlines()))


def _paragraphs(text: str, most: int = LONGEST_QUOTE) -> Markup:
    """Lines kept by `<br>`; `white-space` is not known to every mail reader."""
    return Markup("<br>\n").join(escape(line) for line in _short(UNSEEN.sub("", str(text)), most).splitlines())


def _moment(value: datetime | str) -> str:
    """`24 November 2026, 04:23 UTC`; text that is ready already stays as it is."""
    if not isinstance(value, datetime):
        return str(value)
    value = value.astimezone(UTC)
    return f"{value.day} {value:%B %Y, %H:%M} UTC"
