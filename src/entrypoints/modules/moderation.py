"""Reports, plugged in: modules say in `REPORTABLE` which of their parts answers for which kind."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from adapters.db.moderation import ENTITIES, SqlReports
from core.domain.kernel.personal import Fate, Held
from core.domain.moderation import PEOPLE, Books, Reportable, ReportDesk, ReportedPeople
from entrypoints import modules

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["ENTITIES", "PARTS", "PERSONAL", "REPORTABLE", "SCOPES"]
REPORTABLE = {PEOPLE: "reported_people"}
DECIDED = "What was decided of reports must stay on record; who decided it, and what it quotes of you, is taken out."
SITES = "id about_kind about_id label reporter_id reason state decided_at created_at updated_at"


def _desk(app: App) -> ReportDesk:
    parts = {kind: part for told in modules.told("REPORTABLE") for kind, part in told.items()}
    reportable: dict[str, Callable[[], Reportable]] = {
        kind: partial(getattr, app, part) for kind, part in parts.items()
    }
    return ReportDesk(app.reports, reportable, Books(app.audit, app.outbox), app.clock)


PARTS = {
    "reports": lambda app: SqlReports(app.uow),
    "reported_people": lambda app: ReportedPeople(app.users),
    "report_desk": _desk,
}
PERSONAL = (
    Held(table="reports", about="What you reported", ids=("reporter_id",), secret=("context", "note", "decided_by")),
    Held(table="reports", name="reports-about_you", about="Reports about you", ids=("about_id",),
         secret=("reporter_id", "words", "context", "note", "decided_by")),
    Held(table="reports", name="reports-you_decided", about="Reports you decided", ids=("decided_by",),
         fate=Fate.BLANK, blank=("decided_by",), stays=f"{SITES} words context note", why=DECIDED,
         secret=("reporter_id", "words", "context")),
    Held(table="reports", name="reports-quoting_you", about="Reports that quote you",
         mentions=("words", "context", "note"), fate=Fate.SCRUB, stays=f"{SITES} decided_by", why=DECIDED,
         secret=("reporter_id", "words", "context", "note", "decided_by")),
)  # fmt: skip
SCOPES = {"reports": "Report what should not be here, and read what became of it"}
