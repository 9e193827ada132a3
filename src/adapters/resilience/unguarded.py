"""A meter that counts nothing and a budget without an end, where nobody keeps any."""

from core.ports.vendors import Call


class Unmetered:
    """`core.ports.vendors.Meter`."""

    def note(self, call: Call) -> None:
        """Forget it."""


class Unlimited:
    """`core.ports.vendors.Budget`."""

    def check(self, vendor: str, to: str = "", user: str = "") -> None:
        """Allow it."""
