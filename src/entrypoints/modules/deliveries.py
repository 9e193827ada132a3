"""The post room, plugged in: its books, its classes, and who has a message carried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.db.deliveries import ENTITIES, SqlDeliveries
from core.domain.post import PostRoom

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["ENTITIES", "PARTS"]


def _post(app: App) -> PostRoom:
    """The app has every carrier under its channel's name, and makes each when a message first goes by it."""
    return PostRoom(app, app.stationery, app.deliveries, app.message_classes)


PARTS = {
    "deliveries": lambda app: SqlDeliveries(app.uow),
    "post": _post,
}
