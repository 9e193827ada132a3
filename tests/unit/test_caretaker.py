"""What is done to accounts by who looks after them: its effects, its audit, its letters, and who may not."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.clock import SetClock
from adapters.memory import in_memory
from adapters.queue.inline import InlineWakeUps
from adapters.secrets import Argon2Secrets
from core.domain.accounts import ROLES
from core.domain.kernel.errors import Conflict, Forbidden, Invalid
from entrypoints.config import Settings
from entrypoints.container import build

PASSWORD = "correct horse battery"


@pytest.fixture
def app(tmp_path):
    clock = SetClock(datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
    secrets = Argon2Secrets(rounds=1, kibibytes=8)
    return build(Settings(home=tmp_path), **in_memory(clock, InlineWakeUps()), secrets=secrets)


@pytest.fixture
def people(app):
    with app.uow.transaction():
        return {role: app.accounts.create(f"{role}@example.com", role.title(), role, PASSWORD) for role in ROLES}


@pytest.fixture
def session(app, people):
    """The token of a browser of the member's."""
    with app.uow.transaction():
        return app.session_desk.open(people["member"], "192.0.2.1", "Firefox")


def attempt(app, user):
    return app.sign_in.attempt(app.secrets, user.email, PASSWORD, address="192.0.2.1")


def told(app):
    """The letters that are on their way."""
    tasks = app.uow.shelf("task").values()
    return [task.payload["letter"] for task in tasks if task.name == "accounts.tell-owner"]


def acts(app):
    return [entry.action for entry in app.uow.shelf("audit entry").values()]


def test_suspended_user_is_out_everywhere_and_told_why(app, people, session):
    member, version = people["member"], people["member"].version
    with app.uow.transaction():
        app.caretaker.suspend(member.id, " Spam. ", people["admin"])
    assert (member.active, member.suspension, member.version, app.session_desk.recognise(session)) == (
        False, "Spam.", version + 1, None,
    )  # fmt: skip
    assert (told(app), acts(app)) == (["account_suspended"], ["suspended"])
    with pytest.raises(Forbidden, match=r"suspended: Spam\."):
        attempt(app, member)


def test_restored_user_signs_in_again_and_nothing_that_ended_comes_back(app, people, session):
    member = people["member"]
    with app.uow.transaction():
        app.caretaker.suspend(member.id, "Spam.", people["admin"])
        app.caretaker.restore(member.id, people["admin"])
    assert (attempt(app, member).id, member.suspension, app.session_desk.recognise(session)) == (member.id, "", None)
    assert told(app) == ["account_suspended", "account_restored"]


def test_suspension_has_a_reason(app, people):
    with pytest.raises(Invalid) as wrong, app.uow.transaction():
        app.caretaker.suspend(people["member"].id, " ", people["admin"])
    assert list(wrong.value.fields) == ["reason"]


def test_ended_password_lets_nobody_in_until_another_one_is_set(app, people, session):
    member = people["member"]
    with app.uow.transaction():
        app.caretaker.lock(member.id, people["admin"])
    assert (attempt(app, member), app.session_desk.recognise(session)) == (None, None)
    with app.uow.transaction():
        proof = app.proof_desk.ask("reset", member.email)
        app.password_desk.reset(app.proof_tokens.token(proof.id), app.passwords.made("a better password"))
    assert app.sign_in.attempt(app.secrets, member.email, "a better password", address="192.0.2.1").id == member.id
    assert told(app) == ["password_ended", "password_changed"]


def test_address_is_vouched_for_once(app, people):
    member = people["member"]
    member.verified_at = None
    with app.uow.transaction():
        app.caretaker.vouch(member.id, people["admin"])
    assert (member.verified_at, acts(app), told(app)) == (app.clock.now(), ["confirmed the address"], [])
    with pytest.raises(Conflict, match="confirmed already"), app.uow.transaction():
        app.caretaker.vouch(member.id, people["admin"])


def test_role_is_given_and_told(app, people):
    with app.uow.transaction():
        app.caretaker.give_role(people["member"].id, "staff", None)
    assert (people["member"].role, told(app), acts(app)) == ("staff", ["role_changed"], ["changed the role"])


VERBS = {
    "suspend": lambda care, key, by: care.suspend(key, "Spam.", by),
    "restore": lambda care, key, by: care.restore(key, by),
    "lock": lambda care, key, by: care.lock(key, by),
    "vouch": lambda care, key, by: care.vouch(key, by),
    "sign out": lambda care, key, by: care.sign_out(key, by),
    "give a role": lambda care, key, by: care.give_role(key, "member", by),
}


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_acts_on_a_user_above_them(app, people, verb):
    with pytest.raises(Forbidden), app.uow.transaction():
        VERBS[verb](app.caretaker, people["super-admin"].id, people["admin"])


@pytest.mark.parametrize("verb", ["suspend", "lock", "give a role"])
def test_nobody_does_it_to_themselves(app, people, verb):
    with pytest.raises(Conflict, match="your own account"), app.uow.transaction():
        VERBS[verb](app.caretaker, people["admin"].id, people["admin"])


@pytest.mark.parametrize("verb", ["suspend", "give a role"])
def test_last_super_admin_stays_whoever_asks(app, people, verb):
    with pytest.raises(Conflict, match="last active super-admin"), app.uow.transaction():
        VERBS[verb](app.caretaker, people["super-admin"].id, None)


def test_suspension_with_an_end_is_lifted_by_itself(app, people):
    member, until = people["member"], app.clock.now() + timedelta(days=7)
    with app.uow.transaction():
        app.caretaker.suspend(member.id, "Spam.", people["admin"], until=until)
    with pytest.raises(Forbidden, match=r"suspended until 01 Dec 2026, 12:00 UTC: Spam\."):
        attempt(app, member)
    (task,) = (one for one in app.uow.shelf("task").values() if one.name == "accounts.lift-suspension")
    assert task.due_at == until
    lifted = []
    for days in (6, 1, 0):
        app.clock.pass_by(days=days)
        with app.uow.transaction():
            lifted.append(app.caretaker.lift(None, **task.payload)["lifted"])
    assert (lifted, attempt(app, member).id, member.suspended_until) == ([False, True, False], member.id, None)
    assert told(app) == ["account_suspended", "account_restored"]


def test_suspension_that_was_given_another_end_waits_for_that(app, people):
    member, admin = people["member"], people["admin"]
    with app.uow.transaction():
        app.caretaker.suspend(member.id, "Spam.", admin, until=app.clock.now() + timedelta(days=1))
        app.caretaker.restore(member.id, admin)
        app.caretaker.suspend(member.id, "Worse.", admin)
        app.clock.pass_by(days=2)
        assert app.caretaker.lift(None, user_id=member.id) == {"lifted": False}
        app.caretaker.lift(None, user_id="usr_gone")
    assert (member.active, member.suspension) == (False, "Worse.")


def test_suspension_does_not_end_in_the_past(app, people):
    with pytest.raises(Invalid) as wrong, app.uow.transaction():
        app.caretaker.suspend(people["member"].id, "Spam.", people["admin"], until=app.clock.now())
    assert list(wrong.value.fields) == ["until"]
