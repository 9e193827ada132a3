"""A value as it stands on a page, on one line; what is long or has parts of its own is for `value` in
panel/parts.html. Lists have hundreds of them, so they are written here and not by a macro."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from jinja2.filters import do_truncate
from markupsafe import Markup

from core.domain.records import Field, Kind, Record
from entrypoints.admin.words import iso, tone
from entrypoints.languages import N_, brief, told

LONGEST = 80
SAFE = "!$'()*,/:;?@"
"""Signs that stand in a query as they are (https://url.spec.whatwg.org/#percent-encoded-bytes), as in `url_for`."""
LINK = Markup('<a href="%s">%s</a>')
NONE = Markup('<span class="none" title="%s">–</span>')
FLAG = Markup('<span class="flag %s">%s</span>')
CHOICE = Markup('<span class="badge-tone %s">%s</span>')
INSTANT = Markup('<time datetime="%s" title="%s">%s</time>')
YES, NO, NO_VALUE = N_("Yes"), N_("No"), N_("no value")
Known = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a list. `known` has, for keys of other records, their names and addresses."""

    field: Field
    label: str
    known: Known
    is_whole: bool

    @property
    def name(self) -> str:
        """The name of its field."""
        return self.field.name

    def cell(self, given: Any) -> Any:
        """What stands in one of its cells."""
        found = self.known.get(given) if self.known else None
        if found is None:
            return shown(given, self.field, longest=LONGEST)
        return LINK % (found["address"], found["name"])

    def named(self, given: Any) -> Any:
        """The same without a link, for where there is one around it."""
        found = self.known.get(given) if self.known else None
        return shown(given, self.field, longest=LONGEST) if found is None else found["name"]


def teach(site: Flask) -> None:
    """Give the templates their filters: they cost less than calls do."""
    site.jinja_env.filters.update(
        panel_shown=shown,
        panel_cell=lambda row, column: column.cell(row[column.name]),
        panel_named=lambda row, column: column.named(row[column.name]),
        panel_asked=lambda key: urlencode({"id": key}, safe=SAFE),
    )


def columns(record: Record, names: Sequence[str], known: Mapping[str, Known]) -> Iterator[Column]:
    """The columns of a list, in this order."""
    for name in names:
        field = record.fields[name]
        of_it = known.get(name, {}) if field.refers else {}
        yield Column(field=field, label=told(field.label), known=of_it, is_whole=field.kind == Kind.JSON)


def shown(given: Any, field: Field, *, longest: int = 0) -> Any:
    """A value on one line, by the kind of its field; text is cut after `longest` signs, if that is not 0."""
    if given is None or given == "":
        return NONE % told(NO_VALUE)
    write = None if field.names else WRITTEN.get(field.kind)
    if write is not None:
        return write(given)
    return do_truncate(None, given, longest, leeway=5) if longest and isinstance(given, str) else given  # type: ignore[arg-type]


def _flag(given: Any) -> Markup:
    return FLAG % ("on" if given else "off", told(YES if given else NO))


def _choice(given: Any) -> Markup:
    return CHOICE % (tone(given), told(given))


def _instant(given: Any) -> Markup:
    exact = iso(given)
    return INSTANT % (exact, exact, brief(given))


WRITTEN: dict[Kind, Callable[[Any], Markup]] = {Kind.FLAG: _flag, Kind.CHOICE: _choice, Kind.INSTANT: _instant}
