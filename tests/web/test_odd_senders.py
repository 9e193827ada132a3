"""What proxies and browsers write beside a request, over PostgreSQL, which takes less than SQLite does: never a 500."""

import pytest
from tests.admin.browser import PASSWORD

from entrypoints.admin import make_admin
from entrypoints.web import make_web

WRONG = {"email": "ada@example.com", "password": "wrong"}
FORMS_NEED_TOKENS = False
ODD = ["192.0.2.7:5678", "[2001:db8::1]:99", "::zz", ":", "1::2::3", "x" * 70, "", "::ffff:192.0.2.7"]
NUL = [
    ("DELETE", "/api/v1/sessions/%00"),
    ("PATCH", "/api/v1/notices/%00"),
    ("POST", "/account/sessions/end?session=%00"),
    ("POST", "/notifications/%00/open"),
    ("POST", "/notifications/%00/read"),
    ("GET", "/account/data/copies/%00"),
    ("GET", "/admin/exports/file/?id=%00"),
    ("GET", "/admin/recycle-bin/details/?id=%00"),
    ("POST", "/admin/exports/remove/?id=%00"),
    ("POST", "/admin/recycle-bin/restore/?id=%00"),
]


@pytest.fixture
def app(make_app, migrated_url):
    made = make_app(settings={"database_url": migrated_url, "trusted_proxies": 1, "rate_limits": "wide"})
    with made.uow.transaction():
        made.accounts.first_admin("admin@example.com", PASSWORD)
    return made


@pytest.fixture
def site(app):
    made = make_web(app)
    make_admin(app, made)
    made.config["WTF_CSRF_ENABLED"] = False
    return made


@pytest.mark.parametrize("written", ODD)
def test_whatever_a_proxy_says_somebody_comes_from_is_answered_and_counted(client, written):
    answers = [client.post("/login", data=WRONG, headers={"X-Forwarded-For": written}).status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    assert client.post("/api/users/login", json={}, headers={"X-Forwarded-For": written}).status_code < 500


def test_another_port_is_no_other_address(client):
    answers = [
        client.post("/login", data=WRONG, headers={"X-Forwarded-For": f"192.0.2.7:{40_000 + number}"}).status_code
        for number in range(5)
    ]
    assert answers[-1] == 429


def test_those_who_come_by_ipv4_through_a_socket_of_ipv6_are_not_counted_as_one(client):
    def sign_in(sender, password="wrong"):
        headers = {"X-Forwarded-For": f"::ffff:{sender}"}
        return client.post("/login", data={"email": "admin@example.com", "password": password}, headers=headers)

    for number in range(8):
        assert sign_in(f"203.0.113.{number}").status_code == 422
    assert sign_in("198.51.100.7", PASSWORD).status_code == 303


@pytest.mark.parametrize("referer", ["http://[", "https://site.example:x/", "https://site.example:99999999/", "\xff"])
def test_a_referer_that_cannot_be_read_is_none(app, site, referer):
    site.config["WTF_CSRF_ENABLED"] = True
    answer = site.test_client().post(
        "/login", data=WRONG, base_url="https://site.example", headers={"Referer": referer.encode("latin1")}
    )
    assert answer.status_code < 500


@pytest.mark.parametrize(("method", "address"), NUL)
def test_there_is_nothing_with_a_nul_in_its_name(browse, method, address):
    where, _, query = address.partition("?")
    data = {query.partition("=")[0]: "\0"} if method == "POST" and query else None
    answer = browse("admin").open(
        where if data else address, method=method, data=data, json={} if method == "PATCH" else None
    )
    assert answer.status_code in (303, 404, 422)
