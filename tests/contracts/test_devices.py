"""Devices over every way to keep them: found by address and owner, forgotten when dead or idle."""

from datetime import timedelta

from core.domain.devices import IDLE_DAYS

KEYS = {"p256dh": "B" + "A" * 86, "auth": "A" * 22}


def sign_up(kept, name, owner=""):
    with kept.uow.transaction():
        return kept.device_desk.sign_up(kind="web", address=f"https://push.example.com/{name}", keys=KEYS, owner=owner)


def addresses(kept, owner):
    with kept.uow.reading():
        return [device.address.rpartition("/")[2] for device in kept.device_desk.of(owner)]


def test_devices_are_of_their_owner_and_of_nobody_else(kept):
    for name, owner in (("phone", "usr_1"), ("desk", "usr_1"), ("other", "usr_2"), ("stranger", "")):
        sign_up(kept, name, owner)
        kept.clock.pass_by(seconds=1)
    assert [addresses(kept, owner) for owner in ("usr_1", "usr_2", "")] == [["phone", "desk"], ["other"], []]


def test_address_that_is_known_changes_hands_and_stays_one(kept):
    first = sign_up(kept, "desk")
    again = sign_up(kept, "desk", "usr_1")
    sign_up(kept, "desk")
    assert (again.id, addresses(kept, "usr_1")) == (first.id, ["desk"])


def test_dead_device_is_forgotten_by_its_address(kept):
    sign_up(kept, "desk", "usr_1")
    with kept.uow.transaction():
        for _ in range(2):
            kept.device_desk.forget("https://push.example.com/desk")
    assert addresses(kept, "usr_1") == []


def test_idle_device_is_forgotten_and_a_used_one_is_not(kept):
    for name in ("idle", "used"):
        sign_up(kept, name, "usr_1")
    kept.clock.pass_by(days=IDLE_DAYS - 1)
    with kept.uow.transaction():
        kept.device_desk.note_use("https://push.example.com/used")
    kept.clock.pass_by(days=2)
    with kept.uow.transaction():
        removed = kept.devices.remove_idle(kept.clock.now() - timedelta(days=IDLE_DAYS))
    assert (removed, addresses(kept, "usr_1")) == (1, ["used"])
