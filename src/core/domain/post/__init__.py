"""The post room and its books: messages by class, the ways to a person, and what became of what was sent."""

from core.domain.post.dispatch import Dispatch, Slip, Suppression
from core.domain.post.news import Enquiries, Forwarding, NewsDesk
from core.domain.post.recipient import Recipient, Way
from core.domain.post.room import Carriers, Envelope, PostRoom

__all__ = [
    "Carriers", "Dispatch", "Enquiries", "Envelope", "Forwarding", "NewsDesk", "PostRoom", "Recipient", "Slip",
    "Suppression", "Way",
]  # fmt: skip
