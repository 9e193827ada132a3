"""News by SNS: what Amazon signed is read, whatever else comes changes nothing; the certificate is our own."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from tests.vendors.loopback import Answer, Loopback

from adapters.clock import SetClock
from adapters.news.amazon import AmazonNews
from adapters.news.signature import Signatures, to_sign
from core.domain.kernel.errors import Forbidden, Invalid
from core.ports.delivery import Delivery, News

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail-news"
PEM = "/SimpleNotificationService-0123456789abcdef.pem"
HERE = "https://www.harbour.example/hooks/amazon"


class Sns(Loopback):
    """Hands out its certificate, confirms subscriptions, and signs as SNS does."""

    def __init__(self):
        super().__init__()
        self.key = rsa.generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        made = x509.CertificateBuilder(name, name, self.key.public_key(), 1, NOW, NOW + timedelta(days=30))
        self.certificate = made.sign(self.key, SHA256()).public_bytes(Encoding.PEM)

    def answer(self, asked):
        return Answer(told=self.certificate if asked.path == PEM else b"<ConfirmSubscriptionResponse/>")

    @property
    def paths(self):
        return [asked.path for asked in self.asked]

    def post(self, message="{}", **changes):
        """A post as SNS makes it; `changes` are signed too."""
        post = {
            "Type": "Notification", "MessageId": "evt-1", "TopicArn": TOPIC, "Message": message,
            "Timestamp": NOW.isoformat().replace("+00:00", "Z"), "SignatureVersion": "2",
            "SigningCertURL": self.url + PEM,
        } | changes  # fmt: skip
        hashed = SHA256() if post["SignatureVersion"] == "2" else SHA1()
        return post | {"Signature": b64encode(self.key.sign(to_sign(post), padding.PKCS1v15(), hashed)).decode()}


@pytest.fixture(scope="module")
def amazon_sns():
    with Sns() as opened:
        yield opened


@pytest.fixture
def sns(amazon_sns):
    amazon_sns.asked.clear()
    return amazon_sns


@pytest.fixture
def read(sns):
    news = AmazonNews([TOPIC], SetClock(NOW), sns.url)
    return lambda post: news.read(HERE, {}, json.dumps(post).encode())


def event(kind, part=None, **about):
    told = {"eventType": kind, "mail": {"messageId": "0100-1"}}
    return json.dumps(told | ({part: about} if part else {}))


ADA = [{"emailAddress": "ada@example.com", "diagnosticCode": "550 no such user"}]
AT = "2026-11-24T11:59:00.000Z"
TOLD = [
    (event("Delivery", "delivery", timestamp=AT, smtpResponse="250 ok"), Delivery.DELIVERED, "250 ok", ""),
    (event("Bounce", "bounce", bounceType="Permanent", bouncedRecipients=ADA, timestamp=AT), Delivery.BOUNCED,
     "550 no such user", "ada@example.com"),
    (event("Bounce", "bounce", bounceType="Transient", bouncedRecipients=ADA, timestamp=AT), Delivery.FAILED,
     "550 no such user", ""),
    (event("Complaint", "complaint", complainedRecipients=ADA, complaintFeedbackType="abuse", timestamp=AT),
     Delivery.DELIVERED, "called unwanted by its reader (abuse)", "ada@example.com"),
]  # fmt: skip


@pytest.mark.parametrize(("message", "state", "detail", "final"), TOLD)
def test_event_of_ses_is_news_of_its_letter(sns, read, message, state, detail, final):
    assert read(sns.post(message)) == [
        News(carrier="ses", event_id="evt-1", message_id="0100-1", state=state, detail=detail, is_final_for=final,
             at=NOW - timedelta(minutes=1)),
    ]  # fmt: skip


def test_notification_of_the_older_kind_is_read_as_well(sns, read):
    message = event("Delivery", "delivery", timestamp=AT).replace("eventType", "notificationType")
    assert [one.state for one in read(sns.post(message, Subject="Amazon SES"))] == [Delivery.DELIVERED]


def test_push_that_failed_is_news_of_its_device(sns, read):
    told = {"EventType": "DeliveryFailure", "FailureType": "EndpointDisabled", "EndpointArn": "arn:x", "MessageId": "7"}
    (found,) = read(sns.post(json.dumps(told)))
    assert (found.carrier, found.message_id, found.state, found.is_final_for) == ("sns", "7", Delivery.FAILED, "arn:x")


@pytest.mark.parametrize("kind", ["Send", "Open", "Click", "DeliveryDelay", "Subscription", "Something new"])
def test_event_that_changes_nothing_is_no_news(sns, read, kind):
    assert read(sns.post(event(kind))) == []


def test_certificate_is_fetched_once(sns, read):
    for _ in range(3):
        read(sns.post(event("Send")))
    assert sns.paths == [PEM]


def test_subscription_to_our_topic_is_confirmed(sns, read):
    wish = sns.post(Type="SubscriptionConfirmation", Token="t", SubscribeURL=f"{sns.url}/confirm?Token=t")
    assert (read(wish), sns.paths) == ([], [PEM, "/confirm"])


OTHER_TOPIC = {"TopicArn": TOPIC + "-of-others"}
WISH = {"Type": "SubscriptionConfirmation", "Token": "t"}
FORGED = {
    "another's topic": OTHER_TOPIC,
    "another's subscription": {**WISH, **OTHER_TOPIC, "SubscribeURL": "{url}/confirm"},
    "confirmed elsewhere": {**WISH, "SubscribeURL": "https://169.254.169.254/latest"},
    "old": {"Timestamp": (NOW - timedelta(hours=2)).isoformat()},
    "of a time to come": {"Timestamp": (NOW + timedelta(hours=2)).isoformat()},
    "without a date": {"Timestamp": "yesterday"},
    "signed with SHA-1": {"SignatureVersion": "1"},
    "certificate elsewhere": {"SigningCertURL": "https://sns.evil.example" + PEM},
    "certificate at another path": {"SigningCertURL": "{url}/evil.pem"},
}


@pytest.mark.parametrize("case", FORGED)
def test_post_that_is_not_of_our_account_at_amazon_is_refused(sns, read, case):
    changes = {name: value.replace("{url}", sns.url) for name, value in FORGED[case].items()}
    with pytest.raises(Forbidden):
        read(sns.post(event("Delivery", "delivery"), **changes))
    assert "/confirm" not in sns.paths


@pytest.mark.parametrize("name", ["Message", "MessageId", "Timestamp", "Signature"])
def test_post_that_was_changed_on_its_way_is_refused(sns, read, name):
    post = sns.post(event("Delivery", "delivery"))
    changed = {"Message": "{}", "MessageId": "evt-2", "Timestamp": AT, "Signature": "AAAA"}
    with pytest.raises(Forbidden, match="not signed"):
        read(post | {name: changed[name]})


@pytest.mark.parametrize("body", [b"", b"[]", b"garbage", b"\xff", b"[" * 100_000])
def test_body_that_is_no_post_cannot_be_read(sns, body):
    with pytest.raises(Invalid):
        AmazonNews([TOPIC], SetClock(NOW), sns.url).read(HERE, {}, body)


HOSTS = {
    "https://sns.eu-west-1.amazonaws.com/x": True,
    "https://sns.us-gov-west-1.amazonaws.com/x": True,
    "https://sns.cn-north-1.amazonaws.com.cn/x": True,
    "http://sns.eu-west-1.amazonaws.com/x": False,
    "https://sns.eu-west-1.amazonaws.com.evil.example/x": False,
    "https://sns.eu-west-1.amazonaws.com:8443/x": False,
    "https://ada@sns.eu-west-1.amazonaws.com/x": False,
    "https://evil.example/sns.eu-west-1.amazonaws.com/x": False,
    "https://sns-eu-west-1.amazonaws.com/x": False,
    "https://bucket.s3.amazonaws.com/x": False,
}


@pytest.mark.parametrize("url", HOSTS)
def test_only_hosts_of_sns_are_amazon(url):
    assert Signatures(SetClock(NOW)).is_amazon(url) is HOSTS[url]
