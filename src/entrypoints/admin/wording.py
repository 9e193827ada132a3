"""The desk of messages: what each of them says on every channel, edited, looked at with real facts, and put back."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import expose
from flask_babel import gettext as _
from flask_login import current_user

from core.domain.audit import AuditEntry, differences
from core.domain.kernel import sms
from core.domain.kernel.errors import Conflict, Invalid
from core.domain.wording import EDITING, KIND, Template
from core.ports.records import Condition, Question
from core.ports.stationery import Channel
from entrypoints import policies
from entrypoints.admin.desk_view import DeskView
from entrypoints.container import App
from entrypoints.languages import N_

RECENT = 10
CHANGES = 20
ENTRY = ("at", "actor_name", "action", "changes")
PROOF_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""A message is a stranger's page: it has its own styles, and may do nothing but look like something."""
LABELS = {
    "title": N_("Title"), "text": N_("Text"), "link": N_("Link"), "language": N_("Language"), "subject": N_("Subject"),
    "html": N_("HTML"),
}  # fmt: skip
WIDE = ("text", "html")
CHANNELS = {Channel.PUSH: N_("Push"), Channel.SMS: N_("SMS"), Channel.CALL: N_("Call"), Channel.MAIL: N_("Mail")}
STATES = {
    "as delivered": ("calm", N_("as delivered")), "edited": ("busy", N_("edited")),
    "in trouble": ("bad", N_("in trouble")),
}  # fmt: skip


class WordingPages(DeskView):
    """/admin/messages."""

    needs = "messages.see"

    def __init__(self, app: App) -> None:
        super().__init__(app, "Messages we send", endpoint="admin_wording", url="/admin/messages")

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Every class of message with its channels."""
        with self._app.uow.reading():
            templates = self._app.wording_desk.all()
        groups = [(one, list(of_it)) for one, of_it in groupby(templates, key=lambda template: template.of)]
        return self._show("panel/messages.html", groups=groups)

    @expose("/edit/")
    def edit(self) -> ResponseReturnValue:
        """The editor of one template."""
        return self._editor(self._template())

    @expose("/edit/", methods=("POST",))
    @policies.panel(EDITING)
    def save(self) -> ResponseReturnValue:
        """Save what was typed into the editor."""
        try:
            with self._app.uow.transaction():
                saved = self._app.wording_desk.save(
                    self._template_here(), request.form, seen=request.form.get("seen", ""), by=current_user.user
                )
        except Invalid as wrong:
            return self._editor(self._template(), wrong=wrong.fields), 422
        except Conflict as overtaken:
            return self._editor(self._template(), overtaken=overtaken.sentence), 409
        flash(_("Saved. The next message says it."), "success")
        return redirect(self.of(saved), 303)

    @expose("/reset/", methods=("POST",))
    @policies.panel(EDITING)
    def reset(self) -> ResponseReturnValue:
        """Put a template back to what came with the code."""
        with self._app.uow.transaction():
            template, seen = self._template_here(), request.form.get("seen", "")
            self._app.wording_desk.reset(template, seen=seen, by=current_user.user)
        flash(_("Put back. The next message says what came with the program."), "success")
        return redirect(self.of(template), 303)

    @expose("/test/", methods=("POST",))
    @policies.panel(EDITING)
    def test(self) -> ResponseReturnValue:
        """Send the message, as it is kept, to whoever asks."""
        with self._app.uow.transaction():
            template = self._template_here()
            to = request.form.get("to", "") or current_user.user.email
            self._app.trials.ask(template, to=to, by=current_user.user)
        flash(_("A test is on its way to %(address)s.", address=to), "success")
        return redirect(self.of(template), 303)

    @expose("/preview/", methods=("POST",))
    def preview(self) -> ResponseReturnValue:
        """What is typed, as a page of its own for a frame; it saves nothing."""
        with self._app.uow.reading():
            template = self._template_here()
            facts = self._facts(template, request.form.get("record", ""))
        shown: dict[str, Any] = {"template": template, "wrong": {}, "labels": LABELS}
        try:
            shown["printed"] = self._app.wording_desk.preview(template, request.form, facts)
        except Invalid as wrong:
            shown["wrong"] = wrong.fields
        answer = make_response(render_template("panel/proof.html", count=counted, **shown))
        answer.headers["Content-Security-Policy"] = PROOF_POLICY
        return answer

    @property
    def may_edit(self) -> bool:
        """Whether the visitor may change what messages say."""
        return self.allows(EDITING)

    def of(self, template: Template) -> str:
        """The address of a template's editor."""
        return self.at("edit", name=template.of.name, channel=template.channel)

    def _template(self) -> Template:
        with self._app.uow.reading():
            return self._template_here()

    def _template_here(self) -> Template:
        wanted = request.values
        found: Template = self._app.wording_desk.show(wanted.get("name", ""), wanted.get("channel", ""))
        return found

    def _editor(self, template: Template, wrong: dict[str, str] | None = None, overtaken: str = "") -> str:
        typed = {name: request.form.get(name, text) for name, text in template.fields.items()}
        with self._app.uow.reading():
            facts: dict[str, Any] = {"recent": self._recent(template), "history": self._history(template)}
        return self._show(
            "panel/message.html", template=template, typed=typed, wrong=wrong or {}, overtaken=overtaken, wide=WIDE,
            made_of=differences(template.came, template.fields), apart=differences(template.fields, typed), **facts,
        )  # fmt: skip

    def _history(self, template: Template) -> list[dict[str, Any]]:
        about = (
            Condition(field="kind", test="is", value=KIND),
            Condition(field="record_id", test="is", value=template.id),
        )
        question = Question(order="at", descending=True, conditions=about)
        rows: list[dict[str, Any]] = self._app.record_store.page(AuditEntry, ENTRY, question, CHANGES).rows
        return rows

    def _recent(self, template: Template) -> dict[str, str]:
        """The newest records that the message can speak about, as far as the visitor may see them: key and name."""
        of = template.of.of
        kind = next((kind for kind in self._app.kinds.values() if kind.entity is of), None)
        if kind is None or current_user.role not in kind.roles:
            return {}
        newest = Question(order=kind.key, descending=True)
        rows = self._app.record_store.page(of, (kind.key,), newest, RECENT).rows
        found = self._app.record_store.some(of, [row[kind.key] for row in rows])
        named = {getattr(one, kind.key): str(one) for one in found}
        return {key: named[key] for key in sorted(named, reverse=True)}

    def _facts(self, template: Template, record: str) -> dict[str, Any]:
        """Those of a real record, when one is chosen and may be seen; else the sample's."""
        of = template.of
        if record not in self._recent(template) or of.of is None or of.facts_of is None:
            return of.sample
        return of.facts_of(self._app.record_store.get(of.of, record))

    def _show(self, page: str, **facts: Any) -> str:
        return render_template(page, view=self, labels=LABELS, channels=CHANNELS, states=STATES, **facts)


def counted(text: str) -> dict[str, Any]:
    """How long an SMS is, and how many parts it costs."""
    return {"characters": len(text), "encoding": sms.encoding(text), "parts": sms.parts(text)}
