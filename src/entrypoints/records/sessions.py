"""Sessions as records: seen and ended in the panel, by whoever may act on their users; tokens are nowhere."""

from __future__ import annotations

from urllib.parse import urlencode

from core.domain.accounts import Session
from core.domain.accounts.agents import in_words
from core.domain.records import Action, Record, Related
from core.domain.records.permissions import ADMINS
from core.ports.records import Row
from entrypoints.container import App


def sessions(app: App) -> Record:
    """Return the declaration of sessions."""
    return Record(
        Session, "session", ("seen_at", "user_id", "agent", "address", "strong", "created_at"), order="-seen_at",
        search=("address", "agent"), filters=("user_id", "seen_at", "created_at", "address", "strong", "remembered"),
        refers={"user_id": "user"}, roles=ADMINS, veil=lambda row, role: _in_words(row),
        labels={"id": "Mark", "user_id": "User", "seen_at": "Last used", "created_at": "Signed in", "agent": "Browser",
                "strong": "With two factors", "remembered": "Stays signed in", "proven_at": "Showed who they are"},
        hints={"remembered": "Yes: for 14 days without use, 90 at most. No: for 12 hours, 7 days at most."},
        actions={"ended": Action(label="End session", run=app.session_desk.end)},
        about="Signed-in browsers. One that was unused for too long, or is too old, lets nobody in any more.",
    )  # fmt: skip


def of_user(row: Row) -> Related:
    """A user's sessions, as a line on their page."""
    address = "/admin/sessions/?" + urlencode({"user_id.is": row["id"]})
    return Related(label="Sessions", name="where this user is signed in", address=address)


def second_factor(app: App, key: str) -> dict[str, str]:
    """What is asked of a user after the password, in words."""
    on = app.factor_desk.turned_on(app.users.get(key))
    return {"Two factors": f"on since {on[0].confirmed_at:%Y-%m-%d}"} if on else {}


def _in_words(row: Row) -> Row:
    return row | {"agent": in_words(row["agent"])} if "agent" in row else row
