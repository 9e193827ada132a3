"""Posts for programs: written, read, changed and taken out, by whom they may be."""

import pytest
from sqlalchemy import event

from core.domain.content import State
from entrypoints.web import make_web

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


class Caller:
    """Somebody with a pass."""

    def __init__(self, app, user, client):
        self.user, self._client, self._headers = user, client, {"Authorization": f"Bearer {app.passes.give(user)}"}

    def __getattr__(self, method):
        def call(path, json=None, headers=None, **further):
            given = {**self._headers, **(headers or {})}
            return getattr(self._client, method)(f"/api/v1{path}", json=json, headers=given, **further)

        return call


@pytest.fixture
def people(app):
    client = make_web(app).test_client()
    with app.uow.transaction():
        users = [app.accounts.create(f"{name}@example.org", name.title(), "member", "correct horse battery")
                 for name in ("ada", "bob")]  # fmt: skip
    return [*(Caller(app, user, client) for user in users), client]


def written(caller, title="Looms", **further):
    answer = caller.post("/posts", {"title": title, "body": f"About *{title}*.", **further})
    assert answer.status_code == 201, answer.text
    return answer.json


def test_a_post_is_written_read_changed_and_deleted(people):
    ada, _, client = people
    post = written(ada, tags=["b", "a"], description="Cards")
    assert (post["slug"], post["tags"], post["state"]) == ("looms", ["a", "b"], "published")
    read = client.get("/api/v1/posts/looms")
    assert (read.json["body"], read.json["author"]["username"]) == ("About *Looms*.", "ada")
    tag = read.headers["ETag"]
    assert client.get("/api/v1/posts/looms", headers={"If-None-Match": tag}).status_code == 304
    changed = ada.patch("/posts/looms", {"title": "Engines"}, {"If-Match": tag})
    assert (changed.status_code, changed.json["slug"], changed.json["id"]) == (200, "engines", post["id"])
    assert client.get(f"/api/v1/posts/{post['id']}").json["title"] == "Engines"
    assert ada.delete("/posts/engines").status_code == 204
    assert client.get("/api/v1/posts/engines").status_code == 404


def test_who_changes_an_older_version_is_shown_both(people):
    ada, bob, client = people
    written(ada)
    tag = client.get("/api/v1/posts/looms").headers["ETag"]
    assert bob.put("/posts/looms/favourite").json["favourites"] == 1
    assert ada.patch("/posts/looms", {"body": "Second"}, {"If-Match": tag}).status_code == 200, "a like undoes nothing"
    lost = ada.patch("/posts/looms", {"body": "Third"}, {"If-Match": tag})
    assert (lost.status_code, lost.json["current"]["body"], lost.json["sent"]) == (412, "Second", {"body": "Third"})
    assert ada.patch("/posts/looms", {"body": "Third"}, {"If-Match": lost.json["current"]["etag"]}).status_code == 200
    assert ada.delete("/posts/looms", headers={"If-Match": tag}).status_code == 412
    for odd in ('"", W/"A"', "x", '"', ""):
        assert ada.patch("/posts/looms", {"body": "Fourth"}, {"If-Match": odd}).status_code == 412


def test_a_draft_is_its_authors_until_it_is_published(people):
    ada, bob, client = people
    written(ada, state="draft")
    assert (ada.get("/posts/looms").status_code, bob.get("/posts/looms").status_code) == (200, 404)
    assert bob.post("/posts/looms/comments", {"body": "Hm"}).status_code == 404
    assert ada.patch("/posts/looms", {"state": "archived"}).status_code == 409
    assert ada.patch("/posts/looms", {"state": "draft", "title": ""}).status_code == 422
    assert ada.patch("/posts/looms", {"state": "published"}).json["published_at"]
    assert ada.patch("/posts/looms", {"state": "archived"}).json["state"] == "archived"
    assert client.get("/api/v1/posts").json["posts"] == []
    assert client.get("/api/v1/posts/looms").status_code == 200
    assert [one["slug"] for one in ada.get("/posts/mine").json["posts"]] == ["looms"]


def test_nobody_changes_what_is_somebody_elses(people):
    ada, bob, client = people
    written(ada)
    comment = ada.post("/posts/looms/comments", {"body": "Mine"}).json
    for call in (
        lambda: bob.patch("/posts/looms", {"body": "Bob's"}), lambda: bob.delete("/posts/looms"),
        lambda: bob.delete(f"/posts/looms/comments/{comment['id']}"),
        lambda: bob.patch(f"/posts/looms/comments/{comment['id']}", {"body": "x"}),
        lambda: bob.post("/attachments?post=looms&name=a.txt", data=b"x"),
    ):  # fmt: skip
        assert call().status_code == 403
    assert client.patch("/api/v1/posts/looms", json={}).status_code == 401
    assert bob.get("/posts/looms/comments").json["comments"][0]["body"] == "Mine"


def test_lists_go_on_by_cursor_and_link(people):
    ada, bob, client = people
    for number in range(5):
        written(ada, f"Post {number}", tags=["t"])
    written(bob, "Other")
    bob.put("/users/ada/follow")
    seen, path = [], "/posts/feed?limit=2"
    while path:
        page = bob.get(path)
        seen += [post["title"] for post in page.json["posts"]]
        cursor = page.json["next"]
        assert (f"cursor={cursor}" in page.headers.get("Link", "")) == bool(cursor)
        path = f"/posts/feed?limit=2&cursor={cursor}" if cursor else None
    assert seen == [f"Post {number}" for number in (4, 3, 2, 1, 0)]
    assert len(client.get("/api/v1/posts?tag=t&author=ADA").json["posts"]) == 5
    assert client.get("/api/v1/posts?tag=none").json == {"posts": [], "next": None, "prev": None}
    assert client.get("/api/v1/tags").json == {"tags": [{"tag": "t", "posts": 5}]}
    bob.delete("/users/ada/follow")
    assert bob.get("/posts/feed").json["posts"] == []


BAD = ("cursor=x", "cursor=after.1.pst_x", "cursor=before.1.pst_01m86ptpg0wpjj08wr83jmcdsn", "limit=0", "limit=-1",
       "limit=101", "limit=9999999999999999999", "limit=x", "tag=%00", "author=" + "x" * 101,
       "cursor=after.999999999999999999.pst_01m86ptpg0wpjj08wr83jmcdsn")  # fmt: skip


@pytest.mark.parametrize("query", BAD)
def test_bad_questions_are_told_by_name(people, query):
    answer = people[-1].get(f"/api/v1/posts?{query}")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [query.partition("=")[0]])


def test_bad_posts_are_told_by_field(people):
    ada, *_ = people
    wrong = ada.post("/posts", {"title": "a\x00b", "body": " ", "tags": ["x" * 61], "description": "a\nb"})
    assert (wrong.status_code, set(wrong.json["errors"])) == (422, {"title", "body", "tags", "description"})
    assert ada.post("/posts", {"title": "x" * 201, "body": "x"}).status_code == 422
    assert ada.post("/posts", {"title": "x", "body": "x", "author_id": "usr_x"}).status_code == 422
    assert ada.post("/posts", {"title": "x", "body": "x", "state": "archived"}).status_code == 422
    assert ada.put("/users/ada/follow").status_code == 422
    assert ada.put("/users/nobody/follow").status_code == 404


def test_detail_of_a_bad_post_names_fields_as_they_are_sent(people):
    ada = people[0]
    assert ada.post("/posts", {"title": "Looms"}).json["detail"] == (
        "Some fields need another look: body: The text is missing. Please fill it in."
    )
    assert ada.post("/posts", {"title": "Looms", "body": "Cards.", "colour": "red"}).json["detail"] == (
        "Some fields need another look: colour: There is no such field here. Take it out, or check its spelling."
    )


def test_the_same_post_twice_with_a_key_is_one(people):
    ada, _, client = people
    answers = [ada.post("/posts", {"title": "Once", "body": "x"}, {"Idempotency-Key": "k"}) for _ in range(2)]
    assert [answer.json["id"] for answer in answers] == [answers[0].json["id"]] * 2
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    assert len(client.get("/api/v1/posts").json["posts"]) == 1


def test_a_key_of_one_post_says_nothing_below_another(people):
    ada, bob, client = people
    written(ada, "One")
    written(ada, "Two")
    assert bob.post("/posts/one/comments", {"body": "Hi"}, {"Idempotency-Key": "k"}).status_code == 201
    other = bob.post("/posts/two/comments", {"body": "Hi"}, {"Idempotency-Key": "k"})
    assert (other.status_code, list(other.json["errors"])) == (422, ["Idempotency-Key"])
    assert client.get("/api/v1/posts/two/comments").json["comments"] == []


def test_nobody_is_told_that_nothing_changed_when_a_moderator_hid_it_or_its_author_has_another_name(app, people):
    ada, bob, _ = people
    post = written(ada)
    comment = f"/posts/looms/comments/{bob.post('/posts/looms/comments', {'body': 'Hi'}).json['id']}"
    seen = {path: ada.get(path).headers["ETag"] for path in ("/posts/looms", comment)}
    with app.uow.transaction():
        app.post_desk.hide(post["id"], "It is spam")
    again = ada.get("/posts/looms", headers={"If-None-Match": seen["/posts/looms"]})
    assert (again.status_code, again.json["hidden_for"]) == (200, "It is spam")
    ada.put("/users/bob/follow")
    again = ada.get(comment, headers={"If-None-Match": seen[comment]})
    assert (again.status_code, again.json["author"]["following"]) == (200, True)
    assert ada.patch("/posts/looms", {"body": "x"}, {"If-Match": seen["/posts/looms"]}).status_code == 200


def test_comments_are_written_changed_and_deleted(people):
    ada, bob, client = people
    written(ada)
    said = bob.post("/posts/looms/comments", {"body": "Well woven"})
    assert said.status_code == 201
    path = f"/posts/looms/comments/{said.json['id']}"
    assert bob.patch(path, {"body": "Well *woven*"}, {"If-Match": said.headers["ETag"]}).json["body"] == "Well *woven*"
    assert bob.patch(path, {"body": "x"}, {"If-Match": said.headers["ETag"]}).status_code == 412
    assert bob.patch(path, {"body": ""}).status_code == 422
    assert client.get("/api/v1/posts/looms").json["comments"] == 1
    assert client.get(f"/api/v1{path}").json["author"]["username"] == "bob"
    assert bob.delete(path).status_code == 204
    assert client.get(f"/api/v1{path}").status_code == 404


def test_files_are_kept_with_a_post_and_shown_to_who_may_read_it(people, app):
    ada, bob, client = people
    written(ada, state="draft")
    kept = ada.post("/attachments?post=looms&name=..%2Fa.png", data=PNG)
    assert (kept.status_code, kept.json["name"], kept.json["type"]) == (201, "..-a.png", "image/png")
    page = ada.post("/attachments?post=looms&name=a.html", data=b"<script>alert(1)</script>").json
    at = kept.json["url"].removeprefix("/api/v1")
    assert (ada.get(at).data, bob.get(at).status_code, client.get(f"/api/v1{at}").status_code) == (PNG, 404, 404)
    ada.patch("/posts/looms", {"state": "published"})
    served = client.get(page["url"])
    assert (served.mimetype, served.headers["Content-Disposition"]) == (
        "application/octet-stream", "attachment; filename=a.html",
    )  # fmt: skip
    assert [one["name"] for one in client.get("/api/v1/posts/looms/attachments").json["attachments"]] == [
        "..-a.png", "a.html",
    ]  # fmt: skip
    assert (bob.delete(at).status_code, ada.delete(at).status_code, client.get(f"/api/v1{at}").status_code) == (
        404, 204, 404,
    )  # fmt: skip


def test_a_quota_holds_all_files_of_a_person(make_app):
    app = make_app(settings={"attachment_quota": 0})
    with app.uow.transaction():
        user = app.accounts.create("ada@example.org", "Ada", "member", "correct horse battery")
        app.post_desk.write(user.id, title="Looms", body="x")
    ada = Caller(app, user, make_web(app).test_client())
    refused = ada.post("/attachments?post=looms&name=a.png", data=PNG)
    assert (refused.status_code, "0 MB" in refused.json["errors"]["file"]) == (422, True)
    assert list(app.attachment_files.names()) == []


def test_files_that_belong_to_nothing_are_swept(people, app, drain_queue):
    ada, *_ = people
    written(ada)
    old = "att_00m86ptpg0wpjj08wr83jmcdsn.bin"
    with app.attachment_files.new(old) as file:
        file.write(b"x")
    kept = ada.post("/attachments?post=looms&name=a.png", data=PNG).json
    with app.uow.transaction():
        app.outbox.enqueue("content.forget-attachments", {})
    drain_queue(app, "upkeep")
    assert list(app.attachment_files.names()) == [f"{kept['id']}.bin"]


def test_a_reported_post_is_hidden_when_a_moderator_agrees(people, app, drain_queue):
    ada, bob, client = people
    post = written(ada)
    assert ada.post("/reports", {"about_kind": "posts", "about_id": "looms", "reason": "spam"}).status_code == 409
    report = bob.post("/reports", {"about_kind": "posts", "about_id": "looms", "reason": "spam"})
    assert (report.status_code, report.json["about_id"]) == (201, post["id"])
    with app.uow.transaction():
        app.report_desk.uphold(report.json["id"])
    drain_queue(app, "default")
    assert client.get("/api/v1/posts/looms").status_code == 404
    assert ada.get("/posts/looms").json["hidden_for"].startswith("Somebody reported it")


@pytest.mark.parametrize(
    "path", ["/posts", "/posts/feed", "/posts/mine", "/posts?tag=t&author=ada", "/posts/p/comments"]
)
def test_a_list_asks_the_same_for_one_and_for_fifty(people, app, path):
    ada, bob, _ = people
    written(ada, "P", tags=["t"])
    ada.post("/posts/p/comments", {"body": "x"})
    bob.put("/users/ada/follow")
    asked = []
    event.listen(app.uow.reader, "before_cursor_execute", lambda *told: asked.append(told[2]))

    def number():
        asked.clear()
        assert bob.get(f"{path}{'&' if '?' in path else '?'}limit=50").status_code == 200
        return len(asked)

    one = number()
    with app.uow.transaction():
        for count in range(49):
            app.post_desk.write(ada.user.id, title=f"More {count}", body="x", tags=["t"])
            app.post_desk.write(bob.user.id, title=f"Bob's {count}", body="x", state=State.DRAFT)
            app.comment_desk.write(app.post_desk.get("p"), ada.user.id, "y")
    assert number() == one


def test_who_is_suspended_can_still_be_left_but_not_followed(app, people):
    ada, bob, _ = people
    written(ada)
    bob.put("/users/ada/follow")
    with app.uow.transaction():
        app.users.get(ada.user.id).active = False
    assert bob.put("/users/ada/follow").status_code == 404
    assert bob.delete("/users/ada/follow").status_code == 204
    assert bob.get("/posts/feed").json["posts"] == []


def test_what_the_suspended_wrote_is_gone_wherever_it_is_read_and_comes_back(app, people, drain_queue):
    ada, bob, client = people
    written(ada, tags=["cards"])
    written(bob, "Saws")
    ada.post("/posts/saws/comments", {"body": "Well sawn"})
    places = ("/posts", "/posts.atom", "/sitemap/1.xml", "/tags", "/search?q=looms", "/posts/saws", "/api/v1/posts",
              "/api/v1/search?q=looms", "/api/v1/posts/saws/comments", "/api/articles", "/api/tags",
              "/api/articles/saws/comments")  # fmt: skip
    words = ("/posts/looms", "Looms", "cards", "Well sawn", "@ada")

    def seen():
        return {place for place in places if any(word in client.get(place).text for word in words)}

    def statuses():
        return {client.get(path).status_code for path in ("/posts/looms", "/api/v1/posts/looms", "/api/articles/looms")}

    assert (seen(), statuses()) == (set(places), {200})
    with app.uow.transaction():
        app.caretaker.suspend(ada.user.id, "Spam.", None)
    drain_queue(app, "default")
    assert (seen(), statuses()) == (set(), {404})
    with app.uow.transaction():
        app.caretaker.restore(ada.user.id, None)
    drain_queue(app, "default")
    assert (seen(), statuses()) == (set(places), {200})
