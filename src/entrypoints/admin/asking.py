"""What an address asks of a list: words, filters, order and place, read from the query and written back to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from core.domain.kernel.errors import Invalid
from core.domain.records import ListView, Record, views
from core.ports.records import Place, Question, Row
from entrypoints.languages import N_, told

PLAIN = ("search", "sort", "after", "before", "page", "columns", "all")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A list as it was asked for. `filters` maps "field.test" to what was typed."""

    record: Record
    question: Question
    search: str
    sort: str
    filters: Mapping[str, str]
    after: Place | None = None
    before: Place | None = None
    is_last: bool = False
    columns: tuple[str, ...] = ()

    @classmethod
    def read(cls, record: Record, query: MultiDict[str, str]) -> Asked:
        """Read a query string. Raises `Invalid` for a filter, an order or a place that does not exist.

        A place is `after` or `before` a row, or the `page` called last.
        """
        filters = {name: text for name, text in query.items() if name not in PLAIN and text.strip()}
        search, sort = query.get("search", "").strip(), query.get("sort", "")
        question = views.asked(record, {"search": search, "sort": sort, **filters})
        columns = views.check_columns(record, [name for name in query.get("columns", "").split(",") if name])
        places = {name: record.place(query[name], question) for name in ("after", "before") if query.get(name)}
        if query.get("page", "last") != "last":
            raise Invalid({"page": "The only page with a name is “last”. Begin again at the first page of the list."})
        return cls(
            record=record, question=question, search=search, sort=sort, filters=filters, is_last="page" in query,
            columns=columns, **places,
        )  # fmt: skip

    @property
    def days(self) -> dict[str, tuple[str, str]]:
        """The first and the last day that the list is narrowed to, by field."""
        names = {name.partition(".")[0] for name in self.filters}
        return {name: (self.filters.get(f"{name}.from", ""), self.filters.get(f"{name}.until", "")) for name in names}

    def check_order(self, sortable: frozenset[str]) -> None:
        """Raise `Invalid` when the order that was asked for cannot be had while somebody waits."""
        name = self.question.order
        if self.sort and name not in sortable:
            label = self.record.fields[name].label
            raise Invalid({"sort": f"There are too many {self.record.many} to sort by {label}, which has no index. "
                                   "Sort by a column that is a link."})  # fmt: skip

    @property
    def named(self) -> dict[str, str]:
        """What is asked of fields that hold a record's key, by field: the keys that filters are for."""
        fields = (name.partition(".")[0] for name in self.filters)
        return {name: self.filters[f"{name}.is"] for name in fields if f"{name}.is" in self.filters}

    @property
    def query(self) -> dict[str, str]:
        """The query without the place: the first page of the same list."""
        own = {"search": self.search, "sort": self.sort, "columns": ",".join(self.columns)}
        return {name: text for name, text in own.items() if text} | dict(self.filters)

    @property
    def kept(self) -> dict[str, str]:
        """What a view keeps of it: words, order and filters."""
        return {name: text for name, text in self.query.items() if name != "columns"}

    def opens(self, path: str, view: ListView) -> str:
        """The address of a kept view of this list; columns that are not for this visitor are left out of it."""
        columns = {"columns": ",".join(views.seen(self.record, view.columns))} if view.columns else {}
        return f"{path}?{urlencode(view.query | columns)}"

    def address(self, path: str, **changed: str | None) -> str:
        """An address of this list with some parts of the query replaced, or dropped (None)."""
        query = {name: text for name, text in {**self.query, **changed}.items() if text}
        return f"{path}?{urlencode(query)}" if query else path

    def without(self, path: str, name: str) -> str:
        """An address of this list without one filter."""
        return self.address(path, **{name: None})

    def sorted_by(self, path: str, name: str) -> str:
        """An address of this list ordered by a field; by the same field again, the other way round."""
        ascending = self.question.order == name and self.question.descending
        return self.address(path, sort=name if ascending or self.question.order != name else f"-{name}")

    def on(self, path: str, name: str, first: str, last: str) -> str:
        """An address of this list narrowed to whole days of a field, whatever days it was narrowed to before."""
        return self.address(path, **{f"{name}.from": first, f"{name}.until": last})

    def mark(self, row: Row) -> str:
        """The place of a row in this list."""
        return self.record.mark(row, self.question)

    def chips(self) -> list[tuple[str, str]]:
        """The filters in force: their name in the query, and in words."""
        return [(name, _in_words(self.record, name, text)) for name, text in self.filters.items()]


def _in_words(record: Record, name: str, text: str) -> str:
    field, __, test = name.partition(".")
    asked = record.fields[field]
    label = told(asked.label)
    if test == "exists":
        return f"{label}: {_('has a value') if text == 'yes' else _('has none')}"
    return f"{label} {told(WORDS[test])} {text if asked.names else told(text)}"


WORDS: dict[str, Any] = {
    "is": N_("is"), "contains": N_("contains"), "from": N_("from"), "until": N_("up to"), "before": N_("below"),
    "empty": N_("is empty"), "filled": N_("is filled"),
}  # fmt: skip
