"""A record with its children, kept in three ways: all or nothing, and each row by its own rules."""

import pytest
from tests.admin.workshops import TOOLS, WORKSHOPS, Tool, map_once, tools, workshops

from core.domain.kernel.errors import Invalid
from core.domain.records import Line

WORKSHOP = workshops(inlines=("tool",))


@pytest.fixture
def admin(kept):
    """The super-admin of an installation that knows workshops and tools."""
    map_once()
    if hasattr(kept.uow, "engine"):
        with kept.uow.engine.begin() as connection:
            WORKSHOPS.create(connection)
            TOOLS.create(connection)
    kept.declared.update({kind.slug: kind for kind in (WORKSHOP, tools())})
    with kept.uow.transaction():
        return kept.accounts.create("root@example.com", "Root", "super-admin", "correct horse battery")


def line(number, label, **more):
    return Line(name=f"tools.{number}", typed={"label": label, "sharp": "no"}, **more)


@pytest.fixture
def yard(kept, admin):
    lines = {"tool": [line(0, "Plane"), line(1, "Saw"), line(2, "")]}
    with kept.uow.transaction():
        return kept.family.create(WORKSHOP, {"title": "Yard"}, lines, admin)[0]


def children(kept, yard):
    with kept.uow.reading():
        (found,) = kept.family.children(WORKSHOP, yard, "super-admin")
    return {child.called: child for child in found.rows}


def change(kept, admin, yard, *lines, **values):
    with kept.uow.transaction():
        seen = kept.records.show(WORKSHOP, yard).seen
        kept.family.change(WORKSHOP, yard, values, {"tool": lines}, seen=seen, by=admin)


def test_children_are_made_changed_and_removed_with_their_parent(kept, admin, yard):
    plane, saw = (children(kept, yard)[name] for name in ("Plane", "Saw"))
    change(kept, admin, yard, line(0, "Jointer", key=plane.key, seen=plane.seen),
           line(1, "Saw", key=saw.key, seen=saw.seen, remove=True), line(2, "Axe"), title="Harbour")  # fmt: skip
    assert sorted(children(kept, yard)) == ["Axe", "Jointer"]
    with kept.uow.reading():
        assert kept.records.show(WORKSHOP, yard).called == "Harbour"


def test_mistakes_of_all_rows_are_told_at_once_and_nothing_is_kept(kept, admin, yard):
    with pytest.raises(Invalid) as refused:
        change(kept, admin, yard, line(0, "x" * 30), line(1, "Axe"), line(2, "Adze", key="tol_nothing"), title="")
    assert sorted(refused.value.fields) == ["title", "tools.0.label", "tools.2"]
    assert sorted(children(kept, yard)) == ["Plane", "Saw"]


def test_row_that_somebody_changed_is_told_with_what_it_is_now(kept, admin, yard):
    plane = children(kept, yard)["Plane"]
    change(kept, admin, yard, line(0, "Jointer", key=plane.key, seen=plane.seen))
    with pytest.raises(Invalid) as refused:
        change(kept, admin, yard, line(0, "Block", key=plane.key, seen=plane.seen))
    assert "Theirs is now: Label: Jointer." in refused.value.fields["tools.0"]
    assert sorted(children(kept, yard)) == ["Jointer", "Saw"]


def test_row_that_the_database_refuses_is_told_and_the_others_are_judged_as_well(kept, admin, yard):
    if not hasattr(kept.uow, "engine"):
        pytest.skip("memory keeps no unique values of a kind that only tests declare")
    with pytest.raises(Invalid) as refused:
        change(kept, admin, yard, line(0, "Saw"), line(1, "x" * 30), line(2, "Axe"))
    assert sorted(refused.value.fields) == ["tools.0", "tools.1.label"]
    assert sorted(children(kept, yard)) == ["Plane", "Saw"]


def test_children_go_with_their_parent_and_come_back_after_it(kept, admin, yard):
    with kept.uow.transaction():
        assert kept.records.delete(WORKSHOP, [yard], admin, act="act_1") == 1
    with kept.uow.reading():
        assert kept.record_store.number(Tool, WORKSHOP.question(order="id"), 9) == 0
    with kept.uow.transaction():
        kept.recycle_bin.undo({kind.name: kind for kind in kept.kinds.values()}, "act_1", admin)
    assert sorted(children(kept, yard)) == ["Plane", "Saw"]
