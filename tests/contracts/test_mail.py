"""What every carrier of mail promises: memory, the sandbox's inbox, SMTP to a real server on loopback, SES by moto."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from email import message_from_string
from email.policy import SMTP

import pytest
from tests.sinks import Sink

from adapters.aws import Aws
from adapters.clock import SetClock
from adapters.mail.memory import MemoryMail
from adapters.mail.ses import SesMail
from adapters.mail.smtp import SmtpMail
from adapters.sandbox.drawer import Drawer
from adapters.sandbox.mail import SandboxMail
from adapters.sandbox.orders import Orders
from core.domain.kernel.errors import Rejected, Unanswered, Unavailable
from core.ports.mail import Letter

SENDER = "Enginebay <noreply@harbour.example>"


def letter(**changes) -> Letter:
    facts = {
        "to": "ada@example.com",
        "subject": "Grüße – 你好 🐝",
        "text": "Zeile eins\nλ " + "x" * 500 + "\n.\nEnd",
        "html": "<p>Grüße &amp; 🐝</p>",
        "reply_to": "bob@example.org",
    }
    return Letter(**{**facts, **changes})


class Carrier:
    """A carrier and what arrived by it, whichever it is."""

    def __init__(self, mail, arrived):
        self.mail, self.arrived = mail, arrived


@pytest.fixture(params=["one command at a time", "pipelined"])
def sink(request):
    with Sink() as opened:
        opened.pipelines = request.param == "pipelined"
        yield opened


@pytest.fixture(params=["memory", "sandbox", "smtp", "ses"])
def carrier(request, tmp_path):
    if request.param == "memory":
        mail = MemoryMail()
        yield Carrier(mail, lambda: [(one.to, one.subject, one.text, one.html, one.reply_to) for one in mail.sent])
    elif request.param == "sandbox":
        clock = SetClock(datetime(2026, 11, 24, tzinfo=UTC))
        drawer = Drawer(tmp_path / "inbox", clock)
        mail = SandboxMail(drawer, Orders(tmp_path / "inbox", clock), "sandbox", SENDER)
        yield Carrier(mail, lambda: [_from_inbox(one) for one in drawer.messages()])
    elif request.param == "ses":
        amazon = request.getfixturevalue("amazon")
        taken = amazon.backend("ses").sent_messages
        mail = SesMail(Aws(amazon.account), SENDER)
        yield Carrier(mail, lambda: [_from_wire(message_from_string(one.raw_data, policy=SMTP)) for one in taken])
    else:
        with Sink() as sink:
            mail = SmtpMail(sink.url, SENDER, timeout=3)
            yield Carrier(mail, lambda: [_from_wire(one) for one in sink.letters])
        mail.close()


def _from_inbox(message):
    reply_to = message["headers"].get("Reply-To")
    return message["to"], message["subject"], message["text"], message["html"], reply_to


def _from_wire(message):
    parts = {part.get_content_subtype(): part.get_content() for part in message.walk() if not part.is_multipart()}
    texts = {kind: content.replace("\r\n", "\n").rstrip("\n") for kind, content in parts.items()}
    return message["To"], message["Subject"], texts["plain"], texts.get("html", ""), message["Reply-To"]


def test_letter_arrives_whole(carrier):
    carrier.mail.send(letter(), key="tsk_1")
    (arrived,) = carrier.arrived()
    sent = letter()
    assert arrived == (sent.to, sent.subject, sent.text, sent.html, sent.reply_to)


@pytest.mark.parametrize("field", ["to", "subject", "reply_to"])
def test_header_injection_is_refused(carrier, field):
    with pytest.raises(Rejected, match="line break"):
        carrier.mail.send(letter(**{field: "a@example.com\r\nBcc: victim@example.com"}), key="tsk_1")
    assert carrier.arrived() == []


def test_receipt_names_the_same_letter_for_the_same_key(carrier):
    if isinstance(carrier.mail, SesMail):
        pytest.skip("SES gives each letter a number of its own; ours is the Message-ID it is sent with")
    first, again = (carrier.mail.send(letter(), key="tsk_1").message_id for _ in range(2))
    other = carrier.mail.send(letter(), key="tsk_2").message_id
    assert first == again != other


def test_smtp_keeps_the_message_id_of_a_key(sink):
    mail = SmtpMail(sink.url, SENDER)
    receipt = mail.send(letter(), key="tsk_1")
    assert receipt.message_id == "<tsk_1@harbour.example>" == sink.letters[0]["Message-ID"]
    mail.close()


def test_smtp_uses_one_connection_for_many_letters(sink):
    mail = SmtpMail(sink.url, SENDER)
    for number in range(20):
        mail.send(letter(), key=f"tsk_{number}")
    assert (len(sink.letters), sink.connections) == (20, 1)
    mail.close()


def test_smtp_lines_of_dots_arrive_as_they_are(sink):
    mail = SmtpMail(sink.url, SENDER)
    mail.send(letter(text="First.\n.\n..\n.last\n", html=""), key="tsk_1")
    assert sink.letters[0].get_content().splitlines() == ["First.", ".", "..", ".last"]
    mail.close()


@pytest.mark.parametrize("where", ["recipient_answer", "data_answer"])
@pytest.mark.parametrize(("answer", "failure"), [("451 later", Unavailable), ("550 never", Rejected)])
def test_smtp_tells_later_from_never(sink, where, answer, failure):
    mail = SmtpMail(sink.url, SENDER)
    setattr(sink, where, answer)
    with pytest.raises(failure, match=answer[:3]):
        mail.send(letter(), key="tsk_1")
    setattr(sink, where, None)
    mail.send(letter(), key="tsk_2")
    assert len(sink.letters) == 1
    mail.close()


def test_smtp_reset_after_data_is_in_doubt_and_not_sent_again_by_itself(sink):
    mail = SmtpMail(sink.url, SENDER, timeout=3)
    mail.send(letter(), key="tsk_0")
    sink.drop = True
    with pytest.raises(Unanswered):
        mail.send(letter(), key="tsk_1")
    assert len(sink.letters) == 2


def test_smtp_stale_connection_is_replaced_before_anything_was_sent():
    mail = None
    with Sink() as first:
        url = first.url
        mail = SmtpMail(url, SENDER, timeout=3)
        mail.send(letter(), key="tsk_1")
    with pytest.raises(Unavailable, match="does not answer"):
        mail.send(letter(), key="tsk_2")


def test_smtp_nobody_listening_is_unavailable():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unavailable, match="does not answer"):
        SmtpMail(f"smtp://127.0.0.1:{port}", SENDER, timeout=1).send(letter(), key="tsk_1")


def test_smtp_silence_is_bounded_by_the_timeout():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"smtp://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Unavailable):
            SmtpMail(url, SENDER, timeout=0.3).send(letter(), key="tsk_1")


@pytest.mark.parametrize("told", [Unavailable("Later."), Rejected("Never.")])
def test_memory_fails_when_told(told):
    mail = MemoryMail()
    mail.fail_with = told
    with pytest.raises(type(told)):
        mail.send(letter(), key="tsk_1")
