"""Nothing under /admin opens to who may not enter, whoever registered it."""

import re

import pytest
from flask_admin import BaseView, expose

from entrypoints.admin import make_admin
from entrypoints.web import make_web

METHODS = ("GET", "POST", "PUT", "DELETE")


def rules(site):
    found = [rule for rule in site.url_map.iter_rules() if rule.rule.startswith("/admin")]
    assert len(found) > 20
    return sorted({re.sub(r"<[^>]+>", "x", rule.rule) for rule in found})


@pytest.mark.parametrize("query", ["", "?id=usr_x", "?state.is=dead"])
def test_every_address_sends_strangers_to_the_sign_in_page(site, stranger, query):
    for path in [*rules(site), "/admin", "/admin/nothing-here/", "/admin/static/x.js"]:
        for method in METHODS:
            answer = stranger._client.open(path + query, method=method)
            assert answer.status_code in (303, 308, 400, 405), (method, path, answer.status_code)
            if answer.status_code == 303:
                assert answer.location.startswith("/login")


def test_every_address_refuses_members(site, stranger, people):
    stranger.sign_in("member@example.org")
    for path in [*rules(site), "/admin/nothing-here/"]:
        assert stranger.get(path).status_code == 403, path


def test_members_land_on_the_site(stranger, people):
    assert stranger.sign_in("member@example.org").location == "/"


def test_staff_see_messages_and_tasks_but_neither_users_nor_audit(stranger, people):
    stranger.sign_in("staff@example.org")
    seen = {name: stranger.get(f"/admin/{name}/").status_code for name in
            ("contact-messages", "tasks", "schedules", "users", "audit-entries")}  # fmt: skip
    assert seen == {"contact-messages": 200, "tasks": 200, "schedules": 200, "users": 403, "audit-entries": 403}
    dashboard = stranger.get("/admin/").text
    assert "/admin/users/" not in dashboard
    assert "Recent activity" not in dashboard


@pytest.mark.parametrize("kind", ["users", "audit-entries"])
@pytest.mark.parametrize("page", ["", "new/", "edit/", "delete/", "action/", "details/", "export/"])
def test_staff_can_neither_read_nor_write_what_is_for_admins(stranger, people, acts, kind, page):
    stranger.sign_in("staff@example.org")
    stranger.get("/admin/")
    before = acts()
    key = people["member"].id
    form = {"id": key, "rowid": key, "sure": "yes", "action": "delete", "email": "x@example.org", "role": "staff"}
    assert stranger.get(f"/admin/{kind}/{page}?id={key}").status_code in (403, 405)
    assert stranger.post(f"/admin/{kind}/{page}", form).status_code in (403, 405)
    assert acts() == before


def test_a_foreign_view_is_behind_the_gate_too(app):
    class Open(BaseView):
        @expose("/")
        def index(self):
            return "open to everyone"

    site = make_web(app)
    admin = make_admin(app, site)
    site.register_blueprint(Open(endpoint="open", url="/admin/open").create_blueprint(admin))
    assert site.test_client().get("/admin/open/").status_code == 303


def test_unknown_addresses_are_not_found_for_staff(browser):
    assert browser.get("/admin/nothing-here/").status_code == 404


def test_flask_admins_own_addresses_do_not_exist(site):
    endings = {rule.rule.split("/", 3)[-1] for rule in site.url_map.iter_rules() if rule.rule.startswith("/admin/")}
    assert not {ending for ending in endings if "ajax" in ending or "static" in ending}


def test_every_write_needs_the_csrf_token(site, browser, message):
    key = message()
    for path in ("new/", "edit/", "delete/", "action/"):
        data = {"id": key, "rowid": key, "sure": "yes", "action": "delete"}
        answer = browser._client.post(f"/admin/contact-messages/{path}", data=data)
        assert answer.status_code == 400, path
    assert browser.get(f"/admin/contact-messages/details/?id={key}").status_code == 200


def test_pages_obey_a_strict_policy(browser, message):
    key = message()
    for path in ("", "contact-messages/", f"contact-messages/edit/?id={key}", f"contact-messages/details/?id={key}"):
        answer = browser.get(f"/admin/{path}")
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=|javascript:", answer.text)
