"""Records that other records' fields name by key: found by what is typed, called by their names, checked to exist."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.domain.kernel.errors import Conflict, Forbidden, Invalid
from core.domain.records.fields import Field, storable
from core.domain.records.record import MOST_WORDS, Record
from core.ports.records import Condition, Page, Question, Records, Row

MOST = 20
"""So many records are offered for what was typed."""
MOST_CHILDREN = 1000


class TooMany(Conflict):
    """More belongs to a record than is deleted with it in one transaction: a task does that."""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A record by its key and by what people call it."""

    key: str
    name: str


class References:
    """What leads from a field to the record it names; it shows of that record what the role may see in its list.

    `most` is how many children of one kind are deleted with a record in one transaction.
    """

    def __init__(self, records: Records, most: int = MOST_CHILDREN) -> None:
        self._records, self.most = records, most
        self._kinds: Callable[[], Mapping[str, Record]] = dict

    def learn(self, kinds: Callable[[], Mapping[str, Record]]) -> None:
        """Know the kinds, by any name, so that they find each other; they are asked for anew each time."""
        self._kinds = kinds

    def kind(self, name: str, role: str) -> Record | None:
        """The kind with this name, as far as it is for a role; None where the role may not see it."""
        found = next((kind for kind in self._kinds().values() if kind.name == name), None)
        return found.for_role(role) if found is not None and role in found.roles else None

    def look_up(self, kind: Record, typed: str) -> list[Found]:
        """Return up to 20 records of a kind for what was typed, by its list's search, or the one with that key.

        Raises `Invalid` where a list could not be searched by this either.
        """
        exact = self._records.get(kind.entity, typed.strip()) if _is_key(typed.strip()) else None
        if exact is not None and kind.covers(exact):
            return [Found(key=typed.strip(), name=kind.called(exact))]
        question = kind.question(search=typed) if kind.search else _by_key(kind, typed)
        keys = [
            str(row[kind.key])
            for row in self._records.page(kind.entity, (kind.key, question.order), question, MOST).rows
        ]
        called = self._called(kind, keys)
        return [Found(key=key, name=called[key]) for key in keys if key in called]

    def names(self, kind: Record, rows: Iterable[Mapping[str, Any]], role: str) -> dict[str, dict[str, str]]:
        """Return, for each field that names records, what those in the rows are called, by key.

        One query for each field; left out is what is gone, and what the role may not see.
        """
        rows, names = list(rows), {}
        for field in kind.references:
            other = self.kind(field.refers, role)
            keys = {row[field.name] for row in rows if _is_key(row.get(field.name))}
            names[field.name] = self._called(other, sorted(keys)) if other is not None and keys else {}
        return names

    def check(self, kind: Record, values: Row, role: str) -> None:
        """Raise `Invalid` where a value names no record, `Forbidden` where it names one the role may not choose."""
        wrong: dict[str, str] = {}
        for field in kind.references:
            if values.get(field.name):
                wrong |= self._wrong(field, values[field.name], role)
        if wrong:
            raise Invalid(wrong)

    def children(self, kind: Record, key: str) -> Iterator[tuple[Record, list[str]]]:
        """The kinds that are deleted with this one, whole, each with the keys of the children that a record has.

        Raises `TooMany` where they are too many for one transaction.
        """
        for child, page in self._children(kind, key, self.most):
            if page.has_after:
                raise TooMany(f"More than {self.most} {child.many} belong to it. Delete those first, some at a time.")
            if page.rows:
                yield child, [row[child.key] for row in page.rows]

    def first_children(self, kind: Record, key: str, most: int) -> Iterator[tuple[Record, list[str]]]:
        """The same, no more than `most` of each kind."""
        for child, page in self._children(kind, key, most):
            yield child, [row[child.key] for row in page.rows]

    def _children(self, kind: Record, key: str, most: int) -> Iterator[tuple[Record, Page]]:
        for child in [one for one in self._kinds().values() if is_child(one, kind)]:
            foreign = child.falls_with if child.name not in kind.inlines else foreign_field(child, kind)
            mine = Condition(field=foreign, test="is", value=key)
            question = Question(order=child.key, conditions=(mine,))
            yield child, self._records.page(child.entity, (child.key,), question, most)

    def _wrong(self, field: Field, key: str, role: str) -> dict[str, str]:
        other = self.kind(field.refers, role)
        if other is None:
            raise Forbidden(
                f"{field.label} names a {field.refers}, and your role is {role}: these are not for you to choose."
            )
        found = self._records.get(other.entity, key) if _is_key(key) else None
        if found is not None and other.covers(found):
            return {}
        said = f"There is no {other.name} {key[:60]!r}. Type a part of its name and choose one, or enter its key."
        return {field.name: said}

    def _called(self, kind: Record, keys: list[str]) -> dict[str, str]:
        found = self._records.some(kind.entity, keys) if keys else []
        return {str(getattr(one, kind.key)): kind.called(one) for one in found if kind.covers(one)}


def is_child(kind: Record, parent: Record) -> bool:
    """Whether records of a kind are deleted with those of the other."""
    return kind.name in parent.inlines or (bool(kind.falls_with) and kind.refers[kind.falls_with] == parent.name)


def foreign_field(kind: Record, parent: Record) -> str:
    """The field of a child that names its parent. Raises `ValueError` where it has none."""
    found = [one.name for one in kind.references if one.refers == parent.name]
    if not found:
        raise ValueError(f"A {kind.name} refers to no {parent.name}, so it cannot stand in its form.")
    return found[0]


def _by_key(kind: Record, typed: str) -> Question:
    words = tuple(typed[:200].split())[:MOST_WORDS]
    try:
        storable(typed)
    except ValueError as error:
        raise Invalid({"search": str(error)}) from None
    return Question(order=kind.key, words=words, among=(kind.key,))


def _is_key(key: object) -> bool:
    return isinstance(key, str) and 0 < len(key) <= 200 and key.isprintable()
