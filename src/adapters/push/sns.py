"""Push to phones by Amazon SNS, which hands it to Google (FCM) or Apple (APNs).

https://docs.aws.amazon.com/sns/latest/dg/sns-mobile-application-as-subscriber.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from adapters.aws import Aws, asking, number_in, repeatable
from adapters.push.words import fitting
from core.domain.kernel.errors import Rejected
from core.ports.delivery import Receipt
from core.ports.push import Device, Notice

ENDPOINT = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d+:endpoint/[A-Za-z0-9_./-]+")
GONE = ("EndpointDisabled", "EndpointDisabledException", "NotFound", "NotFoundException")
PLATFORMS = {"fcm": ("GCM",), "apns": ("APNS", "APNS_SANDBOX")}
"""What SNS calls them; it takes what is meant for the platform of the endpoint and leaves the rest."""
REFUSED = ("InvalidParameter", "InvalidParameterException", "InvalidParameterValue")
MOST = 4000
"""Bytes of what Apple or Google is given; they take 4096."""


class SnsPush:
    """`core.ports.push.Push` for the kinds whose application is known: `applications` maps fcm and apns to its ARN.

    An address is a device's token or the ARN of an endpoint. To make the endpoint of a token again changes nothing.
    """

    def __init__(self, aws: Aws, applications: Mapping[str, str]) -> None:
        self._aws = aws
        self._applications = {kind: arn for kind, arn in applications.items() if arn}
        self.kinds = frozenset(self._applications)

    def send(self, notice: Notice, to: Device, key: str) -> Receipt:
        """Hand one push over; see the port."""
        arn = self._endpoint(to)
        theirs = fitting(notice, MOST, _for_apple if to.kind == "apns" else _for_google).decode()
        message = json.dumps({"default": notice.title[:200], **dict.fromkeys(PLATFORMS.get(to.kind, ()), theirs)})
        with asking("SNS", REFUSED, GONE):
            answer = self._aws.client("sns").publish(TargetArn=arn, MessageStructure="json", Message=message)
        return Receipt(carrier="sns", message_id=number_in(answer, "SNS"))

    def _endpoint(self, to: Device) -> str:
        if ENDPOINT.fullmatch(to.address):
            return to.address
        if to.kind not in self.kinds:
            raise Rejected(f"SNS reaches no device of kind {to.kind!r} of ours. Name its application in the settings.")
        try:
            with repeatable("SNS", REFUSED):
                made = self._aws.client("sns").create_platform_endpoint(
                    PlatformApplicationArn=self._applications[to.kind], Token=to.address
                )
        except Rejected as refused:
            return _named_in(refused)
        return str(made["EndpointArn"])


def _named_in(refused: Rejected) -> str:
    """The endpoint that has this token already, with other attributes; SNS names it in its refusal and nowhere else."""
    found = ENDPOINT.search(refused.sentence)
    if found is None:
        raise refused
    return found.group()


def _for_google(notice: Notice) -> bytes:
    """https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages"""
    words = {"title": notice.title, "body": notice.text}
    message = {"notification": words, "data": {"link": notice.link}}
    return json.dumps({"fcmV1Message": {"message": message}}, ensure_ascii=False).encode()


def _for_apple(notice: Notice) -> bytes:
    """https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification"""
    words = {"title": notice.title, "body": notice.text}
    return json.dumps({"aps": {"alert": words}, "link": notice.link}, ensure_ascii=False).encode()
