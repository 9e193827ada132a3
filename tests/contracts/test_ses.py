"""Mail by SES: what Amazon says becomes one of our failures, and nothing is asked twice."""

from __future__ import annotations

import json
import socket
from base64 import b64decode
from email import message_from_bytes

import pytest
from tests.contracts.test_mail import SENDER, letter
from tests.vendors.aws import REGION
from tests.vendors.loopback import Answer, Loopback

from adapters.aws import Aws
from adapters.mail.ses import SesMail
from core.domain.kernel.deadlines import within
from core.domain.kernel.errors import Rejected, Unanswered, Unavailable
from entrypoints.vendor_settings import Aws as Account


class Ses(Loopback):
    """Answers as SES does, with the refusal it was told to give."""

    code = ""

    def answer(self, asked):
        return Answer(told={"MessageId": "0100-1"})

    def refusal(self, status, headers):
        return Answer(status=status, told={"message": "Told to."}, headers={**headers, "x-amzn-ErrorType": self.code})


@pytest.fixture
def ses():
    with Ses() as opened:
        yield opened


def mail_by(url: str) -> SesMail:
    account = Account(region=REGION, access_key_id="harbour", secret_access_key="sesame", endpoint_url=url)
    return SesMail(Aws(account), SENDER)


def test_receipt_has_the_number_of_ses_and_the_letter_its_message_id(ses):
    receipt = mail_by(ses.url).send(letter(), key="tsk_1")
    sent = json.loads(ses.asked[0].body)
    raw = message_from_bytes(b64decode(sent["Content"]["Raw"]["Data"]))
    assert (receipt.carrier, receipt.message_id, raw["Message-ID"]) == ("ses", "0100-1", "<tsk_1@harbour.example>")


REFUSALS = [
    (400, "MessageRejected", Rejected),
    (400, "BadRequestException", Rejected),
    (429, "TooManyRequestsException", Unavailable),
    (400, "Throttling", Unavailable),
    (403, "SignatureDoesNotMatch", Unavailable),
    (400, "SendingPausedException", Unavailable),
    (500, "InternalFailure", Unavailable),
    (503, "", Unavailable),
]


@pytest.mark.parametrize(("status", "code", "kind"), REFUSALS)
def test_refusal_of_ses_is_told_as_what_it_means(ses, status, code, kind):
    ses.code = code
    ses.be(status, retry_after="7")
    with pytest.raises((Rejected, Unavailable)) as failed:
        mail_by(ses.url).send(letter(), key="tsk_1")
    assert (type(failed.value), len(ses.asked)) == (kind, 1)
    if code == "TooManyRequestsException":
        assert failed.value.retry_after == 7.0


@pytest.mark.parametrize("mood", ["slow", "drop", "garbage"])
def test_letter_whose_answer_did_not_come_is_in_doubt_and_sent_once(ses, mood):
    ses.be(mood)
    with within(0.6), pytest.raises(Unanswered):
        mail_by(ses.url).send(letter(), key="tsk_1")
    assert len(ses.asked) == 1


@pytest.mark.parametrize(("left", "waits"), [(60, 10.0), (6, 5.0), (2.5, 2.0), (0.1, 0.5)])
def test_amazon_is_waited_for_no_longer_than_there_is_time(amazon, left, waits):
    with within(left):
        config = Aws(amazon.account).client("ses").meta.config
    assert (config.read_timeout, config.connect_timeout) == (waits, min(3.05, waits))


def test_nobody_listening_is_unavailable_and_not_in_doubt():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(Unavailable) as failed:
        mail_by(url).send(letter(), key="tsk_1")
    assert type(failed.value) is Unavailable


def test_sender_whom_amazon_does_not_know_is_refused(amazon):
    stranger = SesMail(Aws(amazon.account), "Nobody <nobody@elsewhere.example>")
    with pytest.raises(Rejected, match="MessageRejected"):
        stranger.send(letter(), key="tsk_1")
