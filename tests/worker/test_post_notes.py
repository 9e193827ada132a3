"""Followers hear of a post by their bell, authors of comments; once, as they wish, and never of what is hidden."""

import pytest

from adapters.mail.memory import MemoryMail
from core.domain.content import State
from core.domain.notices import Preference


@pytest.fixture
def mail():
    return MemoryMail()


@pytest.fixture
def app(make_app, mail, clock):
    return make_app(mail=mail, clock=clock)


@pytest.fixture
def people(app):
    """Ada, whom Bob, Eve and Joe follow."""
    with app.uow.transaction():
        made = [app.accounts.create(f"{name}@example.org", name.title(), "member", "correct horse battery")
                for name in ("ada", "bob", "eve", "joe")]  # fmt: skip
        app.uow.session.flush()
        for fan in made[1:]:
            app.ties.follow(fan.id, made[0])
    return made


@pytest.fixture
def drained(app, drain_queue):
    return lambda: drain_queue(app, "upkeep", "upkeep", "upkeep", "mail")


def write(app, author, title="Looms", **further):
    with app.uow.transaction():
        return app.post_desk.write(author.id, title=title, body="They weave.", **further)


def bells(app, user):
    with app.uow.reading():
        return [(one.kind, one.title, one.text, one.link) for one in app.notice_desk.page(user.id).notices]


def test_followers_are_told_by_their_bell_alone_and_once(app, people, drained, mail):
    ada, *fans = people
    post = write(app, ada)
    drained()
    told = ("post_published", "Ada has published a post", "Looms", f"http://127.0.0.1:8000/posts/{post.id}")
    assert [bells(app, fan) for fan in (ada, *fans)] == [[], [told], [told], [told]]
    with app.uow.transaction():
        app.outbox.enqueue("content.tell-followers", {"post_id": post.id, "after": ""})
        app.post_desk.archive(app.post_desk.get(post.id, ada.id))
        app.post_desk.publish(app.post_desk.get(post.id, ada.id))
    drained()
    assert [len(bells(app, fan)) for fan in fans] == [1, 1, 1]
    assert mail.sent == []


def test_who_unfollowed_or_switched_the_bell_off_hears_nothing(app, people, drained):
    ada, bob, eve, joe = people
    post = write(app, ada, state=State.DRAFT)
    with app.uow.transaction():
        app.preferences.keep(Preference(user_id=bob.id, kind="post_published", channels=[]))
        app.ties.unfollow(eve.id, ada)
        app.post_desk.publish(app.post_desk.get(post.id, ada.id))
    drained()
    assert [len(bells(app, fan)) for fan in (bob, eve, joe)] == [0, 0, 1]
    with app.uow.reading():
        offered = {one.kind.name: one.offered for one in app.preference_desk.choices(bob)}
    assert offered["post_published"] == ("bell",)


def test_what_is_hidden_or_gone_before_its_turn_is_told_to_nobody(app, people, drained):
    ada, bob, *_ = people
    hidden, gone = write(app, ada, "Hidden"), write(app, ada, "Gone")
    draft = write(app, ada, "Draft", state=State.DRAFT)
    with app.uow.transaction():
        app.comment_desk.write(app.post_desk.get(hidden.id), bob.id, "On what is hidden")
        app.clock.pass_by(seconds=1)
        said = app.comment_desk.write(app.post_desk.get(gone.id), bob.id, "Rude")
        app.comment_desk.hide(said.id, "It is rude")
        app.post_desk.hide(hidden.id, "It is spam")
        app.post_desk.delete(app.post_desk.get(gone.id, ada.id))
    drained()
    assert [bells(app, one) for one in people] == [[], [], [], []]
    assert draft.published_at is None


def test_followers_are_told_in_batches(app, people, drained):
    ada, *fans = people
    post = write(app, ada, state=State.DRAFT)
    with app.uow.transaction():
        app.posts.find(post.id).publish(app.clock.now())
        app.outbox.enqueue("content.tell-followers", {"post_id": post.id, "after": "", "most": 2})
    drained()
    assert [len(bells(app, fan)) for fan in fans] == [1, 1, 1]


def test_author_is_told_of_a_comment_but_not_of_their_own(app, people, drained, mail):
    ada, bob, *_ = people
    post = write(app, ada)
    with app.uow.transaction():
        found = app.post_desk.get(post.id)
        app.comment_desk.write(found, ada.id, "My own")
        app.clock.pass_by(seconds=1)
        said = app.comment_desk.write(found, bob.id, "Well *woven*.\nFrom: somebody")
    drained()
    link = f"http://127.0.0.1:8000/posts/{post.id}#{said.id}"
    assert [bell[1:] for bell in bells(app, ada)] == [
        ("Bob has commented on your post", "Looms: Well *woven*. From: somebody", link)
    ]
    [letter] = mail.sent
    assert (letter.to, letter.subject) == ("ada@example.org", "Bob has commented on Looms")
    assert "> From: somebody" in letter.text
    assert link in letter.text
    with app.uow.transaction():
        app.preferences.keep(Preference(user_id=ada.id, kind="post_commented", channels=["bell"]))
        app.clock.pass_by(seconds=1)
        app.comment_desk.write(app.post_desk.get(post.id), bob.id, "Again")
    drained()
    assert (len(bells(app, ada)), len(mail.sent)) == (2, 1)
