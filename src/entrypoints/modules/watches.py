"""Being told when a task has ended, plugged in."""

from __future__ import annotations

from adapters.db.watches import ENTITIES, SqlWatches
from core.domain.watches import WatchDesk, WatchNotes

__all__ = ["ENTITIES", "MARKED", "PARTS"]
PARTS = {
    "watches": lambda app: SqlWatches(app.uow),
    "watch_desk": lambda app: WatchDesk(app.watches, app.ledger, app.outbox, app.clock),
    "watch_notes": lambda app: WatchNotes(app.watches, app.ledger, app.post, app.devices),
}
MARKED = {"watch_notes": WatchNotes}
