"""Accounts elsewhere and the ways there, kept in memory, in SQLite and in PostgreSQL alike."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from core.domain.kernel.errors import Conflict, NotFound
from core.domain.social import Attempt, Identity


@pytest.fixture
def ada(kept):
    with kept.uow.transaction():
        return kept.accounts.create("ada@example.com", "Ada", "member", "correct horse battery")


@pytest.fixture
def identity(kept, clock, ada):
    """Make an identity: `identity("1001")`."""

    def make(subject, issuer="https://accounts.google.com"):
        made = Identity(
            id=f"idn_{subject}", user_id=ada.id, provider="google", issuer=issuer, subject=subject,
            created_at=clock.now(), used_at=clock.now(),
        )  # fmt: skip
        with kept.uow.transaction():
            kept.identities.add(made)
        return made

    return make


@pytest.fixture
def attempt(kept, clock):
    made = Attempt(
        id="f" * 64, provider="google", purpose="sign in", nonce="n", verifier="v", browser="b", onward="/x",
        claims={"issuer": "i", "subject": "s"}, expires_at=clock.now(),
    )  # fmt: skip
    with kept.uow.transaction():
        kept.social_attempts.add(made)
    return made


def test_identity_is_found_by_issuer_and_subject_together(kept, ada, identity):
    identity("1001")
    with kept.uow.reading():
        assert kept.identities.find("https://accounts.google.com", "1001").user_id == ada.id
        assert kept.identities.find("https://www.facebook.com", "1001") is None
        assert kept.identities.find("https://accounts.google.com", "1002") is None


def test_identity_belongs_to_one_user_only(kept, identity):
    identity("1001")
    with pytest.raises(Conflict):
        identity("1001", issuer="https://accounts.google.com")


def test_identities_of_a_user_come_oldest_first_and_go_one_by_one(kept, ada, identity):
    for subject in ("1001", "1002"):
        identity(subject)
    with kept.uow.transaction():
        assert [one.subject for one in kept.identities.hold(ada.id)] == ["1001", "1002"]
        kept.identities.remove("idn_1001")
        kept.identities.remove("idn_nobody")
    with kept.uow.reading():
        assert [one.subject for one in kept.identities.of(ada.id)] == ["1002"]
        with pytest.raises(NotFound):
            kept.identities.get("idn_1001")


def test_way_is_used_once(kept, clock, attempt):
    with kept.uow.transaction():
        assert [kept.social_attempts.use(attempt.id, clock.now()) for _ in range(2)] == [True, False]
        assert kept.social_attempts.use("nobody", clock.now()) is False
    with kept.uow.reading():
        found = kept.social_attempts.find(attempt.id)
        assert (found.used_at, found.claims, found.wish) == (clock.now(), {"issuer": "i", "subject": "s"}, None)


def test_ways_that_are_over_are_forgotten(kept, clock, attempt):
    with kept.uow.transaction():
        assert kept.social_attempts.remove_before(clock.now()) == 0
        assert kept.social_attempts.remove_before(clock.now() + timedelta(seconds=1)) == 1
        assert kept.social_attempts.find(attempt.id) is None


def test_two_of_the_last_two_ways_in_are_not_taken_away_at_once(kept, ada, identity):
    """Whoever comes second waits for the first, and sees what that one left."""
    for subject in ("1001", "1002"):
        identity(subject)
    with kept.uow.transaction():
        kept.users.get(ada.id).password_hash = None

    def take(subject):
        try:
            with kept.uow.transaction():
                kept.connections.disconnect(kept.users.get(ada.id), f"idn_{subject}", offered=["google"])
        except Conflict:
            return "kept"
        return "taken"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(take, ("1001", "1002"))) == ["kept", "taken"]
