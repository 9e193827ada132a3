"""What a draft says only its author reads: the panel knows that there is one; over every way to keep things."""

import json

import pytest

from core.domain.audit import AuditEntry
from core.domain.content import State
from core.domain.kernel.errors import Forbidden
from core.domain.records import DeletedRecord
from core.ports.records import Question
from entrypoints.records import kinds_for

CANARY = "kanarienvogel"
ROLES = ("viewer", "moderator", "staff", "admin", "super-admin")


@pytest.fixture
def people(kept):
    with kept.uow.transaction():
        return {role: kept.accounts.create(f"{role}@example.org", role.title(), role, "correct horse battery")
                for role in ("member", *ROLES)}  # fmt: skip


@pytest.fixture
def draft(kept, people):
    with kept.uow.transaction():
        return kept.post_desk.write(
            people["member"].id, title="Plans", description=f"A {CANARY}", body=CANARY, state=State.DRAFT
        )


def kind_for(kept, role):
    return kinds_for(kept, role)["post"]


def rows(kept, entity, *fields):
    with kept.uow.reading():
        return kept.record_store.page(entity, fields, Question(order="id"), 100).rows


@pytest.mark.parametrize("role", ROLES)
def test_nobody_in_the_panel_reads_it_or_changes_it(kept, people, draft, role):
    kind = kind_for(kept, role)
    with kept.uow.reading():
        shown = kept.records.show(kind, draft.id)
        page = kept.records.page(kind, kind.question(), 10, columns=("description", "body"))
        without = kept.records.page(kind, kind.question(order="created_at"), 10, columns=("body",))
    assert CANARY not in f"{shown} {page} {without}"
    assert (shown.row["title"], shown.row["state"], shown.row["body"]) == ("Plans", "draft", "•••")
    if kind.editable:
        with kept.uow.transaction(), pytest.raises(Forbidden, match="only its author"):
            kept.records.change(kind, draft.id, {"title": "Mine"}, seen=shown.seen, by=people[role])


def test_it_is_read_once_it_is_published(kept, people, draft):
    with kept.uow.transaction():
        kept.post_desk.publish(kept.post_desk.get(draft.id, people["member"].id))
    with kept.uow.reading():
        assert kept.records.show(kind_for(kept, "viewer"), draft.id).row["body"] == CANARY


def test_the_audit_does_not_tell_it_and_the_bin_gives_it_back_whole(kept, people, draft):
    kinds, root = kinds_for(kept, "super-admin"), people["super-admin"]
    with kept.uow.transaction():
        kept.records.delete(kinds["post"], [draft.id], root)
    (held,) = rows(kept, DeletedRecord, "id", "values")
    with kept.uow.transaction():
        kept.recycle_bin.restore(kinds, held["id"], root)
    with kept.uow.reading():
        assert kept.post_reader.post(draft.id, people["member"].id).body == CANARY
    acts = rows(kept, AuditEntry, "action", "kind", "changes")
    assert sorted(act["action"] for act in acts if act["kind"] == "post") == ["deleted", "restored"]
    assert CANARY not in json.dumps([act["changes"] for act in acts])
