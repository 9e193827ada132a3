"""Accounts by the API: the same 202 for every address, once for each key, and problems in words."""

import re

import pytest

PASSWORD, OTHER = "correct horse battery", "a better password"
ADA = {"email": "ada@example.com", "username": "ada", "name": "Ada Lovelace", "password": PASSWORD}
USERS, RESETS, DONE = "/api/v1/users", "/api/v1/password-resets", "/api/v1/password-resets/complete"


@pytest.fixture
def token(app, drain_queue):
    """The token in the newest mail, after having what waits sent."""

    def read():
        drain_queue(app, "mail")
        return re.search(r"token=([\w-]+)", app.inbox.messages(1)[0]["text"]).group(1)

    return read


@pytest.fixture
def ada(client, token):
    client.post(USERS, json=ADA)
    assert client.post("/api/v1/verifications", json={"token": token()}).status_code == 200


def fits(app, password):
    return app.sign_in.attempt(app.secrets, "ada@example.com", password, address="192.0.2.1") is not None


def test_account_is_asked_for_opened_and_given_a_new_password(app, client, token):
    asked = client.post(USERS, json=ADA)
    assert (asked.status_code, list(asked.json)) == (202, ["message"])
    opened = client.post("/api/v1/verifications", json={"token": token()})
    assert opened.json == {"message": "Your account @ada is ready. Sign in with the password you chose."}
    assert client.post(RESETS, json={"email": "ada@example.com"}).status_code == 202
    assert client.post(DONE, json={"token": token(), "password": OTHER}).status_code == 204
    assert (fits(app, PASSWORD), fits(app, OTHER)) == (False, True)


def test_answer_is_the_same_for_known_and_unknown_addresses(client, ada):
    for known, unknown in (
        ((USERS, ADA | {"username": "one"}), (USERS, ADA | {"email": "new@example.com", "username": "two"})),
        ((RESETS, {"email": "ada@example.com"}), (RESETS, {"email": "new@example.com"})),
    ):
        answers = [client.post(address, json=body) for address, body in (known, unknown)]
        assert [(one.status_code, one.data) for one in answers] == [(202, answers[0].data)] * 2


def test_key_asks_once_and_keeps_no_password(app, client, drain_queue):
    for _ in range(2):
        client.post(USERS, json=ADA, headers={"Idempotency-Key": "k1"})
    other = client.post(USERS, json=ADA | {"password": OTHER}, headers={"Idempotency-Key": "k1"})
    drain_queue(app, "mail")
    assert (len(app.inbox.messages(10)), other.status_code) == (1, 422)


def test_everything_wrong_is_named(client, ada):
    answer = client.post(USERS, json={"email": "x", "username": "ada", "password": "password1"})
    assert (answer.status_code, sorted(answer.json["errors"])) == (422, ["email", "name", "password", "username"])
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("body", [{"token": "made-up"}, {"token": ""}, {}, {"token": "x" * 9999}])
def test_link_that_does_not_work_is_a_problem_with_its_token(client, body):
    for address, further in (("/api/v1/verifications", {}), (DONE, {"password": OTHER})):
        answer = client.post(address, json=body | further)
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["token"])


@pytest.mark.parametrize("body", [{"email": 7}, {"email": "a@example.com", "role": "super-admin"}, [], "text"])
@pytest.mark.parametrize("address", [USERS, RESETS])
def test_odd_bodies_are_refused_in_words(client, address, body):
    assert client.post(address, json=body).status_code == 422
