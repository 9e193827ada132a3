"""What Amazon tells of letters and pushes it took, by SNS posts that it signs; it sends nothing.

https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html,
https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.http import fetch
from adapters.news.signature import Signatures
from core.domain.kernel.errors import Forbidden, Invalid
from core.ports.clock import Clock
from core.ports.delivery import Delivery, News

LARGEST = 512 * 1024
"""Bytes of a post; SNS carries 256 KiB of message, and JSON inside JSON escapes every quotation mark."""
OLDEST = timedelta(hours=1)
"""SNS repeats a post with its first date for so long; what comes twice is known by its id."""


class AmazonNews:
    """`core.ports.delivery.Newsreader` of the topics that are ours. A topic's wish to be subscribed is granted."""

    def __init__(self, topics: Collection[str], clock: Clock, endpoint_url: str = "") -> None:
        self._topics, self._clock = frozenset(topics), clock
        self._signatures = Signatures(clock, endpoint_url)

    def read(self, url: str, headers: Mapping[str, str], body: bytes) -> list[News]:
        """Return the news of one post; see the port. Raises `Unavailable` when a certificate cannot be fetched."""
        post = _object(body)
        if post.get("TopicArn") not in self._topics:
            raise Forbidden("This is news of a topic that is not ours. Name it in ENGINEBAY_AWS__NEWS_TOPICS if it is.")
        self._check_age(post)
        self._signatures.check(post)
        if post.get("Type") == "SubscriptionConfirmation":
            self._confirm(post)
        if post.get("Type") != "Notification":
            return []
        return list(_news(post, self._clock.now()))

    def _check_age(self, post: Mapping[str, Any]) -> None:
        sent, now = _moment(post.get("Timestamp"), None), self._clock.now()
        if sent is None or abs(now - sent) > OLDEST:
            raise Forbidden("This news is too old, or of a time to come. Nothing was changed.")

    def _confirm(self, post: Mapping[str, Any]) -> None:
        address = str(post.get("SubscribeURL", ""))
        if not self._signatures.is_amazon(address):
            raise Forbidden("This subscription is not confirmed at Amazon. Nothing was changed.")
        fetch(address, most=64 * 1024, timeout=2.0)


def _news(post: Mapping[str, Any], now: datetime) -> Iterator[News]:
    """What a notification says of one message: of SES by its event, of SNS by its failed push."""
    told = _object(str(post.get("Message", "")).encode())
    kind = str(told.get("eventType") or told.get("notificationType") or told.get("EventType") or "")
    read = READ.get(kind)
    for number, found in enumerate(read(told) if read else ()):
        event_id = str(post["MessageId"]) + (f".{number}" if number else "")
        at = _moment(found.pop("at"), now) or now
        yield News(event_id=event_id, at=at, **{"carrier": "ses", "message_id": _letter(told), **found})


def _delivered(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    about = _part(told, "delivery")
    yield {"state": Delivery.DELIVERED, "detail": _text(about, "smtpResponse"), "at": about.get("timestamp")}


def _bounced(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Permanent: the address takes nothing more. Anything else: Amazon tried for hours and gave up."""
    about = _part(told, "bounce")
    for_ever = about.get("bounceType") == "Permanent"
    for one in _recipients(about, "bouncedRecipients"):
        detail = _text(one, "diagnosticCode") or f"{_text(about, 'bounceType')} {_text(about, 'bounceSubType')}"
        yield {
            "state": Delivery.BOUNCED if for_ever else Delivery.FAILED,
            "detail": detail,
            "is_final_for": _text(one, "emailAddress") if for_ever else "",
            "at": about.get("timestamp"),
        }


def _complained(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """It arrived, and its reader called it spam: whoever does is not written to again."""
    about = _part(told, "complaint")
    if about.get("complaintFeedbackType") == "not-spam":
        return
    for one in _recipients(about, "complainedRecipients"):
        detail = f"called unwanted by its reader ({_text(about, 'complaintFeedbackType') or 'no reason given'})"
        address = _text(one, "emailAddress")
        yield {"state": Delivery.DELIVERED, "detail": detail, "is_final_for": address, "at": about.get("timestamp")}


def _refused(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield {"state": Delivery.FAILED, "detail": _text(_part(told, "reject"), "reason") or "refused", "at": None}


def _push_failed(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """https://docs.aws.amazon.com/sns/latest/dg/application-event-notifications.html"""
    why = _text(told, "FailureType")
    gone = _text(told, "EndpointArn") if why in ("EndpointDisabled", "InvalidPlatformToken") else ""
    detail = f"{why} {_text(told, 'FailureMessage')}".strip()
    number = _text(told, "MessageId")
    yield {
        "carrier": "sns", "message_id": number, "state": Delivery.FAILED, "detail": detail, "is_final_for": gone,
        "at": told.get("Time"),
    }  # fmt: skip


READ: Mapping[str, Callable[[Mapping[str, Any]], Iterator[dict[str, Any]]]] = {
    "Delivery": _delivered, "Bounce": _bounced, "Complaint": _complained, "Reject": _refused,
    "Rendering Failure": _refused, "DeliveryFailure": _push_failed,
}  # fmt: skip


def _letter(told: Mapping[str, Any]) -> str:
    return _text(_part(told, "mail"), "messageId")


def _object(body: bytes) -> dict[str, Any]:
    """The JSON object in a text. Raises `Invalid`."""
    try:
        found = json.loads(body) if len(body) <= LARGEST else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Invalid({"body": "This is no news of Amazon: it must be a JSON object as SNS posts it."})
    return found


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = told.get(name)
    return found if isinstance(found, dict) else {}


def _recipients(about: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = about.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(about: Mapping[str, Any], name: str) -> str:
    return str(about.get(name) or "")[:300]


def _moment(given: object, otherwise: datetime | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(given).replace("Z", "+00:00"))
    except ValueError:
        return otherwise
    return found if found.tzinfo else found.replace(tzinfo=UTC)
