"""Access tokens on the API: what they open and what not, and what each refusal says."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from core.domain.audit import AuditEntry
from core.ports.records import Question
from entrypoints.web import make_web

FORMS_NEED_TOKENS = False

PASSWORD = "correct horse battery"
ALL = ("me.read", "me.write", "users.read", "tasks.read", "sessions", "devices", "tokens")


@pytest.fixture
def app(make_app, clock):
    return make_app(clock=clock)


@pytest.fixture
def ada(app):
    with app.uow.transaction():
        return app.accounts.create("ada@example.com", "Ada", "member", PASSWORD)


@pytest.fixture
def client(site):
    return site.test_client()


@pytest.fixture
def token(app, ada):
    """Make tokens: `token("me.read")` is the text of one."""

    def make(*scopes, days=30, name="CI", of=ada):
        with app.uow.transaction():
            return app.token_desk.make(of, name=name, scopes=scopes, days=days).text

    return make


def bearing(text, scheme="Bearer"):
    return {"Authorization": f"{scheme} {text}"}


def sign_in(client, email="ada@example.com"):
    assert client.post("/login", data={"email": email, "password": PASSWORD}).status_code == 303
    return client


def refusal(answer):
    return answer.status_code, answer.mimetype, answer.headers.get("WWW-Authenticate")


INVALID = (401, "application/problem+json", 'Bearer error="invalid_token"')


def test_token_and_pass_say_who_one_is(client, app, ada, token):
    shown_by = (("Bearer", token("me.read")), ("Bearer", app.passes.give(ada)), ("Token", app.passes.give(ada)))
    shown = [client.get("/api/v1/me", headers=bearing(text, scheme)).json for scheme, text in shown_by]
    assert shown == [shown[0]] * 3
    assert (shown[0]["email"], shown[0]["username"], shown[0]["image"]) == ("ada@example.com", "ada", None)


def test_nobody_is_told_how_to_become_somebody(client):
    answer = client.get("/api/v1/me")
    assert refusal(answer) == (401, "application/problem+json", "Bearer")
    assert answer.json["detail"] == "Sign in, or send an access token: Authorization: Bearer <token>."


BAD = (
    "bearer x", "Token x", "Bearer eb_", "Bearer " + "x" * 5000, "Bearer a b", "BEARER é",
    "Bearer ..", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ1c3JfMSJ9.",
)  # fmt: skip


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/rates", "/api/v1/nothing"])
def test_bad_token_is_refused_even_where_none_is_needed(client, path):
    refused = [refusal(client.get(path, headers={"Authorization": header})) for header in BAD]
    assert refused == [INVALID] * len(BAD)


def test_bad_token_is_refused_though_a_good_cookie_comes_along(client, ada):
    sign_in(client)
    assert client.get("/api/v1/me").json["email"] == "ada@example.com"
    assert refusal(client.get("/api/v1/me", headers=bearing("eb_nothing"))) == INVALID


def test_token_counts_and_not_the_cookie_beside_it(client, app, ada, token):
    with app.uow.transaction():
        bob = app.accounts.create("bob@example.com", "Bob", "member", PASSWORD)
    sign_in(client)
    assert client.get("/api/v1/me", headers=bearing(token("me.read", of=bob))).json["name"] == "Bob"


def test_other_schemes_are_for_others(client):
    assert client.get("/api/v1/rates", headers={"Authorization": "Basic YTpi"}).status_code != 401


def test_scope_that_is_missing_is_named(client, token):
    answer = client.patch("/api/v1/me", json={"name": "Eve"}, headers=bearing(token("me.read")))
    assert refusal(answer) == (
        403, "application/problem+json", 'Bearer error="insufficient_scope", scope="me.write"'
    )  # fmt: skip
    assert answer.json["detail"] == "This token may not do that. It needs the scope me.write."


def test_token_opens_no_page_and_no_panel(client, app, token):
    with app.uow.transaction():
        boss = app.accounts.create("boss@example.com", "Boss", "super-admin", PASSWORD)
    headers = bearing(token(*ALL, of=boss))
    answers = [client.get(path, headers=headers) for path in ("/account/tokens", "/account/tokens/new", "/password")]
    assert [(answer.status_code, answer.location.partition("?")[0]) for answer in answers] == [(303, "/login")] * 3


def ended(app, user):
    app.caretaker.sign_out(user.id, user)


def suspended(app, user):
    app.users.get(user.id).active = False


def half(app, user):
    app.users.get(user.id).must_change_password = True


@pytest.mark.parametrize("happens", [ended, suspended, half])
def test_token_stops_at_once(client, app, ada, token, happens):
    texts = [token("me.read"), app.passes.give(ada)]
    assert [client.get("/api/v1/me", headers=bearing(text)).status_code for text in texts] == [200] * 2
    with app.uow.transaction():
        happens(app, ada)
    assert [refusal(client.get("/api/v1/me", headers=bearing(text))) for text in texts] == [INVALID] * 2


def test_token_stops_at_its_end(client, token, clock):
    text = token("me.read", days=7)
    clock.pass_by(days=7)
    answer = client.get("/api/v1/me", headers=bearing(text))
    assert (refusal(answer), answer.json["detail"].partition(".")[0]) == (
        INVALID, "This access token expired on 2026-12-01"
    )  # fmt: skip


def test_request_by_token_needs_no_proof_of_where_it_comes_from(client, ada, token):
    headers = bearing(token("me.write")) | {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    assert client.patch("/api/v1/me", json={"name": "Ada L."}, headers=headers).json["name"] == "Ada L."
    sign_in(client)
    assert client.patch("/api/v1/me", json={"name": "Ada M."}, headers=headers).json["name"] == "Ada M."
    del headers["Authorization"]
    assert client.patch("/api/v1/me", json={"name": "Eve"}, headers=headers).status_code == 403


def test_audit_names_the_token(client, app, ada, token, clock):
    headers = bearing(token("me.write"))
    clock.pass_by(seconds=1)
    client.patch("/api/v1/me", json={"bio": "Engines"}, headers=headers)
    with app.uow.reading():
        newest = Question(order="id", descending=True)
        (act,) = app.record_store.page(AuditEntry, ("actor_id", "actor_name", "action", "changes"), newest, 1).rows
    assert act == {
        "actor_id": ada.id, "actor_name": "Ada through token 'CI'", "action": "changed the profile",
        "changes": {"bio": {"before": "", "after": "Engines"}},
    }  # fmt: skip


def test_use_is_seen_in_the_list(client, token):
    text = token("tokens")
    client.get("/api/v1/tokens", headers=bearing(text))
    (shown,) = client.get("/api/v1/tokens", headers=bearing(text)).json["tokens"]
    assert (shown["used_at"], shown["used_from"], shown["state"]) == ("2026-11-24T12:00:00Z", "127.0.0.1", "active")


def test_guessing_tokens_is_slowed_down_and_holds_up_nobody_who_has_one(client, token):
    answers = [client.get("/api/v1/me", headers=bearing(f"eb_{number}")) for number in range(21)]
    assert [answer.status_code for answer in answers[-2:]] == [401, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert client.get("/api/v1/me", headers=bearing(token("me.read"))).status_code == 200


def test_requests_of_a_user_are_counted_together_whichever_token_they_show(client, app, token, ada):
    left = []
    for text in (token("me.read", name="a"), token("me.read", name="b"), app.passes.give(ada)):
        answer = client.get("/api/v1/me", headers=bearing(text), environ_base={"REMOTE_ADDR": f"192.0.2.{len(left)}"})
        left.append(int(answer.headers["RateLimit"].partition("r=")[2].partition(";")[0]))
    assert left == [299, 298, 297]


def test_token_is_made_by_a_token_and_does_no_more_than_that(client, token):
    headers = bearing(token("tokens", "me.read", days=7))
    made = client.post("/api/v1/tokens", json={"name": "child", "scopes": ["me.read"], "days": 1}, headers=headers)
    assert (made.status_code, made.json["scopes"], made.json["expires_at"]) == (
        201, ["me.read"], "2026-11-25T12:00:00Z"
    )  # fmt: skip
    assert client.get("/api/v1/me", headers=bearing(made.json["token"])).status_code == 200
    for wanted in ({"scopes": ["me.write"], "days": 1}, {"scopes": ["me.read"], "days": None}, {"scopes": ["me.read"]}):
        assert client.post("/api/v1/tokens", json={"name": "greedy", **wanted}, headers=headers).status_code == 403


def test_pass_makes_no_token(client, app, ada):
    headers = bearing(app.passes.give(ada))
    assert client.post("/api/v1/tokens", json={"name": "a", "scopes": ["me.read"]}, headers=headers).status_code == 403


WRONG = (
    ("name", {"name": ""}), ("name", {"name": None}), ("scopes", {"scopes": ["everything"]}),
    ("scopes", {"scopes": "me.read"}), ("scopes.0", {"scopes": [1]}), ("days", {"days": 0}), ("days", {"days": 2**63}),
    ("days", {"days": "7"}), ("user_id", {"user_id": "usr_other"}), ("version", {"version": 7}),
)  # fmt: skip


def test_token_that_cannot_be_is_refused_by_field(client, ada):
    wanted = {"name": "CI", "scopes": ["me.read"], "days": 7}
    sign_in(client)
    answers = [client.post("/api/v1/tokens", json=wanted | given) for _, given in WRONG]
    assert [(answer.status_code, list(answer.json["errors"])) for answer in answers] == [
        (422, [field]) for field, _ in WRONG
    ]


def test_token_of_somebody_else_is_not_found(client, app, token):
    with app.uow.transaction():
        bob = app.accounts.create("bob@example.com", "Bob", "member", PASSWORD)
        foreign = app.token_desk.make(bob, name="CI", scopes=["me.read"], days=7)
    headers = bearing(token("tokens", name="mine"))
    (mine,) = client.get("/api/v1/tokens", headers=headers).json["tokens"]
    answers = [client.delete(f"/api/v1/tokens/{key}", headers=headers) for key in (foreign.token.id, "x", mine["id"])]
    assert [answer.status_code for answer in answers] == [404, 404, 204]
    assert refusal(client.get("/api/v1/tokens", headers=headers)) == INVALID
    assert client.get("/api/v1/me", headers=bearing(foreign.text)).status_code == 200


def test_task_of_its_owner_is_for_tokens_that_may_watch_tasks(client, app, ada, token):
    with app.uow.transaction():
        task = app.outbox.enqueue("tokens.forget", {}, owner=ada.id)
    texts = (token("tasks.read", name="may"), token("me.read", name="may not"))
    answers = [client.get(f"/api/v1/tasks/{task.id}", headers=bearing(text)).status_code for text in texts]
    assert answers == [200, 403]


def test_device_that_is_signed_up_by_token_is_its_owners(client, app, ada, token):
    device = {"kind": "fcm", "address": "a-token-of-a-phone"}
    made = client.post("/api/v1/devices", json=device, headers=bearing(token("devices")))
    with app.uow.reading():
        assert app.devices.find(made.json["id"]).owner == ada.id
    assert client.post("/api/v1/devices", json=device, headers=bearing(token("me.read", name="b"))).status_code == 403


def test_owner_is_told_by_mail_what_was_made_and_revoked(client, app, ada, token, drain_queue):
    headers = bearing(token("tokens", name="CI <b>"))
    (shown,) = client.get("/api/v1/tokens", headers=headers).json["tokens"]
    client.delete(f"/api/v1/tokens/{shown['id']}", headers=headers)
    drain_queue(app, "mail")
    letters = app.inbox.messages(channel="mail")
    assert sorted((letter["to"], letter["subject"]) for letter in letters) == [
        ("ada@example.com", "A new access token of your account: CI <b>"),
        ("ada@example.com", "An access token of your account was revoked: CI <b>"),
    ]


OF_PEOPLE = (
    ("PATCH", "/api/v1/me"), ("POST", "/api/v1/tokens"), ("GET", "/api/v1/users"), ("GET", "/api/v1/users/{username}"),
    ("DELETE", "/api/v1/sessions/{session_id}"), ("DELETE", "/api/v1/tokens/{token_id}"),
)  # fmt: skip


@pytest.mark.parametrize(("method", "path"), OF_PEOPLE)
def test_every_answer_to_a_token_is_as_described(make_app, method, path):
    """With a token, and (a check of schemathesis) without one or with another."""
    app = make_app(settings={"rate_limits": "wide"})
    with app.uow.transaction():
        boss = app.accounts.create("boss@example.com", "Boss", "super-admin", PASSWORD)
        made = app.token_desk.make(boss, name="fuzzer", scopes=list(app.scopes), days=7)
    operation = schemathesis.openapi.from_wsgi("/openapi.json", make_web(app))[path][method]

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def holds(case):
        case.call_and_validate(headers=bearing(made.text), excluded_checks=[positive_data_acceptance])

    holds()


def test_who_administers_makes_one_with_both_factors_only(make_app, clock):
    app = make_app(clock=clock, settings={"admin": {"two_factors": "required"}})
    site = make_web(app)
    site.config["WTF_CSRF_ENABLED"] = False
    with app.uow.transaction():
        boss = app.accounts.create("boss@example.com", "Boss", "admin", PASSWORD)
        app.accounts.create("ada@example.com", "Ada", "member", PASSWORD)
        made = app.token_desk.make(boss, name="by an operator", scopes=["users.read"], days=7)
    browser, member = sign_in(site.test_client(), "boss@example.com"), sign_in(site.test_client())
    wanted = {"name": "CI", "scopes": ["users.read"]}
    assert browser.get("/account/tokens/new").location == "/account/two-factors"
    assert [client.post("/api/v1/tokens", json=wanted).status_code for client in (browser, member)] == [403, 201]
    shown = (made.text, app.passes.give(boss))
    assert [member.get("/api/v1/users", headers=bearing(text)).status_code for text in shown] == [200, 403]
