"""Any kind of record: the same pages, searches, filters and rules in memory, SQLite and PostgreSQL."""

from datetime import UTC, datetime

import pytest

from core.domain.contact import ContactMessage
from core.domain.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from core.domain.records import Record

MESSAGES = Record(
    ContactMessage,
    "contact message",
    ("created_at", "name", "notify_me", "delivered_at"),
    search=("name", "subject"),
    filters=("name", "notify_me", "delivered_at", "created_at"),
    editable=("name", "email", "subject", "message", "notify_me"),
    long=("message",),
    prefix="msg",
    deletable=True,
)
FORM = {"name": "Ada", "email": "ada@example.com", "subject": "Engines", "message": "Hello", "notify_me": False}
ORDERS = ("created_at", "name", "notify_me", "delivered_at", "id")


@pytest.fixture
def admin(kept, clock):
    with kept.uow.transaction():
        return kept.accounts.create("root@example.com", "Root", "super-admin", "correct horse battery")


@pytest.fixture
def messages(kept, clock):
    """Twenty-three messages; every third was not delivered, names and instants repeat."""
    with kept.uow.transaction():
        for number in range(23):
            clock.pass_by(milliseconds=number % 2)
            made, _ = kept.contact.receive(
                name=f"Name {number % 4}", email="a@example.com", subject=f"50% off_{number}", message="Hello",
                notify_me=number % 2 == 0,
            )  # fmt: skip
            kept.messages.get(made.id).delivered_at = clock.now() if number % 3 else None


def page(kept, question, limit=5, **place):
    with kept.uow.reading():
        return kept.records.page(MESSAGES, question, limit, **place)


def walk(kept, question, limit=5):
    """Every id of a list, page by page to the end, and page by page back."""
    there = [page(kept, question, limit)]
    while there[-1].has_after:
        mark = MESSAGES.mark(there[-1].rows[-1], question)
        there.append(page(kept, question, limit, after=MESSAGES.place(mark, question)))
    back = [there[-1]]
    while back[0].has_before:
        mark = MESSAGES.mark(back[0].rows[0], question)
        back.insert(0, page(kept, question, limit, before=MESSAGES.place(mark, question)))
    return [[row["id"] for one in pages for row in one.rows] for pages in (there, back)]


@pytest.mark.parametrize("order", [sign + name for name in ORDERS for sign in ("", "-")])
def test_pages_in_any_order_show_each_record_once_in_both_directions(kept, messages, order):
    question = MESSAGES.question(order=order)
    there, back = walk(kept, question)
    whole = [row["id"] for row in page(kept, question, 100).rows]
    assert len(set(there)) == 23
    assert there == whole
    assert back == whole


def test_pages_put_records_without_a_value_last_and_first_when_descending(kept, messages):
    ascending = [row["delivered_at"] for row in page(kept, MESSAGES.question(order="delivered_at"), 100).rows]
    descending = [row["delivered_at"] for row in page(kept, MESSAGES.question(order="-delivered_at"), 100).rows]
    assert [value is None for value in ascending] == [False] * 15 + [True] * 8
    assert [value is None for value in descending] == [True] * 8 + [False] * 15


def test_pages_take_one_more_record_while_somebody_reads(kept, messages, admin):
    question = MESSAGES.question(order="id")
    first = page(kept, question)
    with kept.uow.transaction():
        kept.records.create(MESSAGES, dict(FORM), admin)
    place = MESSAGES.place(MESSAGES.mark(first.rows[-1], question), question)
    second = page(kept, question, after=place)
    assert not {row["id"] for row in first.rows} & {row["id"] for row in second.rows}


@pytest.mark.parametrize(
    ("search", "number"),
    [("name", 23), ("NAME 3", 6), ("50% off", 23), ("%", 23), ("_2", 4), ("\\", 0), ("nothing", 0), ("off_7 name", 1)],
)
def test_search_finds_words_anywhere_and_no_wildcards(kept, messages, search, number):
    assert len(page(kept, MESSAGES.question(search=search), 100).rows) == number


@pytest.mark.parametrize(
    ("filters", "number"),
    [
        ({("notify_me", "is"): "yes"}, 12),
        ({("delivered_at", "empty"): "no"}, 8),
        ({("delivered_at", "filled"): "yes", ("notify_me", "is"): "no"}, 7),
        ({("name", "is"): "Name 1"}, 6),
        ({("name", "contains"): "name"}, 23),
        ({("created_at", "from"): "2026-11-24"}, 23),
        ({("created_at", "from"): "2026-11-25"}, 0),
        ({("created_at", "until"): "2026-11-24"}, 23),
        ({("created_at", "until"): "2026-11-23"}, 0),
    ],
)
def test_filters_narrow_the_list(kept, messages, filters, number):
    assert len(page(kept, MESSAGES.question(filters=filters), 100).rows) == number


def test_number_counts_no_further_than_asked(kept, messages):
    with kept.uow.reading():
        assert [kept.records.number(MESSAGES, (), most) for most in (10, 100)] == [10, 23]


def test_some_are_found_by_their_keys_in_one_go(kept, messages):
    keys = [row["id"] for row in page(kept, MESSAGES.question()).rows]
    with kept.uow.reading():
        found = kept.record_store.some(ContactMessage, [*keys[:2], keys[0], "msg_gone"])
        assert sorted(one.id for one in found) == sorted(keys[:2])
        assert kept.record_store.some(ContactMessage, []) == []


def test_create_through_the_rules_is_kept_and_audited(kept, admin):
    with kept.uow.transaction():
        key, _ = kept.records.create(MESSAGES, {**FORM, "name": "  Ada  "}, admin)
    with kept.uow.reading():
        shown = kept.records.show(MESSAGES, key)
    assert shown.row["name"] == "Ada"
    assert [entry["action"] for entry in shown.history] == ["created"]


def test_create_against_the_rules_keeps_nothing(kept, admin):
    with pytest.raises(Invalid) as refused, kept.uow.transaction():
        kept.records.create(MESSAGES, {**FORM, "email": "nobody", "name": ""}, admin)
    assert set(refused.value.fields) == {"email", "name"}
    assert page(kept, MESSAGES.question()).rows == []


@pytest.fixture
def key(kept, admin):
    with kept.uow.transaction():
        return kept.records.create(MESSAGES, dict(FORM), admin)[0]


def show(kept, key):
    with kept.uow.reading():
        return kept.records.show(MESSAGES, key)


def test_change_is_audited_with_before_and_after(kept, admin, key):
    with kept.uow.transaction():
        seen = kept.records.show(MESSAGES, key).seen
        kept.records.change(MESSAGES, key, {**FORM, "subject": "Looms"}, seen=seen, by=admin)
    after = show(kept, key)
    assert after.row["subject"] == "Looms"
    assert next(entry["changes"] for entry in after.history if entry["action"] == "changed") == {
        "subject": {"before": "Engines", "after": "Looms"}
    }


def test_change_against_the_rules_leaves_the_record_as_it_was(kept, admin, key):
    seen = show(kept, key).seen
    with pytest.raises(Invalid), kept.uow.transaction():
        kept.records.change(MESSAGES, key, {**FORM, "subject": "Looms", "email": "nobody"}, seen=seen, by=admin)
    assert show(kept, key).row["subject"] == "Engines"


def test_change_after_somebody_elses_is_refused(kept, admin, key):
    seen = show(kept, key).seen
    with kept.uow.transaction():
        kept.records.change(MESSAGES, key, {**FORM, "subject": "Looms"}, seen=seen, by=admin)
    with pytest.raises(Conflict, match="after you opened the form"), kept.uow.transaction():
        kept.records.change(MESSAGES, key, {**FORM, "subject": "Cards"}, seen=seen, by=admin)
    assert show(kept, key).row["subject"] == "Looms"


def test_change_of_a_field_that_is_not_editable_is_refused(kept, admin, key):
    with pytest.raises(Invalid, match="cannot change delivered_at"), kept.uow.transaction():
        seen = kept.records.show(MESSAGES, key).seen
        kept.records.change(MESSAGES, key, {"delivered_at": datetime(2020, 1, 1, tzinfo=UTC)}, seen=seen, by=admin)


def change(kept, admin, key, **values):
    with kept.uow.transaction():
        seen = kept.records.show(MESSAGES, key).seen
        kept.records.change(MESSAGES, key, values, seen=seen, by=admin)


def versions_in(kept, key):
    """What the subject was changed to, with the id of the entry, read in the open block."""
    entries = kept.records.show(MESSAGES, key).history
    return {entry["changes"]["subject"]["after"]: entry["id"] for entry in entries if "subject" in entry["changes"]}


def noted(kept, key, clock, **fields):
    """Write an act into the history that no rule was asked about; return its id."""
    clock.pass_by(seconds=1)
    with kept.uow.transaction():
        return kept.audit.note("changed", "contact message", key, **fields).id


def test_revert_brings_back_every_editable_field_and_is_audited(kept, admin, key, clock):
    for values in ({"subject": "Looms"}, {"subject": "Cards", "notify_me": True}, {"name": "Bea"}):
        clock.pass_by(seconds=1)
        change(kept, admin, key, **values)
    with kept.uow.transaction():
        seen = kept.records.show(MESSAGES, key).seen
        kept.records.revert(MESSAGES, key, versions_in(kept, key)["Looms"], seen=seen, by=admin)
    after = show(kept, key)
    assert {name: after.row[name] for name in ("subject", "notify_me", "name")} == {
        "subject": "Looms", "notify_me": False, "name": "Ada",
    }  # fmt: skip
    assert [entry["action"] for entry in after.history].count("reverted") == 1


def test_revert_to_the_first_version_undoes_all(kept, admin, key, clock):
    clock.pass_by(seconds=1)
    change(kept, admin, key, subject="Looms")
    with kept.uow.reading():
        first = kept.records.version(MESSAGES, key, versions_in(kept, key)["Engines"])
    assert first.changes == {"subject": {"before": "Looms", "after": "Engines"}}


def test_revert_against_the_rules_of_today_changes_nothing(kept, admin, key, clock):
    ids = [noted(kept, key, clock, before={"email": "nobody"}, after={"email": "x"}) for _ in range(2)]
    with pytest.raises(Invalid), kept.uow.transaction():
        seen = kept.records.show(MESSAGES, key).seen
        kept.records.revert(MESSAGES, key, ids[0], seen=seen, by=admin)
    assert show(kept, key).row["email"] == "ada@example.com"


def test_revert_after_somebody_elses_change_is_refused(kept, admin, key, clock):
    seen = show(kept, key).seen
    clock.pass_by(seconds=1)
    change(kept, admin, key, subject="Looms")
    with pytest.raises(Conflict, match="after you opened"), kept.uow.transaction():
        kept.records.revert(MESSAGES, key, versions_in(kept, key)["Engines"], seen=seen, by=admin)


@pytest.mark.parametrize("entry", ["", "aud_nothing", "x" * 5000, "a\x00b"])
def test_version_that_does_not_exist_is_not_found(kept, key, entry):
    with pytest.raises(NotFound), kept.uow.reading():
        kept.records.version(MESSAGES, key, entry)


def test_version_never_brings_back_what_is_secret_or_not_editable(kept, admin, key, clock):
    first = noted(kept, key, clock)
    noted(kept, key, clock, before={"delivered_at": "x", "password": "y"}, after={})
    with kept.uow.reading():
        assert kept.records.version(MESSAGES, key, first).values == {}


def test_delete_takes_what_is_there_and_is_audited(kept, admin, key):
    with kept.uow.transaction():
        assert kept.records.delete(MESSAGES, [key, key, "msg_gone"], admin) == 1
    with pytest.raises(NotFound), kept.uow.reading():
        kept.records.show(MESSAGES, key)


@pytest.mark.parametrize("verb", ["create", "change", "revert", "delete", "act"])
def test_verb_that_is_not_for_the_role_is_refused(kept, key, admin, verb):
    admin.role = "viewer"
    how = {"seen": "", "by": admin}
    refused = {
        "create": lambda: kept.records.create(MESSAGES, dict(FORM), admin),
        "change": lambda: kept.records.change(MESSAGES, key, dict(FORM), **how),
        "revert": lambda: kept.records.revert(MESSAGES, key, "aud_x", **how),
        "delete": lambda: kept.records.delete(MESSAGES, [key], admin),
        "act": lambda: kept.records.act(MESSAGES, "stamped", key, admin),
    }
    with pytest.raises(Forbidden, match="Your role is viewer"), kept.uow.transaction():
        refused[verb]()


def test_delete_of_a_kind_that_stays_is_refused(kept, admin, key):
    stays = Record(ContactMessage, "contact message", ("name",))
    with pytest.raises(Forbidden), kept.uow.transaction():
        kept.records.delete(stays, [key], admin)


@pytest.mark.parametrize("key", ["", "msg_nobody", "x" * 5000, "a\x00b", "é\ud800"])
def test_show_of_an_unknown_key_raises_not_found(kept, key):
    with pytest.raises(NotFound), kept.uow.reading():
        kept.records.show(MESSAGES, key)
