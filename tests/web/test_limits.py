"""Who comes too often is held up, on pages, API and panel alike; and a crowd at the door keeps no page from anybody."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from redis import Redis

from adapters.limits import RedisLimiter
from adapters.secrets import Argon2Secrets
from core.domain.kernel.errors import Unavailable
from core.ports.limits import Verdict
from entrypoints import policies
from entrypoints.web import make_web

PAGE = {"Accept": "text/html"}


class Miser:
    """Lets two of everything through, whoever asks, and keeps what it was asked."""

    def __init__(self):
        self.asked = []

    def knows(self, what):
        return what != "unheard-of"

    def hit(self, what, sender):
        self.asked.append((what, sender))
        left = 2 - self.asked.count((what, sender))
        return Verdict(allowed=left >= 0, limit=2, remaining=max(0, left), reset=7, window=60)


@pytest.fixture
def miser():
    return Miser()


@pytest.fixture
def open_site(make_app, miser):
    """A site with little patience, whose forms need no token."""
    site = make_web(make_app(limiter=miser))
    site.config["WTF_CSRF_ENABLED"] = False
    return site


def test_what_changes_something_is_counted_though_its_view_says_nothing(open_site, miser):
    answers = [open_site.test_client().post("/language", data={"language": "de"}, headers=PAGE) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [303, 303, 429]
    assert (answers[0].headers["RateLimit"], answers[0].headers["RateLimit-Policy"]) == (
        '"write";r=1;t=7',
        '"write";q=2;w=60',
    )
    assert answers[-1].headers["Retry-After"] == "7"
    assert "Wait 7 seconds" in answers[-1].text
    assert miser.asked == [("write", "127.0.0.1")] * 3


def test_every_request_to_the_api_is_counted_and_refused_as_a_problem(open_site):
    answers = [open_site.test_client().get("/api/v1/me") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [401, 401, 429]
    assert (answers[-1].content_type, answers[-1].headers["Retry-After"]) == ("application/problem+json", "7")


def test_what_only_reads_a_page_is_not_counted(open_site, miser):
    assert [open_site.test_client().get("/contact").status_code for _ in range(4)] == [200] * 4
    assert miser.asked == []


@pytest.mark.parametrize(("path", "what"), [
    ("/login", "sign_in"), ("/signup", "sign_up"), ("/reset", "reset"), ("/verify", "verify"), ("/contact", "contact"),
    ("/api/v1/users", "sign_up"), ("/api/v1/password-resets", "reset"),
])  # fmt: skip
def test_doors_are_counted_for_themselves(open_site, miser, path, what):
    open_site.test_client().post(path, headers=PAGE)
    assert miser.asked == [(what, "127.0.0.1")]


def test_household_is_one_sender(open_site, miser):
    for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"):
        open_site.test_client().post("/logout", environ_base={"REMOTE_ADDR": address})
    assert [sender for _, sender in miser.asked] == ["2001:db8:1:2::/64", "2001:db8:1:2::/64", "2001:db8:1:3::/64"]


def test_site_with_a_limit_that_nobody_set_does_not_start(make_app, miser):
    site = Flask("odd")
    site.add_url_rule("/x", "x.show", policies.anyone(limit="unheard-of")(lambda: "x"))
    with pytest.raises(RuntimeError, match=r"x\.show is counted as 'unheard-of'"):
        policies.check(make_app(limiter=miser), site)


def test_doors_are_held_tighter_while_redis_is_away():
    limiter = RedisLimiter(Redis(port=1, socket_timeout=0.05), "normal")
    assert sum(limiter.hit("sign_in", "192.0.2.1").allowed for _ in range(70)) == 20
    assert limiter.hit("sign_in", "192.0.2.2").allowed


class Slow(Argon2Secrets):
    """Takes its turn, and then until it is told to go on."""

    def __init__(self, **how):
        super().__init__(rounds=1, kibibytes=8, **how)
        self.go_on = threading.Event()

    def verify(self, encoded, password):
        return self._in_turn(self._dawdle)

    def _dawdle(self):
        assert self.go_on.wait(20)
        return False


def crowd(site, number):
    """So many people at the door at once, each from somewhere else; returns the status of each, to wait for."""

    def knock(one):
        form = {"email": f"somebody{one}@example.com", "password": "correct horse battery"}
        origin = {"REMOTE_ADDR": f"192.0.2.{one}"}
        return site.test_client().post("/login", data=form, headers=PAGE, environ_base=origin)

    pool = ThreadPoolExecutor(number)
    return [pool.submit(knock, one) for one in range(number)]


def test_crowd_that_signs_in_keeps_no_page_from_anybody(make_app):
    secrets = Slow(at_once=1, waiting=60)
    app = make_app(secrets=secrets, settings={"rate_limits": "wide"})
    site = make_web(app)
    site.config["WTF_CSRF_ENABLED"] = False
    knocking = crowd(site, 50)
    try:
        while secrets._places._value > 11:
            assert not any(one.done() for one in knocking)
            threading.Event().wait(0.01)
        assert [site.test_client().get(path).status_code for path in ("/", "/readyz", "/login")] == [200, 200, 200]
    finally:
        secrets.go_on.set()
    assert {one.result().status_code for one in knocking} == {422}


def test_crowd_that_is_too_large_is_asked_to_come_back_and_no_try_is_charged(make_app):
    secrets = Slow(at_once=1, waiting=2)
    app = make_app(secrets=secrets, settings={"rate_limits": "wide"})
    site = make_web(app)
    site.config["WTF_CSRF_ENABLED"] = False
    knocking = crowd(site, 8)
    try:
        while sum(one.done() for one in knocking) < 5:
            threading.Event().wait(0.01)
    finally:
        secrets.go_on.set()
    answers = [one.result() for one in knocking]
    assert sorted(answer.status_code for answer in answers) == [422] * 3 + [503] * 5
    refused = [number for number, answer in enumerate(answers) if answer.status_code == 503]
    assert {answers[number].headers["Retry-After"] for number in refused} == {"2"}
    with app.uow.transaction():
        counted = app.tries.find([f"pair somebody{number}@example.com|192.0.2.{number}" for number in refused])
    assert [one.failures for one in counted] == [0] * 5


def test_hash_waits_its_turn_and_no_longer_line_than_there_is_room_for():
    secrets = Slow(at_once=1, waiting=0)
    inside = threading.Thread(target=secrets.verify, args=(None, "x"))
    inside.start()
    while secrets._places._value:
        threading.Event().wait(0.01)
    with pytest.raises(Unavailable) as busy:
        secrets.hash("correct horse battery")
    secrets.go_on.set()
    inside.join()
    assert busy.value.retry_after == 2
    assert secrets.hash("correct horse battery").startswith("$argon2id$")
