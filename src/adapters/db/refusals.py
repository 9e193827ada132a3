"""What a database refuses, said in our words; it asks no database."""

from __future__ import annotations

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import StaleDataError

from core.domain.kernel.errors import Conflict, NotFound, Unavailable

AWAY = "The database does not answer. Nothing was changed; try again in a moment."
FULL = "The database has no room to write (is the disk full?). Nothing was changed; make room, then try again."
DISK_FULL, SQLITE_FULL = "53100", "disk is full"
"""PostgreSQL's code for it (its documentation, appendix A), and SQLite's words."""
NUL = "NUL"
"""The character that PostgreSQL keeps in no text, as its driver calls it when it is asked for one that has it."""
NOTHING_SO_CALLED = "There is nothing of this name: it has a character that nothing is kept with. Look at the list."
STALE = "Somebody changed or deleted this at the same moment. Nothing of yours was kept; read it again, then retry."
SAME_EMAIL = ("This e-mail address already has an account. Use another one, or change that account.", "email")
SAME_USERNAME = ("Somebody has this username already. Take another one.", "username")
SAME_TASK = ("The same task is already waiting; it will do.", "")
CONFLICTS = {
    "uq_users_email": SAME_EMAIL, "users.email": SAME_EMAIL,
    "uq_users_username": SAME_USERNAME, "users.username": SAME_USERNAME,
    "uq_tasks_dedupe_key": SAME_TASK, "tasks.dedupe_key": SAME_TASK,
}  # fmt: skip
"""What is said where a row would be the second of its kind, and the field that it is about."""


class Translated:
    """A block in which what the database refuses is said in our words."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, wrong: BaseException | None, trace: object) -> None:
        if isinstance(wrong, StaleDataError):
            raise Conflict(STALE) from wrong
        if isinstance(wrong, DataError) and NUL in str(wrong.orig):
            raise NotFound(NOTHING_SO_CALLED) from wrong
        if isinstance(wrong, IntegrityError):
            raise _conflict(wrong) from wrong
        if isinstance(wrong, (OperationalError, InterfaceError, PoolTimeout)):
            raise Unavailable(FULL if _is_full(wrong) else AWAY, retry_after=1) from wrong
        if isinstance(wrong, DBAPIError) and wrong.connection_invalidated:
            raise Unavailable(AWAY, retry_after=1) from wrong


TRANSLATED = Translated()


def _is_full(wrong: Exception) -> bool:
    said = getattr(wrong, "orig", None)  # not of the statement: it may be about a hall that is full
    return getattr(said, "sqlstate", None) == DISK_FULL or SQLITE_FULL in str(said)


def _conflict(refused: IntegrityError) -> Conflict:
    said = str(refused.orig)
    for name, told in CONFLICTS.items():
        if name in said:
            return Conflict(*told)
    return Conflict(
        "The database refuses this: it contradicts something that is already there. Read it again, then retry."
    )
