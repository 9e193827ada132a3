"""Finds pages, actions and records by a few words, each as far as it is for the visitor: a little of each kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_admin import Admin
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.kernel.errors import Invalid
from core.domain.kernel.ids import SHAPE, earliest_id
from core.domain.records import Kind, Record
from core.ports.records import Condition, Question, Row
from entrypoints.container import App
from entrypoints.languages import N_, told

MOST = 5
"""So many of each kind."""
SHORTEST = 2
"""Fewer characters fit too much for records to be looked for."""
LATELY = {"tasks": timedelta(days=1)}
"""Kinds without an index of their words are looked for among the youngest only."""
MANY = {
    "retried": (N_("Run dead tasks again…"), "dead"), "discarded": (N_("Discard dead tasks…"), "dead"),
    "cancelled": (N_("Cancel waiting tasks…"), "ready"),
}  # fmt: skip
"""What is done to many tasks, and the state of those that are meant."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """One thing that was found, and where it is."""

    label: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """What was found of one kind; `further` leads to all of it."""

    name: str
    found: Sequence[Found]
    further: str = ""


class Finder:
    """Looks for what the visitor of this request may see. It must be asked in a reading block."""

    def __init__(self, app: App, admin: Admin) -> None:
        self._app, self._admin = app, admin

    def find(self, words: str) -> list[Group]:
        """Return what fits all the words: pages, actions, schedules, records by kind; no group is empty."""
        groups = [
            Group(name=_("Pages"), found=_fitting(self._pages(), words)),
            Group(name=_("Actions"), found=_fitting(self._actions(), words)),
        ]
        if words:
            groups.append(Group(name=_("Timetable"), found=_fitting(self._timetable(), words)))
        if len(words) >= SHORTEST:
            groups += self._records(words)
        return [group for group in groups if group.found]

    def _pages(self) -> Iterator[Found]:
        for item in self._admin.menu():
            if hasattr(item, "get_url") and item.is_accessible():
                yield Found(label=told(item.name), address=item.get_url())
        yield Found(label=_("Change password"), address=url_for("sign_in.password"))
        yield Found(label=_("The site"), address="/")

    def _actions(self) -> Iterator[Found]:
        for kind in self._kinds():
            if kind.can_be_made:
                yield Found(
                    label=_("New %(kind)s", kind=told(kind.name)), address=url_for(f"admin_{kind.slug}.create_view")
                )
        for verb, (label, state) in MANY.items():
            if self._app.kinds["tasks"].allows(verb, current_user.role):
                meant = {"state.is": state, "all": "yes"}
                yield Found(label=told(label), address=url_for("admin_tasks.index_view", **meant))

    def _timetable(self) -> Iterator[Found]:
        if not self._app.roles.allows(current_user.role, "schedules.see"):
            return
        for schedule in self._app.schedules.all():
            yield Found(label=schedule.name, address=url_for("admin_timetable.index", _anchor=schedule.name))

    def _records(self, words: str) -> Iterator[Group]:
        for kind in self._kinds():
            try:
                question = self._question(kind, words)
            except Invalid:
                continue
            if question is not None:
                rows = self._app.records.page(kind, question, MOST).rows
                listed = f"{url_for(f'admin_{kind.slug}.index_view')}?{urlencode({'search': words})}"
                yield Group(name=_heading(kind), found=[_record(kind, row) for row in rows], further=listed)

    def _question(self, kind: Record, words: str) -> Question | None:
        """An id is looked for as one; other words by the list's own search."""
        if SHAPE.match(words):
            return _narrowed(kind.question(), kind.key, "is", words) if kind.key == "id" else None
        if not kind.search:
            return None
        asked = kind.question(search=words)
        if kind.slug in LATELY:
            first = earliest_id("tsk", self._app.clock.now() - LATELY[kind.slug])
            asked = _narrowed(asked, "id", "from", first)
        return asked

    def _kinds(self) -> Iterator[Record]:
        role = current_user.role
        return (kind.for_role(role) for kind in self._app.kinds.values() if role in kind.roles)


def _fitting(entries: Iterator[Found], words: str) -> list[Found]:
    wanted = words.lower().split()
    return [entry for entry in entries if all(word in entry.label.lower() for word in wanted)]


def _narrowed(question: Question, field: str, test: str, value: Any) -> Question:
    condition = Condition(field=field, test=test, value=value)
    return dataclasses.replace(question, conditions=(*question.conditions, condition))


def _heading(kind: Record) -> str:
    heading = told(kind.heading)
    return _("%(kinds)s of the last 24 hours", kinds=heading) if kind.slug in LATELY else heading


def _record(kind: Record, row: Row) -> Found:
    words = [str(row[name]) for name in kind.listed if kind.fields[name].kind in (Kind.LINE, Kind.CHOICE) and row[name]]
    return Found(
        label=" · ".join(words[:3])[:160] or str(row[kind.key]),
        address=url_for(f"admin_{kind.slug}.details_view", id=row[kind.key]),
    )
