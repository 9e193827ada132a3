"""The flows of the public RealWorld suites, after their contract, as requests to a whole installation."""

from __future__ import annotations

import re
from itertools import count

import pytest
import requests

INSTANT = re.compile(r"^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\d\.\d+([+-][0-2]\d:[0-5]\d|Z)$")
NUMBERS = count(1)


class Api:
    """A client of the suites: `api("POST", "/users", {...}, token)` is the status and the JSON."""

    def __init__(self, host):
        self.host, self.line = f"{host}/api", requests.Session()

    def __call__(self, method, path, body=None, token=""):
        headers = {"Content-Type": "application/json", "X-Requested-With": "XMLHttpRequest"}
        headers |= {"Authorization": f"Token {token}"} if token else {}
        answer = self.line.request(method, self.host + path, json=body, headers=headers, timeout=30)
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        return answer.status_code, answer.json() if answer.content else None

    def join(self, prefix="user"):
        name = f"{prefix}_{next(NUMBERS)}_1764155000"
        given = {"username": name, "email": f"{name}@test.com", "password": "password123"}
        status, said = self("POST", "/users", {"user": given})
        assert (status, said["user"]["username"], said["user"]["bio"], said["user"]["image"]) == (201, name, None, None)
        return name, said["user"]["token"]

    def write(self, token, title, **further):
        given = {"title": title, "description": "Ever wonder how?", "body": "With two hands", **further}
        status, said = self("POST", "/articles", {"article": given}, token)
        assert status == 201
        return said["article"]


@pytest.fixture
def api(site):
    return Api(site.address)


def test_auth_flow(api):
    name, _ = api.join("auth")
    status, said = api("POST", "/users/login", {"user": {"email": f"{name}@test.com", "password": "password123"}})
    assert status == 200
    token = said["user"]["token"]
    assert api("GET", "/user", token=token)[1]["user"]["email"] == f"{name}@test.com"
    for given, bio in (
        ({"bio": "Updated"}, "Updated"),
        ({"bio": ""}, None),
        ({"bio": "Again"}, "Again"),
        ({"bio": None}, None),
    ):
        assert api("PUT", "/user", {"user": given}, token)[1]["user"]["bio"] == bio
    changed = {"username": f"{name}_upd", "email": f"{name}_upd@test.com", "password": "newpass123"}
    status, said = api("PUT", "/user", {"user": changed}, token)
    assert (status, said["user"]["username"]) == (200, f"{name}_upd")
    assert api("GET", "/user", token=token)[0] == api("GET", "/user", token=said["user"]["token"])[0] == 200
    old = {"user": {"email": f"{name}_upd@test.com", "password": "password123"}}
    assert api("POST", "/users/login", old) == (401, {"errors": {"credentials": ["invalid"]}})


def test_articles_flow(api):
    name, token = api.join("art")
    first = api.write(token, "How to train", tagList=["training", "dragons"])
    second = api.write(token, "How to train", tagList=[])
    assert (first["slug"] != second["slug"], first["tagList"]) == (True, ["dragons", "training"])
    assert INSTANT.match(first["createdAt"])
    assert INSTANT.match(first["updatedAt"])
    for token_or_none in (token, ""):
        status, said = api("GET", f"/articles?author={name}&limit=1&offset=1", token=token_or_none)
        assert (status, said["articlesCount"], said["articles"][0]["slug"]) == (200, 2, first["slug"])
        assert "body" not in said["articles"][0]
    status, said = api("PUT", f"/articles/{first['slug']}", {"article": {"body": "With two wings"}}, token)
    assert (status, said["article"]["slug"], said["article"]["createdAt"]) == (200, first["slug"], first["createdAt"])
    assert said["article"]["updatedAt"] != first["updatedAt"]
    assert "dragons" in api("GET", "/tags")[1]["tags"]
    status, said = api("POST", f"/articles/{first['slug']}/favorite", token=token)
    assert (status, said["article"]["favorited"], said["article"]["favoritesCount"]) == (200, True, 1)
    assert api("GET", f"/articles?favorited={name}")[1]["articlesCount"] == 1
    status, said = api("DELETE", f"/articles/{first['slug']}/favorite", token=token)
    assert (status, said["article"]["favorited"], said["article"]["favoritesCount"]) == (200, False, 0)
    assert api("DELETE", f"/articles/{first['slug']}", token=token) == (204, None)
    assert api("GET", f"/articles/{first['slug']}") == (404, {"errors": {"article": ["not found"]}})


def test_comments_flow(api):
    _, token = api.join("com")
    _, other = api.join("other")
    slug = api.write(token, "Commented")["slug"]
    status, said = api("POST", f"/articles/{slug}/comments", {"comment": {"body": "Thank you"}}, token)
    number = said["comment"]["id"]
    assert (status, type(number)) == (201, int)
    assert [one["id"] for one in api("GET", f"/articles/{slug}/comments")[1]["comments"]] == [number]
    forbidden = (403, {"errors": {"comment": ["forbidden"]}})
    assert api("DELETE", f"/articles/{slug}/comments/{number}", token=other) == forbidden
    assert api("DELETE", f"/articles/{slug}/comments/{number}", token=token) == (204, None)
    assert api("GET", f"/articles/{slug}/comments", token=token) == (200, {"comments": []})


def test_profiles_and_feed_flow(api):
    name, token = api.join("celeb")
    _, fan = api.join("fan")
    assert api("GET", "/articles/feed", token=fan) == (200, {"articles": [], "articlesCount": 0})
    status, said = api("POST", f"/profiles/{name}/follow", {"user": {"email": "irrelevant"}}, fan)
    assert (status, said["profile"]["following"]) == (200, True)
    slug = api.write(token, "For fans")["slug"]
    status, said = api("GET", "/articles/feed?limit=20&offset=0", token=fan)
    assert [(one["slug"], one["author"]["following"]) for one in said["articles"]] == [(slug, True)]
    assert api("DELETE", f"/profiles/{name}/follow", token=fan)[1]["profile"]["following"] is False
    assert api("GET", "/profiles/nobody_at_all") == (404, {"errors": {"profile": ["not found"]}})


def test_burst_of_registrations_and_a_refused_body(api, site):
    for _ in range(40):
        api.join("burst")
    answer = requests.post(f"{site.address}/api/articles", data=b"x" * 2_000_000, timeout=30)
    assert (answer.status_code, list(answer.json()["errors"])) == (413, ["body"])
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
