"""Records of any kind as a table in text, however many: they are never all in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from core.ports.records import Question, Row


class Extracts(Protocol):
    """Tells records as CSV. It opens the reading block it needs itself."""

    def csv(
        self, entity: type[Any], fields: Sequence[str], question: Question, put: Callable[[bytes, int], None],
        veil: Callable[[Row], Row] | None = None,
    ) -> None:  # fmt: skip
        """Hand every record that fits, in order and as of one moment, to `put`: some lines, and how many they are.

        Lines are CSV (RFC 4180) in UTF-8 and end with CR LF. A cell is empty for no value and for an empty text; yes or
        no; an instant as ISO 8601 in UTC without zeros at the end of its fraction; a decimal number without exponent;
        JSON as compact as it is kept. Text that a spreadsheet would calculate (it begins with = + - @, a tab, a line
        break, or a full-width form of one of the signs) has a ' in front (OWASP "CSV Injection").
        `veil` says what of a row is told; with one the database cannot write the cells, which takes longer.
        """
        ...
