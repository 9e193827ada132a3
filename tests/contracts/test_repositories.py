"""What is kept comes back, is found by what it is found by, and is refused where it contradicts."""

from datetime import timedelta

import pytest

from core.domain.accounts import Session, User
from core.domain.idempotency import Answer
from core.domain.kernel.errors import Conflict, Invalid, NotFound
from core.domain.kernel.ids import new_id
from core.domain.schedules import Schedule, ScheduleRun


def user(clock, email="a@example.com", role="member"):
    clock.pass_by(milliseconds=1)
    now = clock.now()
    return User(id=new_id("usr", now), email=email, name="A", role=role, created_at=now, updated_at=now)


def test_users_are_found_by_address_whatever_its_case(kept, clock):
    with kept.uow.transaction():
        kept.users.add(made := user(clock, "Ada@example.com"))
    with kept.uow.reading():
        assert kept.users.by_email(" ada@EXAMPLE.com").id == made.id
        assert kept.users.by_email("b@example.com") is None


def test_who_comes_to_the_door_is_found_by_address_or_username_and_is_not_to_be_changed(kept, clock):
    made = user(clock, "Ada@example.com")
    made.username, made.password_hash = "Countess", "$argon2id$"

    def at_the_door(who):
        return kept.guard.admit(who, "192.0.2.7").user

    with kept.uow.transaction():
        kept.users.add(made)
        kept.users.add(other := user(clock, "b@example.com"))
        found = at_the_door(" ada@EXAMPLE.com")
        assert (found.id, found.email, found.password_hash) == (made.id, "Ada@example.com", "$argon2id$")
        made.version += 1
        assert found.version == 1
    with kept.uow.lazy():
        found = at_the_door("countess")
        assert (found.id, found.version) == (made.id, 2)
        assert at_the_door("b@example.com").id == other.id
        assert [at_the_door(nobody) for nobody in ("", "c@example.com", "ada")] == [None, None, None]


def test_several_users_are_found_at_once_by_id_and_by_username(kept, clock):
    with kept.uow.transaction():
        made = [user(clock, f"{name}@example.com") for name in ("ada", "bob", "eve")]
        for one, name in zip(made, ("Ada", "bob", ""), strict=True):
            one.username = name
            kept.users.add(one)
    with kept.uow.reading():
        by_id = kept.users.some([made[0].id, made[2].id, "usr_nobody", made[0].id])
        by_name = kept.users.with_usernames(["ADA", "nobody", "", "Bob"])
        assert sorted(one.id for one in by_id) == sorted([made[0].id, made[2].id])
        assert sorted(one.username for one in by_name) == ["Ada", "bob"]
        assert (kept.users.some([]), kept.users.with_usernames([])) == ([], [])


def test_users_refuse_a_taken_address(kept, clock):
    with kept.uow.transaction():
        kept.users.add(user(clock))
    with pytest.raises(Conflict, match="already has an account"), kept.uow.transaction():
        kept.users.add(user(clock, "A@example.com"))


def test_part_that_is_refused_is_undone_alone(kept, clock):
    """The refusal comes when the session writes, and must not take the transaction around it along."""
    with kept.uow.transaction():
        kept.users.add(user(clock))
        with pytest.raises(Conflict), kept.uow.part():
            kept.users.add(user(clock, "b@example.com"))
            kept.users.add(user(clock, "A@example.com"))
        kept.users.add(user(clock, "c@example.com"))
    with kept.uow.reading():
        found = [kept.users.by_email(f"{letter}@example.com") for letter in "abc"]
    assert [one is not None for one in found] == [True, False, True]


def test_users_unknown_raises_not_found(kept):
    with pytest.raises(NotFound), kept.uow.reading():
        kept.users.get("usr_nobody")


def test_super_admins_are_active_and_oldest_first(kept, clock):
    first, second, gone = (user(clock, f"{n}@example.com", "super-admin") for n in "abc")
    gone.active = False
    with kept.uow.transaction():
        for one in (second, first, gone):
            kept.users.add(one)
    with kept.uow.reading():
        assert [found.id for found in kept.users.super_admins()] == [first.id, second.id]


def test_sessions_end_one_or_all(kept, clock):
    owner = user(clock)
    with kept.uow.transaction():
        kept.users.add(owner)
    with kept.uow.transaction():
        for fingerprint in ("f1", "f2", "f3"):
            kept.sessions.add(Session(id=fingerprint, user_id=owner.id, created_at=clock.now(), seen_at=clock.now()))
    with kept.uow.transaction():
        kept.sessions.remove("f1")
        assert kept.sessions.find("f1") is None
        assert kept.sessions.remove_all(owner.id, but="f2") == 1
        assert kept.sessions.remove_all(owner.id) == 1


def test_sessions_of_a_user_come_the_last_used_first(kept, clock):
    owners = user(clock), user(clock, "b@example.com")
    with kept.uow.transaction():
        for one in owners:
            kept.users.add(one)
    with kept.uow.transaction():
        for number, owner in enumerate((owners[0], owners[1], owners[0], owners[0])):
            seen = clock.now() + timedelta(minutes=number)
            kept.sessions.add(Session(id=f"f{number}", user_id=owner.id, created_at=clock.now(), seen_at=seen))
    with kept.uow.reading():
        assert [session.id for session in kept.sessions.of(owners[0].id, 2)] == ["f3", "f2"]


def test_idle_sessions_are_forgotten(kept, clock):
    owner = user(clock)
    with kept.uow.transaction():
        kept.users.add(owner)
    with kept.uow.transaction():
        for name, remembered in (("f1", True), ("f2", True), ("f3", False)):
            begun = clock.now() - timedelta(days=name == "f2")
            kept.sessions.add(
                Session(id=name, user_id=owner.id, created_at=begun, seen_at=clock.now(), remembered=remembered)
            )
    now, later = clock.now(), clock.now() + timedelta(seconds=1)
    with kept.uow.transaction():
        assert kept.sessions.remove_over(True, unseen_since=now, begun_before=now - timedelta(days=1)) == 0
        assert kept.sessions.remove_over(True, unseen_since=now, begun_before=now) == 1
        assert kept.sessions.remove_over(True, unseen_since=later, begun_before=now) == 1
        assert [session.id for session in kept.sessions.of(owner.id, 9)] == ["f3"]


def test_contact_is_kept_with_its_task(kept, clock):
    with kept.uow.transaction():
        message, task = kept.contact.receive(name="Ada", email="ada@example.com", subject="Hi", message="Ünïcode 🐝")
    with kept.uow.reading():
        assert kept.messages.get(message.id).message == "Ünïcode 🐝"
        assert kept.ledger.get(task.id).payload == {"message_id": message.id}
        assert kept.messages.get(message.id).created_at == clock.now()


def test_contact_refused_keeps_nothing(kept):
    with pytest.raises(Invalid) as refused, kept.uow.transaction():
        kept.contact.receive(name="", email="nobody", subject="a\nb", message=" ")
    assert sorted(refused.value.fields) == ["email", "message", "name", "subject"]
    with kept.uow.reading():
        assert kept.ledger.recent(10) == []


def test_schedule_fires_each_due_instant_once(kept, clock):
    with kept.uow.transaction():
        kept.timetable.declare(kept.catalogue)
    with kept.uow.reading():
        due = {one.name: one.next_due for one in kept.schedules.all()}["clean-up"]
    clock.instant = due + timedelta(seconds=1)
    fired = []
    for _ in range(2):
        with kept.uow.transaction():
            fired += [task.name for task in kept.timetable.fire_due()]
    assert fired.count("tasks.clean-up") == 1


def test_schedule_run_is_unique(kept, clock):
    run = dict(schedule="s", due_at=clock.now(), task_id="t", fired_at=clock.now())
    with kept.uow.transaction():
        kept.schedules.record(ScheduleRun(**run))
    with pytest.raises(Conflict), kept.uow.transaction():
        kept.schedules.record(ScheduleRun(**run))


def test_schedule_changed_by_an_admin_stays(kept):
    with kept.uow.transaction():
        kept.timetable.declare(kept.catalogue)
    with kept.uow.transaction():
        kept.schedules.lock("clean-up").cron = "1 1 * * *"
    with kept.uow.transaction():
        kept.timetable.declare(kept.catalogue)
    with kept.uow.reading():
        assert {one.name: one.cron for one in kept.schedules.all()}["clean-up"] == "1 1 * * *"


@pytest.mark.parametrize(("missed", "runs"), [("all", 3), ("latest", 1), ("skip", 0)])
def test_schedule_missed_runs_follow_the_policy(kept, clock, missed, runs):
    hourly = Schedule(name="hourly", task="tasks.clean-up", cron="0 * * * *", missed=missed, next_due=clock.now())
    with kept.uow.transaction():
        kept.schedules.add(hourly)
    clock.pass_by(hours=2, minutes=30)
    with kept.uow.transaction():
        assert len(kept.timetable.fire_due()) == runs


def answered(calls):
    def effect() -> Answer:
        calls.append(1)
        return Answer(status=202, headers={"Location": "/x"}, body=f'{{"call": {len(calls)}}}')

    return effect


def test_same_key_and_body_gives_the_same_answer(kept):
    calls: list[int] = []
    answers = []
    for _ in range(2):
        with kept.uow.transaction():
            answers.append(kept.once_only.answer("scope", "body", answered(calls)))
    assert answers == [Answer(status=202, headers={"Location": "/x"}, body='{"call": 1}')] * 2
    assert calls == [1]


def test_same_key_with_another_body_is_refused(kept):
    with kept.uow.transaction():
        kept.once_only.answer("scope", "body", answered([]))
    with pytest.raises(Invalid, match="another body"), kept.uow.transaction():
        kept.once_only.answer("scope", "other", answered([]))


def test_key_is_forgotten_after_a_day(kept, clock):
    calls: list[int] = []
    for _ in range(2):
        with kept.uow.transaction():
            kept.once_only.answer("scope", "body", answered(calls))
        clock.pass_by(hours=25)
    assert calls == [1, 1]
