"""The RealWorld contract on users: registering, signing in, who one is, and changing that."""

from datetime import timedelta

import pytest
from tests.web.conduit.conftest import Reader, join, registering

from entrypoints.web import make_web

BLANK, TAKEN = ["can't be blank"], ["has already been taken"]
INVALID = (401, {"errors": {"credentials": ["invalid"]}})


def sign_in(reader, email, password):
    return reader.post("/users/login", {"user": {"email": email, "password": password}})


def change(reader, **fields):
    return reader.put("/user", {"user": fields})


def test_registering_gives_an_account_and_a_token_at_once(client, stranger):
    status, said = stranger.post("/users", registering("auth_1764"))
    token = said["user"].pop("token")
    assert (status, said) == (
        201, {"user": {"email": "auth_1764@test.com", "username": "auth_1764", "bio": None, "image": None}}
    )  # fmt: skip
    assert Reader(client, token).get("/user")[1]["user"]["username"] == "auth_1764"


@pytest.mark.parametrize(
    ("name", "email", "password"),
    [
        ("celeb_u1795", "c@mail.com", "password"), ("johnjacob_1764155", "j@example.com", "newpass123"),
        ("a" * 35, "A.b+c@test.com", "password123"), (" trimmed ", " t@test.com ", "password"),
    ],
)  # fmt: skip
def test_names_addresses_and_passwords_of_the_suites_are_taken(stranger, name, email, password):
    status, said = stranger.post("/users", registering(name, email, password))
    assert (status, said["user"]["username"], said["user"]["email"]) == (201, name.strip(), email.strip())


@pytest.mark.parametrize("field", ["username", "email", "password"])
@pytest.mark.parametrize("value", ["", "  ", None, 7, ["x"]])
def test_blank_field_at_registering_is_named(stranger, field, value):
    given = registering("ada")
    given["user"][field] = value
    assert stranger.post("/users", given) == (422, {"errors": {field: BLANK}})
    del given["user"][field]
    assert stranger.post("/users", given) == (422, {"errors": {field: BLANK}})


def test_what_breaks_a_rule_is_said_in_a_sentence(stranger):
    status, said = stranger.post("/users", registering("a b", "nobody", "short"))
    assert (status, sorted(said["errors"])) == (422, ["email", "password", "username"])
    assert all(one[0].endswith(".") for one in said["errors"].values())


def test_username_and_address_that_are_taken_are_named_whatever_their_case(stranger, ada):
    assert stranger.post("/users", registering("ADA", "Ada@test.com")) == (
        409, {"errors": {"username": TAKEN, "email": TAKEN}}
    )  # fmt: skip
    assert stranger.post("/users", registering("eve", "ADA@TEST.com")) == (409, {"errors": {"email": TAKEN}})
    assert stranger.post("/users", registering("Ada", "eve@test.com")) == (409, {"errors": {"username": TAKEN}})


def test_signing_in_gives_the_user_with_a_token(stranger, client, ada):
    status, said = sign_in(stranger, "Ada@Test.com", "password123")
    assert (status, said["user"]["username"]) == (200, "ada")
    assert Reader(client, said["user"]["token"]).get("/user")[0] == 200


def test_wrong_password_and_unknown_address_are_the_same(stranger, ada):
    assert sign_in(stranger, "ada@test.com", "password12") == INVALID
    assert sign_in(stranger, "eve@test.com", "password123") == INVALID
    assert sign_in(stranger, "a\0@test.com", "password123") == INVALID


@pytest.mark.parametrize("field", ["email", "password"])
def test_blank_field_at_signing_in_is_named(stranger, field):
    given = {"email": "ada@test.com", "password": "x", field: ""}
    assert stranger.post("/users/login", {"user": given}) == (422, {"errors": {field: BLANK}})


def test_token_that_ended_keeps_nobody_from_signing_in_up_or_reading_tags(client, ada):
    stale = Reader(client, "nonsense")
    assert sign_in(stale, "ada@test.com", "password123")[0] == 200
    assert stale.post("/users", registering("eve"))[0] == 201
    assert stale.get("/tags")[0] == 200


@pytest.mark.parametrize("scheme", ["Token", "Bearer", "token"])
def test_both_schemes_are_taken(client, ada, scheme):
    answer = client.get("/api/user", headers={"Authorization": f"{scheme} {ada.token}"})
    assert (answer.status_code, answer.json["user"]["token"]) == (200, ada.token)


def test_no_token_and_a_bad_one_are_told_apart(client, stranger, ada, clock):
    assert stranger.get("/user") == (401, {"errors": {"token": ["is missing"]}})
    assert Reader(client, "nonsense").get("/user") == (401, {"errors": {"token": ["is invalid"]}})
    clock.pass_by(days=31)
    assert ada.get("/user") == (401, {"errors": {"token": ["has expired"]}})


def test_bad_token_is_refused_where_none_is_needed_too(client, ada, clock):
    assert Reader(client, "a.forged.one").get("/articles") == (401, {"errors": {"token": ["is invalid"]}})
    assert Reader(client, "eb_" + "x" * 36).get("/articles")[0] == 401
    clock.pass_by(days=31)
    assert ada.get("/articles") == (401, {"errors": {"token": ["has expired"]}})


def test_word_that_is_no_token_at_all_is_as_none_where_none_is_needed(client, ada):
    """The browser suite has `GET /user` fail and wants its made-up token kept, which its client forgets at any 401."""
    slug = ada.write()["slug"]
    for path in ("/articles", f"/articles/{slug}", f"/articles/{slug}/comments", "/profiles/ada"):
        assert Reader(client, "my-precious-token").get(path) == Reader(client).get(path)
        assert Reader(client, "my-precious-token").get(path)[0] == 200
    assert Reader(client, "my-precious-token").get("/user") == (401, {"errors": {"token": ["is invalid"]}})
    assert Reader(client, "my-precious-token").post("/articles", {"article": {}})[0] == 401


def test_bad_tokens_hold_nobody_up_under_open_rules(client, make_app):
    assert {Reader(client, "a.forged.one").get("/articles")[0] for _ in range(40)} == {401}
    strict = make_web(make_app(settings={"conduit": {"rules": "strict"}})).test_client()
    assert [Reader(strict, "a.forged.one").get("/articles")[0] for _ in range(40)][-1] == 429


def test_cookie_of_the_site_counts_for_nothing(app, client, ada):
    with app.uow.transaction():
        session = app.session_desk.open(app.accounts.named("ada"), "127.0.0.1", "a browser")
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = session, True
    assert Reader(client).get("/user") == (401, {"errors": {"token": ["is missing"]}})
    assert client.get("/api/v1/me").status_code == 200


def test_what_is_left_out_stays_as_it_is(ada):
    change(ada, bio="I weave", image="https://example.com/a.png")
    status, said = change(ada, username="ada_l")
    assert (status, said["user"]["bio"], said["user"]["image"]) == (200, "I weave", "https://example.com/a.png")
    assert said["user"]["username"] == ada.get("/user")[1]["user"]["username"] == "ada_l"
    assert change(ada)[0] == 200


@pytest.mark.parametrize("nothing", ["", None])
def test_bio_and_image_are_cleared_by_nothing(ada, nothing):
    change(ada, bio="I weave", image="https://example.com/a.png")
    status, said = change(ada, bio=nothing, image=nothing)
    assert (status, said["user"]["bio"], said["user"]["image"]) == (200, None, None)


@pytest.mark.parametrize("field", ["email", "username"])
@pytest.mark.parametrize("nothing", ["", None, " "])
def test_address_and_username_are_not(ada, field, nothing):
    assert change(ada, **{field: nothing}) == (422, {"errors": {field: BLANK}})


@pytest.mark.parametrize("nothing", ["", None])
def test_password_that_is_nothing_changes_nothing(stranger, ada, nothing):
    assert change(ada, password=nothing)[0] == 200
    assert sign_in(stranger, "ada@test.com", "password123")[0] == 200


def test_new_password_holds_at_once_and_the_old_token_lives_on(client, stranger, ada):
    other = Reader(client, sign_in(stranger, "ada@test.com", "password123")[1]["user"]["token"])
    said = change(ada, password="newpass123")[1]
    fresh = Reader(client, said["user"]["token"])
    assert sign_in(stranger, "ada@test.com", "password123") == INVALID
    assert sign_in(stranger, "ada@test.com", "newpass123")[0] == 200
    assert [reader.get("/user")[0] for reader in (ada, fresh, other)] == [200, 200, 401]
    assert change(ada, password="password123")[0] == 200
    assert [reader.get("/user")[0] for reader in (ada, fresh)] == [200, 401]


def test_token_that_lived_on_ends_with_the_next_thing_that_ends_them_all(app, ada):
    change(ada, password="newpass123")
    with app.uow.transaction():
        app.session_desk.close_all(app.accounts.named("ada"))
    assert ada.get("/user")[0] == 401


def test_username_and_address_change_at_once_and_tokens_stay_good(client, stranger, ada):
    change(ada, email="lovelace@test.com", username="lovelace")
    assert ada.get("/user")[1]["user"]["email"] == "lovelace@test.com"
    assert sign_in(stranger, "lovelace@test.com", "password123")[0] == 200
    assert sign_in(stranger, "ada@test.com", "password123") == INVALID
    assert stranger.get("/profiles/ada")[0] == 404


def test_username_and_address_of_others_are_refused(ada, bob):
    assert change(ada, username="BOB") == (409, {"errors": {"username": TAKEN}})
    assert change(ada, email="Bob@test.com") == (409, {"errors": {"email": TAKEN}})
    assert ada.get("/user")[1]["user"]["username"] == "ada"


def test_address_that_was_proven_changes_by_the_link_only(app, ada):
    with app.uow.transaction():
        app.accounts.named("ada").verified_at = app.clock.now()
    status, said = change(ada, email="lovelace@test.com")
    assert (status, said["user"]["email"]) == (200, "ada@test.com")


@pytest.mark.parametrize(
    "image", ['x" onerror="alert(1)', "javascript:alert(1)", " spaces ", "data:,\n<b>", "é" * 500, "not an address"]
)
def test_image_is_kept_byte_for_byte(ada, image):
    status, said = change(ada, image=image)
    assert (status, said["user"]["image"]) == (200, image)
    assert change(ada, bio="still works")[1]["user"]["image"] == image


@pytest.mark.parametrize("image", ["x" * 501, "a\0b", 7, "avt_01hzx4y8p6k3m9n2q7r5s1t0v4"])
def test_image_that_cannot_be_kept_is_refused(ada, image):
    status, said = change(ada, image=image)
    assert (status, list(said["errors"])) == (422, ["image"])


def test_picture_of_the_site_stays_where_its_address_comes_back(app, ada):
    with app.uow.transaction():
        app.accounts.named("ada").image = "avt_01hzx4y8p6k3m9n2q7r5s1t0v4"
    shown = ada.get("/user")[1]["user"]["image"]
    assert shown.startswith("http://127.0.0.1:8000/avatars/avt_")
    change(ada, image=shown, bio="as Angular sends it")
    with app.uow.reading():
        assert app.accounts.named("ada").image.startswith("avt_")


def test_address_that_was_typed_is_not_taken_for_proven(app, ada):
    with app.uow.reading():
        assert app.accounts.named("ada").verified_at is None


def test_owner_of_the_mailbox_takes_the_account_over(app, ada, stranger):
    with app.uow.transaction():
        app.password_desk.ask_reset("ada@test.com")
        proof = app.proof_desk.ask("reset", "ada@test.com")
    token = app.proof_tokens.token(proof.id)
    encoded = app.passwords.made("correct horse battery")
    with app.uow.transaction():
        app.password_desk.reset(token, encoded)
    assert ada.get("/user")[0] == 401
    assert sign_in(stranger, "ada@test.com", "correct horse battery")[0] == 200


def test_nothing_else_opens_an_account_whose_address_is_not_proven(app, ada):
    with app.uow.transaction(), pytest.raises(Exception, match="Confirm your e-mail address first"):
        app.factor_desk.begin(app.accounts.named("ada"))


def test_second_factor_is_not_passed_by(app, stranger, ada):
    with app.uow.transaction():
        user = app.accounts.named("ada")
        user.verified_at = app.clock.now()
        app.factor_desk.begin(user).confirmed_at = app.clock.now()
    assert sign_in(stranger, "ada@test.com", "password123")[0] == 403


def test_access_token_reads_and_writes_as_its_scopes_say(app, client, ada):
    with app.uow.transaction():
        made = app.token_desk.make(app.accounts.named("ada"), name="CI", scopes=["me.write"], days=30)
    reader = Reader(client, made.text)
    assert change(reader, bio="by a program")[1]["user"]["token"] == made.text
    assert change(reader, password="newpass123")[0] == change(reader, email="eve@test.com")[0] == 403
    assert reader.get("/user")[0] == reader.post("/articles", {"article": {}})[0] == 403


def test_strict_rules_are_those_of_the_site(make_app):
    app = make_app(settings={"conduit": {"rules": "strict"}})
    client = make_web(app).test_client()
    status, said = Reader(client).post("/users", registering("ada", password="password123"))
    assert (status, list(said["errors"])) == (422, ["password"])
    assert join(client, "ada", "correct horse battery").get("/user")[0] == 200
    statuses = [Reader(client).post("/users", registering("eve", password="x"))[0] for _ in range(12)]
    assert statuses[-1] == 429


def test_api_can_be_taken_away(make_app):
    client = make_web(make_app(settings={"conduit": {"rules": "off"}})).test_client()
    assert client.get("/api/tags").status_code == client.options("/api/tags").status_code == 404


def test_production_is_strict_by_default(make_app):
    settings = {"environment": "production", "secret_key": "x" * 40}
    assert make_app(settings=settings).conduit_rules == "strict"
    assert make_app().conduit_rules == "open"


def test_hundreds_of_registrations_at_once_are_let_through(app, stranger):
    statuses = {stranger.post("/users", registering("", "x"))[0] for _ in range(400)}
    assert statuses == {422}
    assert app.limiter.hit("open", "x").limit / timedelta(minutes=1).total_seconds() > 10_000
