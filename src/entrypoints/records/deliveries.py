"""Deliveries and suppressed addresses as records: read in the panel, and changed by what services allow."""

from __future__ import annotations

from core.domain.post import Dispatch, Suppression
from core.domain.records import Action, Record
from core.domain.records.permissions import ADMINS
from core.ports.delivery import Delivery
from core.ports.records import Row
from core.ports.stationery import Channel
from entrypoints.container import App

CHANNELS = tuple(str(channel) for channel in Channel)


def declare(app: App) -> tuple[Record, ...]:
    """Return what this module adds to the menu."""
    return _deliveries(app), _suppressions(app)


def _deliveries(app: App) -> Record:
    return Record(
        Dispatch, "delivery", ("created_at", "kind", "channel", "recipient", "state", "carrier", "changed_at"),
        plural="deliveries",
        filters=("state", "channel", "kind", "carrier", "recipient", "created_at"), hidden=("onward", "asked_at"),
        choices={"state": tuple(str(state) for state in Delivery), "channel": CHANNELS}, refers={"task_id": "task"},
        labels={
            "created_at": "Begun", "kind": "Message", "recipient": "To", "changed_at": "Since", "message_id": "Number",
            "task_id": "Task", "about": "About", "units": "Charged units", "detail": "What was said",
        },
        actions={
            "sent again": Action(
                label="Send again", run=lambda key, by: app.forwarding.resend(key), fits=_is_over,
                sure="Whoever got it already gets it twice.",
            ),
        },
        about="What became of every message. Sent: its carrier took it, and may tell more. Unknown: nobody knows, so "
              "it is not sent again by itself.",
        empty="Nothing was sent yet.",
    )  # fmt: skip


def _suppressions(app: App) -> Record:
    return Record(
        Suppression, "suppression", ("since", "channel", "address", "reason"), search=("address",),
        filters=("channel", "since"), choices={"channel": CHANNELS},
        actions={
            "lifted": Action(
                label="Lift", run=lambda key, by: app.deliveries.lift(key), danger=True,
                sure="Messages go to this address again.",
            ),
        },
        may={"lifted": ADMINS},
        about="Addresses to which nothing is sent any more: they bounced, complained, or are gone.",
        empty="That is good news.",
    )  # fmt: skip


def _is_over(row: Row) -> bool:
    return row["state"] in (Delivery.FAILED, Delivery.BOUNCED, Delivery.UNKNOWN)
