"""The container's hand for what every installation needs one of: who carries mail, where files are kept, who wakes
workers; each is imported when it is first asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from core.domain.kernel.errors import Unavailable
from core.ports.files import Files
from core.ports.mail import Mail
from core.ports.queue import WakeUps
from entrypoints.config import Settings

if TYPE_CHECKING:
    from entrypoints.container import App

EXPORTS = "exports"


def mail(app: App) -> Mail:
    """The carriers that the settings choose, best first; each is imported when it is first asked."""
    from adapters.resilience import in_order, later

    makers = {"smtp": _smtp, "ses": _ses, "sandbox": _sandboxed, "understudy": _sandboxed}
    names = app.settings.vendors_of("mail")
    carriers: Mail = in_order("mail", [(name, later(partial(makers[name], app, name))) for name in names], app.guards)
    return carriers


def _smtp(app: App, _: str) -> Mail:
    from adapters.mail.smtp import SmtpMail

    smtp = app.settings.smtp
    if smtp.url is None:
        raise Unavailable("No mail server is known. Set ENGINEBAY_SMTP__URL, or take smtp out of ENGINEBAY_MAIL.")
    return SmtpMail(smtp.url.get_secret_value(), smtp.sender, timeout=smtp.timeout)


def _ses(app: App, _: str) -> Mail:
    from adapters.aws import Aws
    from adapters.mail.ses import SesMail

    return SesMail(Aws(app.settings.aws), app.settings.smtp.sender)


def _sandboxed(app: App, name: str) -> Mail:
    from adapters.sandbox.mail import SandboxMail

    return SandboxMail(app.inbox, app.orders, name, app.settings.smtp.sender)


def export_files(settings: Settings) -> Files:
    """The shelf of exports."""
    return shelf(settings, EXPORTS)


def shelf(settings: Settings, name: str) -> Files:
    """A shelf of files: a folder, or a part of a bucket of S3."""
    if settings.files == "s3":
        from adapters.aws import Aws
        from adapters.files.s3 import S3Files

        return S3Files(Aws(settings.aws), settings.aws.bucket, f"{name}/")
    from adapters.files.disk import DiskFiles

    return DiskFiles(settings.home / name)


def connect(url: str, **options: Any) -> Any:
    """A client of Redis."""
    from adapters.queue.rq import connect as client

    return client(url, **options)


def wake_ups(redis: Any) -> WakeUps:
    """Who wakes sleeping workers after a commit."""
    from adapters.queue.rq import RqWakeUps

    return RqWakeUps(redis)


def nobody_to_wake() -> WakeUps:
    """For a process that leaves waking to the sweeper, and so loads neither Redis nor RQ."""
    from adapters.queue.inline import InlineWakeUps

    return InlineWakeUps()


def inbox(settings: Settings, clock: Any) -> Any:
    """The drawer of everything that stays on this machine."""
    from adapters.sandbox.drawer import Drawer

    return Drawer(settings.home / "inbox", clock)


def orders(settings: Settings, clock: Any) -> Any:
    """What the vendors on this machine were told to do wrong."""
    from adapters.sandbox.orders import Orders

    return Orders(settings.home / "inbox", clock)


def manners() -> dict[str, str]:
    from adapters.sandbox.manners import known

    return known()


def sandbox_tracker(inbox: Any, clock: Any) -> Any:
    from adapters.sandbox.tracker import SandboxTracker

    return SandboxTracker(inbox, clock)
