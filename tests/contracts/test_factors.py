"""Second factors and recovery codes over every way to keep them: found by owner, one of a kind, spent once."""

import pytest

from core.domain.accounts import Factor, RecoveryCode, User
from core.domain.kernel.errors import Conflict
from core.domain.kernel.ids import new_id


@pytest.fixture
def owners(kept, clock):
    with kept.uow.transaction():
        return [user(kept, clock, f"{name}@example.com") for name in ("ada", "bob")]


def user(kept, clock, email):
    clock.pass_by(milliseconds=1)
    now = clock.now()
    made = User(id=new_id("usr", now), email=email, name="A", created_at=now, updated_at=now)
    kept.users.add(made)
    return made.id


def factor(clock, owner, **fields):
    clock.pass_by(milliseconds=1)
    now = clock.now()
    return Factor(id=new_id("fac", now), user_id=owner, kind="app", secret="sealed", created_at=now, **fields)


def codes(clock, owner, number):
    now = clock.now()
    return [
        RecoveryCode(id=new_id("rec", now), user_id=owner, code_hash=f"hash {at}", created_at=now)
        for at in range(number)
    ]


def test_factor_comes_back_as_it_was_to_its_owner_only(kept, clock, owners):
    made = factor(clock, owners[0], mark=59_000_000_000, confirmed_at=clock.now(), used_at=clock.now())
    with kept.uow.transaction():
        kept.factors.add(made)
    with kept.uow.reading():
        (found,) = kept.factors.of(owners[0])
        assert (found.secret, found.mark, found.confirmed_at) == ("sealed", 59_000_000_000, made.confirmed_at)
        assert list(kept.factors.of(owners[1])) == []
    with kept.uow.transaction():
        assert [held.id for held in kept.factors.hold(owners[0])] == [made.id]


def test_factor_is_on_once_it_is_confirmed_and_its_owner_s_only(kept, clock, owners):
    with kept.uow.transaction():
        kept.factors.add(made := factor(clock, owners[0]))
        assert not kept.factors.is_on(owners[0])
        made.confirmed_at = clock.now()
        assert [kept.factors.is_on(owner) for owner in owners] == [True, False]
        at_the_door = [kept.guard.admit(f"{name}@example.com", "192.0.2.7") for name in ("ada", "bob")]
        assert [(caller.user.id, caller.has_second) for caller in at_the_door] == list(
            zip(owners, (True, False), strict=True)
        )


def test_second_factor_of_a_kind_is_refused(kept, clock, owners):
    with kept.uow.transaction():
        kept.factors.add(factor(clock, owners[0]))
    with pytest.raises(Conflict), kept.uow.transaction():
        kept.factors.add(factor(clock, owners[0]))


def test_factor_may_take_the_place_of_one_that_is_removed(kept, clock, owners):
    with kept.uow.transaction():
        kept.factors.add(factor(clock, owners[0]))
    with kept.uow.transaction():
        assert kept.factors.remove_all(owners[0]) == 1
        kept.factors.add(factor(clock, owners[0]))
    with kept.uow.reading():
        assert len(kept.factors.of(owners[0])) == 1


def test_recovery_code_is_spent_once(kept, clock, owners):
    made = codes(clock, owners[0], 3)
    with kept.uow.transaction():
        kept.recovery_codes.replace(owners[0], made)
    with kept.uow.transaction():
        spent = [kept.recovery_codes.spend(key, clock.now()) for key in (made[1].id, made[1].id, "rec_nobody")]
    with kept.uow.reading():
        left = {code.id for code in kept.recovery_codes.unused(owners[0])}
    assert (spent, left) == ([True, False, False], {made[0].id, made[2].id})


def test_recovery_codes_are_replaced_for_their_owner_only(kept, clock, owners):
    with kept.uow.transaction():
        kept.recovery_codes.replace(owners[0], codes(clock, owners[0], 2))
        kept.recovery_codes.replace(owners[1], codes(clock, owners[1], 4))
    new = codes(clock, owners[0], 1)
    with kept.uow.transaction():
        kept.recovery_codes.replace(owners[0], new)
    with kept.uow.reading():
        assert [code.id for code in kept.recovery_codes.unused(owners[0])] == [new[0].id]
        assert len(kept.recovery_codes.unused(owners[1])) == 4
