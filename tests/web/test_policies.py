"""Every route says who may call it, or the site does not start."""

import pytest
from flask import Flask

from entrypoints import policies


def test_site_with_a_route_that_says_nothing_does_not_start(app):
    site = Flask("open")
    site.add_url_rule("/engines/<key>", "engines.show", lambda key: key)
    site.add_url_rule("/doors", "doors.show", policies.anyone(lambda: "open"))
    with pytest.raises(RuntimeError, match=r"who may call /engines/<key> \(engines.show\)\. Write a policy directly"):
        policies.check(app, site)


def test_static_files_are_for_anyone():
    assert policies.of(Flask("plain"), "static") == policies.ANYONE


def test_site_that_asks_for_a_permission_nobody_declares_does_not_start(app):
    site = Flask("typo")
    site.add_url_rule("/users", "users.list", policies.signed_in(permission="users.sea")(lambda: ""))
    with pytest.raises(RuntimeError, match=r"users.list asks for the permission users.sea, which nobody declares"):
        policies.check(app, site)
