"""Being told when a task has ended, plugged in."""

from __future__ import annotations

from adapters.db.watches import ENTITIES, SqlWatches
from core.domain.kernel.personal import Held
from core.domain.watches import WatchDesk, WatchNotes

__all__ = ["ENTITIES", "MARKED", "PARTS", "PERSONAL"]
PARTS = {
    "watches": lambda app: SqlWatches(app.uow),
    "watch_desk": lambda app: WatchDesk(app.watches, app.ledger, app.outbox, app.clock),
    "watch_notes": lambda app: WatchNotes(app.watches, app.ledger, app.post, app.devices),
}
MARKED = {"watch_notes": WatchNotes}
PERSONAL = (
    Held(table="task_watches", about="What you wanted to be told of", ids=("user_id",), addresses=("mail", "phone"),
         through=(("task_id", "tasks", "id"), ("device_id", "devices", "id"))),
)  # fmt: skip
