"""What a kept password is worth: Argon2id as OWASP asks for it, whatever tests about other things do."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.secrets import Argon2Secrets
from core.domain.kernel.errors import Unavailable
from entrypoints.config import Settings
from entrypoints.container import build


@pytest.fixture
def kept(tmp_path):
    """The secrets that every process gets."""
    return build(Settings(home=tmp_path)).secrets


def test_password_is_hashed_as_owasp_asks(kept):
    encoded = kept.hash("correct horse battery")
    assert encoded.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert [kept.verify(encoded, word) for word in ("correct horse battery", "correct horse", "")] == [
        True, False, False,
    ]  # fmt: skip


def test_nobody_has_no_password(kept):
    assert not kept.verify(None, "correct horse battery")


def test_weaker_hash_is_outdated_and_still_opens(kept):
    weak = Argon2Secrets(rounds=1, kibibytes=8).hash("correct horse battery")
    assert (kept.is_outdated(weak), kept.verify(weak, "correct horse battery")) == (True, True)
    assert not kept.is_outdated(kept.hash("correct horse battery"))


@pytest.mark.parametrize("nonsense", ["", "plain", "$argon2id$v=19$"])
def test_what_is_no_hash_opens_nothing(kept, nonsense):
    assert not kept.verify(nonsense, "correct horse battery")


def test_more_than_can_wait_are_told_to_come_again():
    """They are told at once: each who waits keeps one of the threads that answer everybody."""
    busy = Argon2Secrets(at_once=1, waiting=1)
    with ThreadPoolExecutor(8) as crowd:
        told = [one.exception() for one in [crowd.submit(busy.hash, "correct horse battery") for _ in range(8)]]
    let_in, refused = [one for one in told if one is None], [one for one in told if one is not None]
    assert len(let_in) >= 2
    assert refused
    assert all(isinstance(one, Unavailable) and one.retry_after for one in refused)
