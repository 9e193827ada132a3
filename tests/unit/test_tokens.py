"""Access tokens and passes: what they look like, who may make which, and what ends them; in memory."""

import base64
import hmac
import json

import pytest

from adapters.jwt import HmacJwt
from adapters.memory import in_memory
from adapters.queue.inline import InlineWakeUps
from core.domain.accounts import APART, of_passes
from core.domain.kernel.errors import BadToken, Conflict, Forbidden, Invalid, NotFound
from core.domain.records import DeletedRecord
from core.domain.tokens import mint
from core.domain.tokens.desk import MOST
from core.ports.records import Question
from entrypoints.config import Settings
from entrypoints.container import build

KEY, ISSUER = "a secret key for tests", "http://127.0.0.1:8000"


@pytest.fixture
def app(clock, tmp_path):
    return build(Settings(home=tmp_path, secret_key=KEY), **in_memory(clock, InlineWakeUps()))


@pytest.fixture
def ada(app):
    with app.uow.transaction():
        return app.accounts.create("ada@example.com", "Ada", "member", "correct horse battery")


def make(app, user, name="CI", scopes=("me.read",), days=30, through=None):
    with app.uow.transaction():
        return app.token_desk.make(user, name=name, scopes=scopes, days=days, through=through)


def recognise(app, text):
    with app.uow.reading():
        return (app.token_gate if text.startswith("eb_") else app.passes).recognise(text)


def why_not(app, text):
    with pytest.raises(BadToken) as refused:
        recognise(app, text)
    return refused.value.sentence.partition(".")[0]


def test_token_has_the_shape_that_scanners_look_for_and_a_checksum():
    text = mint.mint()
    mistyped = text[:10] + ("0" if text[10] != "0" else "1") + text[11:]
    assert (mint.SHAPE.fullmatch(text) is not None, mint.is_whole(text)) == (True, True)
    assert [mint.is_whole(wrong) for wrong in (mistyped, text[:-1], text + "0", "eb_", "", "é" * 39)] == [False] * 6


def test_checksum_is_the_one_that_scanners_are_told():
    """CRC-32 of all before it, in base 62; whoever computes it otherwise would take every token for a mistake."""
    assert mint.checksum("eb_" + "0" * 30) == "2dzlK8"


def test_token_is_recognised_by_its_text_of_which_only_a_fingerprint_is_kept(app, ada):
    made = make(app, ada, scopes=("tasks.read", "me.read"))
    found = recognise(app, made.text)
    assert (found.user.id, found.name, found.scopes) == (ada.id, "CI", ("me.read", "tasks.read"))
    assert made.text not in json.dumps(vars(made.token), default=str)


def test_use_is_written_down_once_a_minute(app, ada, clock):
    text, uses = make(app, ada).text, []
    for seconds, address in ((0, "192.0.2.1"), (59, "192.0.2.2"), (1, "192.0.2.3")):
        clock.pass_by(seconds=seconds)
        found = recognise(app, text)
        if found.unnoted:
            with app.uow.transaction():
                app.token_gate.touch(found, address)
        uses.append(found.unnoted)
    with app.uow.reading():
        (token,) = app.token_desk.of(ada.id)
    assert (uses, token.used_from, token.used_at) == ([True, False, True], "192.0.2.3", clock.now())


@pytest.mark.parametrize(
    ("name", "scopes", "days", "field"),
    [
        ("", ("me.read",), 30, "name"),
        ("x" * 61, ("me.read",), 30, "name"),
        ("a\nb", ("me.read",), 30, "name"),
        ("CI", (), 30, "scopes"),
        ("CI", ("everything",), 30, "scopes"),
        ("CI", ("me.read everything",), 30, "scopes"),
        ("CI", ("me.read",), 0, "days"),
        ("CI", ("me.read",), 366, "days"),
    ],
)
def test_token_that_cannot_be_is_refused_by_field(app, ada, name, scopes, days, field):
    with pytest.raises(Invalid) as refused:
        make(app, ada, name, scopes, days)
    assert list(refused.value.fields) == [field]


def test_two_tokens_of_a_person_have_two_names_and_there_is_an_end_to_them(app, ada):
    for number in range(MOST):
        make(app, ada, name=f"CI {number}")
    with pytest.raises(Conflict):
        make(app, ada, name="one more")
    with app.uow.transaction():
        app.token_desk.revoke(next(token.id for token in app.token_desk.of(ada.id) if token.name == "CI 0"))
    with pytest.raises(Invalid):
        make(app, ada, name="ci 1")


def test_token_made_through_a_token_does_no_more_and_lives_no_longer(app, ada):
    parent = recognise(app, make(app, ada, "parent", ("me.read", "tokens"), days=30).text)
    assert make(app, ada, "child", ("me.read",), days=30, through=parent).token.allowed == ("me.read",)
    for scopes, days in ((("me.write",), 7), (("me.read",), 31), (("me.read",), None)):
        with pytest.raises(Forbidden):
            make(app, ada, "greedy", scopes, days, through=parent)


def test_token_of_somebody_else_is_not_found(app, ada):
    token = make(app, ada).token
    for token_id, owner in ((token.id, "usr_other"), ("tok_nothing", ada.id), ("", "")):
        with pytest.raises(NotFound), app.uow.transaction():
            app.token_desk.revoke(token_id, owner=owner)


def test_token_that_was_revoked_or_has_expired_is_refused_with_the_reason(app, ada, clock):
    revoked, brief, endless = (make(app, ada, name, days=days) for name, days in (("a", 7), ("b", 7), ("c", None)))
    with app.uow.transaction():
        app.token_desk.revoke(revoked.token.id, owner=ada.id)
    assert why_not(app, revoked.text) == "This access token is not known"
    clock.pass_by(days=7)
    assert why_not(app, brief.text) == "This access token expired on 2026-12-01"
    clock.pass_by(days=3650)
    assert recognise(app, endless.text).name == "c"


ENDED = "This token ended when its owner changed the password or signed out everywhere"
CLOSED = "The account of this token is closed or suspended, so the token does nothing"
UNCHANGED = "The owner of this token must choose a new password first"


def sign_out_everywhere(app, user):
    app.caretaker.sign_out(user.id, user)


def sign_the_others_out(app, user):
    app.session_desk.close_others(user, "a browser's token")


def change_password(app, user):
    app.accounts.put_password(app.users.get(user.id), "another hash")


def suspend(app, user):
    app.users.get(user.id).active = False


def demand_a_password(app, user):
    app.users.get(user.id).must_change_password = True


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        (sign_out_everywhere, ENDED),
        (sign_the_others_out, ENDED),
        (change_password, ENDED),
        (suspend, CLOSED),
        (demand_a_password, UNCHANGED),
    ],
)
def test_what_ends_sessions_ends_tokens_and_passes(app, ada, happens, told):
    texts = [make(app, ada).text, app.passes.give(ada)]
    assert [recognise(app, text).user.id for text in texts] == [ada.id] * 2
    with app.uow.transaction():
        happens(app, ada)
    assert [why_not(app, text) for text in texts] == [told] * 2


def test_person_who_comes_back_after_a_suspension_has_none_of_the_tokens(app, ada):
    texts = [make(app, ada).text, app.passes.give(ada)]
    with app.uow.transaction():
        boss = app.accounts.create("boss@example.com", "Boss", "super-admin", "correct horse battery")
    with app.uow.transaction():
        app.caretaker.suspend(ada.id, "Spam.", boss)
    with app.uow.transaction():
        app.caretaker.restore(ada.id, boss)
    assert [why_not(app, text) for text in texts] == [ENDED] * 2


def test_tokens_of_a_user_who_is_gone_are_refused(app, ada):
    texts = [make(app, ada).text, app.passes.give(ada)]
    with app.uow.transaction():
        app.record_store.delete(app.users.get(ada.id))
    assert [why_not(app, text) for text in texts] == [CLOSED] * 2


def test_pass_of_a_user_who_was_deleted_and_came_back_is_refused(app, ada):
    text, users = app.passes.give(ada), app.kinds["users"]
    with app.uow.transaction():
        boss = app.accounts.create("boss@example.com", "Boss", "super-admin", "correct horse battery")
        app.records.delete(users, [ada.id], boss)
        (held,) = app.record_store.page(DeletedRecord, ("id",), Question(order="id"), 2).rows
        app.recycle_bin.restore({users.name: users}, held["id"], boss)
    assert why_not(app, text) == ENDED


def test_pass_expires(app, ada, clock):
    text = app.passes.give(ada)
    clock.pass_by(days=30, seconds=-1)
    assert recognise(app, text).scopes is None
    clock.pass_by(seconds=1)
    assert why_not(app, text) == "This token has expired"


def test_pass_allows_nothing_that_could_outlive_it(app):
    allowed = of_passes(app.scopes)
    assert (set(app.scopes) - set(allowed), "me.write" in allowed) == (set(APART), True)


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def forged(header, claims, key=b""):
    signed = f"{part(header)}.{part(claims)}"
    seal = base64.urlsafe_b64encode(hmac.digest(key, signed.encode(), "sha256")).rstrip(b"=").decode() if key else ""
    return f"{signed}.{seal}"


def claims_for(user, **changes):
    return {"iss": ISSUER, "sub": user.id, "ver": 1, "iat": 1795521600, "exp": 4102444800} | changes


OURS = hmac.digest(KEY.encode(), b"jwt", "sha256")
PUBLIC = b"""-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----"""
FORGERIES = {
    "no algorithm": lambda user: forged({"alg": "none", "typ": "JWT"}, claims_for(user)),
    "no algorithm, sealed": lambda user: forged({"alg": "none"}, claims_for(user), OURS),
    "its name in capitals": lambda user: forged({"alg": "NONE"}, claims_for(user), OURS),
    "no header": lambda user: forged({}, claims_for(user), OURS),
    "RS256 with HMAC's seal": lambda user: forged({"alg": "RS256"}, claims_for(user), OURS),
    "HS256 by a public key": lambda user: forged({"alg": "HS256"}, claims_for(user), PUBLIC),
    "HS512": lambda user: forged({"alg": "HS512"}, claims_for(user), OURS),
    "another key": lambda user: forged({"alg": "HS256"}, claims_for(user), b"x" * 32),
    "the bare secret key": lambda user: forged({"alg": "HS256"}, claims_for(user), KEY.encode()),
    "its own key in the header": lambda user: forged(
        {"alg": "HS256", "jwk": {"kty": "oct", "k": "eHh4"}}, claims_for(user), b"xxx"
    ),
    "a file for a key": lambda user: forged({"alg": "HS256", "kid": "../../dev/null"}, claims_for(user), b"\0"),
    "a demand": lambda user: forged({"alg": "HS256", "crit": ["b64"], "b64": False}, claims_for(user), OURS),
    "another issuer": lambda user: forged({"alg": "HS256"}, claims_for(user, iss="https://example.com"), OURS),
    "no issuer": lambda user: forged({"alg": "HS256"}, {"sub": user.id, "ver": 1, "exp": 4102444800}, OURS),
    "a list": lambda user: forged({"alg": "HS256"}, [claims_for(user)], OURS),
    "garbage": lambda user: "x" * 5000,
    "dots": lambda user: "." * 5000,
    "two dots": lambda user: "..",
    "nothing": lambda user: "",
    "no letters": lambda user: "\x00\xff.é.ü",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_pass_that_was_not_signed_here_is_none(app, ada, name):
    assert why_not(app, FORGERIES[name](ada)) == "This is no token of ours"


@pytest.mark.parametrize(
    "changes",
    [{"ver": "1"}, {"ver": True}, {"ver": None}, {"sub": 1}, {"sub": None}, {"exp": "4102444800"}, {"exp": None}],
)
def test_pass_of_odd_claims_is_refused_even_when_signed(app, ada, changes):
    text = forged({"alg": "HS256"}, claims_for(ada, **changes), OURS)
    assert why_not(app, text) == "This token does not say whose it is and until when"


def test_pass_of_another_version_is_refused_even_when_signed(app, ada):
    assert why_not(app, forged({"alg": "HS256"}, claims_for(ada, ver=2), OURS)) == ENDED


def test_pass_that_was_changed_by_one_character_is_none(app, ada):
    header, body, seal = app.passes.give(ada).split(".")
    longer = part(claims_for(ada, sub="usr_other"))
    for text in (f"{header}.{longer}.{seal}", f"{header}.{body}.{seal[:-2]}", f"{header}.{body}.", f"{header}.{body}"):
        assert why_not(app, text) == "This is no token of ours"


def test_pass_names_its_owner_by_id_and_holds_nothing_else_of_them(app, ada):
    claims = HmacJwt(KEY, ISSUER).read(app.passes.give(ada))
    assert sorted(claims) == ["exp", "iat", "iss", "jti", "sub", "ver"]
    assert (claims["sub"], claims["iss"]) == (ada.id, ISSUER)
