"""Columns and views of lists, kept by who chose them: a view is a question and columns under a name, never records.

Nothing here widens what somebody may see: a view is read by the declaration of who looks at it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core.domain.accounts import User
from core.domain.audit import Audit
from core.domain.kernel import rules
from core.domain.kernel.errors import Forbidden, Invalid, NotFound
from core.domain.kernel.ids import new_id
from core.domain.records.fields import Field, Kind
from core.domain.records.permissions import ADMINS, STAFF
from core.domain.records.record import Record
from core.ports.clock import Clock
from core.ports.records import Question

if TYPE_CHECKING:
    from core.ports.repositories import ListViews

EVERYBODY = "everybody"
"""The audience of a view that all may use who see the kind; others are a role, or "" for the owner alone."""
MOST_COLUMNS = 12
MOST_VIEWS = 50
EXISTS = {"yes": "filled", "no": "empty"}
OWN = ("search", "sort")
"""What a list's query says besides its filters."""


@dataclass(eq=False, kw_only=True)
class ListView:
    """A list as somebody wants it again: `kind` is its slug, `query` what was asked, `columns` which are shown.

    Without a title it is what its owner always sees: their columns.
    """

    id: str
    owner: str
    kind: str
    title: str
    audience: str
    query: dict[str, str]
    columns: list[str]
    created_at: datetime
    updated_at: datetime

    def check(self) -> None:
        """Raise `Invalid` for a name that is no line of text."""
        listed = rules.Checklist()
        self.title = listed.take("title", rules.one_line, self.title, "The name of the view", 60) or ""
        listed.close()


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What somebody finds at a list: the columns they keep (or none), their views, and those shared with them."""

    columns: tuple[str, ...]
    views: list[ListView]


class ViewDesk:
    """Keeps how people want their lists. Every verb acts in the caller's transaction or reading block."""

    def __init__(self, views: ListViews, audit: Audit, clock: Clock) -> None:
        self._views, self._audit, self._clock = views, audit, clock

    def kept(self, kind: Record, by: User) -> Kept:
        """Return what somebody finds at a list; views that ask for what they may not see are left out."""
        found = self._views.seen_by(kind.slug, by.id, (EVERYBODY, by.role))
        columns = next((one.columns for one in found if not one.title and one.owner == by.id), ())
        views = [one for one in found if one.title and _is_readable(kind, one)]
        return Kept(columns=seen(kind, columns), views=sorted(views, key=lambda one: (bool(one.audience), one.title)))

    def keep_columns(self, kind: Record, names: Sequence[str], by: User) -> None:
        """Have a list always show these columns to somebody; none: those of its declaration. Raises `Invalid`."""
        columns = check_columns(kind, names)
        before = next((one for one in self._views.owned(kind.slug, by.id) if not one.title), None)
        if before is not None:
            self._views.remove(before.id)
        if columns:
            self._views.add(self._new(kind, by, columns=list(columns)))

    def save(
        self, kind: Record, *, title: str, audience: str, query: Mapping[str, str], columns: Sequence[str], by: User
    ) -> ListView:  # fmt: skip
        """Keep a view; one of the same name and owner is replaced. Sharing is noted in the audit.

        Raises `Invalid` for what cannot be asked or shown here, `Forbidden` where the role may not share.
        """
        asked(kind, query)
        view = self._new(kind, by, title=title, audience=audience, query=dict(query), columns=list(columns))
        view.check()
        check_columns(kind, columns)
        _check_audience(kind, audience, by)
        owned = self._views.owned(kind.slug, by.id)
        same = next((one for one in owned if one.title == view.title), None)
        if same is not None:
            self.remove(kind, same.id, by)
        elif len(owned) > MOST_VIEWS:
            raise Invalid({"title": f"You keep {MOST_VIEWS} views of this list already. Take one away first."})
        self._views.add(view)
        if audience:
            self._note("shared a view", view, after=_plain(view))
        return view

    def remove(self, kind: Record, view_id: str, by: User) -> ListView:
        """Take a view away: one's own, or as an administrator one that is shared. Raises `NotFound`, `Forbidden`."""
        offered = (*self._views.owned(kind.slug, by.id), *self.kept(kind, by).views)
        view = next((one for one in offered if one.id == view_id), None)
        if view is None:
            raise NotFound("There is no such view for you. It may have been taken away; look at the list again.")
        if view.owner != by.id and by.role not in ADMINS:
            raise Forbidden("This view is somebody else's. Its owner or an administrator can take it away.")
        self._views.remove(view.id)
        if view.audience:
            self._note("took a shared view away", view, before=_plain(view))
        return view

    def _new(self, kind: Record, by: User, **given: Any) -> ListView:
        now = self._clock.now()
        plain: dict[str, Any] = {"title": "", "audience": "", "query": {}, "columns": [], "created_at": now}
        return ListView(id=new_id("viw", now), owner=by.id, kind=kind.slug, updated_at=now, **{**plain, **given})

    def _note(
        self, action: str, view: ListView, *, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
    ) -> None:
        self._audit.note(action, "list view", view.id, label=f"{view.title} ({view.kind})", before=before, after=after)


def asked(kind: Record, query: Mapping[str, str]) -> Question:
    """Return the question of a list's query: words, order, and filters named "field.test". Raises `Invalid`."""
    filters = dict(_filter(name, text) for name, text in query.items() if name not in OWN)
    return kind.question(search=query.get("search", ""), order=query.get("sort", ""), filters=filters)


def choosable(kind: Record) -> list[Field]:
    """Return the fields that may be columns of a list."""
    return [one for one in kind.fields.values() if one.kind not in (Kind.JSON, Kind.SECRET) or one.name in kind.listed]


def seen(kind: Record, names: Iterable[str]) -> tuple[str, ...]:
    """Return those of the columns that this declaration shows."""
    there = {one.name for one in choosable(kind)}
    return tuple(name for name in names if name in there)


def check_columns(kind: Record, names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns, each once. Raises `Invalid` for one that does not exist here, and for too many."""
    columns = tuple(dict.fromkeys(names))
    wrong = [name for name in columns if name not in seen(kind, columns)]
    if wrong or len(columns) > MOST_COLUMNS:
        what = f"There is no column {wrong[0][:40]!r}" if wrong else f"{len(columns)} columns are too many"
        raise Invalid({"columns": f"{what}. Choose up to {MOST_COLUMNS} of those that the list offers."})
    return columns


def audiences(kind: Record, by: User) -> list[str]:
    """Return with whom somebody may share a view of this list; nobody for a role that only reads."""
    return [EVERYBODY, *kind.roles] if by.role in STAFF else []


def _check_audience(kind: Record, audience: str, by: User) -> None:
    if audience and by.role not in STAFF:
        raise Forbidden(f"Your role is {by.role}; views are shared by {' and '.join(STAFF)}. Keep it for yourself.")
    if audience and audience not in audiences(kind, by):
        raise Invalid({"audience": f"A view cannot be shared with {audience[:40]!r}. Choose one of those offered."})


def _is_readable(kind: Record, view: ListView) -> bool:
    try:
        asked(kind, view.query)
    except Invalid:
        return False
    return not view.columns or bool(seen(kind, view.columns))


def _filter(name: str, text: str) -> tuple[tuple[str, str], str]:
    field, dot, test = name.partition(".")
    if not dot:
        raise Invalid({"filter": f"The list knows no {name[:40]!r}. A filter looks like name.contains=Ada."})
    return (field, EXISTS.get(text, text[:20]) if test == "exists" else test), text


def _plain(view: ListView) -> dict[str, Any]:
    return {"title": view.title, "audience": view.audience, "query": view.query, "columns": view.columns}
