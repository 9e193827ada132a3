"""Vendors say 429 or 503, hang up, answer late or garbage, have no name, or are all down; texts go out once each."""

from __future__ import annotations

import json
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import pytest
from tests.faults.checker import look
from tests.faults.processes import until
from tests.faults.stage import Stage
from tests.faults.text_vendors import NAMES, VENDORS, TextServer

from core.ports.vendors import Position

TEXTS = 24
NOWHERE = "http://nobody.invalid"
FIRST, SECOND = (f"sms:{name}" for name in NAMES)
FAILING: dict[str, tuple[Any, dict[str, Any]]] = {
    "429, come back in 60 s": (429, {"retry_after": "60"}),
    "503": (503, {}),
    "hangs up": ("refuse", {}),
    "has no name": (NOWHERE, {}),
}
DOUBTFUL: dict[str, tuple[Any, dict[str, Any]]] = {"late": ("slow", {"seconds": 4.0}), "garbage": ("garbage", {})}
ATTEMPTS = "SELECT max(attempts) FROM tasks WHERE name = 'fault.text' AND id = ANY(:ids)"
HELD = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
PAGE_SECONDS = 2.0


class Pair:
    """Two vendors, their addresses in a file that the workers read, and the stage that texts by them."""

    def __init__(self, stage: Stage, first: TextServer, second: TextServer) -> None:
        self.stage, self.first, self.second = stage, first, second
        self.file = stage.folder / "vendors.json"
        self.point(first.url)

    def point(self, first: str) -> None:
        """Say where the first is."""
        draft = self.file.with_suffix(".new")
        draft.write_text(json.dumps(dict(zip(NAMES, (first, self.second.url), strict=True))))
        draft.replace(self.file)

    def be(self, mood: Any, how: dict[str, Any]) -> None:
        """Put the first into a mood."""
        if mood == NOWHERE:
            return self.point(NOWHERE)
        return self.first.be(mood, **how)

    def heal(self) -> float:
        """Have the first well again and its breaker reset by an operator; the seconds until it takes a text."""
        self.point(self.first.url)
        self.first.be("well")
        self.stage.app.breakers.reset(FIRST)
        return self.recover()

    def recover(self) -> float:
        """Text until the first takes one again; the seconds that took."""
        taken = self.first.taken.total()

        def is_back() -> bool:
            self.text(1)
            return self.first.taken.total() > taken

        return until(is_back, "the first vendor to be asked again", within=30, pause=0.3)

    def text(self, number: int) -> list[str]:
        """Ask for so many texts; returns their tasks."""
        with self.stage.app.uow.transaction():
            return [str(self.stage.app.outbox.enqueue("fault.text", {}).id) for _ in range(number)]

    @property
    def taken(self) -> Counter[str]:
        """How often each text was sent, by whomever."""
        return self.first.taken + self.second.taken


@pytest.fixture
def pair(stage: Stage) -> Iterator[Pair]:
    """Two vendors that are well, and workers that text by them."""
    with TextServer() as first, TextServer() as second:
        made = Pair(stage, first, second)
        stage.set_scene(**{VENDORS: str(made.file)})
        yield made


def test_next_vendor_takes_over_within_one_retry_and_nothing_is_sent_twice(pair: Pair, report: Callable) -> None:
    pair.recover()
    for words, (mood, how) in FAILING.items():
        pair.be(mood, how)
        promised, began = pair.text(TEXTS), time.monotonic()
        _close(pair, report, f"SMS vendor: {words}", promised, began)
        assert pair.stage.number(ATTEMPTS, ids=promised) <= 1
        assert {key for key in promised if pair.second.taken[key]} == set(promised)
        pair.heal()


def test_what_may_have_been_sent_is_sent_by_nobody_else(pair: Pair, report: Callable) -> None:
    pair.recover()
    for words, (mood, how) in DOUBTFUL.items():
        pair.be(mood, how)
        promised, began = pair.text(TEXTS), time.monotonic()
        _close(pair, report, f"SMS vendor answers {words}", promised, began)
        assert sum(pair.first.taken[key] for key in promised) > 0, "nobody was left in doubt"
        pair.heal()


def test_both_vendors_down_and_back_without_a_restart(pair: Pair, report: Callable) -> None:
    pair.recover()
    for vendor in (pair.first, pair.second):
        vendor.be(503)
    promised = pair.text(TEXTS)
    breakers = pair.stage.app.breakers
    until(lambda: {shown.position for shown in breakers.all([FIRST, SECOND])} == {Position.OPEN}, "both to be open")
    for vendor in (pair.first, pair.second):
        vendor.be("well")
    began = time.monotonic()
    _close(pair, report, "both SMS vendors answer 503, then are back", promised, began)
    print(f"the first is asked again after {pair.recover():.1f} s")


def test_geocoder_that_is_a_black_hole_holds_no_page_and_no_connection(stage: Stage) -> None:
    stage.start_valkey()
    with closing(socket.create_server(("127.0.0.1", 0), backlog=128)) as hole:
        address = f"http://127.0.0.1:{hole.getsockname()[1]}"
        stage.start_web(
            ENGINEBAY_GEOCODER="google,nominatim", ENGINEBAY_GOOGLE_MAPS__API_KEY="key",
            ENGINEBAY_GOOGLE_MAPS__BASE_URL=address, ENGINEBAY_NOMINATIM__BASE_URL=address,
        )  # fmt: skip
        _ask(stage)  # loads what it needs
        stage.app.breakers.reset("geocoder:google")
        stage.app.breakers.reset("geocoder:nominatim")
        with ThreadPoolExecutor(6) as askers:
            asked = [askers.submit(_ask, stage) for _ in range(6)]
            held = [stage.number(HELD) for _ in range(10) if not time.sleep(0.05)]
        answers = [one.result() for one in asked]
    slowest = max(seconds for _, seconds in answers)
    print(f"geocoder black hole: slowest page {slowest:.2f} s, connections held {max(held)}")
    assert ({status for status, _ in answers}, max(held)) == ({503}, 0)
    assert slowest <= PAGE_SECONDS


def _ask(stage: Stage) -> tuple[int, float]:
    """Open the page that asks; its status and seconds."""
    began = time.monotonic()
    with closing(HTTPConnection("127.0.0.1", stage.web_port, timeout=20)) as site:
        site.request("GET", "/fault/where")
        return site.getresponse().status, time.monotonic() - began


def _close(pair: Pair, report: Callable, fault: str, promised: list[str], began: float) -> None:
    pair.stage.settle()
    report(look(fault, pair.stage, promised, pair.taken, recovery=time.monotonic() - began)).check()
