"""Views and columns of lists: kept by whom, shared with whom, and never showing what somebody may not see."""

import pytest

from core.domain.audit import AuditEntry
from core.domain.contact import ContactMessage
from core.domain.kernel.errors import Forbidden, Invalid, NotFound
from core.domain.records import Record
from core.domain.records.permissions import ADMINS
from core.ports.records import Question

LETTERS = Record(
    ContactMessage, "letter", ("created_at", "name"), search=("name",), filters=("notify_me", "email"),
    long=("message",),
    may={"see email": ADMINS, "see address": ADMINS},
)  # fmt: skip
TOLD = {"notify_me.is": "yes", "sort": "name"}


@pytest.fixture
def people(kept):
    """One user of each role that may enter the panel."""
    with kept.uow.transaction():
        return {
            role: kept.accounts.create(f"{role}@example.com", role.title(), role, "correct horse battery")
            for role in ("viewer", "staff", "admin", "super-admin")
        }


def save(kept, by, title="Told", query=TOLD, columns=("name", "subject"), audience=""):
    with kept.uow.transaction():
        return kept.views.save(
            LETTERS.for_role(by.role), title=title, audience=audience, query=query, columns=columns, by=by
        )


def found(kept, by):
    with kept.uow.reading():
        return kept.views.kept(LETTERS.for_role(by.role), by)


def titles(kept, by):
    return [one.title for one in found(kept, by).views]


def test_view_of_ones_own_is_seen_by_nobody_else(kept, people):
    save(kept, people["staff"])
    (view,) = found(kept, people["staff"]).views
    assert (view.title, view.query, view.columns) == ("Told", TOLD, ["name", "subject"])
    assert titles(kept, people["admin"]) == []


def test_view_of_the_same_name_takes_the_place_of_the_first(kept, people):
    save(kept, people["staff"])
    save(kept, people["staff"], title="  Told ", query={})
    assert [(one.title, one.query) for one in found(kept, people["staff"]).views] == [("Told", {})]


@pytest.mark.parametrize(
    ("audience", "seers"),
    [("everybody", ["viewer", "staff", "admin", "super-admin"]), ("viewer", ["viewer", "admin"]), ("", ["admin"])],
)
def test_shared_view_is_seen_by_its_audience_and_its_owner(kept, people, audience, seers):
    save(kept, people["admin"], audience=audience)
    assert [role for role, by in people.items() if titles(kept, by)] == seers


def test_shared_view_shows_nobody_what_they_may_not_see(kept, people):
    save(kept, people["admin"], title="By e-mail", query={"email.contains": "@"}, audience="everybody")
    save(kept, people["admin"], title="Where from", query={"sort": "address"}, audience="everybody")
    save(kept, people["admin"], title="Addresses", query={}, columns=("email", "address"), audience="everybody")
    save(kept, people["admin"], title="Some", query={}, columns=("email", "name"), audience="everybody")
    assert titles(kept, people["super-admin"]) == ["Addresses", "By e-mail", "Some", "Where from"]
    assert titles(kept, people["viewer"]) == ["Some"]


def test_shared_view_is_audited_and_ones_own_is_not(kept, people):
    mine, shared = save(kept, people["staff"]), save(kept, people["staff"], title="Ours", audience="staff")
    for view in (mine, shared):
        with kept.uow.transaction():
            kept.views.remove(LETTERS.for_role("staff"), view.id, people["staff"])
    assert sorted(noted(kept)) == ["shared a view", "took a shared view away"]
    assert titles(kept, people["staff"]) == []


def noted(kept):
    with kept.uow.reading():
        rows = kept.record_store.page(AuditEntry, ("action", "kind"), Question(order="id"), 10).rows
    return [row["action"] for row in rows if row["kind"] == "list view"]


def test_view_of_somebody_else_is_taken_away_by_an_administrator_only(kept, people):
    mine, shared = save(kept, people["staff"]), save(kept, people["staff"], title="Ours", audience="everybody")
    with pytest.raises(Forbidden, match="somebody else's"), kept.uow.transaction():
        kept.views.remove(LETTERS.for_role("viewer"), shared.id, people["viewer"])
    for forged in (mine.id, "viw_x", "", "a\x00b"):
        with pytest.raises(NotFound), kept.uow.transaction():
            kept.views.remove(LETTERS.for_role("admin"), forged, people["admin"])
    with kept.uow.transaction():
        kept.views.remove(LETTERS.for_role("admin"), shared.id, people["admin"])
    assert titles(kept, people["staff"]) == ["Told"]


@pytest.mark.parametrize(
    "forged",
    [
        {"title": ""}, {"title": "x" * 61}, {"query": {"nothing": "x"}}, {"query": {"email.is": "x"}},
        {"query": {"sort": "email"}}, {"query": {"notify_me.is": "perhaps"}}, {"columns": ("email",)},
        {"columns": ("nothing",)}, {"audience": "member"}, {"audience": "somebody"},
    ],
)  # fmt: skip
def test_forged_view_is_refused_with_a_sentence(kept, people, forged):
    with pytest.raises(Invalid) as refused:
        save(kept, people["staff"], **forged)
    assert all(sentence.endswith(".") for sentence in refused.value.fields.values())
    assert titles(kept, people["staff"]) == []


def test_role_that_only_reads_keeps_views_and_shares_none(kept, people):
    save(kept, people["viewer"])
    with pytest.raises(Forbidden, match="Keep it for yourself"):
        save(kept, people["viewer"], title="Ours", audience="everybody")
    assert titles(kept, people["viewer"]) == ["Told"]


def test_columns_are_kept_for_one_person_and_list(kept, people):
    letters = LETTERS.for_role("staff")
    assert found(kept, people["staff"]).columns == ()
    for columns in (["subject", "name", "subject"], ["message", "name"]):
        with kept.uow.transaction():
            kept.views.keep_columns(letters, columns, people["staff"])
    assert found(kept, people["staff"]).columns == ("message", "name")
    assert found(kept, people["admin"]).columns == ()
    with kept.uow.transaction():
        kept.views.keep_columns(letters, [], people["staff"])
    assert found(kept, people["staff"]).columns == ()


@pytest.mark.parametrize("names", [["email"], ["password_hash"], ["a\x00b"], [""]])
def test_columns_that_are_not_there_are_refused(kept, people, names):
    with pytest.raises(Invalid), kept.uow.transaction():
        kept.views.keep_columns(LETTERS.for_role("staff"), names, people["staff"])
