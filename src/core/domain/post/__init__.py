"""The post room and its books: messages by class, the ways to a person, and what became of what was sent."""

from core.domain.post.dispatch import Dispatch, Slip, Suppression
from core.domain.post.news import Enquiries, Forwarding, NewsDesk
from core.domain.post.recipient import Recipient, Way
from core.domain.post.room import PATIENCE, Carriers, Envelope, PostRoom
from core.domain.post.wishes import AsGiven, Ring, Wish, Wishes

__all__ = [
    "PATIENCE", "AsGiven", "Carriers", "Dispatch", "Enquiries", "Envelope", "Forwarding", "NewsDesk", "PostRoom",
    "Recipient", "Ring", "Slip", "Suppression", "Way", "Wish", "Wishes",
]  # fmt: skip
