"""The RealWorld contract on articles, favourites, the feed and tags."""

import re

import pytest
from tests.web.conduit.conftest import Reader, join

BLANK = ["can't be blank"]
NO_ARTICLE = (404, {"errors": {"article": ["not found"]}})
FORBIDDEN = (403, {"errors": {"article": ["forbidden"]}})
MISSING = (401, {"errors": {"token": ["is missing"]}})
SHAPE = {"slug", "title", "description", "tagList", "createdAt", "updatedAt", "favorited", "favoritesCount", "author"}
INSTANT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")


def change(reader, slug, **fields):
    return reader.put(f"/articles/{slug}", {"article": fields})


def slugs(reader, query=""):
    status, said = reader.get(f"/articles{query}")
    assert status == 200
    return [article["slug"] for article in said["articles"]], said["articlesCount"]


def test_written_article_is_answered_whole(ada):
    status, said = ada.post(
        "/articles", {"article": {"title": "How to train?", "description": "Ever", "body": " It *takes*\n"}}
    )
    article = said["article"]
    assert (status, set(article)) == (201, SHAPE | {"body"})
    assert INSTANT.match(article["createdAt"])
    assert article["createdAt"] == article["updatedAt"]
    assert {name: article[name] for name in ("slug", "body", "tagList", "favorited", "favoritesCount")} == {
        "slug": "how-to-train", "body": " It *takes*\n", "tagList": [], "favorited": False, "favoritesCount": 0,
    }  # fmt: skip
    assert article["author"] == {"username": "ada", "bio": None, "image": None, "following": False}


def test_article_is_everybodys_at_once_and_the_same_as_it_was_answered(ada, stranger):
    article = ada.write(tagList=["a"])
    assert stranger.get(f"/articles/{article['slug']}") == (200, {"article": article})
    without_body = {name: value for name, value in article.items() if name != "body"}
    assert stranger.get("/articles") == (200, {"articles": [without_body], "articlesCount": 1})


@pytest.mark.parametrize("field", ["title", "description", "body"])
@pytest.mark.parametrize("value", ["", " \n", None, 7])
def test_blank_field_of_an_article_is_named(ada, field, value):
    given = {"title": "t", "description": "d", "body": "b", field: value}
    assert ada.post("/articles", {"article": given}) == (422, {"errors": {field: BLANK}})
    slug = ada.write()["slug"]
    assert change(ada, slug, **{field: value}) == (422, {"errors": {field: BLANK}})


def test_same_title_twice_is_two_articles(ada):
    first, second = ada.write("Same"), ada.write("Same")
    assert first["slug"] == "same" != second["slug"]
    assert re.match(r"^[a-z0-9-]+$", second["slug"])


@pytest.mark.parametrize("title", ["feed", "Feed!", "Ünïcode & more", "日本語", "../../etc"])
def test_slug_is_url_safe_and_never_in_the_way_of_an_address(ada, stranger, title):
    slug = ada.write(title)["slug"]
    assert re.match(r"^[a-z0-9-]+$", slug)
    assert slug != "feed"
    assert stranger.get(f"/articles/{slug}")[1]["article"]["title"] == title


def test_tags_are_sorted_by_name_on_every_answer(ada, stranger):
    article = ada.write(tagList=["training", "dragons", "dragons"])
    assert article["tagList"] == ["dragons", "training"]
    assert stranger.get("/articles?tag=dragons")[1]["articles"][0]["tagList"] == ["dragons", "training"]
    assert stranger.get("/tags") == (200, {"tags": ["dragons", "training"]})


def test_tag_of_an_article_of_just_now_is_in_the_list_of_many(ada, stranger):
    for number in range(12):
        ada.write(tagList=["much-used", f"used-{number:02}"])
    ada.write(tagList=["brand-new"])
    used_once = ["brand-new", *(f"used-{number:02}" for number in range(12))]
    assert stranger.get("/tags")[1]["tags"] == ["much-used", *used_once]


def test_tags_stay_when_left_out_go_when_empty_and_are_never_null(ada):
    slug = ada.write(tagList=["a", "b"])["slug"]
    assert change(ada, slug, body="x")[1]["article"]["tagList"] == ["a", "b"]
    assert change(ada, slug, tagList=None) == (422, {"errors": {"tagList": BLANK}})
    assert change(ada, slug, tagList="a")[0] == 422
    assert change(ada, slug, tagList=["c"])[1]["article"]["tagList"] == ["c"]
    assert change(ada, slug, tagList=[])[1]["article"]["tagList"] == []


def test_change_keeps_the_birthday_and_moves_the_date_of_change(ada, clock):
    article = ada.write()
    clock.pass_by(microseconds=1000)
    changed = change(ada, article["slug"], body="Other words")[1]["article"]
    assert (changed["createdAt"], changed["slug"]) == (article["createdAt"], article["slug"])
    assert changed["updatedAt"] > article["updatedAt"]
    assert (changed["body"], changed["title"]) == ("Other words", article["title"])


def test_other_title_brings_another_slug(ada, stranger):
    slug = ada.write("First title")["slug"]
    assert change(ada, slug, title="Second title")[1]["article"]["slug"] == "second-title"
    assert stranger.get("/articles/second-title")[0] == 200
    assert stranger.get(f"/articles/{slug}") == NO_ARTICLE


def test_article_of_somebody_else_is_forbidden_before_the_body_is_read(ada, bob):
    slug = ada.write()["slug"]
    assert change(bob, slug, title="") == FORBIDDEN
    assert bob.ask("PUT", f"/articles/{slug}", data="{").json == FORBIDDEN[1]
    assert bob.delete(f"/articles/{slug}") == FORBIDDEN


def test_unknown_article_is_not_found_before_the_body_is_read(ada):
    assert ada.get("/articles/unknown") == NO_ARTICLE
    assert ada.ask("PUT", "/articles/unknown", data="{").json == NO_ARTICLE[1]
    assert ada.delete("/articles/unknown") == NO_ARTICLE
    assert ada.post("/articles/unknown/favorite") == ada.delete("/articles/unknown/favorite") == NO_ARTICLE


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/articles"), ("PUT", "/articles/unknown"), ("DELETE", "/articles/unknown"), ("GET", "/articles/feed"),
        ("POST", "/articles/unknown/favorite"), ("DELETE", "/articles/unknown/favorite"), ("PUT", "/user"),
        ("GET", "/user"), ("POST", "/articles/unknown/comments"), ("DELETE", "/articles/unknown/comments/1"),
        ("POST", "/profiles/unknown/follow"), ("DELETE", "/profiles/unknown/follow"),
    ],
)  # fmt: skip
def test_token_is_asked_for_before_anything_else(stranger, method, path):
    answer = stranger.ask(method, path, data="no JSON")
    assert (answer.status_code, answer.json) == MISSING


def test_deleted_article_is_gone_with_all_that_hangs_on_it(ada, bob, stranger):
    slug = ada.write(tagList=["gone"])["slug"]
    bob.post(f"/articles/{slug}/favorite")
    bob.post(f"/articles/{slug}/comments", {"comment": {"body": "hello"}})
    assert ada.delete(f"/articles/{slug}") == (204, None)
    assert stranger.get(f"/articles/{slug}") == stranger.get(f"/articles/{slug}/comments") == NO_ARTICLE
    assert slugs(stranger) == slugs(stranger, "?favorited=bob") == ([], 0)
    assert stranger.get("/tags")[1]["tags"] == []


def test_favourite_counts_once_and_is_the_readers(ada, bob, stranger):
    slug = ada.write()["slug"]
    for reader, number in ((ada, 1), (bob, 2), (bob, 2)):
        status, said = reader.post(f"/articles/{slug}/favorite")
        assert (status, said["article"]["favorited"], said["article"]["favoritesCount"]) == (200, True, number)
    assert [reader.get(f"/articles/{slug}")[1]["article"]["favorited"] for reader in (ada, stranger)] == [True, False]
    assert [reader.get("/articles")[1]["articles"][0]["favorited"] for reader in (ada, stranger)] == [True, False]
    assert slugs(stranger, "?favorited=BOB") == ([slug], 1)
    for _ in range(2):
        status, said = bob.delete(f"/articles/{slug}/favorite")
        assert (status, said["article"]["favorited"], said["article"]["favoritesCount"]) == (200, False, 1)


@pytest.mark.parametrize("body", [{}, {"user": {"email": "x"}}, None, [], "text"])
def test_body_of_a_favourite_and_a_follow_is_not_looked_at(ada, bob, body):
    slug = ada.write()["slug"]
    for path in (f"/articles/{slug}/favorite", "/profiles/ada/follow"):
        assert bob.post(path, body)[0] == bob.ask("DELETE", path, body).status_code == 200
        assert bob.ask("POST", path, data="{", content_type="application/json").status_code == 200


def test_list_is_newest_first_and_counts_what_it_does_not_show(ada, clock, stranger):
    made = []
    for number in range(5):
        clock.pass_by(microseconds=1)
        made.insert(0, ada.write(f"Article {number}")["slug"])
    assert slugs(stranger) == (made, 5)
    assert slugs(stranger, "?limit=1") == (made[:1], 5)
    assert slugs(stranger, "?limit=1&offset=1") == (made[1:2], 5)
    assert slugs(stranger, "?limit=2&offset=4") == (made[4:], 5)
    assert slugs(stranger, "?offset=5") == slugs(stranger, "?offset=1000000000") == ([], 5)


def test_twenty_are_shown_where_nobody_says_how_many_and_a_hundred_at_most(ada, stranger):
    for number in range(102):
        ada.write(f"Article {number}")
    assert [len(slugs(stranger, query)[0]) for query in ("", "?limit=100", "?limit=101", "?limit=999999999")] == [
        20, 100, 100, 100,
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["limit", "offset"])
@pytest.mark.parametrize("value", ["-1", "1.5", "x", "", "1" + "0" * 30, "%00", "٣", "1e3", "+1", " 1"])
def test_limit_and_offset_that_are_no_such_number_are_named(stranger, ada, name, value):
    for reader, path in ((stranger, "/articles"), (ada, "/articles/feed")):
        status, said = reader.get(f"{path}?{name}={value}")
        assert (status, list(said["errors"])) == (422, [name])
    assert stranger.get("/articles?limit=0")[0] == 422


def test_articles_of_one_instant_are_each_on_one_page(ada, stranger):
    made = {ada.write(f"Article {number}")["slug"] for number in range(6)}
    assert {slug for offset in range(6) for slug in slugs(stranger, f"?limit=1&offset={offset}")[0]} == made


def test_filters_are_exact_and_hold_together(ada, bob, stranger, clock):
    first = ada.write("One", tagList=["a", "b"])["slug"]
    clock.pass_by(seconds=1)
    second = bob.write("Two", tagList=["a"])["slug"]
    ada.post(f"/articles/{second}/favorite")
    assert slugs(stranger, "?tag=a") == ([second, first], 2)
    assert slugs(stranger, "?tag=b") == slugs(stranger, "?author=ada") == ([first], 1)
    assert slugs(stranger, "?favorited=ada") == slugs(stranger, "?tag=a&author=bob&favorited=ada") == ([second], 1)
    assert slugs(stranger, "?tag=b&author=bob") == ([], 0)
    for query in ("?tag=A", "?tag=nothing", "?author=johnjacob", "?favorited=bob", "?favorited=nobody", "?author=%F0"):
        assert slugs(stranger, query) == ([], 0)
    assert stranger.get("/articles?tag=%00")[0] == 422


def test_feed_shows_those_one_follows_and_never_oneself(client, ada, bob, clock):
    eve = join(client, "eve")
    ada.write("Of Ada")
    clock.pass_by(seconds=1)
    bob.write("Of Bob")
    assert eve.get("/articles/feed") == (200, {"articles": [], "articlesCount": 0})
    eve.write("Of Eve")
    eve.post("/profiles/ada/follow")
    status, said = eve.get("/articles/feed")
    assert (status, said["articlesCount"]) == (200, 1)
    assert [(one["slug"], one["author"]["following"], "body" in one) for one in said["articles"]] == [
        ("of-ada", True, False)
    ]  # fmt: skip
    eve.post("/profiles/bob/follow")
    assert eve.get("/articles/feed?limit=1&offset=1")[1]["articles"][0]["slug"] == "of-ada"
    eve.delete("/profiles/ada/follow")
    assert eve.get("/articles/feed")[1]["articlesCount"] == 1


def test_each_list_asks_the_database_as_often_for_fifty_as_for_one(app, ada, bob, statements):
    lists = ("/articles", "/articles?tag=a", "/articles?author=ada", "/articles/feed")
    paths = (*lists, "/articles/first/comments", "/tags")
    bob.post("/profiles/ada/follow")
    bob.post(f"/articles/{ada.write('First', tagList=['a'])['slug']}/comments", {"comment": {"body": "first"}})
    asked = {path: statements(lambda path=path: bob.get(path)) for path in paths}
    for number in range(50):
        ada.write(f"Article {number}", tagList=["a", f"t{number}"])
        bob.post("/articles/first/comments", {"comment": {"body": f"comment {number}"}})
    assert {path: statements(lambda path=path: bob.get(f"{path}{'&' if '?' in path else '?'}limit=50"))
            for path in paths} == asked  # fmt: skip
    assert max(asked.values()) <= 3


def test_draft_is_its_authors_alone(app, ada, stranger):
    with app.uow.transaction():
        app.post_desk.write(app.accounts.named("ada").id, title="Later", body="x", state="draft")
    assert stranger.get("/articles/later") == NO_ARTICLE
    assert ada.get("/articles/later")[0] == 200
    assert slugs(ada) == ([], 0)


def test_reader_of_a_stranger_is_nobody(client, ada):
    slug = ada.write()["slug"]
    article = Reader(client).get(f"/articles/{slug}")[1]["article"]
    assert (article["favorited"], article["author"]["following"]) == (False, False)
