"""Who gets in, who is slowed down, who may change whom: in memory, with a clock that only tests move."""

import pytest

from adapters.memory import in_memory
from adapters.queue.inline import InlineWakeUps
from core.domain.accounts import ROLES, User, Visit
from core.domain.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from entrypoints.config import Settings
from entrypoints.container import build

PASSWORD = "correct horse battery"


class PlainSecrets:
    """Passwords without the cost of a hash; counts how often one was compared."""

    def __init__(self):
        self.compared = self.made = 0

    def hash(self, password):
        return f"v2:{password}"

    def verify(self, encoded, password):
        self.compared += 1
        return encoded is not None and encoded.partition(":")[2] == password

    def is_outdated(self, encoded):
        return encoded.startswith("v1:")

    def new_token(self):
        self.made += 1
        return f"token-number-{self.made:04}"

    def fingerprint(self, token):
        return f"print of {token}"


@pytest.fixture
def app(clock, tmp_path):
    return build(Settings(home=tmp_path), **in_memory(clock, InlineWakeUps()), secrets=PlainSecrets())


@pytest.fixture
def people(app, clock):
    with app.uow.transaction():
        made = {}
        for role in (*ROLES, "super-admin"):
            clock.pass_by(milliseconds=1)
            made[f"{role}2" if role in made else role] = app.accounts.create(
                f"{role}{len(made)}@example.com", role.title(), role, PASSWORD
            )
        return made


@pytest.fixture
def ada(people):
    return people["super-admin"]


def attempt(app, user, password=PASSWORD, address="192.0.2.1"):
    email = user if isinstance(user, str) else user.email
    visit = Visit(address=address, agent="test", remembered=True)
    user, token = app.sign_in.enter(app.secrets, email, password, visit) or (None, None)
    return token


def who(app, token):
    with app.uow.reading():
        found = app.session_desk.user(token)
        return found and found.id


def acts(app):
    return [(entry.action, entry.actor_name, entry.label) for entry in app.audit_trail.all()]


def test_sign_in_with_the_right_password_opens_a_session(app, ada):
    assert who(app, attempt(app, ada)) == ada.id


def test_sign_in_stores_no_token(app, ada):
    token = attempt(app, ada)
    assert [session.id for session in app.uow.shelf("session").values()] == [f"print of {token}"]


@pytest.mark.parametrize("email", ["super-admin3@example.com", "nobody@example.com", ""])
def test_sign_in_that_fails_compares_one_password_whoever_it_is(app, ada, email):
    assert attempt(app, email, "wrong") is None
    assert app.secrets.compared == 1


def test_suspended_user_hears_why_after_the_right_password_and_nobody_else_does(app, ada):
    with app.uow.transaction():
        user = app.users.get(ada.id)
        user.active, user.suspension = False, "Spam."
    assert attempt(app, ada, "wrong") is None
    with pytest.raises(Forbidden, match=r"This account is suspended: Spam\. Write to us"):
        attempt(app, ada)
    with app.uow.reading():
        assert app.sessions.of(ada.id, 1) == []


def test_sign_in_renews_an_outdated_hash(app, ada):
    with app.uow.transaction():
        app.users.get(ada.id).password_hash = f"v1:{PASSWORD}"
    assert attempt(app, ada)
    with app.uow.reading():
        assert app.users.get(ada.id).password_hash == f"v2:{PASSWORD}"


def test_sign_in_and_its_failures_are_in_the_audit_without_what_was_typed(app, ada, clock):
    attempt(app, ada, "wrong")
    clock.pass_by(milliseconds=1)
    attempt(app, "my-password-in-the-wrong-field", "wrong")
    clock.pass_by(milliseconds=1)
    attempt(app, ada)
    assert acts(app) == [
        ("failed to sign in", "system", str(ada)),
        ("failed to sign in", "system", "(an unknown address)"),
        ("signed in", str(ada), str(ada)),
    ]


def test_guessing_waits_longer_and_longer(app, ada, clock):
    for _ in range(4):
        assert attempt(app, ada, "wrong") is None
    waits = []
    for _ in range(12):
        with pytest.raises(TooMany) as wait:
            attempt(app, ada, "wrong")
        waits.append(wait.value.retry_after)
        clock.pass_by(seconds=wait.value.retry_after)
        assert attempt(app, ada, "wrong") is None
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]


def test_guessing_that_must_wait_refuses_the_right_password_too(app, ada, clock):
    for _ in range(4):
        attempt(app, ada, "wrong")
    with pytest.raises(TooMany):
        attempt(app, ada)
    clock.pass_by(seconds=1)
    assert attempt(app, ada)


def test_guessing_is_counted_before_the_password_is_compared(app, ada):
    """A hundred at once: each is counted on its way in, so the fifth is turned away while four still compare."""
    for _ in range(4):
        with app.uow.transaction():
            app.guard.admit(ada.email, "192.0.2.1")
    with pytest.raises(TooMany), app.uow.transaction():
        app.guard.admit(ada.email, "192.0.2.1")


def test_guessing_by_strangers_does_not_lock_the_owner_out(app, ada):
    for number in range(51):
        attempt(app, ada, "wrong", address=f"198.51.100.{number}")
    assert attempt(app, ada, address="192.0.2.1")


def test_guessing_from_many_addresses_leaves_each_one_free_try(app, ada):
    for number in range(50):
        attempt(app, ada, "wrong", address=f"198.51.100.{number}")
    assert attempt(app, ada, "wrong", address="203.0.113.1") is None
    with pytest.raises(TooMany):
        attempt(app, ada, "wrong", address="203.0.113.1")


def test_guessing_many_accounts_from_one_address_is_slowed_down(app, ada):
    for number in range(30):
        attempt(app, f"user{number}@example.com", "wrong")
    with pytest.raises(TooMany):
        attempt(app, "another@example.com", "wrong")


def test_guessing_from_one_ipv6_network_counts_together(app, ada):
    for number in range(4):
        attempt(app, ada, "wrong", address=f"2001:db8::{number + 1:x}")
    with pytest.raises(TooMany):
        attempt(app, ada, "wrong", address="2001:db8::ffff")


def test_guessing_at_a_username_tells_nobody_whose_address_it_is(app, ada):
    """Usernames stand on pages. Were they counted with the address, the address that must wait would be the one."""
    for _ in range(4):
        attempt(app, ada.username, "wrong")
    with pytest.raises(TooMany):
        attempt(app, ada.username, "wrong")
    for address in (ada.email, "nobody@example.com"):
        assert attempt(app, address, "wrong") is None


def test_guessing_is_forgotten_by_a_link_for_both_names_of_an_account(app, ada):
    for name in (ada.username, ada.email):
        for _ in range(4):
            attempt(app, name, "wrong")
    with app.uow.transaction():
        app.guard.forgive(ada, "192.0.2.1")
    assert attempt(app, ada.username)
    assert attempt(app, ada.email)


def test_guessing_is_forgotten_after_a_day(app, ada, clock):
    for _ in range(4):
        attempt(app, ada, "wrong")
    clock.pass_by(hours=25)
    for _ in range(4):
        assert attempt(app, ada, "wrong") is None


def test_tries_that_succeed_leave_nothing_counted(app, ada):
    for _ in range(10):
        assert attempt(app, ada)
    assert [counted.failures for counted in app.uow.shelf("try").values()] == [0, 0, 0]


def test_tries_of_long_ago_are_cleared_away(app, ada, clock):
    attempt(app, ada, "wrong")
    clock.pass_by(hours=25)
    with app.uow.transaction():
        assert app.guard.forget_old(None) == {"forgotten": 3}


def test_sessions_end_when_unused_too_old_closed_or_deactivated(app, people, clock):
    used, unused, closed = (attempt(app, people[role]) for role in ("super-admin", "admin", "staff"))
    with app.uow.transaction():
        app.session_desk.close(closed)
    assert who(app, closed) is None
    for _ in range(9):
        clock.pass_by(days=10)
        with app.uow.transaction():
            app.session_desk.touch(used)
    assert who(app, unused) is None
    assert who(app, used) == people["super-admin"].id
    clock.pass_by(days=1)
    assert who(app, used) is None


def test_sessions_are_touched_once_a_minute_at_most(app, ada, clock):
    token = attempt(app, ada)
    with app.uow.reading():
        _, session = app.session_desk.recognise(token)
    assert not app.session_desk.is_worth_a_touch(session)
    clock.pass_by(seconds=61)
    assert app.session_desk.is_worth_a_touch(session)


def test_sessions_of_a_deleted_user_lead_nowhere(app, people):
    token = attempt(app, people["staff"])
    with app.uow.transaction():
        app.record_store.delete(app.users.get(people["staff"].id))
    assert who(app, token) is None


def change(app, user, old, new):
    made = app.password_desk.prepare(user, old, new)
    with app.uow.transaction():
        app.password_desk.change(user, made)


def test_password_change_needs_the_old_one_and_ends_every_session(app, ada):
    tokens = [attempt(app, ada), attempt(app, ada)]
    with pytest.raises(Invalid, match="current password"):
        change(app, ada, "wrong", "a better password")
    change(app, ada, PASSWORD, "a better password")
    assert [who(app, token) for token in tokens] == [None, None]
    assert attempt(app, ada, "a better password")


def test_password_change_raises_the_version_of_the_user(app, ada):
    with app.uow.reading():
        before = app.users.get(ada.id)
    change(app, before, PASSWORD, "a better password")
    with app.uow.reading():
        assert (before.version, app.users.get(ada.id).version) == (1, 2)


def test_password_change_that_another_one_overtook_is_refused(app, ada):
    with app.uow.reading():
        before = app.users.get(ada.id)
    made = app.password_desk.prepare(before, PASSWORD, "a better password")
    change(app, ada, PASSWORD, "the quicker password")
    with pytest.raises(Invalid, match="current password"), app.uow.transaction():
        app.password_desk.change(before, made)


def test_password_change_to_the_same_one_is_refused(app, ada):
    with pytest.raises(Invalid, match="already"):
        change(app, ada, PASSWORD, PASSWORD)


def test_one_time_password_must_be_changed(app, people):
    with app.uow.transaction():
        one_time = app.password_desk.give_one_time(people["member"].id, people["admin"])
    token = attempt(app, people["member"], one_time)
    with app.uow.reading():
        assert app.session_desk.user(token).must_change_password


def test_first_admin_is_made_once(app):
    with app.uow.transaction():
        assert app.accounts.first_admin("root@example.com", None) == "token-number-0001"[:16]
        assert app.accounts.first_admin("other@example.com", None) is None
        assert app.accounts.super_admin_addresses() == ["root@example.com"]


@pytest.mark.parametrize(("by", "target"), [("staff", "admin"), ("admin", "super-admin"), ("member", "staff")])
def test_nobody_acts_on_a_user_above_them(app, people, by, target):
    for act in (app.password_desk.give_one_time, app.caretaker.sign_out):
        with pytest.raises(Forbidden), app.uow.transaction():
            act(people[target].id, people[by])
    with pytest.raises(Forbidden):
        app.accounts.deleting(people[target], people[by])


def draft(user, **changed):
    values = {name: value for name, value in vars(user).items() if not name.startswith("_")}
    return User(**{**values, **changed})


def test_nobody_gives_a_role_above_their_own(app, people):
    with pytest.raises(Forbidden):
        app.accounts.changing(people["admin"], draft(people["admin"], role="super-admin"), people["admin"])
    with pytest.raises(Forbidden):
        app.accounts.may_make("super-admin", people["admin"])


def test_change_of_the_role_ends_the_sessions(app, people):
    token = attempt(app, people["member"])
    with app.uow.transaction():
        user = app.users.get(people["member"].id)
        app.accounts.changing(user, draft(user, name="Other"), people["admin"])
        assert app.session_desk.user(token) is not None
        app.accounts.changing(user, draft(user, role="staff"), people["admin"])
    assert who(app, token) is None


def test_deactivating_ends_the_sessions(app, people):
    token = attempt(app, people["staff"])
    with app.uow.transaction():
        user = app.users.get(people["staff"].id)
        app.accounts.changing(user, draft(user, active=False), people["admin"])
    assert app.uow.shelf("session") == {}
    assert who(app, token) is None


@pytest.mark.parametrize("changed", [{"role": "admin"}, {"active": False}])
def test_the_last_super_admin_stays(app, people, changed):
    first, second = people["super-admin"], people["super-admin2"]
    with app.uow.transaction():
        user = app.users.get(second.id)
        app.accounts.changing(user, draft(user, **changed), first)
        for name, value in changed.items():
            setattr(user, name, value)
    with pytest.raises(Conflict, match="last active super-admin"), app.uow.transaction():
        user = app.users.get(first.id)
        app.accounts.changing(user, draft(user, **changed), first)


def test_nobody_deletes_themselves(app, ada):
    with pytest.raises(Conflict, match="your own account"):
        app.accounts.deleting(ada, ada)


def test_unknown_users_are_not_found(app, ada):
    with pytest.raises(NotFound), app.uow.transaction():
        app.password_desk.give_one_time("usr_nobody", ada)
