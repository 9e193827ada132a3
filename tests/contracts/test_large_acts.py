"""Whoever wrote more than one transaction deletes goes by a task, whole, and comes back by one; kept in three ways."""

import pytest

from core.domain.accounts import User
from core.domain.audit import AuditEntry
from core.domain.content import Attachment, Comment, Post
from core.domain.kernel.errors import Conflict, NotFound
from core.domain.records import Deed, DeletedRecord, TooMany
from core.ports.content import Wanted
from core.ports.records import Condition, Question
from entrypoints.records import kinds_for

MANY = 230
"""More than a task deletes in two batches."""


@pytest.fixture
def root(kept):
    with kept.uow.transaction():
        return kept.accounts.create("root@example.com", "Root", "super-admin", "correct horse battery")


@pytest.fixture
def kinds(kept, root):
    return kinds_for(kept, "super-admin")


@pytest.fixture
def busy(kept):
    """Ada, who wrote very many posts, the first with a file and a comment of Bob's below it."""
    with kept.uow.transaction():
        ada, bob = (kept.accounts.create(f"{name}@example.org", name.title(), "member", "correct horse battery")
                    for name in ("ada", "bob"))  # fmt: skip
    with kept.uow.transaction():
        first = kept.post_desk.write(ada.id, title="First", body="x", tags=["t"])
        for number in range(MANY - 1):
            kept.post_desk.write(ada.id, title=f"Post {number}", body="x")
        kept.comment_desk.write(first, bob.id, "Bob's")
    kept.attachment_desk.keep(first.id, ada.id, "loom.txt", b"weave")
    return ada


def number(kept, entity):
    with kept.uow.reading():
        return kept.record_store.number(entity, Question(order="id"), 10_000)


def everything(kept):
    with kept.uow.reading():
        total = kept.post_reader.page(Wanted(most=1)).total
    return total, *(number(kept, one) for one in (User, Post, Comment, Attachment, DeletedRecord))


def ended(kept, task):
    with kept.uow.reading():
        found = kept.tasks.show(task.id)
    return found.state, found.result["done"], found.result["refused"]


def test_an_account_with_very_many_posts_goes_and_comes_back_by_tasks(kept, kinds, root, busy, drain_queue):
    before = everything(kept)
    assert before == (MANY, 3, MANY, 1, 1, 0)
    kept.records.references.most = MANY - 1
    with pytest.raises(TooMany, match="More than 229 posts"), kept.uow.transaction():
        kept.records.delete(kinds["user"], [busy.id], root)
    with kept.uow.transaction():
        task = kept.bulk.order(kinds["user"], Deed(verb="delete"), root, keys=[busy.id])
    drain_queue(kept, "bulk")
    assert ended(kept, task) == ("done", 1, 0)
    assert everything(kept) == (0, 2, 0, 0, 0, MANY + 3)
    with kept.uow.reading():
        assert kept.undo.number(task.id) == MANY + 3
    with kept.uow.transaction():
        undone = kept.undo.order(kinds["deleted record"], task.id, root)
        assert kept.undo.order(kinds["deleted record"], task.id, root).id == undone.id
    drain_queue(kept, "bulk")
    assert ended(kept, undone) == ("done", MANY + 3, 0)
    assert everything(kept) == before
    with kept.uow.reading():
        page = kept.post_reader.post("first")
        assert (page.comments, page.tags) == (1, ["t"])
        restored = Question(order="id", conditions=(Condition(field="action", test="is", value="restored"),))
        assert kept.record_store.number(AuditEntry, restored, 10_000) == MANY + 3
    with kept.uow.transaction():
        assert kept.tallies.recount() == 0
        with pytest.raises(NotFound):
            kept.undo.order(kinds["deleted record"], task.id, root)


def test_what_may_not_be_deleted_loses_nothing_by_being_large(kept, kinds, root, drain_queue):
    with kept.uow.transaction():
        other = kept.accounts.create("other@example.com", "Other", "super-admin", "correct horse battery")
    with kept.uow.transaction():
        kept.post_desk.write(root.id, title="Mine", body="x")
        task = kept.bulk.order(kinds["user"], Deed(verb="delete"), root, keys=[root.id])
    drain_queue(kept, "bulk")
    assert (ended(kept, task), number(kept, Post), number(kept, User)) == (("done", 0, 1), 1, 2)
    assert other.is_active_super_admin


def test_a_post_comes_back_with_its_files_which_stay_on_the_shelf_meanwhile(kept, kinds, root, drain_queue, clock):
    with kept.uow.transaction():
        post = kept.post_desk.write(root.id, title="Mine", body="x")
    file = kept.attachment_desk.keep(post.id, root.id, "loom.txt", b"weave")
    with kept.uow.transaction():
        kept.records.delete(kinds["post"], [post.id], root, act="act_1")
    clock.pass_by(days=3)
    with kept.uow.transaction():
        kept.outbox.enqueue("content.forget-attachments", {})
    drain_queue(kept, "upkeep")
    with pytest.raises(NotFound):
        kept.attachment_desk.open(file.id, root.id)
    with kept.uow.transaction():
        kept.recycle_bin.undo(kinds, "act_1", root)
    found, content = kept.attachment_desk.open(file.id, root.id)
    with content:
        assert (found.name, content.read()) == ("loom.txt", b"weave")


def test_a_file_comes_back_only_where_its_post_is(kept, kinds, root):
    with kept.uow.transaction():
        post = kept.post_desk.write(root.id, title="Mine", body="x")
    file = kept.attachment_desk.keep(post.id, root.id, "loom.txt", b"weave")
    with kept.uow.transaction():
        kept.records.delete(kinds["attachment"], [file.id], root)
        kept.records.delete(kinds["post"], [post.id], root)
    with kept.uow.reading():
        rows = kept.record_store.page(DeletedRecord, ("id", "kind"), Question(order="id"), 10).rows
    held = {row["kind"]: row["id"] for row in rows}
    with kept.uow.transaction(), pytest.raises(Conflict, match="Restore that first"):
        kept.recycle_bin.restore(kinds, held["attachment"], root)
    with kept.uow.transaction():
        kept.recycle_bin.restore(kinds, held["post"], root)
        kept.recycle_bin.restore(kinds, held["attachment"], root)
    with kept.uow.reading():
        assert [one.name for one in kept.attachments.of(post.id)] == ["loom.txt"]
