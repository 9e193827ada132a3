"""Looking a record up by what is typed: the answers of a type-ahead, and the same as a page without JavaScript."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import jsonify, request, url_for
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_login import current_user

from core.domain.kernel.errors import Invalid
from core.domain.records import Record
from entrypoints.container import App

Known = dict[str, dict[str, dict[str, str]]]
"""For a field and a key: what the record is called, and the address of its page."""


class LookUpPages:
    """What a `RecordView` has so that forms and filters of other records can name its records."""

    _app: App
    record: Record
    at: Callable[..., str]
    _show: Callable[..., str]

    @expose("/look-up.json")
    def answers(self) -> ResponseReturnValue:
        """Up to 20 records for what was typed, by key and name."""
        try:
            found = self._look_up()
        except Invalid as invalid:
            return jsonify(error=" ".join(invalid.fields.values())), 400
        return jsonify(results=[{"key": one.key, "name": one.name} for one in found])

    @expose("/look-up/")
    def look_up_view(self) -> ResponseReturnValue:
        """The same as a page, whose keys are to be copied."""
        return self._show("panel/look_up.html", found=self._look_up(), typed=request.args.get("q", ""))

    def look_up_at(self, field: Any, page: str = "answers") -> str:
        """Where the records that a field names are looked up; "" for who may not see them."""
        kind = self._app.records.references.kind(field.refers, current_user.role) if field.refers else None
        return url_for(f"admin_{kind.slug}.{page}") if kind else ""

    def known_of(self, kind: Record, rows: Iterable[Any]) -> Known:
        """What the rows of another kind's form name."""
        return self._named(kind, [row.values for row in rows])

    def known(self, rows: Iterable[Mapping[str, Any]]) -> Known:
        """What the rows name, with addresses, as far as the visitor may see it. Costs nothing without such fields."""
        return self._named(self.record, rows)

    def _named(self, kind: Record, rows: Iterable[Mapping[str, Any]]) -> Known:
        if not kind.references:
            return {}
        with self._app.uow.reading():
            names = self._app.records.references.names(kind, rows, current_user.role)
        return {
            field.name: {
                key: {"name": name, "address": self._address(field, key)} for key, name in names[field.name].items()
            }
            for field in kind.references
        }

    def _address(self, field: Any, key: str) -> str:
        kind = self._app.records.references.kind(field.refers, current_user.role)
        return url_for(f"admin_{kind.slug}.details_view", id=key)

    def _look_up(self) -> Any:
        with self._app.uow.reading():
            return self._app.records.references.look_up(self.record, request.args.get("q", ""))
