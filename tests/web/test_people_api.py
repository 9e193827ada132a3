"""People on the API: who one is, what one may change of it, and what others see."""

import pytest

from core.domain.accounts.profiles import OWN
from entrypoints.web.api.me import MeIn

FORMS_NEED_TOKENS = False

PASSWORD = "correct horse battery"


@pytest.fixture
def app(make_app, clock):
    return make_app(clock=clock)


@pytest.fixture
def people(app, clock):
    with app.uow.transaction():
        made = {}
        for name, role in (("ada", "member"), ("bob", "member"), ("boss", "admin")):
            clock.pass_by(milliseconds=1)
            made[name] = app.accounts.create(f"{name}@example.com", name.title(), role, PASSWORD)
        return made


@pytest.fixture
def as_(app, people, client):
    """Ask as somebody: `as_("ada").get("/api/v1/me")`."""

    class As:
        def __init__(self, name):
            self._headers = {"Authorization": f"Bearer {app.passes.give(people[name])}"}

        def __getattr__(self, method):
            return lambda path, **how: getattr(client, method)(path, headers=self._headers, **how)

    return As


def test_own_profile_is_changed_by_what_is_named_only(as_):
    ada = as_("ada")
    before = ada.get("/api/v1/me").json
    changes = {"bio": "I weave.\nPatterns.", "zone": "Europe/London", "language": "en", "location": "London"}
    after = ada.patch("/api/v1/me", json=changes).json
    assert after == before | changes
    assert ada.patch("/api/v1/me", json={}).json == after
    assert ada.patch("/api/v1/me", json={"zone": "", "bio": ""}).json == after | {"zone": "", "bio": ""}


NOT_ONES_OWN = ("email", "role", "active", "version", "verified_at", "image", "id", "password", "is_admin")


def test_nothing_else_is_changed_by_anybody(as_):
    ada = as_("ada")
    answers = [ada.patch("/api/v1/me", json={field: "super-admin"}) for field in NOT_ONES_OWN]
    assert [(answer.status_code, list(answer.json["errors"])) for answer in answers] == [
        (422, [field]) for field in NOT_ONES_OWN
    ]


WRONG = (
    ("name", ""), ("name", None), ("name", "a\nb"), ("name", "x" * 101), ("name", 7), ("username", ""),
    ("username", "bob"), ("username", "BOB"), ("username", "a b"), ("username", "-a"), ("username", "a"),
    ("bio", "x" * 2001), ("bio", "a\0b"), ("zone", "Mars/Olympus"), ("zone", "../../etc/passwd"), ("zone", "/etc"),
    ("zone", "a\0b"), ("language", "english"), ("location", "x" * 101),
)  # fmt: skip


def test_profile_that_cannot_be_is_refused_by_field_and_nothing_of_it_is_kept(as_):
    ada = as_("ada")
    before = ada.get("/api/v1/me").json
    answers = [ada.patch("/api/v1/me", json={"location": "London", field: value}) for field, value in WRONG]
    assert [(answer.status_code, list(answer.json["errors"])) for answer in answers] == [
        (422, [field]) for field, _ in WRONG
    ]
    assert ada.get("/api/v1/me").json == before


def test_every_field_of_the_input_is_one_that_people_may_change():
    assert tuple(MeIn.model_fields) == tuple(name for name in OWN if name != "image")  # sent as a file here


def test_username_may_change_its_case(as_):
    assert as_("ada").patch("/api/v1/me", json={"username": "Ada"}).json["username"] == "Ada"


def test_others_see_the_name_and_never_the_address(as_):
    assert as_("bob").get("/api/v1/users/ADA").json == {"username": "ada", "name": "Ada", "bio": "", "image": None}


def test_nobody_by_that_name_is_not_found(as_):
    bob, names = as_("bob"), ("nobody", "%00", "%ff", "ada@example.com", "x" * 300, "%20")
    assert [bob.get(f"/api/v1/users/{name}").status_code for name in names] == [404] * len(names)


def test_who_is_suspended_has_no_profile(as_, app, people):
    with app.uow.transaction():
        app.users.get(people["ada"].id).active = False
    assert as_("bob").get("/api/v1/users/ada").status_code == 404


def test_list_of_users_is_for_who_may_see_them(as_, people):
    assert as_("ada").get("/api/v1/users").status_code == 403
    listed = as_("boss").get("/api/v1/users").json
    assert ([one["username"] for one in listed["users"]], listed["next"]) == (["boss", "bob", "ada"], None)
    assert sorted(listed["users"][0]) == ["active", "created_at", "email", "id", "name", "role", "username"]


def test_list_of_users_goes_on_page_by_page(as_, app, people, clock):
    with app.uow.transaction():
        for number in range(60):
            clock.pass_by(milliseconds=1)
            app.accounts.create(f"user{number}@example.com", "User", "member", PASSWORD)
    boss, found, onward = as_("boss"), [], "/api/v1/users"
    while onward:
        page = boss.get(onward).json
        found, onward = [*found, [one["username"] for one in page["users"]]], page["next"]
    assert ([len(page) for page in found], len({name for page in found for name in page})) == ([50, 13], 63)


def test_odd_place_in_the_list_is_refused(as_):
    boss, places = as_("boss"), ("x", "usr_", "tok_01hzx4y8p6k3m9n2q7r5s1t0v4", "%00")
    assert [boss.get(f"/api/v1/users?before={place}").status_code for place in places] == [422] * len(places)


@pytest.fixture
def browse(people, site):
    """A browser in which somebody is signed in: `browse("ada")`."""

    def begin(name):
        browser = site.test_client()
        browser.post("/login", data={"email": name, "password": PASSWORD}, headers={"User-Agent": "curl/8"})
        return browser

    return begin


def test_browsers_are_listed_and_signed_out_by_their_owner(browse):
    first, second, foreign = (browse(name) for name in ("ada", "ada", "bob"))
    shown = first.get("/api/v1/sessions").json["sessions"]
    assert sorted((one["browser"], one["current"]) for one in shown) == [("curl", False), ("curl", True)]
    other = next(one["id"] for one in shown if not one["current"])
    asked = ((foreign, other), (first, "x"), (first, other), (first, other))
    assert [who.delete(f"/api/v1/sessions/{key}").status_code for who, key in asked] == [404, 404, 204, 404]
    assert [one.get("/api/v1/me").status_code for one in (first, second, foreign)] == [200, 401, 200]


def test_browser_that_signs_the_others_out_stays_and_passes_do_not(browse, as_):
    first, second, ada = browse("ada"), browse("ada"), as_("ada")
    assert ada.get("/api/v1/me").status_code == 200
    assert first.delete("/api/v1/sessions").json == {"ended": 1}
    assert [one.get("/api/v1/me").status_code for one in (first, second, ada)] == [200, 401, 401]


def test_pass_shows_and_ends_no_sessions(browse, as_):
    first, ada = browse("ada"), as_("ada")
    assert [ada.get("/api/v1/sessions").status_code, ada.delete("/api/v1/sessions").status_code] == [403, 403]
    assert first.get("/api/v1/me").status_code == 200
