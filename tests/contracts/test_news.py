"""News of messages over every way to keep it: once each, in any order, and before the message is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.clock import SetClock
from adapters.memory import in_memory
from adapters.queue.inline import InlineWakeUps
from core.domain.kernel.ids import new_id
from core.domain.post import Dispatch, Recipient
from core.ports.delivery import Delivery, News, Receipt
from entrypoints.config import Settings
from entrypoints.container import build

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
KINDS = st.sampled_from([Delivery.SENT, Delivery.DELIVERED, Delivery.BOUNCED, Delivery.FAILED, Delivery.UNKNOWN])
TOLD = st.lists(
    st.builds(
        lambda state, second, detail: News(
            carrier="loop", event_id="", message_id="SM1", state=state, at=NOON + timedelta(seconds=second),
            detail=detail, is_final_for="+14155550123" if state is Delivery.BOUNCED else "",
        ),
        KINDS, st.integers(0, 3), st.sampled_from(["", "a", "b"]),
    ),
    max_size=5,
).map(lambda told: [news.__class__(**{**vars(news), "event_id": str(n)}) for n, news in enumerate(told)])  # fmt: skip


def dispatched(kept, key="tsk_1.sms", **how):
    dispatch = Dispatch(
        id=new_id("dlv", NOON), kind="task_done", channel="sms", recipient="+14155550123",
        task_id="tsk_1", key=key, created_at=NOON, changed_at=NOON, **how,
    )  # fmt: skip
    dispatch.take(Receipt(carrier="loop", message_id="SM1"))
    with kept.uow.transaction():
        kept.deliveries.keep([dispatch])
    return dispatch.id


def hear(kept, *told):
    for news in told:
        with kept.uow.transaction():
            kept.news_desk.hear([news])


def news(state, event="1", at=NOON + timedelta(seconds=1), final=""):
    return News(carrier="loop", event_id=event, message_id="SM1", state=state, at=at, detail="", is_final_for=final)


def state(kept, key):
    with kept.uow.reading():
        return kept.deliveries.get(key).state


def waiting(kept):
    with kept.uow.reading():
        return [task.name for task in kept.ledger.recent(10)]


def in_store():
    return build(Settings(), **in_memory(SetClock(NOON), InlineWakeUps()))


@given(TOLD, st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_leads_to_the_same_end(told, chance):
    shuffled = told * 2
    chance.shuffle(shuffled)
    ends = []
    for order in (told, shuffled):
        kept = in_store()
        key = dispatched(kept)
        hear(kept, *order)
        with kept.uow.reading():
            one = kept.deliveries.get(key)
            ends.append(
                (
                    one.state,
                    one.changed_at,
                    one.detail,
                    dict(kept.deliveries.suppressed([("sms", one.recipient)])).keys(),
                )
            )
    assert ends[0] == ends[1]


@pytest.mark.parametrize("order", list(permutations((Delivery.SENT, Delivery.DELIVERED, Delivery.BOUNCED))))
def test_late_bounce_wins_in_every_order(kept, order):
    key = dispatched(kept)
    hear(kept, *(news(each, str(each)) for each in order))
    assert state(kept, key) == "bounced"


def test_same_event_counts_once(kept):
    key = dispatched(kept, onward={"taken": False})
    hear(kept, news(Delivery.FAILED), news(Delivery.FAILED))
    assert state(kept, key) == "failed"
    assert waiting(kept) == ["post.go-on"]


def test_second_failure_takes_no_second_way(kept):
    dispatched(kept, onward={"taken": False})
    hear(kept, news(Delivery.FAILED), news(Delivery.BOUNCED, "2"))
    assert waiting(kept) == ["post.go-on"]


def test_address_that_is_final_is_suppressed(kept):
    dispatched(kept)
    hear(kept, news(Delivery.BOUNCED, final="+14155550123"))
    with kept.uow.reading():
        assert list(kept.deliveries.suppressed([("sms", "+14155550123"), ("call", "+14155550123")])) == [
            ("sms", "+14155550123")
        ]


def test_news_that_overtakes_its_message_is_told_to_it(kept, drain_queue):
    hear(kept, news(Delivery.DELIVERED))
    assert waiting(kept) == ["post.match-news"]
    key = dispatched(kept)
    kept.clock.pass_by(seconds=3)
    with kept.uow.transaction():
        kept.ledger.promote()
    drain_queue(kept, "upkeep")
    assert state(kept, key) == "delivered"


def test_message_that_fails_later_goes_on_by_the_next_channel(kept, drain_queue):
    with kept.uow.transaction():
        kept.accounts.first_admin("admin@example.com", "correct horse battery")
    onward = {
        "to": Recipient(mail="ada@example.com", phone="+14155550123").as_json(), "reply_to": None, "channels": ["mail"],
        "message": "tsk_1",
        "facts": {name: ["plain", said] for name, said in zip(
            ("title", "outcome", "sentence", "link"), ("It", "Done", "", ""), strict=True
        )},
    }  # fmt: skip
    dispatched(kept, onward=onward)
    hear(kept, news(Delivery.FAILED))
    drain_queue(kept, "mail")
    with kept.uow.reading():
        assert {one.channel: one.state for one in kept.deliveries.of_message("tsk_1")} == {
            "sms": "failed", "mail": "sent"
        }  # fmt: skip


def test_silent_message_is_asked_after_and_lost_after_a_day(kept, drain_queue):
    key = dispatched(kept)
    asked = []

    class Silent:
        def news_of(self, message_id):
            asked.append(message_id)

    kept.trackers["loop"] = Silent
    for minutes, expected, count in ((1, "sent", 0), (5, "sent", 1), (24 * 60, "unknown", 1)):
        kept.clock.pass_by(minutes=minutes)
        with kept.uow.transaction():
            kept.outbox.enqueue("post.ask-after", {})
        drain_queue(kept, "mail")
        assert (state(kept, key), len(asked)) == (expected, count)
