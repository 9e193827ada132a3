"""Reports of what should not be here, and what was decided of each; of what is reported it knows a kind and a key.

Modules that have something to report say so in `REPORTABLE` (entrypoints/modules), and hide it when they hear of
`ReportUpheld`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from core.domain.audit import Audit
from core.domain.kernel import rules
from core.domain.kernel.errors import Conflict, NotFound
from core.domain.kernel.ids import is_id, new_id
from core.domain.tasks import Outbox
from core.ports.clock import Clock
from core.ports.moderation import Reports
from core.ports.repositories import Users

KIND = "report"
PEOPLE = "users"
REASONS = ("spam", "harassment", "hate", "illegal", "impersonation", "other")
"""Why something is reported, in a word."""
WORDS_MOST, NOTE_MOST = 1000, 1000


class State(StrEnum):
    """OPEN: nobody has decided. UPHELD: it was right, and what it is about is hidden. DISMISSED: it was not."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


@dataclass(eq=False, kw_only=True)
class Report:
    """What somebody says about a thing: `about_kind` is its kind as in addresses of the panel (posts, users),
    `about_id` its key. `context` is what it said then, as its module tells it; `label` what it is called.
    """

    id: str
    about_kind: str
    about_id: str
    label: str
    reporter_id: str | None
    reason: str
    words: str = ""
    context: list[dict[str, Any]] = field(default_factory=list)
    state: str = State.OPEN
    note: str = ""
    decided_by: str | None = None
    decided_at: datetime | None = None
    created_at: datetime
    updated_at: datetime

    def __str__(self) -> str:
        return f"{self.about_kind} {self.about_id}"

    def check(self) -> None:
        """Clean the fields or raise `Invalid` with a sentence for each that is wrong."""
        listed = rules.Checklist()
        listed.take("reason", rules.choice, self.reason, "The reason", REASONS)
        words = listed.take("words", rules.paragraphs, self.words, "What you say", WORDS_MOST, required=False)
        self.words = words or ""
        if self.reason == "other" and not self.words and "words" not in listed.fields:
            listed.fields["words"] = "Say in your words what is wrong, so that somebody can decide."
        listed.close()

    def say_again(self, later: Report) -> None:
        """Take over what its reporter says now, and how the thing looks now."""
        self.label, self.reason, self.words, self.context = later.label, later.reason, later.words, later.context
        self.updated_at = later.created_at

    def decide(self, state: State, note: str, by: str | None, now: datetime) -> None:
        """Be upheld, or dismissed. Raises `Conflict` when that was decided before, or it is upheld already."""
        if self.state in (state, State.UPHELD):
            raise Conflict(f"This report is {self.state} already. Look at its page for who decided that, and why.")
        self.state, self.note, self.decided_by, self.decided_at = state, note, by, now
        self.updated_at = now


@dataclass(frozen=True)
class ReportUpheld:
    """Somebody who may decide says that this should not be here: its module hides it."""

    about_kind: str
    about_id: str
    report_id: str


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What is reported, as its module tells it: its key and what it is called, what it said (`context`, JSON objects),
    and the page on which its reporter saw it."""

    key: str
    label: str
    context: Sequence[Mapping[str, Any]] = ()
    link: str = "/"


class Reportable(Protocol):
    """A service whose things can be reported."""

    def may_report(self, kind: str, key: str, user_id: str) -> Subject:
        """Return what somebody wants to report. Raises `NotFound` where there is no such thing, or they may not see it;
        `Conflict` where it is their own."""
        ...


@dataclass(frozen=True)
class Books:
    """Where it is written down what was decided, and who hears of it."""

    audit: Audit
    outbox: Outbox

    def decided(self, report: Report, before: str) -> None:
        """A report was upheld or dismissed."""
        after = {"state": str(report.state), "note": report.note}
        self.audit.note(str(report.state), KIND, report.id, label=str(report), before={"state": before}, after=after)
        if report.state == State.UPHELD:
            self.outbox.publish(ReportUpheld(report.about_kind, report.about_id, report.id))


class ReportDesk:
    """Takes reports in and decides them. Its verbs act in the open transaction.

    `reportable` says for each kind whose things they are.
    """

    def __init__(
        self, reports: Reports, reportable: Mapping[str, Callable[[], Reportable]], books: Books, clock: Clock
    ) -> None:
        self._reports, self._reportable, self._books, self._clock = reports, reportable, books, clock

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds whose things can be reported."""
        return tuple(sorted(self._reportable))

    def subject(self, kind: str, key: str, user_id: str) -> Subject:
        """What somebody wants to report. Raises `NotFound` for what they do not see, `Conflict` for their own."""
        if kind not in self._reportable or not 0 < len(key) <= 200 or not key.isprintable():
            raise NotFound("There is nothing like that to report. It may be gone; open its page again.")
        return self._reportable[kind]().may_report(kind, key, user_id)

    def report(self, kind: str, key: str, *, by: str, reason: str, words: str = "") -> tuple[Report, bool]:
        """Keep a report, and say whether it is new: of one person and thing there is one open, which says what was said
        last. Raises `Invalid` naming each bad field, `NotFound` and `Conflict` as `subject` does.
        """
        subject, now = self.subject(kind, key, by), self._clock.now()
        said = Report(
            id=new_id("rpt", now), about_kind=kind, about_id=subject.key, label=subject.label[:200], reporter_id=by,
            reason=reason, words=words, context=[dict(line) for line in subject.context], created_at=now,
            updated_at=now,
        )  # fmt: skip
        said.check()
        held = self._reports.hold_open(said)
        if held.id != said.id:
            held.say_again(said)
        return held, held.id == said.id

    def own(self, report_id: str, user_id: str) -> Report:
        """Return one of somebody's own. Raises `NotFound`, for those of others as well."""
        found = self._reports.find(report_id) if is_id(report_id, "rpt") else None
        if found is None or found.reporter_id != user_id:
            raise NotFound("You have made no such report. Look at its id again.")
        return found

    def number_open(self, kind: str, key: str) -> int:
        """How many reports of a thing wait for a decision."""
        return self._reports.number_open(kind, key)

    def uphold(self, report_id: str, note: str = "") -> Report:
        """Say that a report is right; its module hides what it is about. One that was dismissed can still be upheld.

        Raises `Invalid`, `NotFound`, and `Conflict` where that was decided before.
        """
        return self._decide(report_id, State.UPHELD, note)

    def dismiss(self, report_id: str, note: str = "") -> Report:
        """Say that there is nothing wrong. Raises `Invalid`, `NotFound`, and `Conflict` where it was decided before."""
        return self._decide(report_id, State.DISMISSED, note)

    def read_context(self, report_id: str) -> list[dict[str, Any]]:
        """Return what the reported thing said, for whoever is to decide; the audit says that they read it, and why.

        Raises `NotFound`.
        """
        report = self._there(report_id)
        self._books.audit.note("read what was reported", KIND, report.id, label=str(report), after={
            "reason": report.reason,
        })  # fmt: skip
        return report.context

    def _decide(self, report_id: str, state: State, note: str) -> Report:
        report, listed = self._there(report_id), rules.Checklist()
        said = listed.take("note", rules.paragraphs, note, "The note", NOTE_MOST, required=False) or ""
        listed.close()
        before, actor = str(report.state), self._books.audit.actor
        report.decide(state, said, actor.id if is_id(actor.id, "usr") else None, self._clock.now())
        self._books.decided(report, before)
        return report

    def _there(self, report_id: str) -> Report:
        found = self._reports.lock(report_id)
        if found is None:
            raise NotFound("There is no such report. Look at the list again.")
        return found


class ReportedPeople:
    """`Reportable` for users, by username or id, as others see them."""

    def __init__(self, users: Users) -> None:
        self._users = users

    def may_report(self, kind: str, key: str, user_id: str) -> Subject:
        """Return somebody who is shown to others."""
        found = self._users.get(key) if is_id(key, "usr") else self._users.by_username(key)
        if found is None or not found.is_shown:
            raise NotFound("Nobody has this name. They may have left, or taken another one.")
        if found.id == user_id:
            raise Conflict("This is you. What you do not want to be seen you can change in your account.")
        said = {"user_id": found.id, "username": found.username, "name": found.name, "bio": found.bio}
        return Subject(key=found.id, label=f"@{found.username}", context=(said,), link=f"/@{found.username}")
