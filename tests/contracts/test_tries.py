"""Tries to sign in are counted each, whoever else is counted at the same moment."""

from threading import Barrier, Thread

import pytest

from adapters.secrets import Argon2Secrets
from core.domain.accounts import Try, User, Visit
from core.domain.kernel.ids import new_id

ADDRESS = "192.0.2.7"


def all_at_once(number, act):
    """What each of so many said who did this at the same moment, or the name of what they were refused with."""
    together, said = Barrier(number), []

    def take_part(which):
        together.wait(10)
        try:
            said.append(act(which))
        except Exception as refused:
            said.append(type(refused).__name__)

    threads = [Thread(target=take_part, args=(which,)) for which in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return said


def test_first_tries_from_one_address_at_once_are_all_counted_and_none_is_refused(kept):
    """Nothing is counted of any of them yet, so there is no row that one could wait for."""

    def admit(which):
        with kept.uow.transaction():
            kept.guard.admit(f"{which}@example.com", ADDRESS)

    assert all_at_once(4, admit) == [None] * 4
    with kept.uow.transaction():
        assert [counted.failures for counted in kept.tries.find([f"address {ADDRESS}"])] == [4]


def test_tries_at_once_under_one_key_are_let_in_as_often_as_one_after_the_other(kept):
    """One is counted already: what is begun at the same moment is added up, so then a few more could be let in."""
    with kept.uow.at_once():
        kept.guard.admit("a@example.com", ADDRESS)

    def admit(_):
        with kept.uow.at_once():
            kept.guard.admit("a@example.com", ADDRESS)

    said = all_at_once(12, admit)
    assert (said.count(None), said.count("TooMany")) == (3, 9)
    with kept.uow.transaction():
        assert [counted.failures for counted in kept.tries.find([f"address {ADDRESS}"])] == [4]


def test_codes_shown_at_once_are_let_in_as_often_as_one_after_the_other(kept):
    """One is counted already: of the five that are free, four are left."""
    with kept.uow.transaction():
        user = kept.accounts.create("a@example.com", "Ada", "member", "correct horse battery")

    def show(_):
        return kept.second_step.attempt(user.id, "000000", address=ADDRESS)

    assert show(0) is False
    said = all_at_once(12, show)
    assert (said.count(False), said.count("TooMany")) == (4, 8)


def test_counts_are_kept_over_what_was_seen_and_nothing_else(kept, clock):
    keys = {"account a@example.com": "account", f"address {ADDRESS}": "address"}
    begun = [Try(key=key, kind=kind, failures=1, last_at=clock.now()) for key, kind in keys.items()]
    with kept.uow.at_once():
        assert kept.tries.count(begun, [])
        assert not kept.tries.count(begun, [])
        seen = kept.tries.find(list(keys))
        kept.tries.take_back(list(keys)[:1])
        assert not kept.tries.count([one.counted(clock.now()) for one in seen], seen)
        assert {one.key: one.failures for one in kept.tries.find(list(keys))} == dict(zip(keys, (0, 1), strict=True))
        seen = kept.tries.find(list(keys))
        assert kept.tries.count([one.counted(clock.now()) for one in seen], seen)
        assert {one.key: one.failures for one in kept.tries.find(list(keys))} == dict(zip(keys, (1, 2), strict=True))


def test_key_that_nothing_is_counted_under_any_more_is_as_one_that_nothing_ever_was(kept, clock):
    begun = [Try(key="account a@example.com", kind="account", failures=1, last_at=clock.now())]
    with kept.uow.at_once():
        assert kept.tries.count(begun, [])
        kept.tries.take_back(["account a@example.com"])
        assert kept.tries.count(begun, [])
        assert not kept.tries.count(begun, [])
        assert kept.tries.find(["account a@example.com"]) == begun


def test_try_that_succeeded_is_taken_back_and_those_of_its_pair_forgotten(kept, clock):
    user = User(id=new_id("usr", clock.now()), email="a@example.com", name="A", created_at=clock.now(),
                updated_at=clock.now())  # fmt: skip
    for _ in range(2):
        with kept.uow.transaction():
            kept.guard.admit(user.email, ADDRESS)
    with kept.uow.transaction():
        kept.guard.succeeded(user.email, ADDRESS)
    with kept.uow.transaction():
        keys = [f"pair {user.email}|{ADDRESS}", f"address {ADDRESS}", f"account {user.email}"]
        assert {one.kind: one.failures for one in kept.tries.find(keys)} == {"pair": 0, "address": 1, "account": 1}


def test_try_is_taken_back_of_none_but_what_is_counted(kept):
    keys = [f"address {ADDRESS}", "account a@example.com"]
    with kept.uow.transaction():
        kept.guard.admit("a@example.com", ADDRESS)
    for _ in range(2):
        with kept.uow.transaction():
            kept.tries.take_back([*keys, "account nobody@example.com"])
    with kept.uow.transaction():
        assert {
            one.key: one.failures for one in kept.tries.find([*keys, "account nobody@example.com"])
        } == dict.fromkeys(keys, 0)


def test_counts_that_many_share_fade_while_nobody_tries(kept, clock):
    for _ in range(3):
        with kept.uow.transaction():
            kept.guard.admit("a@example.com", ADDRESS)
    clock.pass_by(minutes=2)
    with kept.uow.transaction():
        kept.guard.admit("b@example.com", ADDRESS)
        assert [counted.failures for counted in kept.tries.find([f"address {ADDRESS}"])] == [2]


def test_who_is_let_in_has_a_session_no_tries_a_stronger_hash_and_was_seen(kept, clock):
    """All of that is written at once, in no transaction."""
    password = "correct horse battery"
    with kept.uow.transaction():
        ada = kept.accounts.create("ada@example.org", "Ada", "member", password)
    with kept.uow.transaction():
        kept.users.get(ada.id).password_hash = weaker = Argon2Secrets(rounds=2, kibibytes=8).hash(password)
    visit = Visit(address=ADDRESS, agent="test", remembered=True)
    _, token = kept.sign_in.enter(Argon2Secrets(rounds=1, kibibytes=8), "ada@example.org", password, visit)
    with kept.uow.transaction():
        user, session = kept.session_desk.recognise(token)
        assert (user.id, user.seen_at, session.created_at) == (ada.id, clock.now(), clock.now())
        assert user.password_hash != weaker
        counted = kept.tries.find([f"pair ada@example.org|{ADDRESS}", f"address {ADDRESS}", "account ada@example.org"])
        assert [one.failures for one in counted] == [0, 0, 0]


class Meanwhile(Argon2Secrets):
    """Compares a password while something else happens."""

    def __init__(self, happens, **cost):
        super().__init__(**cost)
        self.happens = happens

    def verify(self, encoded, password):
        fits = super().verify(encoded, password)
        self.happens()
        return fits


@pytest.mark.parametrize("change", ["another password", "another role", "sessions ended", "suspended"])
def test_who_was_let_in_by_what_changed_meanwhile_has_a_session_that_leads_nowhere(kept, change):
    """Nothing is read again after a password was compared: the session is one of the account as it was before."""
    password = "correct horse battery"
    with kept.uow.transaction():
        ada = kept.accounts.create("ada@example.org", "Ada", "member", password)
    weaker = Argon2Secrets(rounds=2, kibibytes=8).hash(password)
    with kept.uow.transaction():
        kept.users.get(ada.id).password_hash = weaker

    def happens():
        with kept.uow.transaction():
            now = kept.users.get(ada.id)
            if change == "another password":
                kept.accounts.put_password(now, "$argon2id$new")
            elif change == "another role":
                kept.caretaker.give_role(ada.id, "staff", None)
            elif change == "sessions ended":
                kept.caretaker.sign_out(ada.id, None)
            else:
                kept.caretaker.suspend(ada.id, "Spam.", None)

    visit = Visit(address=ADDRESS, agent="test", remembered=True)
    _, token = kept.sign_in.enter(Meanwhile(happens, rounds=1, kibibytes=8), "ada@example.org", password, visit)
    with kept.uow.transaction():
        assert kept.session_desk.recognise(token) is None
        assert kept.session_desk.of(kept.users.get(ada.id)) == []
        assert (kept.users.get(ada.id).password_hash == "$argon2id$new") == (change == "another password")


@pytest.mark.parametrize("rounds", [1, 2])
def test_who_is_erased_meanwhile_is_nobody(kept, rounds):
    """Memory has no foreign keys: there they get a session that leads nowhere. Another cost has the hash made anew."""
    password = "correct horse battery"
    with kept.uow.transaction():
        ada = kept.accounts.create("ada@example.org", "Ada", "member", password)

    def happens():
        with kept.uow.transaction():
            kept.record_store.delete(kept.users.get(ada.id))

    secrets, visit = Meanwhile(happens, rounds=rounds, kibibytes=8), Visit(address=ADDRESS, agent="", remembered=True)
    entered = kept.sign_in.enter(secrets, "ada@example.org", password, visit)
    with kept.uow.transaction():
        assert entered is None or kept.session_desk.recognise(entered[1]) is None
