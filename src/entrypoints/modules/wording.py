"""Templates that administrators edit, plugged in: where they are kept, and the desk that edits them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.db.wording import ENTITIES, SqlWordings
from core.domain.wording import WordingDesk, Writes

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["ENTITIES", "NOTES", "PARTS"]


def _desk(app: App) -> WordingDesk:
    return WordingDesk(lambda: app.message_classes, app.wordings, app.stationery, Writes(app.audit, app.clock))


PARTS = {"wordings": lambda app: SqlWordings(app.uow), "wording_desk": _desk}
NOTES = {"message templates": "wording_desk"}
