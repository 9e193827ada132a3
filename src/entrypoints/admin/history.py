"""The pages on which a record goes back to what it was."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.kernel.errors import Failure, Forbidden, Invalid
from core.domain.records import Overtaken, Record
from entrypoints.admin.words import STATUS
from entrypoints.container import App
from entrypoints.languages import N_

AGAIN = N_("Somebody changed it meanwhile, so nothing was changed back. This is what would change now.")


class HistoryPages:
    """What a `RecordView` has to undo changes with, over the records desk."""

    _app: App
    record: Record
    at: Callable[..., str]
    _show: Callable[..., str]

    @expose("/revert/", methods=("GET", "POST"))
    def revert_view(self) -> ResponseReturnValue:
        """Show what would change back, and change it when that was seen and sent."""
        key, entry = request.values.get("id", ""), request.values.get("version", "")
        if not self.record.editable:
            abort(404)
        if request.method == "GET":
            return self._then(key, entry)
        try:
            return self._revert(key, entry)
        except Overtaken:
            return self._then(key, entry, AGAIN), 409
        except (Invalid, Forbidden) as refused:
            return self._then(key, entry, _said(refused)), STATUS[type(refused)]

    def _then(self, key: str, entry: str, sentence: str = "") -> str:
        with self._app.uow.reading():
            facts: dict[str, Any] = {
                "shown": self._app.records.show(self.record, key),
                "version": self._app.records.version(self.record, key, entry),
            }
        return self._show("panel/revert.html", key=key, sentence=sentence, **facts)

    def _revert(self, key: str, entry: str) -> ResponseReturnValue:
        seen = request.form.get("seen", "")
        with self._app.uow.transaction():
            self._app.records.revert(self.record, key, entry, seen=seen, by=current_user.user)
        flash(_("Changed back."), "success")
        return redirect(self.at("details_view", id=key), 303)


def _said(refused: Failure) -> str:
    return " ".join(refused.fields.values()) if isinstance(refused, Invalid) else refused.sentence
