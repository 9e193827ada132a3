"""Accounts elsewhere as records, and a line on the page of every user who has one."""

from __future__ import annotations

from collections.abc import Iterator

from core.domain.accounts import User
from core.domain.records import Action, Record, Related
from core.domain.records.permissions import ADMINS
from core.domain.social import Identity
from core.ports.records import Row
from entrypoints.container import App


def declare(app: App) -> tuple[Record, ...]:
    """Return what this module adds to the menu."""
    return (_identities(app),)


def related(app: App, kind: str, key: str) -> Iterator[Related]:
    """The accounts elsewhere that sign a user in."""
    for one in app.identities.of(key) if kind == "user" else ():
        name = one.email or one.name or one.subject
        yield Related(label=one.provider.capitalize(), name=name, kind="identity", key=one.id)


def _identities(app: App) -> Record:
    return Record(
        Identity, "identity", ("provider", "email", "name", "user_id", "created_at", "used_at"), plural="identities",
        search=("email", "name", "subject"), filters=("provider", "user_id", "created_at", "used_at"),
        labels={"user_id": "User", "created_at": "Connected", "used_at": "Last used", "email": "Address there",
                "name": "Name there", "issuer": "Issued by", "subject": "Number there"},
        refers={"user_id": "user"}, roles=ADMINS, related=_whose,
        actions={
            "disconnected": Action(
                label="Disconnect", run=lambda key, by: _disconnect(app, key, by), noted=False, danger=True,
                sure="Nobody signs in with this account any more. Its owner is told by mail.",
            ),
        },
        empty="People connect them under Account, Connections, or join with them.",
        about="Accounts at Google or Facebook that sign people in. The last way into an account cannot be taken away.",
    )  # fmt: skip


def _disconnect(app: App, key: str, by: User) -> None:
    user = app.users.get(app.identities.get(key).user_id)
    app.accounts.acting(user, by)
    app.connections.disconnect(user, key, offered=app.settings.social_providers)


def _whose(row: Row) -> Iterator[Related]:
    yield Related(label="Signs in", name=row["user_id"], kind="user", key=row["user_id"])
