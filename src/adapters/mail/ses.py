"""Mail by Amazon SES: the same letter as over SMTP, handed over by one HTTPS request.

https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
"""

from __future__ import annotations

from adapters.aws import Aws, asking, number_in
from adapters.mail.message import address, written
from core.domain.kernel.errors import Rejected
from core.ports.delivery import Receipt
from core.ports.mail import Letter

REFUSED = ("MessageRejected", "BadRequestException", "InvalidParameterValue")
LARGEST = 40 * 1024 * 1024
"""Bytes of a letter that SES takes."""


class SesMail:
    """`core.ports.mail.Mail`. The receipt's number is SES's own, by which its news name the letter.

    It sends our Message-ID along, but SES puts one of its own in its place (its number, at amazonses.com).
    """

    def __init__(self, aws: Aws, sender: str) -> None:
        self._aws, self._sender = aws, sender

    def send(self, letter: Letter, key: str) -> Receipt:
        """Hand one letter over; see the port."""
        content = written(letter, key, self._sender)
        if len(content) > LARGEST:
            raise Rejected(f"The letter has {len(content):,} bytes, and SES takes {LARGEST:,} at most. Shorten it.")
        with asking("SES", REFUSED):
            answer = self._aws.client("sesv2").send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": [address(letter.to)]},
                Content={"Raw": {"Data": content}},
            )
        return Receipt(carrier="ses", message_id=number_in(answer, "SES"))
