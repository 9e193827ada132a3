"""What every carrier of pushes promises: memory, sandbox, SNS by moto, and Web Push to a service on loopback."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime

import pytest
from tests.vendors.push_service import PushService

from adapters.aws import Aws
from adapters.clock import SetClock
from adapters.push.keys import new_key, public_half
from adapters.push.memory import MemoryPush
from adapters.push.sns import SnsPush
from adapters.push.webpush import WebPush
from adapters.sandbox.drawer import Drawer
from adapters.sandbox.orders import Orders
from adapters.sandbox.push import SandboxPush
from core.domain.kernel.errors import Gone, Rejected, Unanswered, Unavailable
from core.ports.push import Device, Notice

NOTICE = Notice(title="Grüße", text="Your message has been delivered. 🐝", link="https://harbour.example/tasks/1")
PHONE = Device(kind="fcm", address="token-of-ada")
KEY = new_key()


@pytest.fixture
def service():
    with PushService(public_half(KEY)) as opened:
        yield opened


def web_push(service, timeout=(1.0, 0.5)) -> WebPush:
    return WebPush(KEY, "ada@example.com", trusted=["127.0.0.1"], timeout=timeout)


def sns_push(amazon) -> SnsPush:
    made = (
        Aws(amazon.account)
        .client("sns")
        .create_platform_application(Name="harbour", Platform="GCM", Attributes={"PlatformCredential": "key"})
    )
    return SnsPush(Aws(amazon.account), {"fcm": made["PlatformApplicationArn"], "apns": ""})


def told(amazon) -> list[tuple[str, str, str]]:
    """What SNS was given for phones, as Google would be."""
    endpoints = amazon.backend("sns").platform_endpoints.values()
    forms = [json.loads(json.loads(message)["GCM"]) for one in endpoints for message in one.messages.values()]
    messages = [form["fcmV1Message"]["message"] for form in forms]
    return [(one["notification"]["title"], one["notification"]["body"], one["data"]["link"]) for one in messages]


@pytest.fixture(params=["memory", "sandbox", "sns", "webpush"])
def carrier(request, tmp_path):
    """The carrier, a device it reaches, and what arrived."""
    if request.param == "memory":
        push = MemoryPush()
        return push, PHONE, lambda: [(one.title, one.text, one.link) for one, _ in push.sent]
    if request.param == "sandbox":
        clock = SetClock(datetime(2026, 11, 24, tzinfo=UTC))
        drawer = Drawer(tmp_path / "inbox", clock)
        push = SandboxPush(drawer, Orders(tmp_path / "inbox", clock), "sandbox")
        return push, PHONE, lambda: [(one["title"], one["text"], one["link"]) for one in drawer.messages()]
    if request.param == "sns":
        amazon = request.getfixturevalue("amazon")
        return sns_push(amazon), PHONE, lambda: told(amazon)
    service = request.getfixturevalue("service")
    shown = service.shown
    return web_push(service), service.device, lambda: [(n["title"], n["text"], n["link"]) for n in shown.values()]


def test_push_arrives_whole(carrier):
    push, device, arrived = carrier
    receipt = push.send(NOTICE, device, key="tsk_1.push")
    assert (device.kind in push.kinds, bool(receipt.message_id), receipt.units) == (True, True, 1)
    assert arrived() == [(NOTICE.title, NOTICE.text, NOTICE.link)]


def test_push_of_another_key_is_another(carrier):
    push, device, arrived = carrier
    first, second = (push.send(NOTICE, device, key=key).message_id for key in ("tsk_1", "tsk_2"))
    assert (first != second, len(arrived())) == (True, 2)


def test_text_that_is_too_long_is_cut_so_that_it_arrives(carrier):
    push, device, arrived = carrier
    push.send(Notice(title="T" * 500, text="🐝" * 5000, link=NOTICE.link), device, key="tsk_1")
    ((title, text, link),) = arrived()
    if not isinstance(push, MemoryPush | SandboxPush):
        assert (len(title), text[-1], len(text) > 400, link) == (120, "…", True, NOTICE.link)


def test_sns_endpoint_of_a_token_is_made_once(amazon):
    push = sns_push(amazon)
    for number in range(3):
        push.send(NOTICE, PHONE, key=f"tsk_{number}")
    assert len(amazon.backend("sns").platform_endpoints) == 1


def test_sns_endpoint_that_was_disabled_is_gone(amazon):
    push = sns_push(amazon)
    push.send(NOTICE, PHONE, key="tsk_1")
    (endpoint,) = amazon.backend("sns").platform_endpoints.values()
    endpoint.attributes["Enabled"] = False
    for address in (PHONE.address, endpoint.arn):
        with pytest.raises(Gone):
            push.send(NOTICE, Device(kind="fcm", address=address), key="tsk_2")


def test_sns_endpoint_that_was_deleted_is_gone(amazon):
    push = sns_push(amazon)
    push.send(NOTICE, PHONE, key="tsk_1")
    (arn,) = amazon.backend("sns").platform_endpoints
    Aws(amazon.account).client("sns").delete_endpoint(EndpointArn=arn)
    with pytest.raises(Gone):
        push.send(NOTICE, Device(kind="fcm", address=arn), key="tsk_2")


def test_sns_reaches_only_kinds_whose_application_is_named(amazon):
    push = sns_push(amazon)
    assert push.kinds == {"fcm"}
    with pytest.raises(Rejected, match="kind 'apns'"):
        push.send(NOTICE, Device(kind="apns", address="token"), key="tsk_1")


ANSWERS = [(404, Gone), (410, Gone), (429, Unavailable), (503, Unavailable), (400, Rejected), (302, Rejected)]


@pytest.mark.parametrize(("status", "kind"), ANSWERS)
def test_webpush_answer_is_told_as_what_it_means(service, status, kind):
    service.status, service.headers = status, {"Retry-After": "30", "Location": f"{service.url}/elsewhere"}
    with pytest.raises((Unavailable, Rejected)) as failed:
        web_push(service).send(NOTICE, service.device, key="tsk_1")
    assert (type(failed.value), len(service.asked)) == (kind, 1)
    if kind is Unavailable:
        assert failed.value.retry_after == 30


@pytest.mark.parametrize("mood", ["slow", "drop"])
def test_webpush_without_an_answer_is_in_doubt_and_two_of_a_key_are_shown_as_one(service, mood):
    service.be(mood)
    with pytest.raises(Unanswered):
        web_push(service).send(NOTICE, service.device, key="tsk_1")
    service.be("well")
    web_push(service).send(NOTICE, service.device, key="tsk_1")
    assert (len(service.asked), len(service.shown)) == (2, 1)


def test_webpush_with_another_key_than_the_browser_knows_is_refused(service):
    stranger = WebPush(new_key(), "ada@example.com", trusted=["127.0.0.1"])
    with pytest.raises(Rejected, match="403"):
        stranger.send(NOTICE, service.device, key="tsk_1")


def test_webpush_to_nobody_listening_is_unavailable():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with PushService() as other:
        device = Device(kind="web", address=f"http://127.0.0.1:{port}/x", keys=other.device.keys)
        with pytest.raises(Unavailable) as failed:
            web_push(other).send(NOTICE, device, key="tsk_1")
    assert type(failed.value) is Unavailable


PRIVATE = ["https://127.0.0.1:{port}/", "https://localhost:{port}/", "https://[::1]:{port}/", "http://127.0.0.1:{port}/",
           "https://10.0.0.1/", "https://169.254.169.254/latest/meta-data/", "https://0.0.0.0:{port}/"]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_webpush_asks_no_machine_that_is_not_public(service, address):
    port = service.url.rpartition(":")[2]
    device = Device(kind="web", address=address.format(port=port), keys=service.device.keys)
    with pytest.raises(Rejected, match="nothing was sent there"):
        WebPush(KEY, "ada@example.com").send(NOTICE, device, key="tsk_1")
    assert service.connections == 0


@pytest.mark.parametrize("keys", [{}, {"p256dh": "AAAA", "auth": "AAAA"}, {"p256dh": "é", "auth": ""}])
def test_webpush_keys_that_are_none_are_refused(service, keys):
    with pytest.raises(Rejected, match="keys of this browser"):
        web_push(service).send(NOTICE, Device(kind="web", address=service.device.address, keys=keys), key="tsk_1")
