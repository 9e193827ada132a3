"""What the panel's desks share: who may come in, and a page for what the domain refuses; it shows nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_admin import BaseView
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from core.domain.kernel.errors import Failure, Invalid
from entrypoints.admin import gate
from entrypoints.admin.words import STATUS
from entrypoints.container import App
from entrypoints.policies import Policy


class DeskView(BaseView):  # type: ignore[misc]
    """A page of the panel that is no list of records. `needs` is the permission to see it; "" is for all inside."""

    needs = ""

    def __init__(self, app: App, name: str, endpoint: str, url: str) -> None:
        self._app = app
        super().__init__(name, endpoint=endpoint, url=url)

    def at(self, view: str = "index", **query: Any) -> str:
        """The address of one of these pages."""
        return url_for(f"{self.endpoint}.{view}", **query)

    def policy_of(self, page: str) -> Policy:
        """Who may open a page that does not say so itself; the gate holds it."""
        return Policy(who="panel", permission=self.needs)

    def allows(self, permission: str) -> bool:
        """Whether the visitor has a permission."""
        return bool(self._app.roles.allows(current_user.role, permission))

    def is_accessible(self) -> bool:
        """Whether the menu leads the visitor here."""
        return gate.may_enter() and (not self.needs or self.allows(self.needs))

    def inaccessible_callback(self, name: str, **kwargs: Any) -> ResponseReturnValue:
        """Nobody comes here past the gate."""
        return gate.turned_away() or ("", 403)

    def _run_view(self, page: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a page; a failure of the domain becomes a page with its sentence."""
        try:
            return page(self, *args, **kwargs)
        except HTTPException:
            raise
        except Failure as failure:
            said = " ".join(failure.fields.values()) if isinstance(failure, Invalid) else failure.sentence
            shown = render_template("panel/refused.html", sentence=said, title="That did not work", view=self)
            return shown, STATUS.get(type(failure), 400)
