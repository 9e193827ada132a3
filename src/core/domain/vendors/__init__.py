"""Vendors: what they cost, how much of it may be spent, how they are getting on, and what people do about it."""

from core.domain.vendors.books import Bookkeeper, Books, BooksUpkeep, Page, SpendingRefused
from core.domain.vendors.caps import Caps, SpendGuard
from core.domain.vendors.desk import Roster, VendorDesk
from core.domain.vendors.minutes import MeteredMinute
from core.domain.vendors.prices import Price, Tariff
from core.domain.vendors.watch import Channel, Standing, VendorWatch

__all__ = [
    "Bookkeeper", "Books", "BooksUpkeep", "Caps", "Channel", "MeteredMinute", "Page", "Price", "Roster", "SpendGuard",
    "SpendingRefused", "Standing", "Tariff", "VendorDesk", "VendorWatch",
]  # fmt: skip
