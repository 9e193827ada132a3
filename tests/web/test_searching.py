"""Search for programs (`/api/v1/search`) and on the page `/search`."""

import pytest
from sqlalchemy import event

from core.domain.content import State
from entrypoints.web import make_web

ODD = (
    "\x00",
    "*",
    '"',
    "-",
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    "\\",
    "%",
    "🧵",
    "a:b",
    "NEAR(",
    "\u202e",
    "\ud83d",
)


@pytest.fixture
def ada(app):
    """Somebody who has written five posts, a draft and a hidden one."""
    with app.uow.transaction():
        user = app.accounts.create("ada@example.org", "Ada Löw", "member", "correct horse battery")
        for number in range(5):
            app.post_desk.write(user.id, title=f"Loom <b>{number}</b>", body="It *weaves* & counts.", tags=["craft"])
        app.post_desk.write(user.id, title="Loom draft", body="x", state=State.DRAFT)
        hidden = app.post_desk.write(user.id, title="Loom hidden", body="x")
        app.post_desk.hide(hidden.id, "It is spam")
    return user


@pytest.fixture
def client(app, ada):
    return make_web(app).test_client()


def asked(client, **what):
    return client.get("/api/v1/search", query_string=what)


def test_posts_and_people_are_found_with_marks(client, ada):
    told = asked(client, q="loom weaves").get_json()
    assert (len(told["posts"]), told["total"], told["people"]) == (5, 5, [])
    first = told["posts"][0]
    assert first["title"].startswith("Loom <b>")
    assert first["title_marks"] == [[0, 4]]
    assert (first["excerpt"]["text"], first["excerpt"]["marks"]) == ("It weaves & counts.", [[3, 9]])
    assert first["author"]["username"] == ada.username
    assert "body" not in first
    assert [one["username"] for one in asked(client, q="löw").get_json()["people"]] == [ada.username]


def test_cursors_lead_to_every_post_once_and_back(client):
    first = asked(client, q="loom", limit=2)
    second = asked(client, q="loom", limit=2, cursor=first.get_json()["next"])
    third = asked(client, q="loom", limit=2, cursor=second.get_json()["next"])
    pages = [[post["id"] for post in page.get_json()["posts"]] for page in (first, second, third)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert len({one for page in pages for one in page}) == 5
    assert third.get_json()["next"] is None
    assert 'rel="next"' in first.headers["Link"]
    back = asked(client, q="loom", limit=2, cursor=second.get_json()["prev"]).get_json()
    assert ([post["id"] for post in back["posts"]], back["prev"]) == (pages[0], None)


def test_posts_are_narrowed(client, ada):
    numbers = [len(asked(client, q="loom", **how).get_json()["posts"]) for how in (
        {"tag": "craft"}, {"tag": "none"}, {"author": ada.username.upper()}, {"author": "nobody"},
        {"since": "2020-01-01"},
        {"since": "2100-01-01T00:00:00+02:00"})]  # fmt: skip
    assert numbers == [5, 0, 5, 0, 5, 0]


@pytest.mark.parametrize(
    ("what", "field"),
    [({}, "q"), ({"q": " "}, "q"), ({"q": "a" * 1_000_000}, "q"), ({"q": "loom", "since": "soon"}, "since"),
     ({"q": "loom", "since": "0001-01-01T00:00:00+14:00"}, "since"), ({"q": "loom", "tag": "a\x00b"}, "tag"),
     ({"q": "loom", "author": "x" * 101}, "author"), ({"q": "loom", "cursor": "after.9999999"}, "cursor"),
     ({"q": "loom", "cursor": "x"}, "cursor"), ({"q": "loom", "limit": "-1"}, "limit")],
)  # fmt: skip
def test_what_is_wrong_is_told_by_field(client, what, field):
    answer = asked(client, **what)
    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == [field]


@pytest.mark.parametrize("words", ODD)
def test_odd_words_find_nothing_and_break_nothing(client, words):
    for address in ("/api/v1/search", "/search"):
        answer = client.get(address, query_string={"q": words.encode("utf-8", "replace")})
        assert answer.status_code == 200, answer.text
        assert "<script>alert" not in answer.text


def test_page_shows_what_was_found_marked_and_escaped(client, ada):
    page = client.get("/search?q=loom+weaves").text
    assert "5 posts" in page
    assert "<mark>Loom</mark> &lt;b&gt;4&lt;/b&gt;</a>" in page
    assert "It <mark>weaves</mark> &amp; counts." in page
    assert 'href="/posts/loom-b-4-b"' in page
    assert "Loom draft" not in page
    assert "Loom hidden" not in page
    assert f'href="/@{ada.username}"' in client.get("/search?q=löw").text


def test_page_says_what_it_cannot_do(client):
    assert client.get("/search").status_code == 200
    assert "No post has all of these words." in client.get("/search?q=nowhere").text
    assert "Look everywhere" in client.get("/search?q=loom&tag=none").text
    assert "There is nothing further." in client.get("/search?q=loom&page=9").text
    long = client.get("/search?q=" + "a" * 60_000)
    assert (long.status_code, "Shorten it." in long.text) == (422, True)
    assert client.get("/search?q=loom&page=-1").status_code == client.get("/search?q=loom&page=x").status_code == 200


def test_one_hit_and_many_cost_as_many_statements(app, client, ada):
    def statements(address):
        told = []
        note = lambda *given: told.append(given[2])  # noqa: E731
        for engine in (app.uow.engine, app.uow.reader):
            event.listen(engine, "before_cursor_execute", note)
        assert client.get(address).status_code == 200
        for engine in (app.uow.engine, app.uow.reader):
            event.remove(engine, "before_cursor_execute", note)
        return len(told)

    for address in ("/api/v1/search?q=loom", "/search?q=loom"):
        statements(address)  # the first asks how users are indexed
        many = statements(address)
        with app.uow.transaction():
            app.post_desk.write(ada.id, title="Solitary", body="x")
        assert statements(address.replace("loom", "solitary")) == many
        with app.uow.transaction():
            app.post_desk.delete(app.post_desk.of_author("solitary", ada.id))
