"""How values are written on the panel's pages, and which status goes with which failure."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask_admin import Admin

from core.domain.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany, Unavailable
from core.domain.records.calendar import Step, Width
from core.ports.counts import Number
from entrypoints.admin import gate
from entrypoints.languages import N_, brief, day_of_year, language, month, told, weekday
from entrypoints.languages import number as written

INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00$")
STATUS = {Invalid: 400, NotFound: 404, Forbidden: 403, Conflict: 409, TooMany: 429, Unavailable: 503}
SURE = {"exactly": N_("%(number)s"), "about": N_("about %(number)s"), "at least": N_("%(number)s+")}
TONES = {
    "done": "good", "running": "busy", "ready": "busy", "dead": "bad", "retry": "warn", "cancelled": "calm",
    "scheduled": "calm", "super-admin": "warn", "admin": "busy", "on time": "good", "late": "warn", "missed": "bad",
    "failed": "bad", "broken": "bad",
}  # fmt: skip
SAID = (
    N_("Dashboard"), N_("yes"), N_("no"), N_("on time"), N_("late"), N_("missed"), N_("failed"), N_("waiting"),
    N_("forgotten"), N_("sign-ups"), N_("messages received"), N_("messages delivered"), N_("tasks done"),
    N_("tasks that took more than one try"), N_("tasks given up"), N_("sign-ins refused"), N_("the same"),
    N_("In words"), N_("Next"), N_("Last runs"), N_("Activity"), N_("Mails"), N_("Delivery to us"),
    N_("Note to the sender"), N_("It was deleted."), N_("It has not run yet."),
    N_("Monitor"), N_("Timetable"), N_("Doctor"), N_("worker"), N_("scheduler"), N_("It ran when it was due."),
    N_("It ran when it was asked to."), N_("Nothing comes due until it is resumed."), N_("signed in"),
    N_("broken"),
)  # fmt: skip
"""Words of the domain and of declarations that stand on pages as they are."""
SAID_BY_SCRIPTS = (
    N_("Stop updating"), N_("Go on updating"), N_("It is updated every three seconds."), N_("It is not updated."),
    N_("The server does not answer; what stands here is old."), N_("found"), N_("Nothing found."),
    N_("Nothing fits. Try fewer words, or a part of one."), N_("The server does not answer. Try again in a moment."),
)  # fmt: skip
ACTS = (
    N_("created"),
    N_("changed"),
    N_("deleted"),
    N_("reverted"),
    N_("exported"),
    N_("signed out"),
    N_("put back"),
    N_("paused by the clock"),
    N_("message template"),
)
"""What the audit says people did, beside the actions that declarations name."""


def teach(flask_app: Flask, admin: Admin) -> None:
    """Give the templates their filters, and every page of ours the menu."""
    flask_app.jinja_env.globals.update(panel_name=admin.name, panel_said=said_by_scripts)
    flask_app.jinja_env.filters.update(
        panel_instant=brief,
        panel_iso=iso,
        panel_typed=typed,
        panel_json=pretty,
        panel_tone=tone,
        panel_kept=kept,
        panel_step=step,
        panel_weekday=weekday,
        panel_day=day_of_year,
        panel_number=number,
    )

    @flask_app.context_processor
    def menu() -> dict[str, Any]:
        if not gate.is_inside():
            return {}
        views = (item for item in admin.menu() if hasattr(item, "is_accessible"))
        return {"panel_menu": [item for item in views if item.is_accessible() and item.is_visible()]}


def said_by_scripts() -> dict[str, str]:
    """What the scripts say, as far as it is not English."""
    return {text: told(text) for text in SAID_BY_SCRIPTS} if language() != "en" else {}


def iso(value: datetime) -> str:
    """An instant for machines."""
    return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def kept(value: Any) -> str:
    """A value as the audit keeps it (JSON, instants as text), for reading."""
    try:
        return brief(datetime.fromisoformat(value)) if INSTANT.match(value) else value
    except (TypeError, ValueError):
        return pretty(value)


def typed(value: Any) -> str:
    """A value as it stands in a form's field."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        fine = "milliseconds" if value.microsecond else "auto"  # browsers empty a field that is finer
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=fine)
    return value if isinstance(value, str) else pretty(value)


def pretty(value: Any) -> str:
    """JSON for reading."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str) if not isinstance(value, str) else value


def number(given: Number) -> str:
    """How many, and how sure that is."""
    return told(SURE[given.sense]) % {"number": written(given.value)}


def step(given: Step) -> str:
    """A year, a month or a day, below what it is a part of."""
    if given.width == Width.YEAR:
        return f"{given.first.year}"
    return month(given.first) if given.width == Width.MONTH else day_of_year(given.first, months="wide")


def tone(value: str) -> str:
    """The colour that goes with a word: good, busy, warn, bad or calm."""
    return TONES.get(value, "calm")
