"""How facts are laid out in a message: on one line, quoted, shortened; it knows no template and no channel."""

import re
from datetime import UTC, datetime

from markupsafe import Markup, escape

LONGEST_QUOTE = 20_000
UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1b\x7f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Control characters, and those that make text run backwards: a stranger's fact may not disguise itself with them."""


class Lines(str):
    """Text that was laid out here and may keep its line breaks; every other fact in a text is put on one line."""


def flat(fact: object) -> str:
    """A fact in a text: on one line, unless it was quoted."""
    return fact if isinstance(fact, Lines) else line(str(fact))


def plain(fact: object) -> str:
    """A fact in HTML, where it will be escaped."""
    return fact if isinstance(fact, Markup) else UNSEEN.sub("", str(fact))


def line(text: str) -> str:
    """Text on one line, with nothing in it that cannot be seen."""
    return " ".join(UNSEEN.sub("", text).split())


def short(text: str, most: int) -> str:
    """No more than `most` characters; what was cut ends with an ellipsis."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def quoted(text: str, most: int = LONGEST_QUOTE) -> Lines:
    """Every line behind a `>`, whatever a line break looks like, so that no stranger's line passes for ours."""
    return Lines("\n".join(f"> {line}".rstrip() for line in short(UNSEEN.sub("", str(text)), most).splitlines()))


def paragraphs(text: str, most: int = LONGEST_QUOTE) -> Markup:
    """Lines kept by `<br>`; `white-space` is not known to every mail reader."""
    return Markup("<br>\n").join(escape(line) for line in short(UNSEEN.sub("", str(text)), most).splitlines())


def moment(value: datetime | str) -> str:
    """`24 November 2026, 04:23 UTC`; text that is ready already stays as it is."""
    if not isinstance(value, datetime):
        return str(value)
    value = value.astimezone(UTC)
    return f"{value.day} {value:%B %Y, %H:%M} UTC"


def number(value: float, places: int = 0) -> str:
    """`1,234` or `0.50`: thousands apart, and at most six places."""
    return f"{value:,.{min(max(places, 0), 6)}f}"


def _shortened(text: object, most: int) -> str:
    return short(str(text), max(most, 1))


FILTERS = {
    "quoted": quoted, "paragraphs": paragraphs, "moment": moment, "short": _shortened, "number": number,
}  # fmt: skip
"""What templates may do to a fact, beside a few of Jinja's own."""
