"""Identifiers sort by time; rules clean what is nearly right and refuse the rest in words."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.audit import differences
from core.domain.kernel import rules
from core.domain.kernel.ids import earliest_id, is_id, new_id

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_ids_sort_by_the_time_they_were_made():
    ids = [new_id("tsk", NOW + timedelta(milliseconds=n)) for n in range(1000)]
    assert ids == sorted(ids)


def test_ids_are_recognised_by_kind():
    assert is_id(new_id("usr", NOW), "usr")
    assert not is_id(new_id("usr", NOW), "tsk")
    assert not is_id("usr_../../etc/passwd", "usr")


@pytest.mark.parametrize("address", ["ada@example.com", "a.b+c@sub.example.org", "x@EXAMPLE.Com"])
def test_email_accepts_what_people_have(address):
    assert rules.email(address).lower() == address.lower()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "@example.com",
        "a@b",
        "a b@example.com",
        "a@example.com\nBcc: x@y.z",
        "a..b@example.com",
        "a@-x.com",
        7,
    ],
)
def test_email_refuses_the_rest_in_words(address):
    with pytest.raises(ValueError, match=r"[A-Z].*\."):
        rules.email(address)


@given(st.text())
def test_one_line_never_lets_a_line_break_through(text):
    try:
        clean = rules.one_line(text, "It", 50)
    except ValueError:
        return
    assert clean
    assert "\n" not in clean
    assert "\r" not in clean
    assert "\x00" not in clean


@pytest.mark.parametrize("typed", ["a\r\nb", "a\nb", "a\rb", "\r\n a\r\nb \r\n"])
def test_line_breaks_count_as_one_character_whoever_sends_them(typed):
    assert rules.paragraphs(typed, "The message", 3) == "a\nb"


def test_ids_of_one_instant_stand_behind_its_earliest_one():
    before, at = new_id("tsk", NOW - timedelta(milliseconds=1)), new_id("tsk", NOW)
    assert before < earliest_id("tsk", NOW) < at


def test_differences_star_what_is_secret():
    changed = differences({"name": "a", "password_hash": "x"}, {"name": "b", "password_hash": "y"})
    assert changed == {
        "name": {"before": "a", "after": "b"},
        "password_hash": {"before": "•••", "after": "•••"},
    }
