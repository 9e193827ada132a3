"""The rows that are somebody's, by what modules declare of their tables: found, given out and erased set by set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, Text, case, delete, func, or_, select, type_coerce, update

from adapters.db.engine import Database
from adapters.db.tables import audit_entries, metadata, users
from adapters.db.types import Json
from core.domain.kernel.errors import NotFound
from core.domain.kernel.personal import ERASED, Fate, Held
from core.ports.personal import Person, Row

LONGEST_WORD = 254
"""What is longer (a device's address) is looked for whole, not within texts."""


class SqlPersonalRows:
    """`core.ports.personal.PersonalRows`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def due(self, now: datetime, most: int) -> Sequence[str]:
        wanted = select(users.c.id).where(users.c.leaving_at <= now).order_by(users.c.leaving_at).limit(most)
        return list(self._database.connection.execute(wanted).scalars())

    def person(self, user_id: str, held: Sequence[Held]) -> Person:
        wanted = select(users.c.id, users.c.name, users.c.image, users.c.email).where(users.c.id == user_id)
        found = self._database.connection.execute(wanted).one_or_none()
        if found is None:
            raise NotFound("There is no such user any more.")
        known = Person(id=found.id, name=found.name, image=found.image, addresses=(found.email,))
        told = [one for part in held if part.tells for one in self._told(part, held, known)]
        return Person(
            id=known.id, name=known.name, image=known.image,
            addresses=tuple(dict.fromkeys((found.email, *told, *self._former(user_id)))),
        )  # fmt: skip

    def rows(self, held: Held, all_held: Sequence[Held], person: Person) -> Iterator[Row]:
        table = metadata.tables[held.table]
        shown = [column for column in table.c if column.name not in held.secret]
        wanted = select(*shown).where(_theirs(held, all_held, person)).order_by(*table.primary_key.columns)
        for row in self._database.connection.execute(wanted).mappings():
            yield {str(name): _plain(value) for name, value in row.items()}

    def erase(self, held: Sequence[Held], person: Person) -> dict[str, int]:
        done: dict[str, int] = {}
        for part in sorted(held, key=_turn):
            result = self._database.connection.execute(_erasing(part, held, person))
            done[part.table] = done.get(part.table, 0) + result.rowcount
        return done

    def _told(self, part: Held, held: Sequence[Held], known: Person) -> Iterator[str]:
        columns = [metadata.tables[part.table].c[name] for name in part.tells]
        for row in self._database.connection.execute(select(*columns).where(_theirs(part, held, known))):
            yield from (value for value in row if value)

    def _former(self, user_id: str) -> Iterator[str]:
        """The addresses that the audit tells they had before."""
        rows = audit_entries.c
        of_them = (rows.kind == "user") & (rows.record_id == user_id)
        of_them &= type_coerce(rows.changes, Text).contains('"email"')
        for changes in self._database.connection.execute(select(rows.changes).where(of_them)).scalars():
            pair: Mapping[str, Any] = changes.get("email") or {}
            yield from (value for value in pair.values() if isinstance(value, str) and "@" in value)


def _theirs(held: Held, all_held: Sequence[Held], person: Person) -> ColumnElement[bool]:
    """The condition that a row is of this person."""
    table = metadata.tables[held.table]
    lowered = [address.lower() for address in person.addresses]
    found = [table.c[name] == person.id for name in held.ids]
    found += [func.lower(table.c[name]).in_(lowered) for name in held.addresses]
    found += [_mentions(table.c[name], person) for name in held.mentions]
    found += [_through(table.c[name], other, its, (all_held, person)) for name, other, its in held.through]
    return or_(*found)


def _mentions(column: Column[Any], person: Person) -> ColumnElement[bool]:
    text = func.lower(type_coerce(column, Text))
    words = [person.id, *(address.lower() for address in person.addresses if len(address) <= LONGEST_WORD)]
    return or_(*(text.contains(word, autoescape=True) for word in words))


def _through(column: Column[Any], other: str, its: str, context: tuple[Sequence[Held], Person]) -> ColumnElement[bool]:
    """Whether a column names a row that is theirs in another table."""
    all_held, person = context
    there = [one for one in all_held if one.table == other and one.fate == Fate.DELETE]
    theirs = or_(*(_theirs(one, all_held, person) for one in there))
    return column.in_(select(metadata.tables[other].c[its]).where(theirs))


def _turn(held: Held) -> tuple[bool, int]:
    """What leads through other rows goes before they do, and the user last."""
    goes = held.fate == Fate.DELETE
    return held.table == users.name, (1 if held.through else 2) if goes else 0


def _erasing(held: Held, all_held: Sequence[Held], person: Person) -> Any:
    table, theirs = metadata.tables[held.table], _theirs(held, all_held, person)
    if held.fate == Fate.DELETE:
        return delete(table).where(theirs)
    if held.fate == Fate.BLANK:
        return update(table).where(theirs).values({name: _nothing(table, name) for name in held.blank})
    return update(table).where(theirs).values({name: _scrubbed(table, name, person) for name in held.mentions})


def _scrubbed(table: Table, name: str, person: Person) -> Any:
    column = table.c[name]
    return case((_mentions(column, person), type_coerce(_nothing(table, name), column.type)), else_=column)


def _nothing(table: Table, name: str) -> Any:
    """What stands in a column that was emptied."""
    column = table.c[name]
    if isinstance(column.type, Json):
        return {}
    return None if column.nullable else ERASED


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime | date) else value
