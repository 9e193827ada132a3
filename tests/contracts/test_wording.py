"""What messages say: edited, heeded by whoever writes one, and put back; no message is lost for a template."""

import pytest

from core.domain.audit import AuditEntry
from core.domain.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from core.ports.records import Question
from core.ports.stationery import Words

FACTS = {
    "title": "Your export",
    "outcome": "it is done",
    "sentence": "It is ready.",
    "link": "https://example.com/tasks/1",
}
SHORT = {"text": "{{ title }}: done. {{ link }}"}


@pytest.fixture(autouse=True)
def _at_once(kept):
    kept.stationery.heed(kept.uow, kept.wordings, every=0.0)


@pytest.fixture
def editor(kept):
    with kept.uow.transaction():
        return kept.accounts.create("admin@example.com", "Ada", "admin", "correct horse battery")


def show(kept, channel="sms", name="task_done"):
    with kept.uow.reading():
        return kept.wording_desk.show(name, channel)


def save(kept, by, fields=SHORT, channel="sms", seen=None):
    template = show(kept, channel)
    with kept.uow.transaction():
        return kept.wording_desk.save(template, fields, seen=template.seen if seen is None else seen, by=by)


def said(kept, facts=FACTS, channel="sms"):
    return kept.stationery.words("task_done", channel, facts)


def test_edited_template_is_what_the_next_message_says_until_it_is_put_back(kept, editor, clock):
    before = said(kept)
    assert (show(kept).state, show(kept).fields) == ("as delivered", show(kept).came)
    assert save(kept, editor).state == "edited"
    assert said(kept) == Words(text="Your export: done. https://example.com/tasks/1")
    clock.pass_by(minutes=1)
    save(kept, editor, {"text": "{{ sentence }}"})
    assert said(kept) == Words(text="It is ready.")
    with kept.uow.transaction():
        template = kept.wording_desk.show("task_done", "sms")
        assert kept.wording_desk.reset(template, seen=template.seen, by=editor).state == "as delivered"
    assert said(kept) == before


def test_edits_are_in_the_audit_with_before_and_after(kept, editor):
    came = save(kept, editor).came["text"]
    with kept.uow.reading():
        rows = kept.record_store.page(AuditEntry, ("action", "record_id", "changes"), Question(order="id"), 9).rows
    assert rows[-1] == {
        "action": "changed", "record_id": "task_done.sms", "changes": {"text": {"before": came, "after": SHORT["text"]}}
    }  # fmt: skip


def test_second_of_two_edits_is_refused(kept, editor):
    opened = show(kept).seen
    save(kept, editor)
    with pytest.raises(Conflict):
        save(kept, editor, {"text": "Mine"}, seen=opened)
    assert show(kept).fields == SHORT


def test_template_that_the_sample_cannot_print_is_not_kept(kept, editor):
    with pytest.raises(Invalid):
        save(kept, editor, {"text": "{{ nmae }}"})
    assert show(kept).state == "as delivered"


def test_template_that_is_as_delivered_is_not_kept(kept, editor):
    came = save(kept, editor).came
    assert save(kept, editor, came).state == "as delivered"
    with kept.uow.reading():
        assert kept.wordings.all() == []


def test_messages_are_edited_by_administrators_only(kept, editor):
    editor.role = "staff"
    with pytest.raises(Forbidden):
        save(kept, editor)


def test_message_is_sent_as_delivered_when_its_edited_template_fails_and_a_note_is_left(kept, editor):
    before = said(kept, {**FACTS, "sentence": 7})
    save(kept, editor, {"text": "{{ sentence|short(3) }}{% for one in sentence %}{% endfor %}"})
    assert said(kept, {**FACTS, "sentence": 7}) == before
    template = show(kept)
    assert (template.state, template.wording.trouble) == ("in trouble", "'int' object is not iterable")
    with kept.uow.reading():
        assert kept.wording_desk.note().is_concern
    save(kept, editor)
    assert show(kept).state == "edited"
    assert said(kept).text.endswith("done. https://example.com/tasks/1")


def test_letter_is_edited_whole(kept, editor):
    fields = {"subject": "Done: {{ title }}", "text": "{{ sentence }}", "html": "<p>{{ sentence }}</p>"}
    save(kept, editor, fields, "mail")
    letter = kept.stationery.write("task_done", "ada@example.com", FACTS)
    assert (letter.subject, letter.text) == ("Done: Your export", "It is ready.\n")
    assert "It is ready." in letter.html


@pytest.mark.parametrize(("name", "channel"), [("task_done", "fax"), ("nothing", "sms"), ("daily_report", "sms")])
def test_template_that_is_not_there_is_not_found(kept, name, channel):
    with pytest.raises(NotFound):
        show(kept, channel, name)


def test_desk_knows_every_class_on_each_of_its_channels(kept):
    with kept.uow.reading():
        found = [template.id for template in kept.wording_desk.all()]
    assert found == [f"{one.name}.{channel}" for one in kept.message_classes.values() for channel in one.channels]
