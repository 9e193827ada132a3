"""What carriers bring: signed, forged, unreadable, too large, and a hundred at once (promise 9)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import orjson
import pytest

from core.domain.kernel.errors import Forbidden, Invalid
from core.domain.post import Dispatch
from core.ports.delivery import Delivery, News, Receipt
from entrypoints.web import make_web

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Reader:
    """Takes what is signed "right" as news, in JSON."""

    def __init__(self):
        self.urls = []

    def read(self, url, headers, body):
        self.urls.append(url)
        if headers.get("X-Signature") != "right":
            raise Forbidden("The carrier has not signed this. Nothing was changed.")
        try:
            state = Delivery(orjson.loads(body)["state"])
        except ValueError:
            raise Invalid({"body": "This is no news that can be read. Nothing was changed."}) from None
        return [News(carrier="loop", event_id=str(state), message_id="SM1", state=state, at=NOON)]


@pytest.fixture
def reader():
    return Reader()


@pytest.fixture
def app(make_app, reader):
    made = make_app(settings={"base_url": "https://www.example.com"}, newsreaders={"loop": lambda: reader})
    dispatch = Dispatch(
        id="dlv_1", kind="task_done", channel="sms", recipient="+14155550123", task_id="tsk_1", key="tsk_1.sms",
        created_at=NOON, changed_at=NOON, onward={"taken": False},
    )  # fmt: skip
    dispatch.take(Receipt(carrier="loop", message_id="SM1"))
    with made.uow.transaction():
        made.deliveries.keep([dispatch])
    return made


def bring(site, state="failed", signed="right", path="/hooks/loop?a=1"):
    return site.test_client().post(path, data=orjson.dumps({"state": state}), headers={"X-Signature": signed})


def now(app):
    with app.uow.reading():
        return app.deliveries.get("dlv_1").state, [task.name for task in app.ledger.recent(10)]


def test_signed_news_is_written_down_under_our_own_address(app, reader):
    assert bring(make_web(app), "delivered").status_code == 204
    assert now(app) == ("delivered", [])
    assert reader.urls == ["https://www.example.com/hooks/loop?a=1"]


def test_same_news_a_hundred_times_at_once_is_told_once(app):
    site = make_web(app)
    with ThreadPoolExecutor(10) as pool:
        answers = [answer.status_code for answer in pool.map(lambda _: bring(site), range(100))]
    assert answers == [204] * 100
    assert now(app) == ("failed", ["post.go-on"])


@pytest.mark.parametrize(
    ("how", "status", "sentence"),
    [
        ({"signed": "forged"}, 403, "has not signed this"),
        ({"state": "nonsense"}, 400, "no news that can be read"),
        ({"state": "x" * 600_000}, 413, "too large"),
        ({"path": "/hooks/nobody"}, 404, "Nobody brings news"),
    ],
)
def test_news_that_is_not_taken_changes_nothing(app, how, status, sentence):
    answer = bring(make_web(app), **how)
    assert (answer.status_code, sentence in answer.text) == (status, True)
    assert now(app) == ("sent", [])


def test_carrier_without_a_secret_may_bring_nothing(make_app):
    assert bring(make_web(make_app()), path="/hooks/twilio").status_code == 404
