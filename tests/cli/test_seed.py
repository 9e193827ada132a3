"""`flask seed --posts`: posts are made up, the same ones every time, as good as written ones."""

from dataclasses import fields

from sqlalchemy import select

from core.domain.content import Comment, Post, State
from core.domain.messaging import Conversation, DirectMessage, Member
from core.ports.content import Wanted
from core.ports.records import Question


def everything(app, entity):
    names = [field.name for field in fields(entity)]
    with app.uow.reading():
        asked = Question(order=names[0])
        return [entity(**row) for row in app.record_store.page(entity, names, asked, 5000).rows]


def test_posts_are_made_up_once_whole_and_of_every_kind(app, flask):
    code, said = flask("seed", "--posts", "300")
    assert code == 0
    assert "300 posts were made up, with comments, likes and follows; 0 were there already." in said
    assert "Posts: 300 of 300" in said
    posts = everything(app, Post)
    assert {post.state for post in posts} == set(map(str, State))
    assert any(post.hidden_at for post in posts)
    assert sum(post.favourites for post in posts) > 100
    assert len({tag for post in posts for tag in post.tags}) > 30
    assert not all(post.title.isascii() for post in posts)
    assert everything(app, Comment)
    with app.uow.transaction():
        assert app.tallies.fold() == 0
        assert app.tallies.recount() == 0
        assert app.post_reader.page(Wanted()).total == sum(post.is_listed for post in posts)


def test_a_made_up_post_is_as_its_rules_want_it(app, flask):
    flask("seed", "--posts", "300")
    for post in everything(app, Post):
        before = (post.title, post.description, post.body, list(post.tags))
        post.check()
        assert (post.title, post.description, post.body, post.tags) == before
        assert post.created_at <= post.updated_at
        assert (post.published_at is None) == (post.state == State.DRAFT)


def test_more_posts_are_added_to_those_that_are_there(app, flask):
    flask("seed", "--posts", "100")
    before = {post.slug: (post.title, post.body) for post in everything(app, Post)}
    said = flask("seed", "--posts", "150")[1]
    assert "50 posts were made up, with comments, likes and follows; 100 were there already." in said
    after = {post.slug: (post.title, post.body) for post in everything(app, Post)}
    assert len(after) == 150
    assert {slug: after[slug] for slug in before} == before


def test_conversations_are_made_up_once_with_counts_that_are_right(app, flask):
    assert "conversations between them were made up." in flask("seed")[1]
    assert "conversations" not in flask("seed")[1]
    with app.uow.reading():
        messages, members, talks = (list(app.uow.session.scalars(select(kind))) for kind in
                                    (DirectMessage, Member, Conversation))  # fmt: skip
    unread = {
        (one.conversation_id, one.user_id): sum(
            message.conversation_id == one.conversation_id and message.id > one.read_id
            and message.author_id != one.user_id for message in messages
        ) for one in members
    }  # fmt: skip
    assert {(one.conversation_id, one.user_id): one.unread for one in members} == unread
    assert {one.of_two for one in talks} == {True, False}
    with app.uow.transaction():
        boss = app.users.super_admins()[0]
        listed = app.conversation_desk.of(boss.id)
        again = app.conversation_desk.start(boss, [listed.people[listed.entries[0].others[0]].username], "Hello")
    assert (len(listed.entries), again.is_new) == (1, False)
