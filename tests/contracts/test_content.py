"""Posts over every way to keep them: what is listed, in which order, and how many there are."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from adapters.db.content import SqlReading
from core.domain.content import AttachmentDesk, Post, PostReader, Room, State, Ties
from core.domain.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from core.ports.content import Wanted


@pytest.fixture
def people(kept):
    """Ada, Bob and Eve."""
    with kept.uow.transaction():
        return [kept.accounts.create(f"{name}@example.org", name.title(), "member", "correct horse battery")
                for name in ("ada", "bob", "eve")]  # fmt: skip


@pytest.fixture
def write(kept, clock):
    """Write a post a minute after the one before."""

    def written(author, title, *tags, **further):
        clock.pass_by(minutes=1)
        with kept.uow.transaction():
            return kept.post_desk.write(author.id, title=title, body=f"About {title}.", tags=list(tags), **further)

    return written


def titles(kept, **wanted):
    with kept.uow.reading():
        page = kept.post_reader.page(Wanted(**wanted))
    return [row.title for row in page.rows], page.total


def changed(kept, post, verb, *how):
    with kept.uow.transaction():
        return verb(kept.post_desk.get(post.id, post.author_id), *how)


def test_posts_are_listed_newest_first_and_found_by_tag_author_and_fan(kept, people, write):
    ada, bob, eve = people
    first, second = write(ada, "First", "b", "a"), write(bob, "Second", "a")
    write(ada, "Draft", "a", state=State.DRAFT)
    with kept.uow.transaction():
        kept.ties.favour(eve.id, first)
        kept.ties.favour(eve.id, first)
        kept.ties.favour(ada.id, second)
        kept.ties.follow(eve.id, bob)
    assert titles(kept) == (["Second", "First"], 2)
    assert titles(kept, tag="a") == (["Second", "First"], 2)
    assert titles(kept, tag="b") == (["First"], 1)
    assert titles(kept, author="ADA") == (["First"], 1)
    assert titles(kept, tag="a", author="bob") == (["Second"], 1)
    assert titles(kept, favourited_by="eve") == (["First"], 1)
    assert titles(kept, favourited_by="eve", tag="b", author="ada") == (["First"], 1)
    assert titles(kept, feed_of=eve.id) == (["Second"], 1)
    assert titles(kept, feed_of=eve.id, tag="b") == ([], 0)
    assert titles(kept, own_of=ada.id) == (["Draft", "First"], 2)
    assert titles(kept, tag="none") == titles(kept, author="nobody") == titles(kept, favourited_by="bob") == ([], 0)
    with kept.uow.reading():
        row = kept.post_reader.post("first", eve.id)
        assert (row.tags, row.favourites, row.favourited, row.following) == (["a", "b"], 1, True, False)
        assert list(kept.post_reader.tags()) == [("a", 2), ("b", 1)]


def test_post_that_is_written_alone_is_a_post_like_any_other_and_followers_are_told_of_it(kept, people, clock):
    ada, bob, _ = people
    words = {"title": "Same title", "body": "Words.", "tags": ["a"]}
    first, second = kept.post_desk.write_alone(ada.id, **words), kept.post_desk.write_alone(ada.id, **words)
    assert first.slug == "same-title"
    assert second.slug.startswith("same-title-")
    clock.pass_by(minutes=1)
    with kept.uow.transaction():
        kept.ties.follow(bob.id, ada)
    told = kept.post_desk.write_alone(ada.id, **words | {"title": "For you"})
    assert titles(kept, tag="a") == (["For you", "Same title", "Same title"], 3)
    with kept.uow.reading():
        asked = [task.payload for task in kept.ledger.recent(50) if task.name == "content.tell-followers"]
    assert asked == [{"post_id": told.id}]


def test_nobody_is_kept_from_being_told_of_a_post(kept, people, clock):
    """What may be kept alone: a post under a slug that is free, of somebody whom nobody follows."""
    ada, bob, eve = people

    def kept_alone(author, slug, number):
        post = Post(id=f"pst_{number}", author_id=author.id, title="One", body="Words.", slug=slug,
                    created_at=clock.now(), updated_at=clock.now(), published_at=clock.now())  # fmt: skip
        with kept.uow.at_once():
            return kept.posts.add_untold(post)

    with kept.uow.transaction():
        kept.ties.follow(eve.id, bob)
    assert kept_alone(ada, "one", 1)
    assert not kept_alone(ada, "one", 2)
    assert not kept_alone(bob, "two", 3)
    assert titles(kept) == (["One"], 1)


def test_numbers_stay_right_whatever_becomes_of_a_post(kept, people, write, clock):
    ada, *_ = people
    posts = [write(ada, f"Post {number}", "tag", f"only {number}") for number in range(4)]
    changed(kept, posts[0], kept.post_desk.archive)
    changed(kept, posts[1], kept.post_desk.delete)
    with kept.uow.transaction():
        kept.post_desk.hide(posts[2].id, "It is spam")
    assert titles(kept) == titles(kept, tag="tag") == titles(kept, author="ada") == (["Post 3"], 1)
    changed(kept, posts[3], kept.post_desk.change, {"tags": ["other"]})
    assert (titles(kept, tag="tag"), titles(kept, tag="other")) == (([], 0), (["Post 3"], 1))
    with kept.uow.transaction():
        kept.post_desk.restore(posts[2].id)
        kept.tallies.fold()
    changed(kept, posts[0], kept.post_desk.publish)
    assert titles(kept) == titles(kept, author="ada") == (["Post 3", "Post 2", "Post 0"], 3)
    with kept.uow.transaction():
        assert kept.tallies.recount() == 0


def test_a_wrong_number_is_found_and_mended(kept, people, write):
    if not hasattr(kept.uow, "engine"):
        pytest.skip("memory keeps no numbers")
    write(people[0], "One", "tag")
    with kept.uow.transaction():
        kept.tallies.fold()
        kept.uow.connection.execute(text("UPDATE tallies SET number = 7 WHERE scope IN ('posts', 'tag:tag')"))
        kept.uow.connection.execute(text("INSERT INTO tallies (scope, number) VALUES ('tag:gone', 1)"))
    assert titles(kept) == (["One"], 7)
    with kept.uow.transaction():
        assert kept.tallies.recount() > 0
    assert titles(kept) == titles(kept, tag="tag") == (["One"], 1)
    with kept.uow.transaction():
        assert kept.tallies.recount() == 0


def test_posts_of_somebody_who_is_gone_are_gone_with_their_numbers(kept, people, write):
    if not hasattr(kept.uow, "engine"):
        pytest.skip("memory has no foreign keys")
    ada, bob, _ = people
    post = write(bob, "Stays", "a")
    write(ada, "Goes", "a", "b")
    with kept.uow.transaction():
        kept.ties.favour(ada.id, post)
        kept.comment_desk.write(post, ada.id, "Nice")
        kept.uow.connection.execute(text("DELETE FROM users WHERE id = :id"), {"id": ada.id})
    assert titles(kept) == titles(kept, tag="a") == (["Stays"], 1)
    with kept.uow.reading():
        assert kept.post_reader.post("stays")[11:13] == (0, 0)
        assert list(kept.post_reader.tags()) == [("a", 1)]
    with kept.uow.transaction():
        assert kept.tallies.recount() == 0


def test_pages_by_mark_and_by_number_show_every_post_once(kept, people, write):
    ada, *_ = people
    for number in range(7):
        write(ada, f"Post {number}", "t")
    everything, total = titles(kept)
    assert total == 7
    for how in ({}, {"tag": "t"}, {"author": "ada"}, {"own_of": ada.id}):
        seen, before = [], None
        while True:
            with kept.uow.reading():
                page = kept.post_reader.page(Wanted(most=3, before=before, **how))
            seen += [row.title for row in page.rows]
            assert page.total == 7
            before = page.next
            if before is None:
                break
        assert seen == everything
        by_number = [title for skip in (0, 3, 6) for title in titles(kept, most=3, skip=skip, **how)[0]]
        assert by_number == everything
    assert titles(kept, skip=7) == ([], 7)
    assert titles(kept, skip=7000) == ([], 7)


def test_a_deep_page_begins_at_its_day(kept, people, write, clock):
    if not hasattr(kept.uow, "engine"):
        pytest.skip("memory walks")
    ada, *_ = people
    reader = PostReader(SqlReading(kept.uow, deep=0))
    for number in range(9):
        write(ada, f"Post {number}")
        if number % 3 == 2:
            clock.pass_by(days=2)
    everything, _ = titles(kept)
    with kept.uow.transaction():
        kept.tallies.fold()
    write(ada, "Post 9")
    everything = ["Post 9", *everything]
    for skip in range(12):
        with kept.uow.reading():
            page = reader.page(Wanted(most=2, skip=skip))
        assert ([row.title for row in page.rows], page.total) == (everything[skip : skip + 2], 10)


def test_two_posts_of_one_title_have_different_slugs(kept, people, write):
    first, second, feed = (write(people[0], title) for title in ("Über Größe!", "Über  größe", "Feed"))
    assert first.slug == "uber-grosse"
    assert second.slug == f"uber-grosse--{second.id[-8:]}"
    assert feed.slug == f"feed--{feed.id[-8:]}"
    changed(kept, second, kept.post_desk.change, {"title": "Other"})
    changed(kept, first, kept.post_desk.change, {"body": "Only the text"})
    with kept.uow.reading():
        assert kept.post_reader.post("other").title == "Other"
        assert kept.post_reader.post("uber-grosse").version == 2


def test_who_may_read_and_change_a_post(kept, people, write):
    ada, bob, _ = people
    draft, hidden = write(ada, "Draft", state=State.DRAFT), write(ada, "Hidden")
    with kept.uow.transaction():
        kept.post_desk.hide(hidden.id, "It is spam")
    for post in (draft, hidden):
        with kept.uow.reading():
            assert kept.post_reader.post(post.slug, ada.id).title == post.title
            assert kept.post_desk.of_author(post.slug, ada.id).id == post.id
            for reader in ("", bob.id):
                with pytest.raises(NotFound):
                    kept.post_reader.post(post.slug, reader)
                with pytest.raises(NotFound):
                    kept.post_desk.of_author(post.slug, reader)
    open_post = write(ada, "Open")
    with kept.uow.reading(), pytest.raises(Forbidden):
        kept.post_desk.of_author(open_post.slug, bob.id)


def test_comments_are_newest_first_and_counted(kept, people, write, clock):
    ada, bob, eve = people
    post = write(ada, "Post")
    for author, body in ((bob, "One"), (eve, "Two"), (bob, "Three")):
        clock.pass_by(seconds=1)
        with kept.uow.transaction():
            last = kept.comment_desk.write(post, author.id, body)
    with kept.uow.transaction():
        kept.ties.follow(ada.id, bob)
        kept.comment_desk.hide(last.id, "It is rude")
    with kept.uow.reading():
        assert [(one.body, one.following) for one in kept.post_reader.comments(post.id, ada.id)] == [
            ("Two", False), ("One", True),
        ]  # fmt: skip
        assert [one.body for one in kept.post_reader.comments(post.id, bob.id, most=2)] == ["Three", "Two"]
        assert kept.post_reader.post(post.id).comments == 2
        with pytest.raises(Forbidden):
            kept.comment_desk.of_author(post, kept.post_reader.comments(post.id)[0].number, ada.id)
    with kept.uow.transaction():
        kept.comment_desk.restore(last.id)
        kept.comment_desk.delete(kept.comment_desk.of_author(post, last.number, bob.id))
    with kept.uow.reading():
        assert kept.post_reader.post(post.id).comments == 2
    draft = write(ada, "Draft", state=State.DRAFT)
    with kept.uow.transaction(), pytest.raises(Conflict):
        kept.comment_desk.write(draft, ada.id, "To myself")


def test_what_is_wrong_is_named_by_field(kept, people):
    with kept.uow.transaction(), pytest.raises(Invalid) as wrong:
        kept.post_desk.write(people[0].id, title=" ", body="", tags=["x" * 61], state="gone", description="a\nb")
    assert set(wrong.value.fields) == {"title", "body", "tags", "state", "description"}
    with kept.uow.transaction(), pytest.raises(Invalid):
        kept.ties.follow(people[0].id, people[0])


def test_nobody_follows_more_than_one_may(kept, people):
    ada, bob, eve = people
    ties = Ties(kept.follows, kept.favourites, kept.clock, most=1)
    with kept.uow.transaction():
        ties.follow(ada.id, bob)
        ties.follow(ada.id, bob)
        ties.follow(eve.id, bob)
    with kept.uow.transaction(), pytest.raises(Invalid) as refused:
        ties.follow(ada.id, eve)
    assert refused.value.fields["username"] == "You follow 1 people, as many as one may. Unfollow others first."
    with kept.uow.transaction():
        ties.unfollow(ada.id, bob)
        ties.follow(ada.id, eve)
        assert kept.ties.numbers(ada.id)[1] == 1


def test_a_post_has_so_many_files_and_no_more(kept, people, write):
    post, other = write(people[0], "One"), write(people[0], "Two")
    room = Room(quota=1_000, most=1)
    desk = AttachmentDesk(kept.attachments, kept.attachment_files, kept.post_desk, kept.uow, kept.clock, room)
    desk.keep(post.id, people[0].id, "a.txt", b"x")
    with pytest.raises(Invalid) as refused:
        desk.keep(post.id, people[0].id, "b.txt", b"x")
    assert refused.value.fields == {"file": "A post has at most 1 files. Take others out of it first."}
    assert len(list(kept.attachment_files.names())) == 1
    desk.keep(other.id, people[0].id, "b.txt", b"x")


def test_followers_are_told_in_batches_and_counted(kept, people):
    ada, bob, eve = people
    with kept.uow.transaction():
        kept.ties.follow(bob.id, ada)
        kept.ties.follow(eve.id, ada)
        kept.ties.follow(ada.id, bob)
    first, second = sorted((bob.id, eve.id))
    with kept.uow.reading():
        assert kept.follows.followers(ada.id, "", 1) == [first]
        assert kept.follows.followers(ada.id, first, 2) == [second]
        assert kept.follows.followers(eve.id, "", 2) == []
        assert (kept.ties.numbers(ada.id), kept.ties.numbers(eve.id)) == ((2, 1), (0, 1))
        assert kept.follows.numbers(ada.id, 1) == (1, 1)


def test_tags_that_only_look_alike_are_not_renamed(kept, people, write):
    write(people[0], "Snake", "python")
    write(people[0], "Language", "Python")
    write(people[0], "Quoted", '"python', "py\\thon")
    with kept.uow.transaction():
        assert [post.title for post in kept.posts.tagged("python", 10)] == ["Snake"]
        assert [post.title for post in kept.posts.tagged("py\\thon", 10)] == ["Quoted"]
        assert kept.posts.tagged("thon", 10) == []


def test_a_tag_is_renamed_to_one_thing_at_a_time(kept, people, write):
    write(people[0], "Snake", "python")
    with kept.uow.transaction():
        kept.tag_desk.rename("python", "snakes")
    with kept.uow.transaction(), pytest.raises(Conflict, match="already"):
        kept.tag_desk.rename("python", "languages")


def test_comments_of_one_instant_have_numbers_of_their_own(kept, people, write):
    post = write(people[0], "Busy")
    with kept.uow.transaction():
        written = [kept.comment_desk.write(post, people[1].id, "Hi") for _ in range(20)]
    assert len({comment.number for comment in written}) == 20
    with kept.uow.reading():
        assert {row.number for row in kept.post_reader.comments(post.id)} == {one.number for one in written}


@pytest.mark.parametrize("body", ["x" + " " * 100_000, "x\x0b", "\x1fx", " \n\t "])
def test_a_text_is_measured_and_looked_at_whole(kept, people, write, body):
    with kept.uow.transaction(), pytest.raises(Invalid):
        kept.post_desk.write(people[0].id, title="Long", body=body)
    with kept.uow.transaction():
        assert kept.post_desk.write(people[0].id, title="Code", body="    x = 1\r\n\n").body == "    x = 1\n\n"


def test_nobody_takes_the_address_that_is_left_for_somebodys_post(kept, people, write):
    ada, bob, _ = people
    post = write(ada, "Hello")
    changed(kept, post, kept.post_desk.change, {"title": "Something else"})
    write(bob, "Hello")
    write(bob, f"Hello {post.id[-8:]}")
    write(bob, f"Hello--{post.id[-8:]}")
    changed(kept, post, kept.post_desk.change, {"title": "Hello"})
    with kept.uow.reading():
        assert kept.post_reader.post(post.id).slug == f"hello--{post.id[-8:]}"


def test_the_most_used_tags_come_first_before_and_after_their_numbers_are_folded(kept, people, write):
    ada, *_ = people

    def tags(most=1000):
        with kept.uow.reading():
            return list(kept.post_reader.tags(most))

    def fold():
        with kept.uow.transaction():
            kept.tallies.fold()

    posts = [write(ada, f"Post {number}", *(f"t{tag}" for tag in range(number + 1))) for number in range(4)]
    told = [("t0", 4), ("t1", 3), ("t2", 2), ("t3", 1)]
    assert (tags(), tags(2)) == (told, told[:2])
    fold()
    assert (tags(), tags(2), tags(1)) == (told, told[:2], told[:1])
    changed(kept, posts[3], kept.post_desk.change, {"tags": ["new", "t2"]})
    changed(kept, posts[2], kept.post_desk.delete)
    told = [("t0", 2), ("new", 1), ("t1", 1), ("t2", 1)]
    assert (tags(), tags(1), tags(3)) == (told, told[:1], told[:3])
    fold()
    assert (tags(), tags(1), tags(3)) == (told, told[:1], told[:3])
    write(ada, "Last", "new", "t9")
    assert tags(2) == [("new", 2), ("t0", 2)]
    fold()
    assert (tags(2), tags()[-1]) == ([("new", 2), ("t0", 2)], ("t9", 1))


def test_two_titles_that_become_one_at_once_have_different_slugs(kept, people, write):
    posts = [write(people[place], f"Title {place}") for place in (0, 1)]
    both = threading.Barrier(2)

    def retitle(post):
        both.wait()
        return changed(kept, post, kept.post_desk.change, {"title": "The same"}).slug

    for _ in range(5):
        with ThreadPoolExecutor(2) as pool:
            slugs = set(pool.map(retitle, posts))
        assert "the-same" in slugs
        assert slugs - {"the-same"} < {f"the-same--{post.id[-8:]}" for post in posts}
        assert len(slugs) == 2
        for place, post in enumerate(posts):
            changed(kept, post, kept.post_desk.change, {"title": f"Title {place}"})


def test_a_slug_that_another_transaction_takes_is_waited_for(kept, people, write):
    """The second asks while the first has it and has not committed: where the database lets it, it waits."""
    first, second = (write(people[place], f"Title {place}") for place in (0, 1))
    taken, looked = threading.Event(), threading.Event()

    def take():
        with kept.uow.transaction():
            kept.post_desk.change(kept.post_desk.get(first.id, first.author_id), {"title": "The same"})
            taken.set()
            looked.wait(2)

    def come_second():
        taken.wait(5)
        if getattr(kept.uow, "is_sqlite", True):
            looked.set()  # there is one writer: nobody else comes in before it has committed
        with kept.uow.transaction():
            post = kept.post_desk.get(second.id, second.author_id)
            assert kept.posts.free_slug(("the-same", "other"), second.id) in ("the-same", "other")
            looked.set()
            return kept.post_desk.change(post, {"title": "The same"}).slug

    with ThreadPoolExecutor(2) as pool:
        done = pool.submit(take)
        assert pool.submit(come_second).result() == f"the-same--{second.id[-8:]}"
        done.result()
