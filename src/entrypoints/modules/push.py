"""Pushes and the devices that take them, plugged in: who carries them, in the order of the settings."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, model_validator

from adapters.db.devices import ENTITIES, SqlDevices
from core.domain.devices import DeviceDesk, TrialPush, WatchedPush
from core.domain.kernel.personal import Held

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["ENTITIES", "MARKED", "PARTS", "PERSONAL", "SCOPES", "Settings"]


class Settings(BaseModel):
    """What a vendor that is chosen cannot do without."""

    @model_validator(mode="after")
    def _can_push(self) -> Settings:
        chosen: Any = self
        asked = chosen.vendors_of("push")
        if "sns" in asked and not (chosen.aws.fcm_application_arn or chosen.aws.apns_application_arn):
            raise ValueError(
                "ENGINEBAY_AWS__FCM_APPLICATION_ARN or ENGINEBAY_AWS__APNS_APPLICATION_ARN must be set, since sns is "
                "chosen for push. Make a platform application in the SNS console"
            )
        has_key = bool(chosen.webpush.private_key.get_secret_value())
        if "webpush" in asked and not has_key and getattr(chosen, "environment", "") == "production":
            raise ValueError(
                "ENGINEBAY_WEBPUSH__PRIVATE_KEY must be set in production, since webpush is chosen for push. "
                "docs/accounts/webpush.md has the line that makes one"
            )
        return self


def _carrier(app: App) -> Any:
    """The vendors in their order; each is built when it is first asked, with what it imports."""
    from adapters.resilience import in_order, later

    makers = {"webpush": _webpush, "sns": _sns, "sandbox": _sandbox, "understudy": _sandbox}
    vendors = [(name, later(partial(makers[name], app, name))) for name in app.settings.vendors_of("push")]
    return in_order("push", vendors, app.guards)


def _webpush(app: App, _: str) -> Any:
    from adapters.push.webpush import WebPush

    chosen = app.settings.webpush
    contact = chosen.contact or app.settings.admin.email
    trusted = [host.strip() for host in chosen.trusted_hosts.split(",") if host.strip()]
    return WebPush(app.push_key(), contact, trusted=trusted)


def _sns(app: App, _: str) -> Any:
    from adapters.aws import Aws
    from adapters.push.sns import SnsPush

    aws = app.settings.aws
    return SnsPush(Aws(aws), {"fcm": aws.fcm_application_arn, "apns": aws.apns_application_arn})


def _sandbox(app: App, vendor: str) -> Any:
    from adapters.sandbox.push import SandboxPush

    return SandboxPush(app.inbox, app.orders, vendor)


def _private_key(app: App) -> str:
    """The key of the settings; in development one that is made when it is first asked for, and kept."""
    from adapters.push.keys import kept_key

    given: str = app.settings.webpush.private_key.get_secret_value()
    return given or kept_key(app.settings.home / "webpush.key")


def _public_key(app: App) -> str:
    from adapters.push.keys import public_half

    return public_half(_private_key(app))


PARTS = {
    "push_carrier": _carrier,
    "push": lambda app: WatchedPush(app.push_carrier, app.device_desk, app.uow),
    "push_key": lambda app: partial(_private_key, app),
    "push_public_key": lambda app: partial(_public_key, app),
    "devices": lambda app: SqlDevices(app.uow),
    "device_desk": lambda app: DeviceDesk(app.devices, app.clock),
    "trial_push": lambda app: TrialPush(app.device_desk, app.outbox, app.push),
}
SCOPES = {"devices": "Sign devices up for pushes in your name"}
MARKED = {"device_desk": DeviceDesk, "trial_push": TrialPush}
PERSONAL = (
    Held(table="devices", about="Devices you signed up for pushes", ids=("owner",), tells=("address",),
         secret=("fingerprint", "keys")),
)  # fmt: skip
