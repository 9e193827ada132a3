"""Access tokens from a terminal: printed once with a line to try them, listed without their text, revoked."""

import json
import re


def test_token_is_made_listed_and_revoked(flask, app):
    with app.uow.transaction():
        ada = app.accounts.create("ada@example.com", "Ada", "member", "correct horse battery")
    code, said = flask("tokens", "create", "ada@example.com", "--name", "CI", "--scope", "tasks.read", "--days", "90")
    text = said.partition("\n")[0]
    assert (code, re.fullmatch(r"eb_[0-9A-Za-z]{36}", text) is not None) == (0, True)
    assert f"curl -H 'Authorization: Bearer {text}' http://127.0.0.1:8000/api/v1/me" in said
    (row,) = json.loads(flask("tokens", "list", "ADA@example.com", "--json")[1])
    assert (row["user_id"], row["name"], row["scopes"], row["hint"]) == (ada.id, "CI", "tasks.read", text[:7])
    assert flask("tokens", "revoke", row["id"]) == (0, f"The token CI ({text[:7]}…) is refused from now on.\n")
    assert json.loads(flask("tokens", "list", "--json")[1]) == []


def test_token_without_a_name_takes_the_next_one_that_is_free(flask, app):
    with app.uow.transaction():
        app.accounts.create("ada@example.com", "Ada", "member", "correct horse battery")
    assert [flask("tokens", "create", "ada@example.com")[0] for _ in range(3)] == [0, 0, 0]
    named = [row["name"] for row in json.loads(flask("tokens", "list", "ada@example.com", "--json")[1])]
    assert sorted(named) == ["terminal", "terminal 2", "terminal 3"]
    code, said = flask("tokens", "create", "ada@example.com", "--name", "Terminal")
    assert (code, "You have a token of this name already." in said) == (2, True)


def test_command_that_cannot_be_done_says_why(flask, app):
    with app.uow.transaction():
        app.accounts.create("new@example.com", "New", "member", "correct horse battery", must_change=True)
    code, said = flask("tokens", "create", "new@example.com")
    assert (code, "New must choose a new password first, which would end the token." in said) == (1, True)
    code, said = flask("tokens", "create", "nobody@example.com")
    assert (code, "Nobody has the address nobody@example.com." in said) == (2, True)
    assert (flask("tokens", "create", "x", "--days", "366")[0], flask("tokens", "revoke", "tok_1")[0]) == (2, 2)
