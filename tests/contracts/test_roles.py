"""Who may do what: code says it first, administrators change it, and a change holds at the next question."""

import pytest

from core.domain.accounts import Change
from core.domain.audit import AuditEntry
from core.domain.kernel.errors import Conflict, Forbidden, Invalid
from core.domain.kernel.roles import ROLES, Permission
from core.ports.records import Question

PASSWORD = "correct horse battery"


@pytest.fixture
def people(kept):
    with kept.uow.transaction():
        return {role: kept.accounts.create(f"{role}@example.org", role, role, PASSWORD) for role in ROLES}


def move(kept, people, *, give=(), take=(), by="admin", seen=None):
    """Give and take permissions written as "staff users.see"."""
    kept.roles.look_again()
    desk = kept.role_desk
    moves = [*desk.read(give, given=True), *desk.read(take, given=False)]
    with kept.uow.transaction():
        done = desk.save(moves, seen=desk.seen() if seen is None else seen, by=people[by])
    return [(one.role, one.permission.name, one.given, one.follows) for one in done]


def changes(kept):
    return [(one.role, one.permission, one.allowed) for one in kept.permissions.changes()]


def test_changes_are_kept_in_a_fixed_order_and_can_be_forgotten(kept):
    with kept.uow.transaction():
        for role, name in (("staff", "users.see"), ("moderator", "users.see"), ("moderator", "places.delete")):
            kept.permissions.add(Change(role=role, permission=name, allowed=True))
        kept.permissions.forget("staff", "users.see")
        kept.permissions.forget("staff", "what.nobody-knows")
    assert changes(kept) == [("moderator", "places.delete", True), ("moderator", "users.see", True)]


def test_code_says_who_may_until_somebody_changes_it(kept, people):
    assert kept.roles.grants().holders("users.see") == ("admin", "super-admin")
    assert kept.roles.grants().holders("contact-messages.export") == ("viewer", "staff", "admin", "super-admin")
    assert kept.roles.grants().holders("contact-messages.change") == ("staff", "admin", "super-admin")
    assert kept.roles.grants().holders("doctor.see") == ("super-admin",)
    assert move(kept, people, give=["moderator users.see"]) == [("moderator", "users.see", True, False)]
    assert kept.roles.allows("moderator", "users.see")
    assert "moderator" in kept.kinds["users"].roles


def test_change_back_to_what_code_says_is_not_kept(kept, people):
    move(kept, people, give=["moderator users.see"])
    assert changes(kept) == [("moderator", "users.see", True)]
    move(kept, people, take=["moderator users.see"])
    assert changes(kept) == []


def test_defaults_bring_back_one_permission_or_all(kept, people):
    move(kept, people, give=["moderator users.see"], take=["staff places.delete"])
    one = kept.role_desk.plan(kept.role_desk.defaults(["users.see"]), people["admin"])
    assert [(move.role, move.permission.name, move.given) for move in one] == [("moderator", "users.see", False)]
    every = kept.role_desk.plan(kept.role_desk.defaults(), people["admin"])
    assert [(move.role, move.permission.name, move.given, move.is_default) for move in every] == [
        ("moderator", "users.see", False, True), ("staff", "places.delete", True, True)
    ]  # fmt: skip


def test_who_may_change_may_see_and_who_may_not_see_may_nothing(kept, people):
    assert move(kept, people, give=["moderator users.delete"]) == [
        ("moderator", "users.see", True, True), ("moderator", "users.delete", True, False)
    ]  # fmt: skip
    assert move(kept, people, take=["moderator users.see"]) == [
        ("moderator", "users.see", False, False), ("moderator", "users.delete", False, True)
    ]  # fmt: skip
    assert changes(kept) == []
    with pytest.raises(Invalid) as refused:
        move(kept, people, give=["staff users.delete"], take=["staff users.see"])
    assert "staff cannot have “Delete” (Users) without “See”" in refused.value.fields["moves"]


@pytest.mark.parametrize(
    ("by", "give", "take"),
    [
        ("admin", ["staff doctor.see"], []), ("admin", [], ["super-admin users.see"]),
        ("admin", ["super-admin doctor.see"], []), ("super-admin", [], ["super-admin users.see"]),
        ("super-admin", ["viewer users.change"], []), ("super-admin", ["member users.see"], []),
        ("staff", ["moderator contact-messages.see"], []), ("viewer", [], ["viewer tasks.see"]),
    ],
)  # fmt: skip
def test_nobody_gives_what_they_lack_or_touches_a_role_above_theirs(kept, people, by, give, take):
    with pytest.raises(Forbidden):
        move(kept, people, give=give, take=take, by=by)
    assert changes(kept) == []


def test_role_that_may_change_roles_gives_no_more_than_it_has(kept, people):
    move(kept, people, give=["staff roles.change"])
    assert move(kept, people, give=["moderator contact-messages.see"], by="staff")
    with pytest.raises(Forbidden, match="as staff you cannot give it to moderator"):
        move(kept, people, give=["moderator users.see"], by="staff")
    with pytest.raises(Forbidden, match="as staff you cannot take it from admin"):
        move(kept, people, take=["admin users.see"], by="staff")


def test_plan_leaves_alone_what_is_not_theirs_and_refuses_forged_ticks(kept, people):
    ticked = {name: kept.roles.grants().holders(name) for name in kept.roles.grants().declared}
    assert kept.role_desk.plan(ticked, people["admin"]) == []
    without = {**ticked, "doctor.see": ()}
    assert kept.role_desk.plan(without, people["admin"]) == []
    with pytest.raises(Forbidden):
        kept.role_desk.plan({**ticked, "doctor.see": ("admin",)}, people["admin"])


def test_super_admin_has_everything_whatever_the_table_says(kept):
    with kept.uow.transaction():
        kept.permissions.add(Change(role="super-admin", permission="users.see", allowed=False))
    kept.roles.look_again()
    assert {role for one in kept.roles.grants().declared for role in kept.roles.grants().holders(one)} >= {
        "super-admin"
    }
    assert all(kept.roles.allows("super-admin", name) for name in kept.roles.grants().declared)
    assert "super-admin" in kept.kinds["users"].roles


def test_two_who_change_at_once_do_not_overwrite_each_other(kept, people):
    seen = kept.role_desk.seen()
    move(kept, people, give=["moderator users.see"])
    with pytest.raises(Conflict, match="Somebody changed permissions meanwhile"):
        move(kept, people, take=["staff places.delete"], seen=seen)


def test_what_is_changed_is_audited_by_role(kept, people):
    move(kept, people, give=["moderator users.delete"], take=["staff places.delete"])
    with kept.uow.reading():
        rows = kept.record_store.page(
            AuditEntry, ("action", "kind", "record_id", "changes"), Question(order="id", descending=True), 2
        ).rows
    assert sorted((row["record_id"], row["kind"], row["changes"]) for row in rows) == [
        ("moderator", "role", {name: {"before": False, "after": True} for name in ("users.see", "users.delete")}),
        ("staff", "role", {"places.delete": {"before": True, "after": False}}),
    ]


def test_question_of_a_new_request_sees_what_another_process_changed(kept):
    assert not kept.roles.allows("moderator", "users.see")
    with kept.uow.transaction():
        kept.permissions.add(Change(role="moderator", permission="users.see", allowed=True))
    assert not kept.roles.allows("moderator", "users.see")  # one request has one answer
    kept.roles.look_again()
    assert kept.roles.allows("moderator", "users.see")


def test_nothing_is_built_anew_while_nothing_changes(kept):
    kinds = kept.kinds
    kept.roles.look_again()
    assert kept.kinds is kinds


def test_unknown_permission_is_no_answer_but_an_error(kept):
    with pytest.raises(LookupError, match=r"Nobody declares the permission 'users\.fly'"):
        kept.roles.allows("admin", "users.fly")


def test_task_asks_again_who_may(kept, people):
    move(kept, people, give=["moderator users.export"])
    by = {"id": people["moderator"].id}
    with kept.uow.reading():
        assert kept.errands.asker("users", by, "export").user.role == "moderator"
    with kept.uow.transaction():
        kept.permissions.forget("moderator", "users.export")
    with kept.uow.reading(), pytest.raises(Forbidden):
        kept.errands.asker("users", by, "export")


def test_viewer_can_have_only_what_reads():
    reading = Permission(name="x.see", part="X", label="See", roles=(), reads=True)
    writing = Permission(name="x.act", part="X", label="Act", roles=())
    assert [role for role in ROLES if reading.fits(role)] == ["viewer", "moderator", "staff", "admin", "super-admin"]
    assert [role for role in ROLES if writing.fits(role)] == ["moderator", "staff", "admin", "super-admin"]
