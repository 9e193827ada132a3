"""Addresses that the site writes down: kept where nothing in them varies, and still those of the way a visitor came."""

from flask import request, url_for


def written(site, *asked, root=""):
    """What is written for these, for somebody who came by way of `root`."""
    with site.test_request_context("/", base_url=f"https://www.example.org{root}"):
        return [url_for(endpoint, **values) for endpoint, values in asked]


def test_address_leads_on_the_way_that_somebody_came(site):
    login = ("sign_in.login", {})
    ways = [written(site, login, root=root) for root in ("", "/shop", "", "/shop")]
    assert ways == [["/login"], ["/shop/login"], ["/login"], ["/shop/login"]]


def test_address_with_something_in_it_is_its_own(site):
    asked = [("sign_in.login", {"next": "/a"}), ("sign_in.login", {"next": "/b"}), ("sign_in.login", {"_anchor": "x"})]
    assert written(site, *asked, ("sign_in.login", {"next": None})) == [
        "/login?next=/a", "/login?next=/b", "/login#x", "/login",
    ]  # fmt: skip
    assert written(site, ("sign_in.login", {}), ("sign_in.login", {"_external": True})) == [
        "/login", "https://www.example.org/login",
    ]  # fmt: skip


def test_address_has_what_every_address_is_given_in_this_request(site):
    site.url_defaults(lambda endpoint, values: values.setdefault("for", request.args.get("for")))
    for name in ("ada", "bea"):
        with site.test_request_context(f"/?for={name}"):
            assert url_for("sign_in.login") == f"/login?for={name}"


def test_static_files_have_their_age_in_their_own_address(site):
    names = ["vendor/htmx/htmx.min.js", "vendor/bootstrap/bootstrap.min.css"] * 2
    found = written(site, *(("static", {"filename": name}) for name in names))
    assert found[:2] == found[2:]
    assert [address.partition("?v=")[0] for address in found] == [f"/static/{name}" for name in names]
    assert all(address.partition("?v=")[2] for address in found)
