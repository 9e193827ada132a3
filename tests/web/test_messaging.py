"""Messages by the site's pages and by the API: written, read, counted and changed; bad input is refused in words."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import event
from tests.admin.browser import PASSWORD

FORMS_NEED_TOKENS = False

HERE = "/api/v1/conversations"
NAMES = ("ada", "bob", "eve")


@pytest.fixture
def app(make_app, clock):
    made = make_app(clock=clock)
    with made.uow.transaction():
        made.accounts.first_admin("admin@example.com", PASSWORD)
        for name in NAMES:
            made.accounts.create(f"{name}@example.com", name.title(), "member", PASSWORD)
    return made


@pytest.fixture
def people(browse):
    return {name: browse(name) for name in NAMES}


@pytest.fixture
def begun(app, people):
    """A conversation of Ada and Bob: its address in the API."""
    answer = people["ada"].post(HERE, json={"people": ["bob"], "text": "Hello Bob"})
    assert answer.status_code == 201
    return answer.location


def write(app, client, place, text):
    app.clock.pass_by(seconds=1)
    return client.post(f"{place}/messages", json={"text": text})


def test_conversation_is_begun_listed_and_read(people, begun, app):
    listed = people["bob"].get(HERE).json
    (line,) = listed["conversations"]
    assert (line["unread"], line["last"]["text"], line["last"]["is_own"]) == (1, "Hello Bob", False)
    assert [person["username"] for person in line["people"]] == ["ada"]
    assert (listed["next"], listed["prev"], people["bob"].get(f"{HERE}/unread").json) == (None, None, {"unread": 1})
    (message,) = people["bob"].get(f"{begun}/messages").json["messages"]
    assert (message["author"]["username"], message["text"], message["state"]) == ("ada", "Hello Bob", "there")
    read = people["bob"].patch(begun, json={"read_up_to": message["id"], "muted": True})
    assert (read.status_code, read.json["unread"], read.json["muted"]) == (200, 0, True)
    again = people["bob"].post(HERE, json={"people": ["ada"], "text": "Hello Ada"})
    assert (again.status_code, again.location) == (200, begun)


def test_pages_are_walked_by_links_both_ways(app, people, begun):
    for number in range(5):
        write(app, people["ada"], begun, str(number))
    first = people["bob"].get(f"{begun}/messages?limit=4")
    onward = re.search(r'<http://127.0.0.1:8000([^>]+)>; rel="next"', first.headers["Link"])[1]
    second = people["bob"].get(onward)
    back = re.search(r'<http://127.0.0.1:8000([^>]+)>; rel="prev"', second.headers["Link"])[1]
    texts = [[one["text"] for one in page.json["messages"]] for page in (first, second, people["bob"].get(back))]
    assert texts == [["4", "3", "2", "1"], ["0", "Hello Bob"], ["4", "3", "2", "1"]]


def test_same_message_twice_is_one(app, people, begun):
    key = {"Idempotency-Key": "1"}
    first, again = (people["ada"].post(f"{begun}/messages", json={"text": "x"}, headers=key) for _ in range(2))
    assert (again.status_code, again.data, again.headers["Idempotent-Replayed"]) == (201, first.data, "true")
    other = people["ada"].post(HERE, json={"people": ["eve"], "text": "x"}).location
    assert people["ada"].post(f"{other}/messages", json={"text": "x"}, headers=key).status_code == 422
    assert len(people["ada"].get(f"{begun}/messages").json["messages"]) == 2


def test_lost_update_is_told_with_both_versions(people, begun):
    ada, place = people["ada"], f"{begun}/messages"
    one = f"{place}/{ada.get(place).json['messages'][0]['id']}"
    tag = ada.get(one).headers["ETag"]
    first = ada.patch(one, json={"text": "First"}, headers={"If-Match": tag})
    lost = ada.patch(one, json={"text": "Second"}, headers={"If-Match": tag})
    assert (first.status_code, first.json["text"], first.headers["ETag"] == tag) == (200, "First", False)
    assert (lost.status_code, lost.json["current"]["text"], lost.json["sent"]) == (412, "First", {"text": "Second"})
    assert ada.delete(one, headers={"If-Match": tag}).status_code == 412
    assert ada.get(one, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert ada.delete(one, headers={"If-Match": lost.json["current"]["etag"]}).status_code == 204
    assert (ada.get(one).json["state"], ada.get(one).json["text"]) == ("deleted", "")
    assert (ada.patch(one, json={"text": "x"}).status_code, people["bob"].delete(one).status_code) == (409, 403)


def test_what_is_of_others_is_not_there(people, begun):
    eve, one = people["eve"], people["ada"].get(f"{begun}/messages").json["messages"][0]["id"]
    body = {"json": {"text": "x"}}
    answers = [
        eve.get(begun), eve.patch(begun, json={"muted": True}), eve.delete(begun), eve.get(f"{begun}/messages"),
        eve.post(f"{begun}/messages", **body), eve.post(f"{begun}/people", json={"people": ["eve"]}),
        *(eve.open(f"{begun}/messages/{one}", method=method, **body) for method in ("GET", "PATCH", "DELETE")),
        eve.post("/api/v1/reports", json={"about_kind": "direct-messages", "about_id": one, "reason": "spam"}),
    ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [404] * 10


def test_group_grows_and_shrinks(people, app):
    group = people["ada"].post(HERE, json={"people": ["bob", "eve"], "text": "Hello"}).location
    assert people["ada"].post(f"{group}/people", json={"people": ["admin"]}).json["size"] == 4
    assert (people["eve"].delete(group).status_code, people["eve"].get(group).status_code) == (204, 404)
    assert people["bob"].get(group).json["size"] == 3


def test_block_shuts_both_out_and_tells_the_blocked_nothing(app, people, begun):
    bob, ada = people["bob"], people["ada"]
    assert [bob.put("/api/v1/blocks/ada").status_code for _ in range(2)] == [204, 204]
    assert [one["person"]["username"] for one in bob.get("/api/v1/blocks").json["blocks"]] == ["ada"]
    closed = write(app, ada, begun, "x")
    assert (closed.status_code, closed.json["detail"]) == (403, "This conversation takes no more messages.")
    assert "block" not in ada.post(HERE, json={"people": ["bob"], "text": "x"}).text.lower()
    assert [bob.put(f"/api/v1/blocks/{name}").status_code for name in ("nobody", "bob")] == [404, 409]
    assert (bob.delete("/api/v1/blocks/ada").status_code, write(app, ada, begun, "x").status_code) == (204, 201)


NAUGHTY = ["\x00", "\ud800", "x" * 100_000, "", " ", 1, None, [], {"a": [[[[]]]]}, True]


@pytest.mark.parametrize("value", NAUGHTY, ids=range(len(NAUGHTY)))
def test_bad_bodies_are_refused_with_a_sentence(people, begun, value):
    """A lone surrogate is no UTF-8, so JSON with one is no JSON here: 400."""
    ada, one = people["ada"], people["ada"].get(f"{begun}/messages").json["messages"][0]["id"]
    calls = [
        ("POST", HERE, {"people": ["bob"], "text": value}), ("POST", HERE, {"people": [value], "text": "x"}),
        ("POST", HERE, {"people": value, "text": "x"}), ("POST", f"{begun}/messages", {"text": value}),
        ("PATCH", f"{begun}/messages/{one}", {"text": value}), ("PATCH", begun, {"read_up_to": value}),
        ("PATCH", begun, {"muted": value if value is not True else "x"}), ("POST", HERE, value),
        ("POST", HERE, {"people": ["bob"], "text": "x", "more": value}),
    ]  # fmt: skip
    for method, place, body in calls:
        answer = ada.open(place, method=method, data=json.dumps(body), content_type="application/json")
        assert answer.status_code in (400, 422), (method, place, body, answer.text)
        assert len(answer.json["detail"]) > 10


def test_bad_addresses_are_refused_with_a_sentence(people, begun):
    ada = people["ada"]
    for key in ("x", "cnv_" + "0" * 26, "dms_" + "0" * 26, "%00", "x" * 3000):
        for place in (f"{HERE}/{key}", f"{HERE}/{key}/messages", f"{begun}/messages/{key}"):
            assert ada.get(place).status_code in (404, 414), place
    for query in (
        "limit=-1",
        "limit=0",
        "limit=101",
        f"limit={'9' * 400}",
        "cursor=x",
        "cursor=after.%00",
        "limit=%00",
    ):
        for place in (HERE, f"{begun}/messages"):
            assert ada.get(f"{place}?{query}").status_code == 422, query


def test_who_is_told_hears_who_wrote_and_never_what(app, people, drain_queue):
    people["ada"].post(HERE, json={"people": ["bob"], "text": "zqxcanary"})
    drain_queue(app, "mail")
    (notice,) = people["bob"].get("/api/v1/notices").json["notices"]
    (mail,) = app.inbox.messages(channel="mail")
    assert (notice["title"], "/messages/cnv_" in notice["link"]) == ("Ada wrote to you", True)
    assert (mail["subject"], "zqxcanary" in f"{notice} {mail}") == ("Ada wrote to you", False)


def test_who_has_read_it_meanwhile_is_told_nothing(app, people, begun, drain_queue):
    one = people["bob"].get(f"{begun}/messages").json["messages"][0]["id"]
    people["bob"].patch(begun, json={"read_up_to": one})
    drain_queue(app, "mail")
    assert people["bob"].get("/api/v1/notices").json["notices"] == []


def test_pages_show_conversations_with_what_waits(people, begun, app):
    bob, page = people["bob"], begun.replace("/api/v1/conversations", "/messages")
    listed = bob.get("/messages").text
    assert ("Hello Bob" in listed, f'href="{page}#write"' in listed, "1 unread" in listed) == (True, True, True)
    shown = bob.get(page).text
    assert ("Hello Bob" in shown, 'name="up_to"' in shown, 'href="/report/direct-messages/dms_' in shown) == (True,) * 3
    assert "1 unread" in bob.get("/contact").text  # nothing is read by GET
    assert bob.post(f"{page}/read").status_code == 303
    assert "1 unread" not in bob.get("/contact").text
    assert bob.post(page, data={"text": "See https://example.com/?a=1&b=<b>"}).location == f"{page}#write"
    said = people["ada"].get(page).text
    assert '<a href="https://example.com/?a=1&amp;b=&lt;b&gt;" rel="nofollow noopener ugc">' in said
    wrong = bob.post(page, data={"text": " "})
    assert (wrong.status_code, "The text is missing." in wrong.text) == (422, True)


def test_pages_begin_change_take_back_bring_in_mute_and_leave(people, app):
    ada = people["ada"]
    wrong = ada.post("/messages/new", data={"people": "nobody", "text": "Hello"})
    assert (wrong.status_code, "Nobody has the name" in wrong.text, "Hello" in wrong.text) == (422, True, True)
    page = ada.post("/messages/new", data={"people": "@bob, eve", "text": "Helo"}).location.partition("#")[0]
    one = re.search(r'<li id="(dms_\w+)"', ada.get(page).text)[1]
    assert "Helo" in ada.get(f"{page}/{one}/edit").text
    assert ada.post(f"{page}/{one}/edit", data={"text": ""}).status_code == 422
    assert ada.post(f"{page}/{one}/edit", data={"text": "Hello"}).status_code == 303
    assert "changed" in people["bob"].get(page).text
    assert "Helo" not in people["bob"].get(f"{page}/{one}/edit").text
    assert people["bob"].post(f"{page}/{one}/delete").status_code == 403
    assert ada.post(f"{page}/{one}/delete").status_code == 303
    assert "This message was taken back." in people["bob"].get(page).text
    assert ada.post(f"{page}/people", data={"people": "admin"}).status_code == 303
    assert "Administrator" in ada.get(page).text
    ada.post(f"{page}/mute", data={"muted": "yes"})
    assert "muted" in ada.get("/messages").text
    assert (ada.post(f"{page}/leave").location, ada.get(page).status_code) == ("/messages", 404)


def test_thread_is_sent_anew_when_there_is_more(people, begun, app):
    page = begun.replace("/api/v1/conversations", "/messages")
    shown = people["bob"].get(page).text.partition('id="thread"')[2]
    live = re.search(r'hx-get="([^"]+)"', shown)[1].replace("&amp;", "&")
    assert people["bob"].get(live).status_code == 204
    write(app, people["ada"], begun, "More")
    assert "More" in people["bob"].get(live).text
    assert people["eve"].get(live).status_code == 404


def test_blocked_people_are_a_page_of_the_account(people, begun):
    bob, page = people["bob"], begun.replace("/api/v1/conversations", "/messages")
    assert bob.post("/account/blocked", data={"username": "nobody"}).status_code == 422
    assert bob.post("/account/blocked", data={"username": "@ada"}).status_code == 303
    assert ("Unblock Ada" in bob.get("/account/blocked").text, 'name="text"' in bob.get(page).text) == (True, False)
    closed = people["ada"].post(page, data={"text": "x"})
    assert (closed.status_code, "takes no more messages" in closed.text) == (403, True)
    assert bob.post("/account/blocked/remove", data={"username": "ada"}).status_code == 303
    assert 'name="text"' in bob.get(page).text


def test_pages_are_for_who_is_signed_in(site, begun):
    stranger, page = site.test_client(), begun.replace("/api/v1/conversations", "/messages")
    assert [stranger.get(place).status_code for place in ("/messages", page, "/account/blocked")] == [303] * 3
    assert [stranger.get(place).status_code for place in (HERE, begun, "/api/v1/blocks")] == [401] * 3
    assert ">Messages" not in stranger.get("/contact").text


def test_lists_ask_as_many_questions_for_many_as_for_one(app, people, site):
    ada, asked = people["ada"], []
    for engine in (app.uow.reader, app.uow.engine):
        event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    with app.uow.transaction():
        others = [app.accounts.create(f"other{n}@example.com", f"O{n}", "member", PASSWORD) for n in range(50)]
    places = [HERE + "?limit=50", "/messages"]

    def count():
        counted = []
        for place in places:
            asked.clear()
            assert ada.get(place).status_code == 200
            counted.append(len(asked))
        return counted

    def talk(some):
        for other in some:
            app.clock.pass_by(seconds=1)
            with app.uow.transaction():
                here = app.conversation_desk.start(other, ["ada"], "Hello").conversation.id
                for _ in range(30):
                    app.message_desk.write(other.id, here, "Hello")
        return here

    here = talk(others[:1])
    places += [f"{HERE}/{here}/messages?limit=1", f"/messages/{here}"]
    few = count()
    talk(others[1:])
    places[2] = f"{HERE}/{here}/messages?limit=31"
    assert (count(), len(ada.get(HERE + "?limit=50").json["conversations"])) == (few, 50)
