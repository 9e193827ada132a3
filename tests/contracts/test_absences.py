"""What somebody wrote is seen while they are, and goes out of sight with them; over every way to keep things."""

from datetime import timedelta

import pytest

from core.domain.accounts.letters import ShownOtherwise
from core.domain.content import Absences, State
from core.domain.kernel.errors import NotFound
from core.ports.content import Wanted

FOLLOW = "content.follow-author"


@pytest.fixture
def people(kept):
    """Root, and Ada and Bob, who write."""
    with kept.uow.transaction():
        names = {"root": "super-admin", "ada": "member", "bob": "member"}
        return [kept.accounts.create(f"{name}@example.org", name.title(), role, "correct horse battery")
                for name, role in names.items()]  # fmt: skip


@pytest.fixture
def posts(kept, people, clock):
    """Three posts of Ada's, one of Bob's, and a comment by each on the other's."""
    _, ada, bob = people
    written = []
    for author, title, state in ((ada, "Loom", "published"), (ada, "Card", "published"), (ada, "Plan", "draft"),
                                 (bob, "Saw", "published")):  # fmt: skip
        clock.pass_by(minutes=1)
        with kept.uow.transaction():
            post = kept.post_desk.write(author.id, title=title, body="Words.", tags=[title.lower(), "all"], state=state)
        written.append(post)
    with kept.uow.transaction():
        kept.comment_desk.write(written[3], ada.id, "By Ada")
        kept.comment_desk.write(written[0], bob.id, "By Bob")
    return written


@pytest.fixture
def drained(kept):
    """Do what was asked for, as a worker would, and what that asks for."""
    done = set()

    def drain(absences=kept.absences):
        while True:
            with kept.uow.reading():
                waiting = [one for one in kept.ledger.recent(50) if one.name == FOLLOW and one.id not in done]
            if not waiting:
                return
            for task in waiting:
                done.add(task.id)
                with kept.uow.transaction():
                    absences.follow(ShownOtherwise(**task.payload), None)

    return drain


def seen(kept):
    """What a visitor finds: titles in the list, all tags with their numbers, comments on Saw and how many it says."""
    with kept.uow.reading():
        page = kept.post_reader.page(Wanted())
        saw = kept.post_reader.post("saw")
        said = [one.body for one in kept.post_reader.comments(saw.id)]
        assert page.total == len(page.rows)
        return [row.title for row in page.rows], dict(kept.post_reader.tags()), said, saw.comments


def is_found(kept, slug):
    with kept.uow.reading():
        try:
            return kept.post_reader.post(slug).slug == slug and bool(kept.post_search.find(slug).posts)
        except NotFound:
            return bool(kept.post_search.find(slug).posts)


EVERYTHING = (["Saw", "Card", "Loom"], {"all": 3, "card": 1, "loom": 1, "saw": 1}, ["By Ada"], 1)
WITHOUT_ADA = (["Saw"], {"all": 1, "saw": 1}, [], 0)


def test_what_the_suspended_wrote_is_gone_with_them_and_comes_back(kept, people, posts, drained):
    root, ada, _ = people
    assert (seen(kept), is_found(kept, "loom")) == (EVERYTHING, True)
    with kept.uow.transaction():
        kept.caretaker.suspend(ada.id, "Spam.", root)
    drained()
    assert (seen(kept), is_found(kept, "loom"), is_found(kept, "saw")) == (WITHOUT_ADA, False, True)
    with kept.uow.transaction():
        kept.caretaker.restore(ada.id, root)
    drained()
    assert (seen(kept), is_found(kept, "loom")) == (EVERYTHING, True)
    with kept.uow.transaction():
        assert kept.tallies.recount() == 0
        assert kept.post_desk.get(posts[2].id, ada.id).state == State.DRAFT


def test_a_suspension_that_ends_by_itself_brings_it_back(kept, people, posts, drained, clock):
    root, ada, _ = people
    with kept.uow.transaction():
        kept.caretaker.suspend(ada.id, "Spam.", root, until=kept.clock.now() + timedelta(days=1))
    drained()
    clock.pass_by(days=2)
    with kept.uow.transaction():
        kept.caretaker.lift(None, ada.id)
    drained()
    assert seen(kept) == EVERYTHING


def test_what_leavers_wrote_is_gone_until_they_stay(kept, people, posts, drained):
    _, ada, _ = people
    with kept.uow.transaction():
        kept.leaving_desk.leave(ada.id, ada.username)
    drained()
    assert seen(kept) == WITHOUT_ADA
    with kept.uow.transaction():
        kept.leaving_desk.stay(ada.id)
    drained()
    assert seen(kept) == EVERYTHING


def test_what_a_moderator_hid_stays_hidden_and_what_they_show_waits_for_its_author(kept, people, posts, drained):
    root, ada, _ = people
    loom, card, *_ = posts
    with kept.uow.transaction():
        kept.post_desk.hide(loom.id, "It is spam")
        kept.caretaker.suspend(ada.id, "Spam.", root)
    drained()
    with kept.uow.transaction():
        kept.post_desk.hide(card.id, "So is this")
        kept.post_desk.restore(loom.id)
    assert seen(kept) == WITHOUT_ADA
    with kept.uow.transaction():
        kept.caretaker.restore(ada.id, root)
    drained()
    assert seen(kept)[0] == ["Saw", "Loom"]
    with kept.uow.transaction():
        kept.post_desk.restore(card.id)
    assert seen(kept) == EVERYTHING


def test_more_than_fits_into_one_transaction_goes_in_several(kept, people, posts, drained):
    root, ada, _ = people
    with kept.uow.transaction():
        kept.caretaker.suspend(ada.id, "Spam.", root)
    drained(Absences(kept.authors, kept.outbox, kept.clock, at_once=1))
    assert seen(kept) == WITHOUT_ADA


def test_what_was_written_in_the_moment_they_went_is_found(kept, people, posts, drained, clock):
    root, ada, _ = people
    with kept.uow.transaction():
        kept.caretaker.suspend(ada.id, "Spam.", root)
    drained()
    clock.pass_by(minutes=1)
    with kept.uow.transaction():
        kept.post_desk.write(ada.id, title="Late", body="Words.")
    assert seen(kept)[0] == ["Late", "Saw"]
    with kept.uow.transaction():
        assert kept.absences.sweep(None) == {"found": 1}
    drained()
    assert seen(kept) == WITHOUT_ADA
    with kept.uow.transaction():
        assert kept.absences.sweep(None) == {"found": 0}
