"""What is deleted comes back by its own rules, in memory, SQLite and PostgreSQL; secrets do not, and time runs out."""

from datetime import timedelta

import pytest

from core.domain.kernel.errors import Conflict, Forbidden, NotFound
from core.domain.records import DeletedRecord
from core.ports.content import Wanted
from core.ports.records import Question
from entrypoints.records import kinds_for

FORM = {"name": "Ada", "email": "ada@example.com", "subject": "Engines", "message": "Hello", "notify_me": True}


@pytest.fixture
def admin(kept):
    with kept.uow.transaction():
        return kept.accounts.create("root@example.com", "Root", "super-admin", "correct horse battery")


@pytest.fixture
def kinds(kept):
    return kinds_for(kept, "super-admin")


@pytest.fixture
def delete(kept, kinds, admin):
    """Make a record and delete it: `delete("user", email=…)` returns its key."""

    def made(kind, act="", **values):
        with kept.uow.transaction():
            key = kept.records.create(kinds[kind], values, admin)[0]
        with kept.uow.transaction():
            kept.records.delete(kinds[kind], [key], admin, act=act)
        return key

    return made


def bin_of(kept):
    with kept.uow.reading():
        fields = ("id", "kind", "record_id", "label", "by_name", "values")
        return kept.record_store.page(DeletedRecord, fields, Question(order="id"), 100).rows


def restore(kept, kinds, by, row):
    with kept.uow.transaction():
        return kept.recycle_bin.restore(kinds, row["id"], by)


def user(email="bea@example.com", role="staff"):
    return {"email": email, "name": "Bea", "role": role, "password": "correct horse battery"}


def test_deleted_record_is_kept_as_json_by_whom_and_when(kept, delete):
    key = delete("contact message", **FORM)
    (row,) = bin_of(kept)
    assert (row["kind"], row["record_id"], row["label"]) == ("contact message", key, "Engines (ada@example.com)")
    assert {name: row["values"][name] for name in FORM} == FORM
    assert row["values"]["created_at"] == "2026-11-24T12:00:00+00:00"


def test_restored_record_is_the_same_with_a_history_that_goes_on(kept, kinds, admin, delete, clock):
    key = delete("contact message", **FORM)
    clock.pass_by(days=2)
    restore(kept, kinds, admin, bin_of(kept)[0])
    with kept.uow.reading():
        shown = kept.records.show(kinds["contact message"], key)
    assert {name: shown.row[name] for name in FORM} == FORM
    assert shown.row["created_at"] == clock.now() - timedelta(days=2)
    assert sorted(entry["action"] for entry in shown.history) == ["created", "deleted", "restored"]
    assert bin_of(kept) == []


def test_secrets_are_not_kept_and_do_not_come_back(kept, kinds, admin, delete):
    key = delete("user", **user())
    (row,) = bin_of(kept)
    assert "password_hash" not in row["values"]
    restore(kept, kinds, admin, row)
    with kept.uow.transaction():
        assert kept.users.get(key).password_hash is None


def test_record_whose_unique_value_is_taken_does_not_come_back(kept, kinds, admin, delete):
    key = delete("user", **user("Bea@example.com"))
    with kept.uow.transaction():
        kept.records.create(kinds["user"], user("bea@EXAMPLE.com"), admin)
    with pytest.raises(Conflict, match="has an account again"):
        restore(kept, kinds, admin, bin_of(kept)[0])
    assert [row["record_id"] for row in bin_of(kept)] == [key]


def test_record_whose_key_is_taken_does_not_come_back(kept, kinds, admin, delete):
    delete("contact message", **FORM)
    (row,) = bin_of(kept)
    with kept.uow.transaction():
        kept.record_store.add(kinds["contact message"].entity(id=row["record_id"], created_at=kept.clock.now(), **FORM))
    with pytest.raises(Conflict, match="again, so this one cannot come back"):
        restore(kept, kinds, admin, row)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [({"email": "nobody"}, "By the rules of today"), ({"created_at": "yesterday"}, "cannot be any more"),
     ({"subject": ...}, "has more fields now")],
)  # fmt: skip
def test_record_that_fits_no_more_does_not_come_back(kept, kinds, admin, delete, values, sentence):
    delete("contact message", **FORM)
    (row,) = bin_of(kept)
    with kept.uow.transaction():
        changed = {name: value for name, value in (row["values"] | values).items() if value is not ...}
        kept.recycle_bin.look(kinds, row["id"]).values = changed
    with pytest.raises(Conflict, match=sentence):
        restore(kept, kinds, admin, row)


def test_restoring_twice_is_not_found(kept, kinds, admin, delete):
    delete("contact message", **FORM)
    (row,) = bin_of(kept)
    restore(kept, kinds, admin, row)
    with pytest.raises(NotFound, match="It was restored"):
        restore(kept, kinds, admin, row)


def test_kind_that_one_may_not_see_is_not_in_the_bin_and_none_above_one_comes_back(kept, kinds, admin, delete):
    delete("user", **user(role="super-admin"))
    (row,) = bin_of(kept)
    admin.role = "staff"
    with pytest.raises(NotFound):
        restore(kept, kinds_for(kept, "staff"), admin, row)
    with pytest.raises(Forbidden, match="“restore” with users"):
        restore(kept, kinds, admin, row)
    admin.role = "admin"
    with pytest.raises(Forbidden, match="only a super-admin"):
        restore(kept, kinds_for(kept, "admin"), admin, row)


def test_undo_brings_back_what_one_act_deleted_and_nothing_else(kept, kinds, admin, delete):
    keys = {delete("contact message", act="act_1", **FORM), delete("user", act="act_1", **user())}
    other = delete("contact message", act="act_2", **FORM)
    with kept.uow.transaction():
        assert {found.record_id for found in kept.recycle_bin.undo(kinds, "act_1", admin)} == keys
    assert [row["record_id"] for row in bin_of(kept)] == [other]
    with pytest.raises(NotFound), kept.uow.transaction():
        kept.recycle_bin.undo(kinds, "act_1", admin)


def test_emptying_takes_only_the_kinds_that_are_named(kept, delete):
    left = delete("user", **user())
    delete("contact message", **FORM)
    with kept.uow.transaction():
        assert kept.recycle_bin.empty(["contact message"]) == 1
    assert [row["record_id"] for row in bin_of(kept)] == [left]


def test_what_was_deleted_is_forgotten_after_thirty_days(kept, delete, clock):
    delete("user", **user())
    clock.pass_by(days=2)
    left = delete("contact message", **FORM)
    clock.pass_by(days=29)
    with kept.uow.transaction():
        assert kept.deleted_records.remove_before(clock.now() - timedelta(days=31), 10) == 0
        assert kept.recycle_bin.forget(None) == {"forgotten": 1}
    assert [row["record_id"] for row in bin_of(kept)] == [left]


@pytest.fixture
def written(kept, admin):
    """Ada's post with a comment of Bob's below it, and Ada's below a post of Bob's."""
    with kept.uow.transaction():
        ada, bob = (kept.accounts.create(f"{name}@example.org", name.title(), "member", "correct horse battery")
                    for name in ("ada", "bob"))  # fmt: skip
    with kept.uow.transaction():
        hers, his = (kept.post_desk.write(one.id, title="Looms", body="x", tags=["t"]) for one in (ada, bob))
        comments = [kept.comment_desk.write(hers, bob.id, "Bob's"), kept.comment_desk.write(his, ada.id, "Ada's")]
    return ada, bob, hers, his, comments


def titles(kept):
    with kept.uow.reading():
        page = kept.post_reader.page(Wanted(reader_id=""))
        return {row.id: (row.slug, row.comments) for row in page.rows}, page.total


def test_what_somebody_wrote_goes_and_comes_back_with_their_account(kept, kinds, admin, written):
    ada, _, hers, his, comments = written
    before = titles(kept)
    with kept.uow.transaction():
        kept.records.delete(kinds["user"], [ada.id], admin, act="act_1")
    assert {row["record_id"] for row in bin_of(kept)} == {ada.id, hers.id, *(one.id for one in comments)}
    assert titles(kept) == ({his.id: ("looms--" + his.id[-8:], 0)}, 1)
    with kept.uow.transaction():
        kept.recycle_bin.undo(kinds, "act_1", admin)
    assert titles(kept) == before
    with kept.uow.transaction():
        assert kept.tallies.recount() == 0


def test_a_post_comes_back_under_another_address_where_somebody_took_its_own(kept, kinds, admin, written):
    _, bob, hers, *_ = written
    with kept.uow.transaction():
        kept.records.delete(kinds["post"], [hers.id], admin, act="act_1")
    with kept.uow.transaction():
        assert kept.post_desk.write(bob.id, title="Looms", body="x").slug == "looms"
    with kept.uow.transaction():
        kept.recycle_bin.undo(kinds, "act_1", admin)
    assert titles(kept)[0][hers.id] == (f"looms--{hers.id[-8:]}", 1)


def test_nothing_comes_back_without_what_it_belongs_to(kept, kinds, admin, written):
    ada, _, hers, _, comments = written
    with kept.uow.transaction():
        kept.records.delete(kinds["user"], [ada.id], admin)
    rows = {row["record_id"]: row for row in bin_of(kept)}
    with pytest.raises(Conflict, match="author has no account"):
        restore(kept, kinds, admin, rows[hers.id])
    with pytest.raises(Conflict, match="is not there"):
        restore(kept, kinds, admin, rows[comments[0].id])
