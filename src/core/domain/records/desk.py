"""Lists, makes, changes and deletes records of any declared kind, by the entity's own rules and with an audit."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.domain.accounts import User
from core.domain.audit import Audit, AuditEntry
from core.domain.kernel.errors import Forbidden, Invalid, NotFound
from core.domain.kernel.ids import new_id
from core.domain.records.bin import DeletedRecord, RecycleBin
from core.domain.records.merge import Overtaken
from core.domain.records.permissions import permit_fields
from core.domain.records.record import Record
from core.domain.records.references import References
from core.domain.records.versions import Version, version
from core.ports.clock import Clock
from core.ports.records import Condition, Page, Place, Question, Records, Row

HISTORY = ("id", "at", "actor_id", "actor_name", "address", "action", "changes")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One record as it is shown: its fields, what it is called, its history (newest first), its fingerprint."""

    row: Row
    called: str
    history: list[Row]
    seen: str


class RecordDesk:
    """What administrators do with records. Every verb acts in the caller's transaction or reading block."""

    def __init__(self, records: Records, audit: Audit, clock: Clock, recycle_bin: RecycleBin) -> None:
        self._records, self._audit, self._clock, self._bin = records, audit, clock, recycle_bin
        self.references = References(records)

    def page(
        self, kind: Record, question: Question, limit: int, *, after: Place | None = None, before: Place | None = None,
        columns: Sequence[str] = (),
    ) -> Page:  # fmt: skip
        """Return one page of a list: the listed fields (and further columns) and the key."""
        fields = tuple(dict.fromkeys((kind.key, question.order, *kind.listed, *columns)))
        page = self._records.page(kind.entity, fields, question, limit, after=after, before=before)
        return replace(page, rows=[kind.shown(row) for row in page.rows])

    def last_page(self, kind: Record, question: Question, limit: int, *, columns: Sequence[str] = ()) -> Page:
        """Return the page that a list ends with: the first one of the opposite order, turned around."""
        turned = dataclasses.replace(question, descending=not question.descending)
        page = self.page(kind, turned, limit, columns=columns)
        return Page(rows=page.rows[::-1], has_before=page.has_after)

    def number(self, kind: Record, conditions: Sequence[Condition], most: int) -> int:
        """Count records that fulfil the conditions, but no further than `most`."""
        return self._records.number(kind.entity, Question(order=kind.key, conditions=tuple(conditions)), most)

    def show(self, kind: Record, key: str) -> Shown:
        """Return a record with its history. Raises `NotFound`."""
        found = self._there(kind, key)
        row = {name: getattr(found, name, None) for name in kind.fields} | dict.fromkeys(kind.unseen)
        history = list(self._history(kind, key)) if kind.entity is not AuditEntry else []
        return Shown(row=kind.shown(row), called=kind.called(found), history=history, seen=kind.fingerprint(found))

    def named(self, kind: Record, keys: Sequence[str]) -> dict[str, str]:
        """Return what records are called, by key; ones that are gone are left out. Raises `NotFound` if all are."""
        found = {key: self._records.get(kind.entity, key) for key in keys if is_key(key)}
        called = {key: kind.called(one) for key, one in found.items() if one is not None and kind.covers(one)}
        if not called:
            raise kind.not_there(keys[0])
        return called

    def create(self, kind: Record, values: dict[str, Any], by: User) -> tuple[str, str]:
        """Make a record; return its key and a sentence to show once (or ""). Raises `Invalid`, `Conflict`."""
        kind.permit("create", by.role)
        if not kind.can_be_made:
            raise Forbidden(f"A {kind.name} cannot be made here.")
        permit_fields(kind, values, by.role)
        self.references.check(kind, values, by.role)
        values = {**kind.given, **values}
        made = kind.make(values, by) if kind.make else self._new(kind, values)
        record, notice = made if isinstance(made, tuple) else (made, "")
        self._note("created", kind, record, after=kind.written_down(record))
        return str(getattr(record, kind.key)), notice

    def change(self, kind: Record, key: str, values: dict[str, Any], *, seen: str, by: User) -> None:
        """Change a record. `seen` is its fingerprint when the form was opened.

        Raises `Overtaken` when somebody changed it since, `Invalid` naming each field, `NotFound`.
        """
        kind.permit("change", by.role)
        record = self._there(kind, key, hold=True)
        self._may_change(kind, record, values, seen=seen, by=by)
        self._rewrite("changed", kind, record, values, by)

    def amend(self, kind: Record, key: str, values: dict[str, Any], by: User) -> None:
        """Change some fields of a record, whatever they were. Raises `Invalid` naming each field, `NotFound`."""
        kind.permit("change", by.role)
        record = self._there(kind, key, hold=True)
        self._may_change(kind, record, values, seen=kind.fingerprint(record), by=by)
        self._rewrite("changed", kind, record, values, by)

    def version(self, kind: Record, key: str, entry_id: str) -> Version:
        """Return what a record was after an act of its history. Raises `NotFound`, `Conflict`."""
        record = self._there(kind, key)
        row = {name: getattr(record, name, None) for name in kind.fields}
        return version(kind, row, list(self._history(kind, key)), entry_id)

    def revert(self, kind: Record, key: str, entry_id: str, *, seen: str, by: User) -> None:
        """Make a record again what it was after an act, by its own rules. Raises what `version` and `change` raise."""
        kind.permit("change", by.role)
        record = self._there(kind, key, hold=True)
        values = self.version(kind, key, entry_id).values
        self._may_change(kind, record, values, seen=seen, by=by)
        self._rewrite("reverted", kind, record, values, by)

    def delete(self, kind: Record, keys: Sequence[str], by: User, *, act: str = "") -> int:
        """Delete records, all or none; ones that are gone already are left out. Returns how many there were.

        They stay in the recycle bin for a while; what is deleted under one `act` can be brought back at once.
        """
        kind.permit("delete", by.role)
        if not kind.deletable:
            raise Forbidden(f"A {kind.name} cannot be deleted here.")
        held = [self._records.lock(kind.entity, key) for key in sorted(set(keys)) if is_key(key)]
        found = [record for record in held if record is not None and kind.covers(record)]
        act = act or new_id("act", self._clock.now())
        for record in found:
            self._delete(kind, record, by, act)
        return len(found)

    def clear(self, kind: Record, key: str, by: User, act: str, most: int) -> int:
        """Delete up to `most` of what is deleted with a record, the deepest first; 0 when nothing more belongs to it.

        Raises what deleting the record would raise, before anything of it is gone.
        """
        kind.permit("delete", by.role)
        if kind.deleting is not None:
            kind.deleting(self._there(kind, key), by)
        done = 0
        for child, keys in self.references.first_children(kind, key, most):
            theirs = child.for_role(by.role)
            for one in keys[: most - done]:
                done += self.clear(theirs, one, by, act, most - done)
                if done < most:
                    done += self.delete(theirs, [one], by, act=act)
            if done >= most:
                break
        return done

    def act(self, kind: Record, action: str, key: str, by: User, values: Mapping[str, Any] | None = None) -> str:
        """Do a declared action to a record, with what it asks for; return its sentence (or "").

        Raises `Conflict` where it does not fit the record as it is, and what the service raises.
        """
        kind.permit(action, by.role)
        if action not in kind.actions:
            raise NotFound(f"There is no action {action[:40]!r} for a {kind.name}. Choose one of the buttons shown.")
        record = self._there(kind, key)
        kind.actions[action].hold({name: getattr(record, name, None) for name in kind.every_field}, kind.name)
        before = kind.written_down(record)
        notice = kind.actions[action].run(key, by, **(values or {}))
        if kind.actions[action].noted:
            self._note(action, kind, record, before=before, after=kind.written_down(record))
        return notice if isinstance(notice, str) else ""

    def _delete(self, kind: Record, record: Any, by: User, act: str) -> None:
        for child, keys in self.references.children(kind, str(getattr(record, kind.key))):
            self.delete(child.for_role(by.role), keys, by, act=act)
        if kind.deleting is not None:
            kind.deleting(record, by)
        entry = self._note("deleted", kind, record, before=kind.written_down(record))
        if kind.entity is not DeletedRecord:
            self._bin.keep(kind, record, entry, act)
        self._records.delete(record)

    def _there(self, kind: Record, key: str, *, hold: bool = False) -> Any:
        found = None
        if is_key(key):
            found = self._records.lock(kind.entity, key) if hold else self._records.get(kind.entity, key)
        if found is None or not kind.covers(found):
            raise kind.not_there(key)
        return found

    def _may_change(self, kind: Record, record: object, values: dict[str, Any], *, seen: str, by: User) -> None:
        permit_fields(kind, values, by.role)
        unknown = [name for name in values if name not in kind.editable]
        if unknown or not kind.editable:
            names = ", ".join(unknown) or "any field"
            raise Invalid(dict.fromkeys(unknown, "This field cannot be changed."), f"You cannot change {names} here.")
        if seen != kind.fingerprint(record):
            raise Overtaken(
                f"Somebody changed this {kind.name} after you opened the form, so nothing was saved. "
                "Look at both versions, choose, and save again."
            )

    def _rewrite(self, action: str, kind: Record, record: Any, values: dict[str, Any], by: User) -> None:
        draft = _draft(record)
        changed = {name: value for name, value in values.items() if value != getattr(record, name)}
        for name, value in values.items():
            setattr(draft, name, value)
        _hold(lambda: self.references.check(kind, changed, by.role), draft.check)
        if kind.changing is not None:
            kind.changing(record, draft, by)
        before = kind.written_down(record)
        self._apply(kind, record, draft)
        self._note(action, kind, record, before=before, after=kind.written_down(record))

    def _new(self, kind: Record, values: dict[str, Any]) -> Any:
        now = self._clock.now()
        stamps = {name: now for name in ("created_at", "updated_at") if name in kind.fields}
        record = kind.entity(**{kind.key: new_id(kind.prefix, now)}, **stamps, **values)
        record.check()
        self._records.add(record)
        return record

    def _apply(self, kind: Record, record: Any, draft: Any) -> None:
        for name in kind.editable:
            if getattr(record, name) != getattr(draft, name):
                setattr(record, name, getattr(draft, name))
        if "updated_at" in kind.fields:
            record.updated_at = self._clock.now()

    def _note(
        self, action: str, kind: Record, record: Any, *, before: Row | None = None, after: Row | None = None
    ) -> AuditEntry:
        key = str(getattr(record, kind.key))
        return self._audit.note(action, kind.name, key, label=kind.called_openly(record), before=before, after=after)

    def _history(self, kind: Record, key: str) -> Iterator[Row]:
        about = (
            Condition(field="kind", test="is", value=kind.name),
            Condition(field="record_id", test="is", value=key),
        )
        question = Question(order="id", descending=True, conditions=about)
        for entry in self._records.page(AuditEntry, HISTORY, question, 100).rows:
            yield entry | {"changes": kind.visible(entry["changes"])}


def is_key(key: str) -> bool:
    """Whether this can be the key of a record at all."""
    return 0 < len(key) <= 200 and key.isprintable()


def _hold(*checks: Callable[[], None]) -> None:
    """Ask every check before the first refusal is told, so that a person reads of all mistakes at once."""
    wrong: dict[str, str] = {}
    for check in checks:
        try:
            check()
        except Invalid as invalid:
            wrong |= invalid.fields
    if wrong:
        raise Invalid(wrong)


def _draft(record: Any) -> Any:
    """A copy that no session knows, so that nothing reaches the database before the rules were asked."""
    values = {name: copy.copy(value) for name, value in vars(record).items() if not name.startswith("_")}
    return type(record)(**values)
