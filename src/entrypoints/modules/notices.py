"""Bells, preferences and phones, plugged in: the post room asks them how somebody wants to be told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.db.notices import ENTITIES, SqlNotices, SqlPreferences, SqlReaches
from core.domain.kernel.personal import Held
from core.domain.notices import (
    MESSAGES,
    AddressBook,
    Codes,
    KeptWishes,
    NoticeDesk,
    PhoneDesk,
    PhoneMail,
    PreferenceDesk,
)

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["ENTITIES", "MARKED", "MESSAGES", "PARTS", "PERSONAL", "SCOPES"]


def _wishes(app: App) -> KeptWishes:
    def leave(user_id: str, kind: str) -> str:
        key = app.links.sign(f"{user_id} {kind}")
        return f"{app.settings.base_url.rstrip('/')}/notifications/off/{user_id}/{kind}/{key}"

    book = AddressBook(app.users, app.reaches, app.devices)
    return KeptWishes(book, app.preferences, app.notices, leave)


PARTS = {
    "notices": lambda app: SqlNotices(app.uow),
    "preferences": lambda app: SqlPreferences(app.uow),
    "reaches": lambda app: SqlReaches(app.uow),
    "wishes": _wishes,
    "codes": lambda app: Codes(app.proof_tokens, app.outbox),
    "notice_desk": lambda app: NoticeDesk(app.notices, app.reaches, app.clock),
    "preference_desk": lambda app: PreferenceDesk(app.preferences, app.reaches, app.devices, app.message_classes),
    "phone_desk": lambda app: PhoneDesk(app.reaches, app.codes, app.witness, app.clock),
    "phone_mail": lambda app: PhoneMail(app.reaches, app.codes, app.post),
}
MARKED = {"notice_desk": NoticeDesk, "phone_mail": PhoneMail}
PERSONAL = (
    Held(table="notices", about="What rang your bell", ids=("user_id",)),
    Held(table="preferences", about="How you want to be told", ids=("user_id",)),
    Held(table="reaches", about="Your quiet hours and your phone", ids=("user_id",)),
    Held(table="phone_proofs", about="Codes that were sent to your phone", ids=("user_id",)),
)
SCOPES = {"notices": "Read your notifications, and choose how you are told"}
