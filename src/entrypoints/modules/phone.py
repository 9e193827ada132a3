"""SMS and calls, plugged in: which vendors carry them, in the order of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["PARTS"]


def _sandbox_sms(app: App, vendor: str) -> Any:
    from adapters.sandbox.phone import SandboxSms

    return SandboxSms(app.inbox, app.orders, vendor)


def _sandbox_calls(app: App, vendor: str) -> Any:
    from adapters.sandbox.phone import SandboxCalls

    return SandboxCalls(app.inbox, app.orders, vendor)


PARTS = {
    "sms": lambda app: _sandbox_sms(app, app.settings.vendors_of("sms")[0]),
    "calls": lambda app: _sandbox_calls(app, app.settings.vendors_of("calls")[0]),
}
