"""The rows of children in a form: read from what was sent, and laid out again with what is wrong; it saves nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from core.domain.kernel.errors import Invalid
from core.domain.records import Child, Children, Line

PLACE = re.compile(r"^(\d{1,4})\.")
MOST = 200
BLANK = 1
"""So many empty rows are offered; with JavaScript one adds more, without it by saving and going on."""


@dataclass(frozen=True, kw_only=True)
class FormRow:
    """One row as the form shows it. `values` are typed texts, or the record's own values."""

    name: str
    values: Mapping[str, Any]
    key: str = ""
    seen: str = ""
    called: str = ""
    remove: bool = False


@dataclass(frozen=True, kw_only=True)
class Block:
    """The rows of one kind, and a further empty one for the page to copy."""

    children: Children
    rows: list[FormRow]


def sent(kinds: Sequence[Children], form: MultiDict[str, str]) -> dict[str, list[Line]]:
    """Read the rows of every kind from a form. Raises `Invalid` for more than a form of ours ever has."""
    found = {one.kind.name: _lines(one.kind.slug, form) for one in kinds}
    if sum(map(len, found.values())) > MOST:
        raise Invalid({"rows": f"A form takes at most {MOST} rows. Save some, then add the others."})
    return found


def blocks(children: Sequence[Children], lines: Mapping[str, Sequence[Line]], wrong: Mapping[str, str]) -> list[Block]:
    """Lay the rows out: as they were sent, or, where nothing was sent, as they are kept and an empty one."""
    return [Block(children=one, rows=_rows(one, lines.get(one.kind.name, ()), wrong)) for one in children]


def _lines(slug: str, form: MultiDict[str, str]) -> list[Line]:
    rows: dict[str, dict[str, str]] = {}
    for name, text in form.items():
        place = PLACE.match(name.removeprefix(f"{slug}.")) if name.startswith(f"{slug}.") else None
        if place:
            rows.setdefault(place[1], {})[name[len(slug) + len(place[0]) + 1 :]] = text
    return [
        Line(name=f"{slug}.{place}", typed=typed, key=typed.get("+id", ""), seen=typed.get("+seen", ""),
             remove=typed.get("+remove") == "yes")
        for place, typed in rows.items()
    ]  # fmt: skip


def _rows(one: Children, lines: Sequence[Line], wrong: Mapping[str, str]) -> list[FormRow]:
    kept = {child.key: child for child in one.rows}
    if lines:
        return [_again(line, kept.get(line.key), wrong) for line in lines]
    slug, blank = one.kind.slug, BLANK if one.kind.can_be_made else 0
    found = [
        FormRow(name=f"{slug}.{place}", values=child.row, key=child.key, seen=child.seen, called=child.called)
        for place, child in enumerate(one.rows)
    ]
    return found + [FormRow(name=f"{slug}.{len(found) + more}", values={}) for more in range(blank)]


def _again(line: Line, child: Child | None, wrong: Mapping[str, str]) -> FormRow:
    """A row as it was sent. What was overtaken is taken as seen now; what is gone becomes a new one."""
    if child is None:
        return FormRow(name=line.name, values=line.typed, remove=line.remove)
    seen = child.seen if line.name in wrong else line.seen
    values = {**child.row, **line.typed}
    return FormRow(name=line.name, values=values, key=line.key, seen=seen, called=child.called, remove=line.remove)
