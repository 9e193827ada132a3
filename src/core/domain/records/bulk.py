"""One deed to many records: each by its own rules and with its own audit; it knows no page and no list."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from core.domain.accounts import User
from core.domain.kernel.errors import Conflict, Failure, Forbidden, Invalid, NotFound
from core.domain.kernel.marks import Effects, task
from core.domain.records.carried import carried, carry
from core.domain.records.desk import RecordDesk
from core.domain.records.errands import Asker, Errands
from core.domain.records.fields import Field
from core.domain.records.record import Record
from core.domain.tasks import Run, Task
from core.ports.records import Condition, Place, Question, Records
from core.ports.unit_of_work import UnitOfWork

CARRY_OUT, QUEUE = "records.carry-out", "bulk"
AT_ONCE = 200
"""What is done to more records than this is a task."""
BATCH, BATCH_SECONDS = 100, 0.25
"""So many records share a transaction, or as many as that time is enough for: other writers wait meanwhile."""
COUNTED = 100_000
REASONS = 10
BEYOND = "~"
"""Comes after whatever a key goes on with."""


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What is to be done: "change", "delete" or an action, and with which values."""

    verb: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class Tally:
    """How a deed went: how many it was done to, how many refused and why, and what is to be told once (`told`)."""

    done: int = 0
    refused: int = 0
    why: dict[str, int] = field(default_factory=dict)
    place: str = ""
    told: list[str] = field(default_factory=list)

    def refuse(self, failure: Failure) -> None:
        """Count a refusal, with its sentence if it is among the first ten."""
        self.refused += 1
        said = " ".join(failure.fields.values()) if isinstance(failure, Invalid) else failure.sentence
        if said in self.why or len(self.why) < REASONS:
            self.why[said] = self.why.get(said, 0) + 1

    def kept(self) -> dict[str, Any]:
        """As a task keeps it: without what was for one pair of eyes."""
        return {name: value for name, value in asdict(self).items() if name != "told"}


class BulkDesk:
    """Does a deed to many records, at once or as a task."""

    def __init__(self, errands: Errands, desk: RecordDesk, records: Records, uow: UnitOfWork) -> None:
        self._errands, self._desk, self._records, self._uow = errands, desk, records, uow

    def carry_out(self, kind: Record, deed: Deed, keys: Sequence[str], by: User) -> Tally:
        """Do it to each in the open transaction; one that refuses is undone alone, and counted."""
        tally = Tally()
        for key in keys:
            self._one(Asker(user=by, kind=kind), deed, key, tally)
        return tally

    def order(
        self, kind: Record, deed: Deed, by: User, *, keys: Sequence[str] = (), question: Question | None = None
    ) -> Task:
        """Have it done by a task: to the records named, or to all that fit now. Raises `Forbidden`, `Invalid`."""
        kind.permit(deed.verb, by.role)
        if deed.verb in kind.actions and kind.actions[deed.verb].alone:
            raise Invalid(
                {"all": f"“{kind.actions[deed.verb].label}” is done to at most {AT_ONCE} at once. Tick fewer."}
            )
        fields = _fields(kind, deed.verb)
        which: dict[str, Any] = {"keys": sorted(set(keys)), "total": len(set(keys))}
        if question is not None:
            which = self._all_that_fit(kind, question)
        payload = {"verb": deed.verb, "values": {n: fields[n].plain(v) for n, v in deed.values.items()}, **which}
        return self._errands.ask(CARRY_OUT, kind, payload, by=by)

    def last(self, kind: Record, question: Question) -> str:
        """The last key among the records that fit now; empty when none does."""
        by_key = replace(question, order=kind.key, descending=True)
        rows = self._records.page(kind.entity, (kind.key,), by_key, 1).rows
        return str(rows[0][kind.key]) if rows else ""

    @task(CARRY_OUT, queue=QUEUE, effects=Effects.OUTSIDE, limit=3600.0)
    def go_on(
        self, run: Run, kind: str, verb: str, values: dict[str, Any], by: dict[str, Any], total: int,
        keys: list[str] | None = None, question: dict[str, Any] | None = None,
    ) -> None:  # fmt: skip
        """Do it batch by batch, each in a transaction that also keeps how far it is: to no record twice.

        The role of who asked is looked at again before each batch; the audit names them, and where they asked from.
        """
        with run.start():
            tally = Tally(**run.kept())
        more = True
        while more:
            with self._uow.transaction(), self._errands.acting(by):
                asker = self._errands.asker(kind, by, verb)
                fields = _fields(asker.kind, verb)
                deed = Deed(verb=verb, values={name: fields[name].restore(value) for name, value in values.items()})
                found = self._next(asker.kind, tally.place, keys, question)
                self._batch(asker, deed, found, tally, act=run.key)
                run.keep(tally.kept())
            more = bool(found)
            run.progress(tally.done + tally.refused, total, f"{tally.refused:,} refused" if tally.refused else "")
        run.settle(tally.kept())

    def _all_that_fit(self, kind: Record, question: Question) -> dict[str, Any]:
        """By key, and none that is made from now on."""
        last = self.last(kind, question)
        if not last:
            raise NotFound(f"Nothing fits any more, so there is no {kind.name} to do it to. Look at the list again.")
        asked = replace(up_to(kind, question, last), order=kind.key, descending=False)
        return {"question": carry(kind, asked), "total": self._records.number(kind.entity, asked, COUNTED)}

    def _next(self, kind: Record, place: str, keys: list[str] | None, question: dict[str, Any] | None) -> Sequence[str]:
        if question is None:
            return [key for key in keys or () if key > place][:BATCH]
        after = Place(key=place, value=place) if place else None
        rows = self._records.page(kind.entity, (kind.key,), carried(kind, question), BATCH, after=after).rows
        return [str(row[kind.key]) for row in rows]

    def _batch(self, asker: Asker, deed: Deed, keys: Sequence[str], tally: Tally, act: str) -> None:
        until = time.monotonic() + BATCH_SECONDS
        for key in keys:
            if deed.verb == "delete" and self._cleared(asker, key, act):
                return  # what it stands on takes more than one batch
            self._one(asker, deed, key, tally, act)
            tally.place = key
            if time.monotonic() > until:
                return

    def _cleared(self, asker: Asker, key: str, act: str) -> bool:
        """Delete some of what is deleted with a record; whether there was any. A refusal is told by who deletes it."""
        try:
            with self._uow.part():
                return self._desk.clear(asker.kind, key, asker.user, act, BATCH) > 0
        except (Invalid, NotFound, Forbidden, Conflict):
            return False

    def _one(self, asker: Asker, deed: Deed, key: str, tally: Tally, act: str = "") -> None:
        try:
            with self._uow.part():
                told = self._do(asker.kind, deed, key, asker.user, act)
        except (Invalid, NotFound, Forbidden, Conflict) as failure:
            tally.refuse(failure)
            return
        tally.done += 1
        if told:
            tally.told.append(told)

    def _do(self, kind: Record, deed: Deed, key: str, by: User, act: str) -> str:
        if deed.verb == "change":
            self._desk.amend(kind, key, deed.values, by)
        elif deed.verb == "delete":
            if not self._desk.delete(kind, [key], by, act=act):
                raise kind.not_there(key)
        else:
            return self._desk.act(kind, deed.verb, key, by, deed.values)
        return ""


def up_to(kind: Record, question: Question, key: str) -> Question:
    """The same question, but for what comes after that key."""
    bound = Condition(field=kind.key, test="before", value=key + BEYOND)
    return replace(question, conditions=(*question.conditions, bound))


def _fields(kind: Record, verb: str) -> dict[str, Field]:
    """What a deed may have values for, by name."""
    asked = kind.form if verb == "change" else kind.actions[verb].asks if verb in kind.actions else ()
    return {one.name: one for one in asked}
