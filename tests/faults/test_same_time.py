"""500 tries with real hashes: known and unknown addresses take the same time to sign in, sign up and reset."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from tests.timing import MOST_APART, Stopwatch

TRIES = 500


@pytest.mark.usefixtures("capsys")  # or each of 6,000 requests would be in the log of the run
@pytest.mark.parametrize("question", ["sign_in", "sign_up", "reset"])
def test_500_known_and_unknown_addresses_take_the_same_time(
    make_app: Callable[..., Any], question: str, record_property: Callable[[str, object], None]
) -> None:
    apart = Stopwatch(make_app(settings={"rate_limits": "wide"}), TRIES, time.perf_counter).apart(question)
    record_property("figures", f"{question}: medians of {TRIES} known and unknown {apart * 1000:.2f} ms apart")
    assert apart < MOST_APART
