"""Bells, preferences and phones over every way to keep them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.notices import Preference
from core.domain.post import Ring


@pytest.fixture
def people(kept):
    with kept.uow.transaction():
        return [kept.accounts.create(f"{name}@example.com", name, "member", "correct horse battery")
                for name in ("ada", "bob")]  # fmt: skip


def ring(kept, user, key="tsk_1", title="Done"):
    kept.clock.pass_by(seconds=1)
    with kept.uow.transaction():
        kept.wishes.ring([
            Ring(user=user, kind="task_done", key=key, title=title, text="All of it.", link="/x", at=kept.clock.now())
        ])  # fmt: skip


def titles(kept, user, **how):
    with kept.uow.reading():
        shown = kept.notice_desk.page(user.id, **how)
        return [notice.title for notice in shown.notices], shown.after


def test_notice_is_kept_whole(kept, people):
    ring(kept, people[0].id)
    with kept.uow.reading():
        (found,) = kept.notice_desk.page(people[0].id).notices
        assert (found.kind, found.key, found.text, found.link, found.read_at) == (
            "task_done", "tsk_1", "All of it.", "/x", None
        )  # fmt: skip
        assert (found.created_at, kept.notices.find(found.id).title) == (kept.clock.now(), "Done")


def test_message_rings_once_for_each_whom_it_goes_to_and_for_nobody_who_is_gone(kept, people):
    ada, bob = people
    for user in (ada.id, ada.id, bob.id, "usr_00000000000000000000000000"):
        ring(kept, user)
    assert (titles(kept, ada), titles(kept, bob)) == ((["Done"], ""), (["Done"], ""))


def test_pages_go_from_the_newest_to_the_oldest(kept, people):
    for number in range(5):
        ring(kept, people[0].id, f"tsk_{number}", f"No. {number}")
    first, after = titles(kept, people[0], most=2)
    second, further = titles(kept, people[0], most=2, after=after)
    assert (first, second, titles(kept, people[0], most=2, after=further)) == (
        ["No. 4", "No. 3"], ["No. 2", "No. 1"], (["No. 0"], "")
    )  # fmt: skip


def test_what_was_read_is_counted_no_more(kept, people):
    ada, bob = people
    for user, key in ((ada, "tsk_1"), (ada, "tsk_2"), (ada, "tsk_3"), (bob, "tsk_1")):
        ring(kept, user.id, key, key)
    with kept.uow.transaction():
        third, second, _ = kept.notice_desk.page(ada.id).notices
        kept.notice_desk.read(ada.id, third.id)
        assert kept.notice_desk.read_all(ada.id, second.id) == 2
    with kept.uow.transaction():
        kept.notice_desk.read(ada.id, second.id, is_read=False)
    assert titles(kept, ada, unread=True) == (["tsk_2"], "")
    with kept.uow.reading():
        assert [kept.notice_desk.unread(user.id) for user in people] == [1, 1]


def test_unread_are_counted_up_to_a_hundred(kept, people):
    with kept.uow.transaction():
        kept.wishes.ring([
            Ring(user=people[0].id, kind="task_done", key=f"tsk_{number}", title="x", text="x", link="",
                 at=kept.clock.now()) for number in range(120)
        ])  # fmt: skip
    with kept.uow.reading():
        assert kept.notice_desk.unread(people[0].id) == 100


def test_old_notices_are_forgotten_a_batch_at_a_time(kept, people):
    for number in range(3):
        ring(kept, people[0].id, f"tsk_{number}", f"No. {number}")
    kept.clock.pass_by(days=1)
    ring(kept, people[0].id, "tsk_new", "New")
    with kept.uow.transaction():
        before = kept.clock.now() - timedelta(hours=1)
        assert [kept.notices.remove_before(before, 2) for _ in range(3)] == [2, 1, 0]
    assert titles(kept, people[0]) == (["New"], "")


def test_preference_takes_the_place_of_the_one_before(kept, people):
    for channels in (["bell", "mail"], ["mail"]):
        with kept.uow.transaction():
            kept.preferences.keep(Preference(user_id=people[0].id, kind="task_done", channels=channels))
    with kept.uow.reading():
        assert kept.preferences.find(people[0].id, "task_done").channels == ["mail"]
        assert [one.kind for one in kept.preferences.of(people[0].id)] == ["task_done"]
        assert kept.preferences.find(people[1].id, "task_done") is None


def test_bells_of_many_ring_but_for_who_switched_theirs_off(kept, people):
    ada, bob = people
    kind = kept.message_classes["task_done"]
    with kept.uow.transaction():
        kept.preferences.keep(Preference(user_id=ada.id, kind="task_done", channels=["mail"]))
        kept.preferences.keep(Preference(user_id=bob.id, kind="task_done", channels=["bell"]))
        kept.preferences.keep(Preference(user_id=bob.id, kind="contact_delivered", channels=[]))
    with kept.uow.reading():
        assert kept.wishes.ringing(kind, [ada.id, bob.id, "usr_nobody"]) == [bob.id, "usr_nobody"]
        assert kept.wishes.ringing(kind, []) == []


def test_reach_is_made_when_it_is_first_held(kept, people):
    with kept.uow.transaction():
        assert kept.reaches.of(people[0].id) is None
        kept.reaches.hold(people[0].id).quiet_from = "22:00"
    with kept.uow.transaction():
        assert kept.reaches.hold(people[0].id).quiet_from == "22:00"
    with kept.uow.reading():
        assert kept.reaches.of(people[0].id).quiet_from == "22:00"


def test_newest_proof_of_a_phone_counts(kept, people):
    ada = people[0]
    asked = []
    for number in ("+14155550123", "+14155550124"):
        kept.clock.pass_by(seconds=1)
        with kept.uow.transaction():
            asked.append(kept.phone_desk.ask(ada, number).id)
    hour = kept.clock.now() - timedelta(hours=1)
    with kept.uow.transaction():
        assert (kept.reaches.proof(asked[0]), kept.reaches.proof(asked[1]).phone) == (None, "+14155550124")
        assert kept.reaches.hold_proof(ada.id).id == asked[1]
        assert kept.reaches.proofs_since(hour, user_id=ada.id) == 2
        assert kept.reaches.proofs_since(hour, phone="+14155550123") == 1
        assert kept.reaches.proofs_since(kept.clock.now() + timedelta(seconds=1), user_id=ada.id) == 0
        assert kept.reaches.remove_proofs(kept.clock.now() + timedelta(seconds=1)) == 2
        assert kept.reaches.last_proof(ada.id) is None
