"""Something is reported by a page or by the API, and its reporter reads what became of it."""

from __future__ import annotations

import json
import re

import pytest
from tests.admin.browser import PASSWORD

FORMS_NEED_TOKENS = False

REPORTS = "/api/v1/reports"
EVE = {"about_kind": "users", "about_id": "eve", "reason": "spam", "words": "Sells watches."}


@pytest.fixture
def app(make_app, clock):
    made = make_app(clock=clock)
    with made.uow.transaction():
        made.accounts.first_admin("admin@example.com", PASSWORD)
        for name in ("ada", "bob", "eve"):
            made.accounts.create(f"{name}@example.com", name.title(), "member", PASSWORD)
    return made


def test_report_is_made_by_the_api_and_read_by_who_made_it(app, browse):
    ada, bob = browse("ada"), browse("bob")
    made = ada.post(REPORTS, json=EVE)
    assert (made.status_code, made.json["state"], made.json["about_kind"]) == (201, "open", "users")
    assert ada.get(made.location).json == made.json
    assert (bob.get(made.location).status_code, browse("nobody").get(made.location).status_code) == (404, 401)
    with app.uow.transaction():
        app.report_desk.uphold(made.json["id"], "Seen.")
    told = ada.get(made.location).json
    assert (told["state"], "note" in told, "decided_by" in told) == ("upheld", False, False)


def test_same_thing_reported_again_is_the_same_report(browse):
    ada = browse("ada")
    first, again = ada.post(REPORTS, json=EVE), ada.post(REPORTS, json={**EVE, "reason": "hate"})
    assert (again.status_code, again.json["id"], again.json["reason"]) == (200, first.json["id"], "hate")


def test_same_request_twice_has_one_effect(browse):
    ada, key = browse("ada"), {"Idempotency-Key": "1"}
    first, again = (ada.post(REPORTS, json=EVE, headers=key) for _ in range(2))
    assert (again.status_code, again.data, again.headers["Idempotent-Replayed"]) == (201, first.data, "true")


NAUGHTY = ["\x00", "\ud800", "x" * 100_000, "'; DROP TABLE reports; --", "../../etc", "{{7*7}}", "💣" * 50]


@pytest.mark.parametrize("field", ["about_kind", "about_id", "reason", "words"])
@pytest.mark.parametrize("value", [*NAUGHTY, 1, None, [], {"a": {"b": {}}}], ids=range(11))
def test_bad_input_is_refused_with_a_sentence(browse, field, value):
    body = json.dumps({**EVE, field: value})
    answer = browse("ada").post(REPORTS, data=body, content_type="application/json")
    assert answer.status_code in ((201, 400, 422) if field == "words" else (400, 404, 422))
    assert answer.status_code == 201 or len(answer.json["detail"]) > 20


def test_page_asks_why_and_leads_back(browse):
    ada = browse("ada")
    assert 'href="/report/users/eve"' in ada.get("/@eve").text
    page = ada.get("/report/users/eve").text
    assert re.findall(r'name="reason" value="(\w+)"', page)[0] == "spam"
    assert ada.post("/report/users/eve", data={"words": "x"}).status_code == 422
    kept = ada.post("/report/users/eve", data={"reason": "other", "words": ""})
    assert (kept.status_code, "Say in your words" in kept.text) == (422, True)
    done = ada.post("/report/users/eve", data={"reason": "spam"})
    assert (done.status_code, done.location) == (303, "/@eve")


def test_page_is_for_what_one_sees_and_not_for_oneself(browse, site):
    ada = browse("ada")
    wrong = ("users/nobody", "users/usr_x", "nonsense/1", "users/ada")
    assert [ada.get(f"/report/{path}").status_code for path in wrong] == [404, 404, 404, 409]
    assert site.test_client().get("/report/users/eve").status_code == 303
    assert 'href="/report/' not in ada.get("/@ada").text + site.test_client().get("/@eve").text
