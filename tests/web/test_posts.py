"""Posts on the site: read by everybody, written and changed by their authors, whatever is typed; and what programs
read."""

import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from io import BytesIO
from urllib.parse import quote

import pytest
from sqlalchemy import event
from tests.admin.browser import PASSWORD

from adapters.clock import SetClock
from core.domain.content import State
from core.ports.limits import Verdict
from entrypoints.web import make_web
from entrypoints.web.content.sitemap import Sitemap

FORMS_NEED_TOKENS = False

ATOM = "{http://www.w3.org/2005/Atom}"
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NAUGHTY = (
    "a\0b", "\ud800", "{{7*7}}", "%s%n", "' OR 1=1 --", "<script>alert(1)</script>", "٣", "𒀱" * 40, "\u202e" * 9,
    "../../etc/passwd", "\ufffe", "{{ 1/0 }}", "a" * 5_000, "\r\n\r\n", "Ω≈ç√∫˜µ≤", "👩‍👩‍👧",
)  # fmt: skip

FORMS = ("/posts/new", "/posts/known/comments", "/posts/known/favourite", "/@ada/follow", "/posts/known/edit",
         "/posts/attach", "/posts/detach")  # fmt: skip
ADDRESSES = (
    "/posts/{}", "/tags/{}", "/posts/{}/edit", "/posts/known/comments/{}", "/tags?tag={}", "/posts?before={}",
    "/posts.atom?tag={}", "/posts.atom?author={}", "/posts/known?before={}", "/@{}", "/@ada?tab={}", "/sitemap/{}.xml",
)  # fmt: skip


@pytest.fixture
def clock():
    return SetClock(datetime(2026, 11, 24, 12, 0, tzinfo=UTC))


@pytest.fixture
def app(request, make_app, clock):
    """Ada and Bob, on a site that limits nobody; on PostgreSQL where a test says so."""
    asked = getattr(request, "param", "") == "postgresql"
    kept_in = {"database_url": request.getfixturevalue("migrated_url")} if asked else {}
    made = make_app(clock=clock, settings={"rate_limits": "wide", **kept_in})
    with made.uow.transaction():
        for name in ("ada", "bob"):
            made.accounts.create(f"{name}@example.com", name.title(), "member", PASSWORD)
    return made


@pytest.fixture
def people(app):
    with app.uow.reading():
        return {name: app.accounts.named(name) for name in ("ada", "bob")}


@pytest.fixture
def write(app, people, clock):
    """Write a post a minute after the one before."""

    def written(title, *tags, by="ada", **further):
        clock.pass_by(minutes=1)
        with app.uow.transaction():
            words = {"body": f"About *{title}*.", **further}
            return app.post_desk.write(people[by].id, title=title, tags=list(tags), **words)

    return written


def post(client, path, **form):
    return client.post(path, data=form)


def draft(**words):
    return {"title": "Looms", "description": "", "body": "They *weave*.", "tags": "b, a", **words}


def kept(app, slug, by):
    with app.uow.reading():
        return app.post_reader.post(slug, by.id)


def test_post_is_previewed_kept_as_a_draft_and_published(app, browse, client, people):
    ada = browse("ada")
    shown = post(ada, "/posts/new", **draft(), do="preview")
    assert "They <em>weave</em>." in shown.text
    assert 'value="b, a"' in shown.text
    assert "They *weave*." in shown.text
    saved = post(ada, "/posts/new", **draft(), do="save")
    assert (saved.status_code, saved.location) == (303, "/posts/looms")
    assert "It is kept as a draft" in ada.get("/posts/looms").text
    assert client.get("/posts/looms").status_code == 404
    assert post(ada, "/posts/looms/edit", **draft(version="1"), do="publish").location == "/posts/looms"
    page = client.get("/posts/looms")
    assert "They <em>weave</em>." in page.text
    assert '<meta property="og:title" content="Looms">' in page.text
    assert '<link rel="canonical" href="http://127.0.0.1:8000/posts/looms">' in page.text
    assert kept(app, "looms", people["ada"]).tags == ["a", "b"]
    assert client.get(f"/posts/{kept(app, 'looms', people['ada']).id}").location == "/posts/looms"
    assert "Looms" in client.get("/posts").text
    assert "Looms" in client.get("/tags/a").text


def test_form_keeps_what_was_typed_and_says_what_is_wrong_with_each_field(browse):
    ada = browse("ada")
    wrong = {"title": "x" * 201, "description": "y" * 1001, "body": " ", "tags": "z" * 61}
    answer = post(ada, "/posts/new", **wrong, do="publish")
    assert answer.status_code == 422
    for name, sentence in (
        ("title", "The title is 201 characters long; at most 200 fit."),
        ("description", "The description is 1,001 characters long; at most 1,000 fit."),
        ("body", "The text is missing."),
        ("tags", "A tag is 61 characters long; at most 60 fit."),
    ):
        assert f'id="{name}-error">{sentence}' in answer.text
        assert wrong[name].strip() in answer.text
    many = post(ada, "/posts/new", **draft(tags=",".join(map(str, range(21)))), do="publish")
    assert "These are 21 tags" in many.text
    assert post(ada, "/posts/new", **draft(title="x" * 1_000_000)).status_code in (413, 422)
    assert post(ada, "/posts/new", **draft(body="x" * 1_100_000)).status_code == 413
    assert post(ada, "/posts/new", **draft(body="漢" * 100_000, title="Long"), do="publish").status_code == 303


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_odd_words_are_refused_in_a_sentence_or_kept(app, browse, people, write):
    bob, fields = browse("bob"), ("title", "description", "body", "tags", "version", "do", "next", "post", "attachment")
    write("Known")
    for sent in (word.encode("utf-8", "replace") for word in NAUGHTY):
        for path in FORMS:
            answer = post(bob, path, **dict.fromkeys(fields, sent))
            assert answer.status_code < 500, (path, sent)
            assert (answer.location or "/").startswith("/")
        for path in ADDRESSES:
            assert bob.get(path.format(quote(sent, safe=""))).status_code < 500, (path, sent)


def test_lost_update_shows_both_versions_and_loses_neither(app, browse, people, write):
    ada, found = browse("ada"), write("Looms")
    assert post(ada, "/posts/looms/edit", **draft(title="Looms", body="First.", version="1")).status_code == 303
    clash = post(ada, "/posts/looms/edit", **draft(title="Looms", body="Second.", version="1"))
    assert clash.status_code == 409
    assert "Second." in clash.text
    assert "First." in clash.text
    assert 'name="version" value="2"' in clash.text
    assert kept(app, found.id, people["ada"]).body == "First."
    assert post(ada, "/posts/looms/edit", **draft(title="Looms", body="Both.", version="2")).status_code == 303
    assert kept(app, found.id, people["ada"]).body == "Both."


def test_only_the_author_changes_archives_and_deletes_a_post(app, browse, client, people, write):
    ada, bob = browse("ada"), browse("bob")
    write("Looms")
    for path in ("edit", "publish", "archive", "delete"):
        assert post(bob, f"/posts/looms/{path}", **draft(version="1")).status_code == 403
    assert bob.get("/posts/looms/edit").status_code == bob.get("/posts/looms/delete").status_code == 403
    assert post(ada, "/posts/looms/archive").location == "/posts/looms"
    assert "Looms" not in client.get("/posts").text
    assert 'name="robots" content="noindex"' in client.get("/posts/looms").text
    assert post(ada, "/posts/looms/publish").location == "/posts/looms"
    assert "gone, with its comments" in ada.get("/posts/looms/delete").text
    assert post(ada, "/posts/looms/delete").location == "/posts/mine"
    assert client.get("/posts/looms").status_code == 404


def test_hidden_post_is_shown_to_its_author_with_the_reason(app, browse, client, people, write):
    found = write("Looms")
    with app.uow.transaction():
        app.post_desk.hide(found.id, "It is an advertisement")
    ada, bob = browse("ada"), browse("bob")
    assert "A moderator has hidden it: It is an advertisement" in ada.get("/posts/looms").text
    assert "Hidden: It is an advertisement" in ada.get("/posts/mine").text
    for visitor in (client, bob):
        assert visitor.get("/posts/looms").status_code == 404
    for path in ("/posts", "/@ada", "/posts.atom", "/sitemap/1.xml", "/tags"):
        assert "looms" not in client.get(path).text


def test_comments_are_written_changed_and_deleted_by_who_wrote_them(app, browse, client, people, write):
    ada, bob = browse("ada"), browse("bob")
    found = write("Looms")
    made = post(bob, "/posts/looms/comments", body="Well *woven*.")
    place, _, comment = made.location.partition("#")
    assert (made.status_code, place) == (303, "/posts/looms")
    assert "Well <em>woven</em>." in client.get("/posts/looms").text
    path = f"/posts/looms/comments/{comment}"
    assert ada.get(path).status_code == post(ada, f"{path}/delete").status_code == 403
    assert post(bob, path, body=" ").status_code == 422
    assert post(bob, path, body="Badly woven.").location == made.location
    assert "Badly woven." in client.get("/posts/looms").text
    empty = post(bob, "/posts/looms/comments", body="x" * 10_001)
    assert (empty.status_code, "10,001 characters long" in empty.text) == (422, True)
    assert post(bob, f"{path}/delete").location == "/posts/looms#comments"
    assert "woven" not in client.get("/posts/looms").text
    with app.uow.transaction():
        app.post_desk.archive(app.post_desk.get(found.id, people["ada"].id))
    late = post(bob, "/posts/looms/comments", body="Too late, but not lost")
    assert late.status_code == 409
    assert "Too late, but not lost" in late.text
    assert "This post is not open to everybody" in late.text


def test_files_are_added_and_deleted_by_the_author_on_the_page_of_the_post(app, browse, client, people, write):
    ada, bob, found = browse("ada"), browse("bob"), write("Looms")

    def attach(who, content, name="cards.txt"):
        sent = {"post": found.id, "file": (BytesIO(content), name)}
        return who.post("/posts/attach", data=sent, content_type="multipart/form-data")

    assert attach(ada, b"Punched.").location == "/posts/looms#files"
    with app.uow.reading():
        [kept_file] = app.attachment_desk.of(found)
    line = f"[cards.txt](/api/v1/attachments/{kept_file.id})"
    assert line in ada.get("/posts/looms").text
    assert line not in client.get("/posts/looms").text
    assert f'href="/api/v1/attachments/{kept_file.id}">cards.txt' in client.get("/posts/looms").text
    for content in (b"", b"x" * 10_000_001):
        refused = attach(ada, content)
        assert (refused.status_code, "A file has 1 byte to 10 MB" in refused.text) == (422, True)
    assert ada.post("/posts/attach", data={"post": found.id}).status_code == 422
    assert attach(ada, b"x" * 13_000_000).status_code == 413
    assert attach(bob, b"Mine").status_code == 403
    assert post(bob, "/posts/detach", post=found.id, attachment=kept_file.id).status_code in (403, 404)
    assert post(ada, "/posts/detach", post=found.id, attachment=kept_file.id).location == "/posts/looms#files"
    assert "cards.txt" not in client.get("/posts/looms").text


def test_likes_and_follows_lead_back_to_a_page_of_ours(app, browse, people, write):
    bob = browse("bob")
    write("Looms")
    for path, place in (
        ("/posts/looms/favourite", "/posts/looms"),
        ("/@ada/follow", "/@Ada"),
        ("/@ADA/follow", "/@Ada"),
    ):
        assert post(bob, path).location.lower() == place.lower()
        assert post(bob, path, next="/posts?x=1").location == "/posts?x=1"
        for strange in ("https://evil.example", "//evil.example", "/\\evil.example"):
            assert post(bob, path, next=strange).location.lower() == place.lower()
    page = bob.get("/posts/looms").text
    assert "♥ Liked" in page
    assert "Unfollow @ada" in page
    assert "Looms" in bob.get("/posts/feed").text
    assert "Looms" in bob.get("/@bob?tab=favourites").text
    assert "1 follower ·" in " ".join(bob.get("/@ada").text.split())
    assert post(bob, "/posts/looms/favourite/remove").status_code == post(bob, "/@ada/follow/remove").status_code == 303
    assert "♡ Like" in bob.get("/posts/looms").text
    assert "Looms" not in bob.get("/posts/feed").text
    assert post(bob, "/@bob/follow").status_code == 422
    assert post(bob, "/@nobody/follow").status_code == 404


def test_pages_of_a_list_show_every_post_once(client, write):
    for number in range(45):
        write(f"Post {number:02}", "t")
    for begin in ("/posts", "/tags/t", "/tags?tag=t", "/@ada"):
        seen, address = [], begin
        while address:
            page = client.get(address).text
            seen += [part.partition("<")[0] for part in page.split("/posts/post-")[1:] if ">Post " in part[:12]]
            onward = page.partition('rel="next"')[0].rpartition('href="')[2] if 'rel="next"' in page else ""
            address = onward.partition('"')[0].replace("&amp;", "&")
        assert len(seen) == 45, begin
        assert "Newest" in page


def test_lists_ask_the_same_for_one_post_and_for_fifty(app, browse, client, people, write):
    ada, statements = browse("ada"), []
    for engine in (app.uow.reader, app.uow.engine):
        event.listen(engine, "before_cursor_execute", lambda *called: statements.append(called[2]))

    def asked(visitor, path):
        assert visitor.get(path).status_code == 200
        statements.clear()
        visitor.get(path)
        return len(statements)

    paths = (
        "/posts",
        "/tags/t",
        "/@ada",
        "/@ada?tab=favourites",
        "/posts.atom",
        "/posts/looms",
        "/tags",
        "/sitemap/1.xml",
    )
    own = ("/posts/feed", "/posts/mine", "/posts/looms")
    first = write("Looms", "t")
    with app.uow.transaction():
        app.ties.favour(people["ada"].id, first)
        app.ties.follow(people["bob"].id, people["ada"])
        app.comment_desk.write(first, people["bob"].id, "One")
    mine = write("Bob's", "t", by="bob")
    with app.uow.transaction():
        app.ties.follow(people["ada"].id, people["bob"])
    one = [asked(client, path) for path in paths], [asked(ada, path) for path in own]
    for number in range(49):
        found = write(f"Post {number}", "t", f"tag {number}", by="bob" if number % 2 else "ada")
        with app.uow.transaction():
            app.ties.favour(people["ada"].id, found)
            app.comment_desk.write(first, people["bob"].id, f"Comment {number}")
    assert ([asked(client, path) for path in paths], [asked(ada, path) for path in own]) == one
    assert mine.slug == "bob-s"


def test_tags_that_fit_in_no_path_have_an_address_and_go_through_the_form(app, browse, client, people, write):
    for tag in ("c/c++", "..", "a, b", "#1?", "50 %", "👩‍👩‍👧"):
        found = write(f"About {len(tag)}", tag)
        page = client.get("/tags").text
        address = page.rpartition('">' + tag.replace("&", "&amp;"))[0].rpartition('href="')[2]
        assert found.title in client.get(address.replace("&amp;", "&")).text, (tag, address)
        form = browse("ada").get(f"/posts/{found.slug}/edit").text
        typed = form.partition('name="tags"')[2].partition('value="')[2].partition('"')[0].replace("&#34;", '"')
        post(browse("ada"), f"/posts/{found.slug}/edit", **draft(title=found.title, tags=typed, version="1"))
        assert kept(app, found.id, people["ada"]).tags == [tag]
        with app.uow.transaction():
            app.post_desk.delete(app.post_desk.get(found.id, people["ada"].id))
    assert client.get("/tags/nothing").status_code == 200
    assert client.get("/tags?tag=").status_code == 404


def test_feed_is_atom_that_is_sent_once(app, client, people, write):
    write("Looms & <b>", "a", description="One\ufffe & two")
    write("Engines", by="bob")
    answer = client.get("/posts.atom")
    feed = ET.fromstring(answer.data)
    assert answer.mimetype == "application/atom+xml"
    assert [entry.findtext(f"{ATOM}title") for entry in feed.iter(f"{ATOM}entry")] == ["Engines", "Looms & <b>"]
    last = feed.findall(f"{ATOM}entry")[1]
    assert last.findtext(f"{ATOM}summary") == "One & two"
    assert last.find(f"{ATOM}link").get("href") == "http://127.0.0.1:8000/posts/looms-b"
    assert feed.findtext(f"{ATOM}updated") == "2026-11-24T12:02:00+00:00"
    assert client.get("/posts.atom", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get("/posts.atom", headers={"If-Modified-Since": answer.headers["Last-Modified"]}).status_code == 304
    assert len(ET.fromstring(client.get("/posts.atom?author=BOB").data).findall(f"{ATOM}entry")) == 1
    assert len(ET.fromstring(client.get("/posts.atom?tag=a").data).findall(f"{ATOM}entry")) == 1
    assert ET.fromstring(client.get("/posts.atom?tag=none").data).findall(f"{ATOM}entry") == []
    assert client.get("/posts.atom?author=nobody").status_code == client.get("/posts.atom?author=").status_code == 404


def test_sitemap_names_every_listed_post_once(app, site, client, write):
    for number in range(7):
        write(f"Post {number}")
    write("Draft", state=State.DRAFT)
    here, written = "http://127.0.0.1:8000", Sitemap(app, urls=5, at_once=2)
    with site.test_request_context():
        index, *parts = ("".join(pieces) for pieces in (written.index(), written.part(1), written.part(2)))
    assert places(index) == [f"{here}/sitemap/{number}.xml" for number in (1, 2)]
    named = [*places(parts[0]), *places(parts[1])]
    assert named == [f"{here}/posts", *(f"{here}/posts/post-{number}" for number in range(6, -1, -1))]
    assert places(client.get("/sitemap/1.xml").text) == named
    assert places(client.get("/sitemap.xml").text) == [f"{here}/sitemap/1.xml"]
    assert client.get("/sitemap/0.xml").status_code == client.get("/sitemap/99999999.xml").status_code == 404
    assert f"Sitemap: {here}/sitemap.xml" in client.get("/robots.txt").text


def places(document):
    return [found.text for found in ET.fromstring(document.encode()).iter(f"{MAP}loc")]


class Miser:
    """Lets nothing through that is named."""

    def __init__(self, *refused):
        self.refused = refused

    def knows(self, what):
        return True

    def hit(self, what, sender):
        return Verdict(allowed=what not in self.refused, limit=1, remaining=0, reset=7, window=60)


def test_who_writes_too_often_keeps_what_they_typed(make_app, clock):
    app = make_app(clock=clock, limiter=Miser("post", "comment"))
    with app.uow.transaction():
        ada = app.accounts.create("ada@example.com", "Ada", "member", PASSWORD)
        app.post_desk.write(ada.id, title="Looms", body="x")
    site = make_web(app)
    site.config["WTF_CSRF_ENABLED"] = False
    client = site.test_client()
    client.post("/login", data={"email": "ada@example.com", "password": PASSWORD})
    for path, words in (("/posts/new", draft(body="My words")), ("/posts/looms/edit", draft(body="My words")),
                        ("/posts/looms/comments", {"body": "My words"})):  # fmt: skip
        answer = post(client, path, **words)
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
        assert "My words" in answer.text
        assert "Wait 7 seconds" in answer.text
