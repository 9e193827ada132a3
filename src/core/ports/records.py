"""Any kind of record, for lists, forms and exports."""

from typing import Protocol


class Records(Protocol):
    """Pages of records and single ones, in the open transaction or reading block."""
