"""Access tokens as records: seen and revoked in the panel; their text is nowhere."""

from __future__ import annotations

from urllib.parse import urlencode

from core.domain.accounts import User
from core.domain.kernel.roles import ADMINS
from core.domain.records import Action, Record, Related
from core.domain.tokens import AccessToken
from entrypoints.container import App


def declare(app: App) -> tuple[Record, ...]:
    """Return what this module adds to the menu."""
    return (
        Record(
            AccessToken, "access token", ("created_at", "name", "user_id", "hint", "scopes", "expires_at", "used_at"),
            search=("name", "hint"), filters=("user_id", "created_at", "expires_at", "used_at", "used_from"),
            hidden=("fingerprint", "version"), refers={"user_id": "user"}, roles=ADMINS,
            labels={"created_at": "Made", "user_id": "User", "hint": "Begins with", "scopes": "May",
                    "expires_at": "Ends", "used_at": "Last used", "used_from": "Last used from"},
            actions={
                "revoked": Action(
                    label="Revoke", run=lambda key, by: _revoke(app, key, by), danger=True, noted=False,
                    sure="Programs that use it are refused from now on, and its owner is told by mail.",
                ),
            },
            about="What programs show instead of a password. Its text is shown once, to whoever made it.",
            empty="People make them in their account.",
        ),
    )  # fmt: skip


def related(app: App, kind: str, key: str) -> list[Related]:
    """The way from a user to their tokens."""
    address = "/admin/access-tokens/?" + urlencode({"user_id.is": key})
    return [Related(label="Access tokens", name="those of this user", address=address)] if kind == "user" else []


def _revoke(app: App, key: str, by: User) -> None:
    """Nobody acts on a user above them."""
    token = app.access_tokens.find(key)
    if token is not None:
        app.accounts.acting(app.users.get(token.user_id), by)
    app.token_desk.revoke(key)
