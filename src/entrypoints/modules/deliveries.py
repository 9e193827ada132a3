"""The post room, plugged in: its books, who tells and who is asked what became of messages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from adapters.db.deliveries import ENTITIES, SqlDeliveries
from adapters.db.journal import SqlJournal
from core.domain.kernel.personal import Held
from core.domain.post import Enquiries, Forwarding, NewsDesk, PostRoom
from core.ports.deliveries import Journal
from core.ports.delivery import Newsreader, Tracker

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["ENTITIES", "MARKED", "PARTS", "PERSONAL"]


def _post(app: App) -> PostRoom:
    """The app has every carrier under its channel's name, and makes each when a message first goes by it."""
    return PostRoom(app, app.stationery, app.deliveries, app.message_classes).heed(app.wishes)


def _newsreaders(app: App) -> Mapping[str, Callable[[], Newsreader]]:
    """Who may bring news, by the last part of that address: only whom we share a secret or a topic with."""
    readers: dict[str, Callable[[], Newsreader]] = {}
    if app.settings.twilio.auth_token.get_secret_value():
        readers["twilio"] = lambda: app.twilio_news
    if app.settings.aws.news_topics:
        readers["amazon"] = lambda: app.amazon_news
    return readers


def _trackers(app: App) -> Mapping[str, Callable[[], Tracker]]:
    """Who can be asked, by the name of the carrier."""
    return {
        "twilio": lambda: app.twilio_tracker,
        "sandbox": lambda: app.sandbox_tracker,
        "understudy": lambda: app.sandbox_tracker,
    }


def _journal(app: App) -> Journal | None:
    """Where one statement can write it all."""
    return None if app.uow.is_sqlite else SqlJournal(app.uow, app.clock)


PARTS = {
    "deliveries": lambda app: SqlDeliveries(app.uow),
    "journal": _journal,
    "post": _post,
    "newsreaders": _newsreaders,
    "trackers": _trackers,
    "news_desk": lambda app: NewsDesk(app.deliveries, app.outbox, app.clock),
    "forwarding": lambda app: Forwarding(app.deliveries, app.post, app.outbox, app.tasks),
    "enquiries": lambda app: Enquiries(app.deliveries, app.news_desk, app.trackers),
}
MARKED = {"news_desk": NewsDesk, "forwarding": Forwarding, "enquiries": Enquiries}
PERSONAL = (
    Held(table="deliveries", about="Messages that were sent to you", ids=("about",), addresses=("recipient",),
         mentions=("detail", "onward")),
    Held(table="delivery_events", about="What became of them", addresses=("is_final_for",), mentions=("detail",),
         through=(("message_id", "deliveries", "message_id"),)),
    Held(table="suppressions", about="Addresses of yours that get nothing any more", addresses=("address",)),
)  # fmt: skip
