"""Notices as records: read in the panel; who they are for reads them on the site."""

from __future__ import annotations

from urllib.parse import urlencode

from core.domain.notices import Notice
from core.domain.records import Record, Related
from core.domain.records.permissions import ADMINS
from entrypoints.container import App


def declare(app: App) -> tuple[Record, ...]:
    """Return what this module adds to the menu."""
    return (
        Record(
            Notice, "notice", ("created_at", "user_id", "kind", "title", "read_at"), search=("title",),
            filters=("user_id", "kind", "read_at", "created_at"), hidden=("key",), refers={"user_id": "user"},
            roles=ADMINS,
            labels={"created_at": "Rang", "user_id": "User", "kind": "Message", "read_at": "Read"},
            about="What rang people's bells on the site. It is kept for 90 days.", empty="No bell has rung yet.",
        ),
    )  # fmt: skip


def related(app: App, kind: str, key: str) -> list[Related]:
    """The way from a user to what they were told."""
    address = "/admin/notices/?" + urlencode({"user_id.is": key})
    return [Related(label="Notices", name="those of this user", address=address)] if kind == "user" else []
