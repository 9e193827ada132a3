"""What two do to one account at the same moment, on PostgreSQL: neither undoes what the other has just shut out."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from pyotp import TOTP
from tests.conftest import HASTY

from adapters.secrets import Argon2Secrets
from core.domain.accounts import Visit
from core.domain.kernel.errors import Conflict, NotFound

WAITING = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
OLD, NEW, THIEFS = "correct horse battery", "a phrase of the owner 12", "a phrase of the thief 77"


@pytest.fixture
def kept(make_app, migrated_url, clock):
    return make_app(clock=clock, settings={"database_url": migrated_url})


@pytest.fixture
def ada(kept):
    with kept.uow.transaction():
        return kept.accounts.create("ada@example.org", "Ada", "member", OLD)


def meanwhile(kept, act):
    """Have something done, and committed, while the transaction of this thread is open."""

    def do():
        with kept.uow.transaction():
            return act()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(do).result(20)


@pytest.mark.parametrize("shut_out", ["reset", "lock", "suspend", "sign_out"])
def test_a_change_of_password_that_was_begun_before_the_owner_shut_everybody_out_is_refused(kept, ada, shut_out):
    acts = {
        "reset": lambda: kept.accounts.put_password(kept.users.get(ada.id), HASTY.hash(NEW)),
        "lock": lambda: kept.caretaker.lock(ada.id, None),
        "suspend": lambda: kept.caretaker.suspend(ada.id, "Stolen.", None),
        "sign_out": lambda: kept.caretaker.sign_out(ada.id, None),
    }
    prepared = kept.password_desk.prepare(ada, OLD, THIEFS)
    with pytest.raises(Conflict, match="at the same moment"), kept.uow.transaction():
        read = kept.users.get(ada.id)
        meanwhile(kept, acts[shut_out])
        assert kept.password_desk.change(ada, prepared) is read
    with kept.uow.reading():
        now = kept.users.get(ada.id)
    assert now.version == ada.version + 1
    assert now.password_hash != prepared


def test_a_hash_made_anew_at_sign_in_does_not_undo_another_password(kept, ada):
    with kept.uow.transaction():
        kept.users.get(ada.id).password_hash = Argon2Secrets(rounds=2, kibibytes=8).hash(OLD)
    known = kept.users.get

    def get(user_id):
        user = known(user_id)
        meanwhile(kept, lambda: kept.accounts.put_password(known(user_id), HASTY.hash(NEW)))
        return user

    kept.users.get = get
    visit = Visit(address="192.0.2.7", agent="", remembered=True)
    assert kept.sign_in.enter(HASTY, "ada@example.org", OLD, visit) is None
    with kept.uow.reading():
        assert HASTY.verify(known(ada.id).password_hash, NEW)


@pytest.fixture
def token(kept, ada):
    """That of a session of hers."""
    with kept.uow.transaction():
        return kept.session_desk.open(ada, "192.0.2.7", "")


def end(kept, token):
    return lambda: kept.session_desk.close(token)


def test_a_session_that_ends_while_it_is_renewed_stays_ended(kept, ada, token):
    with pytest.raises(NotFound, match="ended already"), kept.uow.transaction():
        read = kept.sessions.find(HASTY.fingerprint(token))
        meanwhile(kept, end(kept, token))
        kept.session_desk.renew(token)
    assert read is not None
    with kept.uow.reading():
        assert kept.session_desk.of(ada) == []


def test_a_session_that_ends_while_its_use_is_noted_stays_ended(kept, ada, token, clock):
    clock.pass_by(minutes=2)
    with kept.uow.transaction():
        read = kept.sessions.find(HASTY.fingerprint(token))
        meanwhile(kept, end(kept, token))
        kept.session_desk.touch(token, "192.0.2.8")
    assert read is not None
    with kept.uow.reading():
        assert kept.session_desk.of(ada) == []


def test_a_factor_that_is_just_turned_on_is_not_begun_anew(kept, ada, token, clock):
    with kept.uow.transaction():
        kept.users.get(ada.id).verified_at = clock.now()
    with kept.uow.transaction():
        secret = kept.factor_desk.secret_of(kept.factor_desk.begin(kept.users.get(ada.id)))

    def begin_anew():
        with kept.uow.transaction():
            kept.factor_desk.begin(kept.users.get(ada.id))

    with ThreadPoolExecutor(1) as pool:
        with kept.uow.transaction():
            code = TOTP(secret).at(clock.now())
            assert kept.two_factors.turn_on(kept.users.get(ada.id), code, [], token) is not None
            kept.uow.frame.flush()
            second = pool.submit(begin_anew)
            while not second.done() and not kept.uow.rows(WAITING, {}):
                pass
        with pytest.raises(Conflict, match="on already"):
            second.result(20)
    with kept.uow.reading():
        assert kept.factor_desk.is_on(ada)
