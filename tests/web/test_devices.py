"""Devices are signed up by their address, tried by a task, and signed off by whoever holds their key."""

import pytest
from tests.vendors.push_service import PushService

from adapters.push.keys import kept_key, public_half
from adapters.push.memory import MemoryPush
from core.ports.push import Notice
from entrypoints.web import make_web

KEYS = {"p256dh": "B" + "A" * 86, "auth": "A" * 22}
GIVEN = {"kind": "web", "address": "https://push.example.com/send/ada", "keys": KEYS}


@pytest.fixture
def push():
    return MemoryPush()


@pytest.fixture
def pushing(make_app, push):
    return make_app(push_carrier=push)


@pytest.fixture
def client(pushing):
    site = make_web(pushing)
    site.config["WTF_CSRF_ENABLED"] = False
    return site.test_client()


def sign_up(client, **changes):
    return client.post("/api/v1/devices", json=GIVEN | changes)


def test_browser_is_signed_up_once_and_gets_its_new_keys(client, pushing):
    first, again = sign_up(client), sign_up(client, keys=KEYS | {"auth": "B" * 22})
    assert (first.status_code, first.json["place"], again.json) == (201, "push.example.com", first.json)
    with pushing.uow.reading():
        assert pushing.device_desk.show(first.json["id"]).keys["auth"] == "B" * 22


WRONG = {
    "kind": {"kind": "fax"},
    "address": {"address": "http://push.example.com/send/ada"},
    "keys": {"keys": {"p256dh": "short", "auth": "A" * 22}},
}


@pytest.mark.parametrize("field", WRONG)
def test_device_that_cannot_be_is_refused_by_field(client, field):
    answer = sign_up(client, **WRONG[field])
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_device_is_signed_off_by_who_holds_its_key_only(client, pushing):
    device = sign_up(client).json
    place = f"/api/v1/devices/{device['id']}"
    assert [client.delete(place + key).status_code for key in ("", "?key=x", f"?key={device['key']}")] == [
        404,
        404,
        204,
    ]
    with pushing.uow.reading():
        assert pushing.devices.find(device["id"]) is None


def test_push_to_try_is_a_task_and_arrives(client, pushing, push, drain_queue):
    device = sign_up(client).json
    sent = client.post("/devices/try", data={"device": device["id"], "key": device["key"]})
    drain_queue(pushing, "mail")
    assert (sent.status_code, [to.address for _, to in push.sent]) == (303, [GIVEN["address"]])
    assert "It shows on your device in a moment." in client.get(sent.headers["Location"]).text


def test_device_that_is_gone_is_forgotten(client, pushing, push, drain_queue):
    device = sign_up(client).json
    push.gone.add(GIVEN["address"])
    client.post("/devices/try", data={"device": device["id"], "key": device["key"]})
    drain_queue(pushing, "mail")
    with pushing.uow.reading():
        assert pushing.devices.find(device["id"]) is None


def test_push_goes_all_the_way_to_a_browser_by_the_settings(make_app):
    app = make_app(
        settings={"push": "webpush", "webpush": {"trusted_hosts": "127.0.0.1", "contact": "ada@example.com"}}
    )
    key = make_web(app).test_client().get("/api/v1/push-key").json["key"]
    assert key == public_half(kept_key(app.settings.home / "webpush.key"))
    with PushService(key) as service:
        receipt = app.push.send(Notice(title="Hello", text="Ada"), service.device, key="tsk_1")
        (shown,) = service.shown.values()
    assert (shown["title"], receipt.carrier) == ("Hello", "webpush 127.0.0.1")


def test_page_says_what_it_needs(client):
    page = client.get("/devices").text
    assert ("<noscript>" in page, 'id="push"' in page, "sandboxed" in page) == (True, True, True)
