"""Templates that administrators edit, plugged in: where they are kept, and the desk that edits them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.db.wording import ENTITIES, SqlWordings
from core.domain.kernel.personal import Fate, Held
from core.domain.kernel.roles import ADMINS, READERS, Permission
from core.domain.wording import EDITING, Carriers, Trials, WordingDesk, Writes

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["ENTITIES", "MARKED", "NOTES", "PARTS", "PERMISSIONS", "PERSONAL"]


def _desk(app: App) -> WordingDesk:
    writes = Writes(app.audit, app.clock, app.roles)
    return WordingDesk(lambda: app.message_classes, app.wordings, app.stationery, writes)


def _trials(app: App) -> Trials:
    """The carriers are built when a test is sent, by a worker."""
    carriers = lambda: Carriers(mail=app.mail, sms=app.sms, calls=app.calls)  # noqa: E731
    return Trials(lambda: app.message_classes, app.stationery, carriers, app.outbox)


PARTS = {"wordings": lambda app: SqlWordings(app.uow), "wording_desk": _desk, "trials": _trials}
MARKED = {"trials": Trials}
NOTES = {"message templates": "wording_desk"}
PERMISSIONS = (
    Permission(name="messages.see", part="Messages we send", label="See", roles=READERS, reads=True),
    Permission(name=EDITING, part="Messages we send", label="Change", roles=ADMINS),
)
PERSONAL = (
    Held(table="message_templates", about="Texts of messages you changed", mentions=("edited_by",),
         fate=Fate.SCRUB, stays="id fields edited_at trouble", secret=("fields",),
         why="This belongs to the site; only your name is taken out of it."),
)  # fmt: skip
