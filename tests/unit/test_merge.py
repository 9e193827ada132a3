"""Two changes of one record: what only one changed stands, what both changed needs a choice, nothing typed is lost."""

import json

import pytest

from core.domain.contact import ContactMessage
from core.domain.kernel.errors import Invalid
from core.domain.records import Merge, Record

MESSAGES = Record(
    ContactMessage, "contact message", ("name",), editable=("name", "subject", "message", "notify_me"),
    long=("message",), prefix="msg",
)  # fmt: skip
WAS = {"name": "Ada", "subject": "Engines", "message": "Hello\r\nthere", "notify_me": False}


def merge(theirs=(), yours=(), was=WAS):
    return Merge.of(MESSAGES, json.dumps(was), {**WAS, **dict(theirs)}, {**WAS, **dict(yours)})


def sides(found):
    return {one.field.name: one.side for one in found.differences}


def test_changes_of_different_fields_both_stand():
    found = merge({"name": "Bea"}, {"subject": "Looms"})
    assert sides(found) == {"name": "theirs", "subject": "yours"}
    assert found.settled({}) == {"subject": "Looms"}


def test_same_change_by_both_is_no_difference():
    assert merge({"name": "Bea"}, {"name": "Bea"}).differences == ()


def test_line_breaks_of_a_browser_are_no_change():
    assert sides(merge({"name": "Bea"}, {"message": "Hello\nthere"})) == {"name": "theirs"}


def test_field_that_both_changed_needs_a_choice():
    found = merge({"name": "Bea", "notify_me": True}, {"name": "Cleo"})
    with pytest.raises(Invalid, match="Both of you changed Name") as refused:
        found.settled({"name": "nobody's"})
    assert set(refused.value.fields) == {"name"}
    assert found.settled({"name": "yours"}) == {"name": "Cleo"}
    assert found.settled({"name": "theirs"}) == {}


def test_choice_goes_before_who_alone_changed_it():
    found = merge({"name": "Bea"}, {"subject": "Looms"})
    assert found.settled({"name": "yours", "subject": "theirs"}) == {"name": "Ada"}


@pytest.mark.parametrize("was", ["", "[]", "null", "{", "[" * 5000, '{"subject": 1}'])
def test_form_that_does_not_say_what_it_was_needs_a_choice_everywhere(was):
    found = Merge.of(MESSAGES, was, {**WAS, "name": "Bea"}, WAS)
    assert sides(found) == {"name": ""}
    assert found.differences[0].is_known is False
