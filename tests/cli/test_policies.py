"""Who may call what, from a terminal."""

import json

from core.domain.accounts import Change


def test_every_route_is_listed_with_its_policy(flask):
    rows = {(row["route"], row["methods"]): row for row in json.loads(flask("policies", "--json")[1])}
    assert rows["/healthz", "GET HEAD OPTIONS"]["who"] == "anyone"
    assert rows["/account/sessions", "GET HEAD OPTIONS"]["who"] == "signed in"
    assert not [row for row in rows.values() if row["who"] == "nobody said"]


def test_permissions_are_listed_with_who_has_them_now(flask, app):
    with app.uow.transaction():
        app.permissions.add(Change(role="moderator", permission="users.see", allowed=True))
    rows = {row["permission"]: row for row in json.loads(flask("policies", "--permissions", "--json")[1])}
    assert rows["users.see"] == {
        "permission": "users.see", "of": "Users, See", "roles": "moderator admin super-admin", "changed": "changed"
    }  # fmt: skip
    assert (rows["doctor.see"]["roles"], rows["doctor.see"]["changed"]) == ("super-admin", "")
