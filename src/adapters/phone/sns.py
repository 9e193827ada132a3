"""SMS by Amazon SNS (https://docs.aws.amazon.com/sns/latest/api/API_Publish.html); it knows nothing of push.

SNS has no idempotency key for SMS, and tells nobody how many parts it charges: they are counted here.
"""

from __future__ import annotations

from adapters.aws import Aws, asking
from core.domain.kernel.errors import Unanswered
from core.domain.kernel.phones import check_sms
from core.domain.kernel.rules import CONTROL
from core.domain.kernel.sms import parts
from core.ports.delivery import Receipt
from core.ports.phone import TextMessage

CARRIER = "sns"
REFUSED = frozenset({"InvalidParameter", "InvalidParameterException", "InvalidParameterValue", "ValidationException"})


class SnsSms:
    """`core.ports.phone.Sms`. `sender` is what phones show where a country allows it: 1 to 11 letters and digits."""

    def __init__(self, aws: Aws, sender: str = "") -> None:
        self._aws = aws
        named = {"AWS.SNS.SMS.SenderID": _text(sender)} if sender else {}
        self._told = {"AWS.SNS.SMS.SMSType": _text("Transactional"), **named}

    def send(self, message: TextMessage, key: str) -> Receipt:
        """Publish one message; see the port."""
        check_sms(message.to, message.text)
        text = CONTROL.sub("", message.text)  # half a sign, which no network can carry
        with asking("Amazon SNS", REFUSED):
            taken = self._aws.client("sns").publish(PhoneNumber=message.to, Message=text, MessageAttributes=self._told)
        if not taken.get("MessageId"):
            raise Unanswered("Amazon SNS took it and gave no number for it.")
        return Receipt(carrier=CARRIER, message_id=taken["MessageId"], units=parts(text))


def _text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}
