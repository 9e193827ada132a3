"""Access tokens over every way to keep them: found by their text's fingerprint, listed by owner, forgotten in time."""

from datetime import timedelta

import pytest

from core.domain.kernel.errors import BadToken
from core.domain.tokens import mint
from core.domain.tokens.desk import KEPT


@pytest.fixture
def ada(kept):
    with kept.uow.transaction():
        return kept.accounts.create("ada@example.com", "Ada", "member", "correct horse battery")


def make(kept, user, name, days=None):
    kept.clock.pass_by(seconds=1)
    with kept.uow.transaction():
        return kept.token_desk.make(user, name=name, scopes=["me.read", "tasks.read"], days=days)


def names(kept, user):
    with kept.uow.reading():
        return [token.name for token in kept.token_desk.of(user.id)]


def test_token_is_kept_whole_and_found_by_its_fingerprint(kept, ada):
    made = make(kept, ada, "CI", 30)
    with kept.uow.reading():
        found = kept.access_tokens.by_fingerprint(mint.fingerprint(made.text))
        nobody = kept.access_tokens.by_fingerprint(mint.fingerprint("eb_"))
    whole = {name: value for name, value in vars(found).items() if not name.startswith("_")}
    assert whole == {name: value for name, value in vars(made.token).items() if not name.startswith("_")}
    assert nobody is None


def test_tokens_are_their_owners_and_the_newest_comes_first(kept, ada):
    with kept.uow.transaction():
        bob = kept.accounts.create("bob@example.com", "Bob", "member", "correct horse battery")
    for user, name in ((ada, "first"), (bob, "first"), (ada, "second")):
        make(kept, user, name)
    assert (names(kept, ada), names(kept, bob)) == (["second", "first"], ["first"])


def test_revoked_token_is_gone_at_once(kept, ada):
    made = make(kept, ada, "CI")
    with kept.uow.transaction():
        kept.token_desk.revoke(made.token.id, owner=ada.id)
        kept.access_tokens.remove(made.token.id)
    with pytest.raises(BadToken), kept.uow.reading():
        kept.token_gate.recognise(made.text)


def test_use_is_kept(kept, ada):
    made = make(kept, ada, "CI")
    with kept.uow.transaction():
        kept.token_gate.touch(kept.token_gate.recognise(made.text), "2001:db8::1")
    with kept.uow.reading():
        found = kept.access_tokens.find(made.token.id)
    assert (found.used_at, found.used_from) == (kept.clock.now(), "2001:db8::1")


def test_what_expired_or_ended_is_forgotten_after_a_while(kept, ada):
    for name, days in (("brief", 1), ("long", 365), ("used", None), ("idle", None)):
        made = make(kept, ada, name, days)
        if name == "used":
            used = made
    with kept.uow.transaction():
        bob = kept.accounts.create("bob@example.com", "Bob", "member", "correct horse battery")
    make(kept, bob, "of another")
    forgotten = []
    for days in (1, 31):
        kept.clock.pass_by(days=days)
        with kept.uow.transaction():
            forgotten.append(kept.access_tokens.remove_ended(kept.clock.now() - KEPT))
    with kept.uow.transaction():
        kept.token_gate.touch(kept.token_gate.recognise(used.text), "192.0.2.1")
        kept.caretaker.sign_out(ada.id, ada)
        forgotten.append(kept.access_tokens.remove_ended(kept.clock.now() - timedelta(days=1)))
    assert (forgotten, names(kept, ada), names(kept, bob)) == ([0, 1, 2], ["used"], ["of another"])
