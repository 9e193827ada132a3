"""Text that people write with marks (`*so*`), made into what is safe to show."""

from __future__ import annotations

from typing import Protocol


class Markup(Protocol):
    """Reads Markdown: CommonMark with tables, ~~strikethrough~~ and bare addresses."""

    def html(self, text: str, below: int = 1) -> str:
        """Return HTML that may stand in any page, whoever wrote the text and however odd it is.

        Headings are moved below those of the page, which has `below` levels of its own. Tags in the text are shown as
        they are written. No picture is loaded from elsewhere: what leads to one is a link.
        """
        ...

    def plain(self, text: str, most: int) -> str:
        """Return the words alone on one line, at most so many characters."""
        ...
