"""Personal data, plugged in: what the tables that belong to no module hold of people, who keeps files of them, and the
desks that give it all to them, and erase it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.db.personal import SqlPersonalRows
from adapters.keepers import ExportKeeper, InboxKeeper, PictureKeeper
from core.domain.kernel.personal import Fate, Held, Impersonal
from core.domain.personal import MESSAGES, CopyDesk, CopyLetters, CopyWork, Dossier, Eraser, LeavingDesk
from entrypoints import modules

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["KEEPERS", "MARKED", "MESSAGES", "PARTS", "PERSONAL"]

AUDITED = "Who did what to whom must stay on record; your name and address are taken out of it."
OTHERS = "This belongs to the site; only your name is taken out of it."
ACTS = "id at actor_id request_id action kind record_id"
PERSONAL = (
    Held(table="users", about="Your account and profile", ids=("id",), secret=("password_hash", "kept_pass")),
    Held(table="sessions", about="Where you are signed in", ids=("user_id",), secret=("id",)),
    Held(table="proofs", about="Links that were mailed to you", ids=("user_id",), addresses=("address", "former"),
         tells=("former",), secret=("fingerprint", "password_hash")),
    Held(table="factors", about="Your second factors", ids=("user_id",), secret=("secret", "mark")),
    Held(table="recovery_codes", about="Your recovery codes", ids=("user_id",), secret=("code_hash",)),
    Held(table="sign_in_tries", about="Failed tries to sign in", mentions=("key",)),
    Held(table="contact_messages", about="What you wrote to us", addresses=("email",)),
    Held(table="list_views", about="Your views of lists", ids=("owner",)),
    Held(table="deleted_records", about="What is kept for a while after it was deleted", ids=("record_id",),
         mentions=("label", "values")),
    Held(table="deleted_records", name="deleted_records-by_you", about="What you deleted",
         mentions=("by_id", "by_name"), fate=Fate.SCRUB, stays="id act at kind record_id label values",
         secret=("values",), why=OTHERS),
    Held(table="idempotency_keys", about="Answers to programs, kept for a day", mentions=("headers", "body"),
         secret=("scope", "request")),
    Held(table="tasks", about="Work that was done for you", ids=("owner",), secret=("token",),
         mentions=("payload", "result", "error", "trace", "dedupe_key")),
    Held(table="task_progress", about="How far that work was", through=(("task_id", "tasks", "id"),)),
    Held(table="audit_entries", about="What you did", ids=("actor_id",), fate=Fate.BLANK,
         blank=("actor_name", "address"), stays=f"{ACTS} label changes", why=AUDITED),
    Held(table="audit_entries", name="audit_entries-about_you", about="What was done to your account",
         ids=("record_id",), fate=Fate.BLANK, blank=("label", "changes"), stays=f"{ACTS} actor_name address",
         secret=("actor_id", "actor_name", "address", "request_id"), why=AUDITED,
         through=(("record_id", "contact_messages", "id"), ("record_id", "sessions", "id"))),
    Held(table="audit_entries", name="audit_entries-naming_you", about="Where else the record names you",
         mentions=("actor_name", "label", "changes"), fate=Fate.SCRUB, stays=f"{ACTS} address",
         secret=("actor_id", "actor_name", "address", "request_id"), why=AUDITED),
    Held(table="paused_queues", about="Queues you paused", mentions=("paused_by",), fate=Fate.SCRUB,
         stays="queue paused_at", why=OTHERS),
    Impersonal(table="workers", columns="id role beat doing host pid birth at"),
    Impersonal(table="permissions", columns="role permission allowed"),
    Impersonal(table="schedules", columns="name task cron zone missed window enabled payload next_due declared"),
    Impersonal(table="schedule_runs", columns="task_id schedule due_at fired_at missed"),
    Impersonal(table="hourly_figures",
               columns="hour sign_ups messages delivered accepted done retried dead refusals"),
)  # fmt: skip
"""Of the tables that belong to no module that can be taken out."""
KEEPERS = ("picture_keeper", "export_keeper", "inbox_keeper")


def _dossier(app: App) -> Dossier:
    told = (*PERSONAL, *(one for told in modules.told("PERSONAL") if told is not PERSONAL for one in told))
    declared = [one for one in told if isinstance(one, Held)]
    keepers = [getattr(app, name) for told in modules.told("KEEPERS") for name in told]
    return Dossier(app.personal_rows, declared, keepers)


def _copy_work(app: App) -> CopyWork:
    from adapters.bundle import ZipBundle

    return CopyWork(app.dossier, ZipBundle(), app.export_files, (app.uow, app.outbox))


PARTS = {
    "personal_rows": lambda app: SqlPersonalRows(app.uow),
    "picture_keeper": lambda app: PictureKeeper(app.album),
    "export_keeper": lambda app: ExportKeeper(app.export_files, app.tasks),
    "inbox_keeper": lambda app: InboxKeeper(app.inbox),
    "dossier": _dossier,
    "copy_desk": lambda app: CopyDesk(app.outbox, app.tasks, app.export_files, app.audit),
    "copy_work": _copy_work,
    "copy_letters": lambda app: CopyLetters(app.users, app.post),
    "leaving_desk": lambda app: LeavingDesk(app.accounts, app.session_desk, app.witness),
    "eraser": lambda app: Eraser(app.dossier, app.audit, app.uow),
}
MARKED = {"copy_work": CopyWork, "copy_letters": CopyLetters, "eraser": Eraser}
