"""What raises is undone, whole or in part, and a block that only reads changes nothing."""

from contextlib import suppress

import pytest

from core.domain.contact import ContactMessage
from core.domain.kernel.errors import Conflict, NotFound


class Broken(Exception):
    """Something goes wrong inside a block."""


@pytest.fixture
def message(kept, clock):
    """A message that is kept."""
    made = ContactMessage(
        id="msg_1", name="Ada", email="a@example.com", subject="kept", message="Hello", created_at=clock.now()
    )
    with kept.uow.transaction():
        kept.messages.add(made)
    return made.id


def change(kept, message, subject):
    kept.messages.get(message).subject = subject


def subject(kept, message):
    with kept.uow.reading():
        return kept.messages.get(message).subject


def test_transaction_that_raises_is_undone(kept, message):
    with suppress(Broken), kept.uow.transaction():
        change(kept, message, "undone")
        raise Broken
    assert subject(kept, message) == "kept"


def test_transaction_inside_another_is_refused(kept):
    with pytest.raises(RuntimeError, match="do not nest"), kept.uow.transaction(), kept.uow.transaction():
        pass


def written(clock, message_id):
    return ContactMessage(id=message_id, name="Ada", email="a@example.com", subject="kept", message="Hello",
                          created_at=clock.now())  # fmt: skip


def test_what_is_written_at_once_is_kept(kept, clock):
    with kept.uow.at_once():
        kept.messages.add(written(clock, "msg_2"))
        kept.messages.add(written(clock, "msg_3"))
    assert subject(kept, "msg_2") == subject(kept, "msg_3") == "kept"


def test_nothing_but_a_lazy_block_returns_before_the_disk_has_it(kept):
    if getattr(kept.uow, "is_sqlite", True):
        pytest.skip("only PostgreSQL can commit without waiting for the disk")
    said = {}
    for block in ("transaction", "at_once", "lazy"):
        with getattr(kept.uow, block)():
            ((said[block],),) = kept.uow.rows("SHOW synchronous_commit", {})
    assert said == {"transaction": "on", "at_once": "on", "lazy": "off"}


def test_what_was_written_is_found_before_the_block_ends(kept, clock):
    with kept.uow.transaction():
        kept.messages.add(written(clock, "msg_2"))
        assert kept.messages.get("msg_2").subject == "kept"


@pytest.mark.parametrize("block", ["at_once", "transaction"])
def test_what_is_written_in_a_row_is_kept_together_or_not_at_all(kept, message, clock, block):
    if not hasattr(kept.uow, "engine"):
        pytest.skip("memory refuses no second row of the same key")
    with pytest.raises(Conflict), getattr(kept.uow, block)():
        kept.messages.add(written(clock, "msg_2"))
        kept.messages.add(written(clock, message))
    with pytest.raises(NotFound):
        subject(kept, "msg_2")


def test_what_a_part_wrote_is_undone_with_it_alone(kept, clock):
    with kept.uow.transaction():
        kept.messages.add(written(clock, "msg_2"))
        with suppress(Broken), kept.uow.part():
            kept.messages.add(written(clock, "msg_3"))
            raise Broken
        kept.messages.add(written(clock, "msg_4"))
    assert subject(kept, "msg_2") == subject(kept, "msg_4") == "kept"
    with pytest.raises(NotFound):
        subject(kept, "msg_3")


def test_nothing_is_written_at_once_inside_a_transaction(kept):
    with pytest.raises(RuntimeError, match="do not nest"), kept.uow.transaction(), kept.uow.at_once():
        pass


def test_part_that_raises_is_undone_alone(kept, message):
    with kept.uow.transaction():
        change(kept, message, "whole")
        with suppress(Broken), kept.uow.part():
            change(kept, message, "part")
            raise Broken
    assert subject(kept, message) == "whole"


def test_part_is_undone_where_it_is_the_first_to_ask(kept, message):
    with kept.uow.transaction(), suppress(Broken), kept.uow.part():
        change(kept, message, "part")
        raise Broken
    assert subject(kept, message) == "kept"


def test_part_that_ended_well_is_undone_with_its_transaction(kept, message):
    with suppress(Broken), kept.uow.transaction():
        with kept.uow.part():
            change(kept, message, "part")
        change(kept, message, "whole")
        raise Broken
    assert subject(kept, message) == "kept"


def test_reading_changes_nothing(kept, message):
    with kept.uow.reading():
        change(kept, message, "read")
    assert subject(kept, message) == "kept"
