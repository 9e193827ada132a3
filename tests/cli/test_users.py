"""`flask users` and `flask seed`: people are looked after, and made up, from a terminal."""

import json
from datetime import timedelta

import pytest

from core.domain.accounts import Session, User
from core.ports.records import Condition, Question
from entrypoints.seed import PASSWORD, seed

EVE = "eve@example.com"


@pytest.fixture
def eve(app):
    with app.uow.transaction():
        made = app.accounts.create(EVE, "Eve", "member", "correct horse battery")
        app.session_desk.open(made, "192.0.2.1", "Firefox")
        return made


def seen(app, user):
    with app.uow.reading():
        return app.users.get(user.id)


def test_user_is_suspended_and_restored(app, flask, eve):
    assert flask("users", "suspend", EVE, "--reason", "Spam.") == (
        0, f"{EVE} is suspended. To lift it: flask users restore {EVE}\n",
    )  # fmt: skip
    assert (seen(app, eve).active, seen(app, eve).suspension) == (False, "Spam.")
    assert [row["email"] for row in json.loads(flask("users", "list", "--suspended", "--json")[1])] == [EVE]
    assert flask("users", "restore", EVE) == (0, f"{EVE} may sign in again.\n")
    assert seen(app, eve).active


def test_suspension_of_some_days_ends_by_itself(app, flask, eve):
    assert flask("users", "suspend", EVE, "--reason", "Spam.", "--days", "7")[0] == 0
    ends = seen(app, eve).suspended_until - app.clock.now()
    assert timedelta(days=6, hours=23) < ends <= timedelta(days=7)
    assert flask("users", "suspend", EVE, "--reason", "Spam.", "--days", "0")[0] != 0


def test_user_gets_a_role_is_signed_out_and_must_set_a_password(app, flask, eve):
    assert flask("users", "sign-out", EVE) == (
        0, f"{EVE} is signed out everywhere (1 session); tokens ended too.\n",
    )  # fmt: skip
    assert flask("users", "role", EVE, "staff") == (0, f"{EVE} is staff now.\n")
    assert flask("users", "reset", EVE)[0] == 0
    assert (seen(app, eve).role, seen(app, eve).password_hash) == ("staff", None)


@pytest.mark.parametrize("words", [["suspend", "--reason", "x"], ["restore"], ["sign-out"], ["reset"]])
def test_nobody_by_that_name_is_said_so(flask, words):
    verb, *rest = words
    code, said = flask("users", verb, "nobody@example.com", *rest)
    assert (code, "Nobody has the address nobody@example.com" in said) == (2, True)


def test_users_are_found_by_username_and_role(flask, eve):
    flask("users", "create", "zed@example.com", "--role", "staff")
    assert [row["email"] for row in json.loads(flask("users", "list", "--search", "zed", "--json")[1])] == [
        "zed@example.com"
    ]
    assert [row["role"] for row in json.loads(flask("users", "list", "--role", "staff", "--json")[1])] == ["staff"]


def everybody(app, *fields):
    """Who was made up."""
    question = Question(order="id", conditions=(Condition(field="email", test="contains", value="@example.org"),))
    with app.uow.reading():
        return app.record_store.page(User, ("id", *fields), question, 2000).rows


def test_people_are_made_up_once_and_are_the_same_every_time(app, flask):
    code, said = flask("seed")
    assert (code, said.splitlines()) == (0, [
        "20 people were made up; 0 were there already.",
        "9 conversations between them were made up.",
        "25 places are kept, and a worker finds them. Look: http://127.0.0.1:8000/places",
        f"Every one of them signs in with the password {PASSWORD}, unless suspended.",
    ])  # fmt: skip
    assert flask("seed", "--people", "25") == (
        0, f"5 people were made up; 20 were there already.\n"
           f"Every one of them signs in with the password {PASSWORD}, unless suspended.\n",
    )  # fmt: skip
    users = everybody(app, "email", "name", "active", "verified_at", "seen_at")
    assert len({user["email"] for user in users}) == 25
    assert {(user["active"], user["verified_at"] is None) for user in users} >= {(True, True), (True, False)}
    assert not all(user["name"].isascii() for user in users)
    with app.uow.reading():
        sessions = app.record_store.page(Session, ("id", "user_id"), Question(order="id"), 2000).rows
    shown = {session["user_id"] for session in sessions}
    assert shown == {user["id"] for user in users if user["seen_at"] is not None}


def test_thousand_people_are_made_up_at_once(app):
    assert seed(app, 1000, with_password=False) == 1000
    assert seed(app, 1000, with_password=True) == 0
    assert {row["password_hash"] for row in everybody(app, "password_hash")} == {None}


def test_one_of_them_signs_in(app, flask):
    flask("seed", "--people", "1")
    (one,) = everybody(app, "email")
    assert app.sign_in.attempt(app.secrets, one["email"], PASSWORD, address="192.0.2.1") is not None
