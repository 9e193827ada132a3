"""Posts, comments and tags in the panel: corrected, hidden, brought back and renamed, with everything in the audit."""

import pytest
from tests.admin.browser import form_of

from core.domain.content import State
from core.domain.kernel.errors import Conflict
from core.domain.records import DeletedRecord
from core.ports.content import Wanted
from core.ports.records import Question


@pytest.fixture
def posts(app, people):
    """Five posts of a member, each with a comment."""
    author = people["member"].id
    with app.uow.transaction():
        made = [app.post_desk.write(author, title=f"Loom {number}", body="Cards.", tags=["looms", f"n{number}"])
                for number in range(5)]  # fmt: skip
        for post in made:
            app.comment_desk.write(post, people["staff"].id, f"Well woven, {post.title}")
        app.ties.favour(author, made[0])
    return made


@pytest.fixture
def do(browser):
    def done(kind, action, *keys, **typed):
        browser.get(f"/admin/{kind}/")
        return browser.post(f"/admin/{kind}/action/", {"action": action, "rowid": list(keys), "sure": "yes", **typed})

    return done


def listed(app, **wanted):
    with app.uow.reading():
        page = app.post_reader.page(Wanted(**wanted))
    return sorted(row.title for row in page.rows), page.total


def test_posts_are_listed_searched_and_lead_to_what_hangs_on_them(browser, posts, people):
    page = browser.get("/admin/posts/?search=loom+3").text
    assert ("Loom 3" in page, "Loom 2" in page) == (True, False)
    page = browser.get(f"/admin/posts/details/?id={posts[0].id}").text
    assert (f"post_id.is={posts[0].id}" in page, "/posts/loom-0" in page, "about_kind.is=posts" in page) == (True,) * 3
    assert "Well woven, Loom 0" in browser.get(f"/admin/posts/edit/?id={posts[0].id}").text
    assert f"author_id.is={people['member'].id}" in browser.get(f"/admin/users/details/?id={people['member'].id}").text


def test_many_posts_are_hidden_at_once_and_shown_again(app, posts, do, acts):
    do("posts", "hidden", *(post.id for post in posts[:3]), reason="It is spam")
    assert listed(app) == (["Loom 3", "Loom 4"], 2)
    do("posts", "shown again", posts[0].id)
    assert listed(app) == (["Loom 0", "Loom 3", "Loom 4"], 3)
    assert [act["action"] for act in acts() if act["kind"] == "post"] == ["restored", "hid", "hid", "hid"]
    with app.uow.reading():
        assert app.posts.find(posts[1].id).hidden_for == "It is spam"


def test_posts_are_archived_and_published_again(app, posts, do):
    do("posts", "archived", posts[0].id)
    assert listed(app)[1] == 4
    do("posts", "published", posts[0].id)
    assert listed(app)[1] == 5


@pytest.fixture
def draft(app, people):
    with app.uow.transaction():
        return app.post_desk.write(people["member"].id, title="Plans", body="Mine", state=State.DRAFT)


def test_a_draft_is_published_by_nobody_in_the_panel(app, browser, posts, draft, do):
    do("posts", "archived", posts[0].id)
    do("posts", "published", draft.id)
    assert "a draft is published by its author alone" in browser.get("/admin/posts/").text
    do("posts", "published", draft.id, posts[0].id)
    page = browser.get("/admin/posts/").text
    assert ("Publish: 1 post." in page, "a draft is published by its author alone" in page, listed(app)[1]) == (
        True,
        True,
        5,
    )
    with app.uow.reading():
        assert (app.posts.get(draft.id).state, app.posts.get(draft.id).published_at) == (State.DRAFT, None)


def test_a_deed_that_does_not_fit_a_record_is_refused_though_its_button_was_never_shown(app, browser, posts, do, acts):
    do("posts", "shown again", posts[0].id)
    assert "“Show again” does not fit this post as it is now. Open it: the buttons" in browser.get("/admin/posts/").text
    assert [act["action"] for act in acts() if act["kind"] == "post"] == []


def test_a_draft_is_published_by_nobody_but_its_author(app, draft):
    with pytest.raises(Conflict, match="only its author publishes it"), app.uow.transaction():
        app.post_desk.publish_again(draft.id)


def test_a_deleted_post_comes_back_with_its_comments_and_right_numbers(app, browser, posts):
    browser.get("/admin/posts/")
    gone = browser.post("/admin/posts/delete/", {"id": posts[0].id, "sure": "yes"}, follow_redirects=True)
    assert (listed(app)[1], listed(app, tag="n0")) == (4, ([], 0))
    browser.post("/admin/recycle-bin/undo/", form_of(gone, "/undo/"))
    assert (listed(app)[1], listed(app, tag="n0")) == (5, (["Loom 0"], 1))
    with app.uow.reading():
        row = app.post_reader.post(posts[0].id)
        assert (row.favourites, row.comments) == (0, len(app.post_reader.comments(posts[0].id)))
    with app.uow.transaction():
        assert app.tallies.recount() == 0


def test_comments_are_hidden_and_counted(app, posts, do):
    with app.uow.reading():
        comment = app.post_reader.comments(posts[0].id)[0]
    do("comments", "hidden", comment.id, reason="It is rude")
    with app.uow.reading():
        assert app.post_reader.post(posts[0].id).comments == 0
    do("comments", "shown again", comment.id)
    with app.uow.reading():
        assert app.post_reader.post(posts[0].id).comments == 1


def test_a_tag_is_renamed_in_every_post_and_drafts_too(app, posts, people, do, drain_queue):
    with app.uow.transaction():
        app.post_desk.write(people["member"].id, title="Draft", body="x", tags=["looms"], state=State.DRAFT)
        app.post_desk.write(people["member"].id, title="Both", body="x", tags=["looms", "weaving"])
    do("tags", "renamed", "looms", to="weaving")
    drain_queue(app, "bulk")
    assert (listed(app, tag="looms"), listed(app, tag="weaving")[1]) == (([], 0), 6)
    with app.uow.reading():
        assert app.posts.find("draft").tags == ["weaving"]
        assert (app.tags.find("looms"), app.tags.find("weaving").name) == (None, "weaving")
    do("tags", "renamed", "weaving", to="")
    drain_queue(app, "bulk")
    assert (listed(app, tag="weaving"), listed(app)[1]) == (([], 0), 6)


def test_a_tag_says_what_it_is_about(app, browser, posts):
    form = form_of(browser.get("/admin/tags/edit/?id=looms"), "/edit/")
    browser.post("/admin/tags/edit/", form | {"about": "What weaves."})
    with app.uow.reading():
        assert app.tag_desk.about("looms") == "What weaves."


def test_moderators_hide_and_do_not_delete(app, stranger, posts):
    with app.uow.transaction():
        app.accounts.create("mo@example.org", "Mo", "moderator", "correct horse battery")
    stranger.sign_in("mo@example.org")
    stranger.get("/admin/posts/")
    act = {"action": "hidden", "rowid": posts[0].id, "sure": "yes", "reason": "Spam"}
    assert stranger.post("/admin/posts/action/", act).status_code == 303
    assert listed(app)[1] == 4
    assert stranger.post("/admin/posts/delete/", {"id": posts[1].id, "sure": "yes"}).status_code == 403


def test_what_a_draft_says_is_on_no_page_of_the_panel(app, browser, posts, people, exported):
    with app.uow.transaction():
        draft = app.post_desk.write(people["member"].id, title="Plans", body="Kanarienvogel", state=State.DRAFT)
    names = ("?search=plans", f"details/?id={draft.id}", f"edit/?id={draft.id}")
    pages = [browser.get(f"/admin/posts/{name}") for name in names]
    assert all("Plans" in page.text for page in pages)
    assert ("/admin/posts/edit/" in pages[0].text, "/admin/posts/edit/" in browser.get("/admin/posts/").text) == (
        False, True,
    )  # fmt: skip
    assert ("/admin/posts/edit/" in pages[1].text, "/posts/plans" in pages[1].text) == (False, False)
    pages.append(browser.post("/admin/posts/edit/", form_of(pages[2], "/edit/") | {"body": "Mine"}))
    assert "only its author" in pages[-1].text
    told = exported(browser, "/admin/posts/", "search=plans")
    browser.get("/admin/posts/")
    pages.append(browser.post("/admin/posts/delete/", {"id": draft.id, "sure": "yes"}, follow_redirects=True))
    with app.uow.reading():
        (gone,) = app.record_store.page(DeletedRecord, ("id",), Question(order="id"), 10).rows
    pages += [browser.get(f"/admin/recycle-bin/details/?id={gone['id']}"), browser.get("/admin/audit-entries/")]
    assert "Plans" in told
    assert [text for text in (told, *(page.text for page in pages)) if "Kanarienvogel" in text] == []


def test_who_wrote_more_than_goes_at_once_goes_by_a_task_and_comes_back(app, browser, posts, people, drain_queue):
    author = people["member"].id
    app.records.references.most = 3
    browser.get("/admin/users/")
    page = browser.post("/admin/users/delete/", {"id": author, "sure": "yes"}, follow_redirects=True)
    assert "A task does this now" in page.text
    drain_queue(app, "bulk")
    assert listed(app) == ([], 0)
    with app.uow.reading():
        rows = app.record_store.page(DeletedRecord, ("id", "kind"), Question(order="id"), 50).rows
    (gone,) = (row["id"] for row in rows if row["kind"] == "user")
    page = browser.get(f"/admin/recycle-bin/details/?id={gone}")
    assert f"Restore it and {len(rows) - 1} more" in page.text
    assert "follows and likes do not come back" in page.text
    browser.post("/admin/recycle-bin/undo/", form_of(page, "/undo/"))
    assert listed(app)[1] == 5
