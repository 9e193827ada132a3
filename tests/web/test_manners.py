"""What routes of the API do alike: pages by a cursor with `Link`, and changes that undo nobody's, by `If-Match`."""

import pytest

from core.domain.kernel.ids import is_id, new_id
from entrypoints import policies
from entrypoints.web import make_web
from entrypoints.web.api.manners import asked, must_match, paged, tagged

NOTE = {"text": "Now"}


@pytest.fixture
def key(app):
    return new_id("xyz", app.clock.now())


@pytest.fixture
def client(app):
    site = make_web(app)
    site.config["WTF_CSRF_ENABLED"] = False

    @site.get("/api/v1/things")
    @policies.anyone
    def things():
        page = asked(lambda key: is_id(key, "xyz"))
        return paged("things", [vars(page)], after=page.after, before=page.before)

    @site.get("/api/v1/thing")
    @policies.anyone
    def thing():
        return tagged(NOTE, 2)

    @site.put("/api/v1/thing")
    @policies.anyone
    def change():
        must_match(2, NOTE, {"text": "Mine"})
        return tagged({"text": "Mine"}, 3)

    return site.test_client()


def test_page_is_asked_for_by_cursor_and_told_in_links(client, key):
    first = client.get("/api/v1/things")
    assert (first.json, "Link" in first.headers) == (
        {"things": [{"limit": 20, "after": "", "before": ""}], "next": None, "prev": None}, False,
    )  # fmt: skip
    onward = client.get(f"/api/v1/things?limit=5&cursor=after.{key}&q=a b")
    assert onward.json == {"things": [{"limit": 5, "after": key, "before": ""}], "next": f"after.{key}", "prev": None}
    here = f"http://127.0.0.1:8000/api/v1/things?limit=5&cursor=after.{key}&q=a+b"
    assert onward.headers["Link"] == f'<{here}>; rel="next"'
    assert client.get(f"/api/v1/things?cursor=before.{key}").json["prev"] == f"before.{key}"


@pytest.mark.parametrize(
    "limit", ["0", "-1", "101", "99999999999999999999", "x", "1.5", "", "٣", "1e1", " 1", "0x1", "\x00"]
)
def test_limit_is_a_number_from_1_to_100(client, limit):
    answer = client.get("/api/v1/things", query_string={"limit": limit})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["limit"])


@pytest.mark.parametrize(
    "cursor", ["x", "after.", "after.x", ".", "before.xyz_", "\x00", "after.\ud800", "sideways.{}"]
)
def test_cursor_is_one_that_was_given(client, key, cursor):
    told = cursor.format(key).encode("utf-8", "surrogatepass")
    answer = client.get("/api/v1/things", query_string={"cursor": told})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["cursor"])


def test_version_is_told_and_asked_for(client):
    first = client.get("/api/v1/thing")
    again = client.get("/api/v1/thing", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.json, first.headers["ETag"][:3], again.status_code, again.data) == (NOTE, '"2.', 304, b"")
    assert client.get("/api/v1/thing", headers={"If-None-Match": '"2.another"'}).status_code == 200


@pytest.mark.parametrize("sent", [None, '"2"', '"2.another"', '"1", "2"', "*"])
def test_change_happens_to_what_was_read(client, sent):
    answer = client.put("/api/v1/thing", headers={"If-Match": sent} if sent else {})
    assert (answer.status_code, answer.headers["ETag"][:3]) == (200, '"3.')


@pytest.mark.parametrize("sent", ['"1"', '"1.2"', 'W/"2"', "", "nonsense"])
def test_change_of_what_was_changed_meanwhile_is_told_both_versions(client, sent):
    answer = client.put("/api/v1/thing", headers={"If-Match": sent})
    told = (answer.status_code, answer.json["current"], answer.json["sent"])
    etag = client.get("/api/v1/thing").headers["ETag"]
    assert told == (412, {"text": "Now", "etag": etag}, {"text": "Mine"})
    assert answer.mimetype == "application/problem+json"
