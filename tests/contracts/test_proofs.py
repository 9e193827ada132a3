"""Proofs of addresses over every way to keep them: found by their token, counted, reserved, forgotten."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from core.domain.accounts import Proof, User
from core.domain.kernel.errors import Conflict, Failure, NotFound
from core.domain.kernel.ids import new_id

HOUR = timedelta(hours=1)


def proof(kept, address="ada@example.com", **fields):
    kept.clock.pass_by(milliseconds=1)
    now = kept.clock.now()
    known = {"kind": "sign-up", "created_at": now, "expires_at": now + HOUR, "fingerprint": new_id("fin", now)}
    made = Proof(id=new_id("prf", now), address=address, **{**known, **fields})
    with kept.uow.transaction():
        kept.address_proofs.add(made)
    return made


def user(kept, email="ada@example.com"):
    now = kept.clock.now()
    made = User(id=new_id("usr", now), email=email, name="A", username="a", created_at=now, updated_at=now)
    with kept.uow.transaction():
        kept.users.add(made)
    return made


def left(kept, *proofs):
    with kept.uow.reading():
        return [kept.address_proofs.find(one.fingerprint) is not None for one in proofs]


def test_proof_comes_back_as_it_was(kept):
    owner = user(kept)
    made = proof(kept, user_id=owner.id, former="old@example.com", username="ada", name="Ada", password_hash="hash")
    with kept.uow.reading():
        found = [kept.address_proofs.get(made.id), kept.address_proofs.find(made.fingerprint)]
    with kept.uow.transaction():
        found.append(kept.address_proofs.hold(made.fingerprint))
    seen = [{name: value for name, value in vars(one).items() if not name.startswith("_")} for one in found]
    assert seen == [{name: value for name, value in vars(made).items() if not name.startswith("_")}] * 3


def test_proof_that_is_unknown_is_none_by_its_token_and_not_found_by_its_id(kept):
    with kept.uow.transaction():
        assert (kept.address_proofs.find("x"), kept.address_proofs.hold("x")) == (None, None)
        with pytest.raises(NotFound):
            kept.address_proofs.get("prf_x")


def test_use_of_a_proof_is_kept(kept):
    made = proof(kept)
    with kept.uow.transaction():
        kept.address_proofs.hold(made.fingerprint).use(kept.clock.now())
    with kept.uow.reading():
        assert kept.address_proofs.find(made.fingerprint).used_at == kept.clock.now()


def test_proofs_of_a_kind_are_counted_for_an_address_whatever_its_case(kept):
    for kind, address in (("reset", "Ada@example.com"), ("reset", "ada@example.com"), ("verify", "ada@example.com")):
        proof(kept, address, kind=kind)
    since = kept.clock.now() - timedelta(minutes=1)
    kept.clock.pass_by(hours=2)
    proof(kept, kind="reset")
    with kept.uow.reading():
        numbers = [kept.address_proofs.number_since("reset", "ADA@example.com", at) for at in (since, kept.clock.now())]
        others = kept.address_proofs.number_since("reset", "bo@example.com", since)
    assert (numbers, others) == ([3, 1], 0)


def test_username_is_reserved_from_others_while_its_proof_is_open(kept):
    held, used = proof(kept, username="Ada"), proof(kept, username="bo", used_at=kept.clock.now())
    asked = [("ada", "other@example.com"), ("ada", "ADA@example.com"), (used.username, "other@example.com"), ("", "x")]
    now, later = kept.clock.now(), held.expires_at
    with kept.uow.reading():
        reserved = [kept.address_proofs.reserves(*one, now) for one in asked]
        afterwards = kept.address_proofs.reserves("ada", "other@example.com", later)
    assert (reserved, afterwards) == ([True, False, False, False], False)


def test_what_is_open_about_a_user_or_their_address_is_forgotten(kept):
    owner = user(kept)
    by_user = proof(kept, "new@example.com", kind="change", user_id=owner.id)
    by_address, other = proof(kept, "ADA@example.com", kind="reset"), proof(kept, "bo@example.com")
    used = proof(kept, kind="reset", used_at=kept.clock.now())
    with kept.uow.transaction():
        assert kept.address_proofs.remove_of(owner.id, owner.email) == 2
    assert left(kept, by_user, by_address, other, used) == [False, False, True, True]


def test_what_expired_before_an_instant_is_forgotten(kept):
    old = proof(kept)
    kept.clock.pass_by(hours=2)
    new = proof(kept)
    with kept.uow.transaction():
        assert kept.address_proofs.remove_before(kept.clock.now()) == 1
    assert left(kept, old, new) == [False, True]


@pytest.mark.parametrize("kept", ["sqlite", "postgresql"], indirect=True)
def test_token_is_of_one_proof_only(kept):
    proof(kept, fingerprint="the same")
    with pytest.raises(Conflict):
        proof(kept, fingerprint="the same")


@pytest.mark.parametrize("kept", ["sqlite", "postgresql"], indirect=True)
def test_link_that_is_taken_by_many_at_once_makes_one_account(kept):
    newcomer = kept.sign_up.prepare(email="ada@example.com", username="ada", name="Ada", password="four quiet looms")
    with kept.uow.transaction():
        kept.sign_up.ask(newcomer)
        task = kept.ledger.recent(1)[0]
    token = kept.proof_tokens.token(task.payload["proof_id"])

    def take(_):
        try:
            with kept.uow.transaction():
                return kept.sign_up.complete(token).username
        except Failure as refused:
            return type(refused).__name__

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(take, range(6))) == ["Invalid"] * 5 + ["ada"]


@pytest.mark.parametrize("kept", ["sqlite", "postgresql"], indirect=True)
def test_proofs_of_a_user_go_with_them(kept):
    owner = user(kept)
    theirs, other = proof(kept, "new@example.com", kind="change", user_id=owner.id), proof(kept)
    with kept.uow.transaction():
        kept.record_store.delete(kept.users.get(owner.id))
    assert left(kept, theirs, other) == [False, True]
