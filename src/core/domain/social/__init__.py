"""Signing in with an account elsewhere, and connecting one to an account here; it knows no provider and no browser."""

from core.domain.social.connections import Connections, Identity, Parted, Tied
from core.domain.social.desk import Arrival, Refused, SocialDesk, Why
from core.domain.social.letters import MESSAGES, SocialLetters
from core.domain.social.newcomers import Guests, JoinAsked, Newcomers
from core.domain.social.trips import Attempt, Purpose, Trips

__all__ = [
    "MESSAGES", "Arrival", "Attempt", "Connections", "Guests", "Identity", "JoinAsked", "Newcomers", "Parted",
    "Purpose", "Refused", "SocialDesk", "SocialLetters", "Tied", "Trips", "Why",
]  # fmt: skip
