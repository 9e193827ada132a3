"""Reports as records: decided in the panel; what was reported is read by an action that the audit tells of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from core.domain.accounts import User
from core.domain.kernel.roles import MODERATORS
from core.domain.moderation import REASONS, Report, State
from core.domain.records import Action, Field, Kind, Record, Related
from core.ports.records import Row
from entrypoints.container import App

NOTE = Field(
    name="note", kind=Kind.TEXT, label="Note", optional=True,
    hint="Why, for whoever looks at this later. Only the panel shows it.",
)  # fmt: skip


def declare(app: App) -> tuple[Record, ...]:
    """Return what this module adds to the menu."""
    states = tuple(str(state) for state in State)
    return (
        Record(
            Report, "report", ("created_at", "about_kind", "label", "reason", "state", "reporter_id", "decided_at"),
            search=("words", "note"),
            filters=("state", "about_kind", "reason", "reporter_id", "about_id", "decided_by", "created_at"),
            hidden=("context",), long=("words", "note"), choices={"state": states, "reason": REASONS},
            names={"about_kind": app.report_desk.kinds}, refers={"reporter_id": "user", "decided_by": "user"},
            labels={"about_kind": "About", "about_id": "Its key", "label": "Which one", "reporter_id": "Reported by",
                    "words": "In their words", "created_at": "Reported"},
            roles=MODERATORS, actions=_actions(app), related=lambda row: _subject(app, row),
            about="What people say should not be here. Upheld: it was right, and what it is about is hidden. "
                  "Dismissed: it was not.",
            empty="Nobody has reported anything.",
        ),
    )  # fmt: skip


def related(app: App, kind: str, key: str) -> Iterator[Related]:
    """The way from a thing that can be reported to what was said about it."""
    slug = next((one.slug for one in app.declared.values() if one.name == kind), "")
    if slug in app.report_desk.kinds:
        number = app.report_desk.number_open(slug, key)
        yield Related(
            label="Reports", name="those about this one", state="open" if number else "",
            sentence=f"{number} to decide" if number else "",
            address="/admin/reports/?" + urlencode({"about_kind.is": slug, "about_id.is": key}),
        )  # fmt: skip


def _actions(app: App) -> dict[str, Action]:
    return {
        "upheld": Action(
            label="Uphold", asks=(NOTE,), run=lambda key, by, note: _done(app.report_desk.uphold(key, note or "")),
            sure="What it is about is hidden from everybody at once. Its own page in the panel brings it back.",
            fits=lambda row: row["state"] != State.UPHELD, danger=True, noted=False,
        ),
        "dismissed": Action(
            label="Dismiss", asks=(NOTE,), run=lambda key, by, note: _done(app.report_desk.dismiss(key, note or "")),
            fits=lambda row: row["state"] == State.OPEN, noted=False,
        ),
        "read what was reported": Action(
            label="Read what was reported", run=lambda key, by: _read(app, key, by), alone=True, noted=False,
            sure="It is shown once, and the audit says that you read it: it may be private.",
        ),
    }  # fmt: skip


def _subject(app: App, row: Row) -> Iterator[Related]:
    """The record that a report is about, where there is such a kind."""
    kind = app.declared.get(row["about_kind"])
    if kind is not None:
        yield Related(label="About", name=row["label"], kind=kind.name, key=row["about_id"])


def _read(app: App, key: str, by: User) -> str:
    lines = app.report_desk.read_context(key)
    return "\n\n".join(_line(line) for line in lines) or "Nothing is kept of it, or its author has left."


def _line(line: dict[str, Any]) -> str:
    """One thing that was said, as its module tells it: whatever it has, by name; ids are left out."""
    return "\n".join(f"{name}: {value}" for name, value in line.items() if value and not name.endswith("id"))


def _done(_: object) -> None:
    """What was done says enough."""
