"""Devices as records: seen and signed off in the panel; their addresses and keys are shown to nobody."""

from core.domain.devices import PushDevice
from core.domain.records import Record
from entrypoints.container import App

DEVICES = Record(
    PushDevice, "device", ("kind", "owner", "created_at", "used_at"), filters=("kind", "owner", "created_at"),
    hidden=("address", "fingerprint", "keys"), deletable=True, labels={"used_at": "Last used"},
    hints={"owner": "The id of a user; empty for a visitor without an account."},
    empty="Browsers sign up at /devices.",
    about="Browsers and phones that take pushes. One that is dead, or idle for half a year, is forgotten by itself.",
)  # fmt: skip


def declare(app: App) -> tuple[Record, ...]:
    """Return what this module adds to the menu."""
    return (DEVICES,)
