"""What raises is undone, whole or in part, and a block that only reads changes nothing."""

from contextlib import suppress

import pytest

from core.domain.contact import ContactMessage


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


def test_what_is_written_at_once_is_kept(kept, clock):
    made = ContactMessage(id="msg_2", name="Ada", email="a@example.com", subject="kept", message="Hello",
                          created_at=clock.now())  # fmt: skip
    with kept.uow.at_once():
        kept.messages.add(made)
    assert subject(kept, made.id) == "kept"


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
