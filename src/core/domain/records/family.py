"""A record with its children: rows in one form, saved in one transaction, each by the rules of its own kind."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.domain.accounts import User
from core.domain.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from core.domain.records.desk import RecordDesk
from core.domain.records.fields import Field, Kind
from core.domain.records.merge import Overtaken
from core.domain.records.record import Record
from core.domain.records.references import foreign_field
from core.ports.records import Condition, Records, Row
from core.ports.unit_of_work import UnitOfWork

MOST = 50
"""So many children stand in a form; more are in their own list."""


@dataclass(frozen=True, kw_only=True)
class Child:
    """One row of children as it is kept: its values, what it is called, its fingerprint."""

    key: str
    row: Row
    called: str
    seen: str


@dataclass(frozen=True, kw_only=True)
class Children:
    """The children of one kind, for a role: the kind without the field that names the parent, and that field."""

    kind: Record
    foreign: str
    rows: list[Child] = dataclasses.field(default_factory=list)
    has_more: bool = False


@dataclass(frozen=True, kw_only=True)
class Line:
    """One row of children as it was sent, under its name in the form. `key` is "" for a new one."""

    name: str
    typed: Mapping[str, str]
    key: str = ""
    seen: str = ""
    remove: bool = False


Lines = Mapping[str, Sequence[Line]]
"""What was sent, by the name of the child's kind."""


class Family:
    """Shows and saves a record with its children. Every verb acts in the caller's transaction or reading block."""

    def __init__(self, records: Records, desk: RecordDesk, uow: UnitOfWork) -> None:
        self._records, self._desk, self._uow = records, desk, uow

    @staticmethod
    def check(parent: Record, declared: Iterable[Record]) -> None:
        """Raise `ValueError` for a kind of children that names no parent of this kind; it asks no database."""
        for kind in declared:
            if kind.name in parent.inlines:
                _inline(kind, parent)

    def kinds(self, parent: Record, role: str) -> Iterator[Children]:
        """The kinds of children that a role may see, without rows."""
        for name in parent.inlines:
            kind = self._desk.references.kind(name, role)
            if kind is not None:
                yield _inline(kind, parent)

    def children(self, parent: Record, key: str, role: str) -> list[Children]:
        """The children of a record, the oldest first, up to 50 of each kind."""
        return [self._with_rows(one, key) for one in self.kinds(parent, role)]

    def create(self, parent: Record, values: Row, lines: Lines, by: User) -> tuple[str, str]:
        """Make a record and its children; return what `RecordDesk.create` does. Raises what that and `change` raise."""
        key, notice = self._desk.create(parent, values, by)
        self._finish(self._settle(parent, key, lines, by))
        return key, notice

    def change(self, parent: Record, key: str, values: Row, lines: Lines, *, seen: str, by: User) -> None:
        """Change a record and its children, all or nothing; what is the same as before is not touched.

        Raises `Overtaken` when somebody changed the record itself, and `Invalid` with what is wrong anywhere: under
        a field's name, under "tools.0.label" for a field of a row, under "tools.0" for the row as a whole.
        """
        wrong: dict[str, str] = {}
        now = self._desk.show(parent, key).row
        try:
            if any(now[name] != value for name, value in values.items()):
                self._desk.change(parent, key, values, seen=seen, by=by)
        except Invalid as invalid:
            wrong |= invalid.fields
        self._finish(wrong | self._settle(parent, key, lines, by))

    def _with_rows(self, one: Children, key: str) -> Children:
        question = one.kind.question(order=one.kind.key)
        mine = Condition(field=one.foreign, test="is", value=key)
        question = dataclasses.replace(question, conditions=(*question.conditions, mine))
        page = self._records.page(one.kind.entity, (one.kind.key,), question, MOST)
        found = self._records.some(one.kind.entity, [row[one.kind.key] for row in page.rows])
        rows = sorted((_child(one.kind, record) for record in found), key=lambda child: child.key)
        return dataclasses.replace(one, rows=rows, has_more=page.has_after)

    def _settle(self, parent: Record, key: str, lines: Lines, by: User) -> dict[str, str]:
        wrong: dict[str, str] = {}
        for children in self.kinds(parent, by.role):
            for line in lines.get(children.kind.name, ()):
                wrong |= self._tried(children, key, line, by)
        return wrong

    def _tried(self, children: Children, parent: str, line: Line, by: User) -> dict[str, str]:
        """Save one row in a part of its own, so that what the database refuses is said at the row as well."""
        try:
            with self._uow.part():
                self._save(children, parent, line, by)
        except Invalid as invalid:
            return {f"{line.name}.{name}": said for name, said in invalid.fields.items()}
        except Overtaken:
            return {line.name: self._overtaken(children, line)}
        except (Conflict, Forbidden, NotFound) as failure:
            return {line.name: failure.sentence}
        return {}

    def _save(self, children: Children, parent: str, line: Line, by: User) -> None:
        kind = children.kind
        if not line.key:
            if not line.remove and not _is_blank(kind.new_form, line.typed):
                kind.permit("create", by.role)
                self._desk.create(kind, {**kind.read(kind.new_form, line.typed), children.foreign: parent}, by)
            return
        now = self._records.get(kind.entity, line.key)
        if now is None or getattr(now, children.foreign) != parent:
            raise NotFound(
                f"This {kind.name} was deleted or moved meanwhile. Save again to make a new one, or clear it."
            )
        if line.remove:
            self._desk.delete(kind, [line.key], by)
            return
        values = kind.read(kind.form, line.typed)
        if any(getattr(now, name) != value for name, value in values.items()):
            self._desk.change(kind, line.key, values, seen=line.seen, by=by)

    def _overtaken(self, children: Children, line: Line) -> str:
        kind, now = children.kind, self._records.get(children.kind.entity, line.key)
        theirs = [(one.label, one.plain(getattr(now, one.name))) for one in kind.form]
        typed = [
            one.plain(value) for one, value in zip(kind.form, kind.read(kind.form, line.typed).values(), strict=True)
        ]
        said = "; ".join(
            f"{label}: {value}" for (label, value), mine in zip(theirs, typed, strict=True) if value != mine
        )
        return (
            f"Somebody changed this {kind.name} after you opened the form. Theirs is now: {said or 'as you want it'}. "
            "Save again to keep yours, or type theirs."
        )

    def _finish(self, wrong: dict[str, str]) -> None:
        if wrong:
            raise Invalid(wrong)


def _inline(kind: Record, parent: Record) -> Children:
    foreign = foreign_field(kind, parent)
    editable, asked = (tuple(name for name in names if name != foreign) for names in (kind.editable, kind.asked))
    return Children(kind=dataclasses.replace(kind, editable=editable, asked=asked), foreign=foreign)


def _child(kind: Record, record: Any) -> Child:
    row = {name: getattr(record, name, None) for name in kind.fields}
    return Child(key=str(row[kind.key]), row=row, called=kind.called(record), seen=kind.fingerprint(record))


def _is_blank(form: Sequence[Field], typed: Mapping[str, str]) -> bool:
    """Whether a row for a new child was left as it was offered."""
    return all(typed.get(one.name, "").strip() in ("", _offered(one)) for one in form)


def _offered(one: Field) -> str:
    if one.kind == Kind.FLAG:
        return "no"
    return one.allowed[0] if one.kind == Kind.CHOICE and one.allowed and not one.optional else ""
