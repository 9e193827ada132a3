"""What it costs to ask a vendor through everything that stands around it: breaker, budget, deadline, meter."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from bench.ground import Ground
from bench.results import Row, less_is_better
from bench.tasks import Say
from core.ports.delivery import Receipt
from core.ports.phone import TextMessage

if TYPE_CHECKING:
    from entrypoints.container import App

CALLS, PINGS, WARM_UP = 20_000, 4_000, 500
DATABASE = "bench_resilience"


def compare_calls(ground: Ground, bench: str, share: float, say: Say) -> list[Row]:
    """Microseconds a call of a vendor that is well and takes no time. What costs nothing is not set aside; an SMS is,
    which takes a round trip to Redis for every tenth, so that one stands beside it."""
    from entrypoints.config import Settings
    from entrypoints.container import build

    ground.make_database(DATABASE)
    redis = f"redis://127.0.0.1:{ground.redis_port}/0"
    unlimited = {"vendor_a_day": 1_000_000, "user_a_day": 1_000_000}
    home = ground.folder / "resilience"
    home.mkdir()
    app = build(Settings(home=home, database_url=ground.database(DATABASE), redis_url=redis, caps=unlimited))
    app.migrations.upgrade()
    ping = _microseconds(ground.redis().ping, round(PINGS * share))
    rows = [
        _row(bench, app, "mail", "smtp", round(CALLS * share)),
        less_is_better(
            bench, "sms call, set aside in the purse", "µs", ours=_guarded(app, "sms", "twilio", round(PINGS * share)),
            peer=ping, peer_name="one PING of that Redis",
        ),
    ]  # fmt: skip
    app.meter.close()
    app.uow.dispose()
    for row in rows:
        say(f"{row.measure}: {row.ours:.1f} µs a call, {row.peer_name}: {row.peer:.1f} µs")
    return rows


RECEIPT = Receipt(carrier="well", message_id="1")


class Well:
    """A vendor that takes everything at once."""

    def send(self, message: object, key: str) -> object:
        """Take it."""
        return RECEIPT


WELL, HELLO = Well(), TextMessage(to="+14155550123", text="Hello")


def _row(bench: str, app: App, channel: str, vendor: str, calls: int) -> Row:
    bare = _microseconds(lambda: WELL.send(HELLO, key="k"), calls)
    ours = _guarded(app, channel, vendor, calls)
    return less_is_better(bench, f"{channel} call", "µs", ours=ours, peer=bare, peer_name="bare call")


def _guarded(app: App, channel: str, vendor: str, calls: int) -> float:
    from adapters.resilience import in_order

    guarded = in_order(channel, [(vendor, WELL)], app.guards)
    return _microseconds(lambda: guarded.send(HELLO, key="k"), calls)


def _microseconds(call: Callable[[], object], calls: int) -> float:
    for _ in range(WARM_UP):
        call()
    begun = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - begun) / calls * 1e6
