"""Nobody learns by a clock whether an address has an account; 500 tries with real hashes are in tests/faults.

Here the time of the processor is taken, which other tests on the same machine do not lengthen.
"""

import time

import pytest
from tests.timing import MOST_APART, Stopwatch

TRIES = 40


class QuickSecrets:
    """A hash that costs nothing: what the hash hides in a minute, forty tries show."""

    def hash(self, password):
        return f"hash of {password}"

    def verify(self, encoded, password):
        return encoded == f"hash of {password}"

    def is_outdated(self, encoded):
        return False

    def fingerprint(self, token):
        return f"print of {token}"


@pytest.mark.parametrize("question", ["sign_in", "sign_up", "reset"])
def test_known_and_unknown_addresses_take_the_same_time(make_app, question):
    app = make_app(settings={"rate_limits": "wide"}, secrets=QuickSecrets())
    assert Stopwatch(app, TRIES, time.thread_time).apart(question) < MOST_APART
