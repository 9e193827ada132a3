"""The one place that knows which adapter stands behind which port: three small containers, what the modules bring, and
the App they make."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from dependency_injector import containers, providers

from adapters.clock import SystemClock
from adapters.db.bulk import SqlBulk
from adapters.db.counts import SqlCounts
from adapters.db.engine import Database
from adapters.db.engines import engines
from adapters.db.extracts import SqlExtracts
from adapters.db.figures import SqlFigures
from adapters.db.ledger import SqlLedger
from adapters.db.life_signs import SqlLifeSigns
from adapters.db.mapping import start_mapping
from adapters.db.migrations import Migrations
from adapters.db.pauses import SqlPauses
from adapters.db.permissions import SqlPermissions
from adapters.db.records import SqlRecords
from adapters.db.repositories import (
    SqlAuditTrail,
    SqlContactMessages,
    SqlDeletedRecords,
    SqlKeptAnswers,
    SqlListViews,
    SqlSchedules,
    SqlSessions,
    SqlUsers,
)
from adapters.db.tries import SqlDoor, SqlTries
from adapters.jwt import HmacJwt
from adapters.queue.cron import CronSimCron
from adapters.secrets import Argon2Secrets, SignedLinks
from core.domain.accounts import SCOPES, Guard, Passes, SessionDesk
from core.domain.audit import Audit
from core.domain.contact import MESSAGES as OF_CONTACT
from core.domain.contact import ContactDesk, ContactMail
from core.domain.idempotency import OnceOnly
from core.domain.kernel.messages import MessageClass
from core.domain.notifications import MESSAGES as OF_NOTIFICATIONS
from core.domain.notifications import Alerts
from core.domain.overview import DAILY_REPORT, DailyReport, Overview, ScheduleWatch
from core.domain.post import AsGiven
from core.domain.queues import QueueDesk
from core.domain.records import (
    BulkDesk,
    Errands,
    ExportDesk,
    Family,
    Record,
    RecordDesk,
    RecycleBin,
    Surroundings,
    UndoDesk,
    ViewDesk,
)
from core.domain.schedules import Timetable, TimetableUpkeep
from core.domain.tasks import Catalogue, Outbox, TaskDesk, marked
from core.ports.limits import Limiter
from core.ports.stationery import Stationery
from core.ports.vendors import Breakers, Budget, Meter
from entrypoints import boundary, carriers, modules, people, roles
from entrypoints.config import Settings

One = providers.ThreadSafeSingleton
MARKED = {
    "tasks": TaskDesk, "contact_mail": ContactMail, "session_desk": SessionDesk, "guard": Guard, "once_only": OnceOnly,
    "alerts": Alerts, "timetable_upkeep": TimetableUpkeep, "recycle_bin": RecycleBin, "overview": Overview,
    "daily_report": DailyReport, "exports": ExportDesk, "bulk": BulkDesk, "undo": UndoDesk,
    **people.MARKED,
}  # fmt: skip
"""The services whose verbs are tasks, by the names they have in the app."""
MESSAGES = (*OF_CONTACT, *OF_NOTIFICATIONS, *people.MESSAGES, DAILY_REPORT)
"""The classes of messages that are sent, beside those of modules."""


def _breakers(redis: Any, clock: Any) -> Breakers:
    from adapters.resilience.shared import RedisBreakers

    return RedisBreakers(redis, clock)


def _meter(app: App) -> Meter:
    from adapters.resilience.unguarded import Unmetered

    return Unmetered()


def _budget(app: App) -> Budget:
    from adapters.resilience.unguarded import Unlimited

    return Unlimited()


def _guards(app: App) -> Any:
    from adapters.resilience import Guards

    return Guards(breakers=app.breakers, budget=app.budget, meter=app.meter, clock=app.clock)


def _limiter(redis: Any, settings: Settings) -> Limiter:
    """Workers and the scheduler limit nobody, and need not import what counts."""
    from adapters.limits import RedisLimiter

    return RedisLimiter(redis, settings.rate_limits)


def _stationery(app: App) -> Stationery:
    from adapters.stationery.jinja import JinjaStationery

    return JinjaStationery(app.settings.site_name, app.settings.base_url).heed(app.uow, app.wordings)


def _overview(app: App) -> Overview:
    notes = [getattr(app, service).note for service in _together("NOTES").values()]
    return Overview(app.figures, app.ledger, app.clock, notes)


def _daily_report(app: App) -> DailyReport:
    return DailyReport(app.overview, app.schedule_watch, app.accounts, app.post)


def _contact_mail(app: App) -> ContactMail:
    return ContactMail(app.messages, app.accounts, app.outbox, app.post)


def _alerts(app: App) -> Alerts:
    return Alerts(app.accounts, app.post)


def _errands(app: App) -> Errands:
    return Errands(app.outbox, app.audit, app.users, app.permitted.afresh)


def _exports(app: App) -> ExportDesk:
    return ExportDesk(app.errands, app.extracts, app.export_files, app.tasks)


def _bulk(app: App) -> BulkDesk:
    return BulkDesk(app.errands, app.records, app.record_store, app.uow)


def _undo(app: App) -> UndoDesk:
    return UndoDesk(app.errands, app.recycle_bin, app.record_store, app.uow)


def _passes(app: App) -> Passes:
    return Passes(app.signer, app.users, app.clock, timedelta(days=app.settings.pass_days))


OF_ALL = {
    "overview": _overview, "daily_report": _daily_report, "errands": _errands, "exports": _exports, "bulk": _bulk,
    "undo": _undo,
    "guards": _guards, "meter": _meter, "budget": _budget,
    "wishes": lambda app: AsGiven(),
    "contact_mail": _contact_mail, "alerts": _alerts, "passes": _passes, **people.PARTS,
    **roles.PARTS,
}  # fmt: skip
"""What has to do with every module, and so is made from the whole app; a module may bring a better one."""


class Vendors(containers.DeclarativeContainer):
    """What is outside of us, and what is random or secret."""

    settings: Any = providers.Dependency()
    clock = One(SystemClock)
    redis = One(carriers.connect, settings.provided.redis_url)
    quick_redis = One(carriers.connect, settings.provided.redis_url, timeout=0.05)
    wake_ups = One(carriers.wake_ups, redis)
    limiter = One(_limiter, quick_redis, settings)
    cron = One(CronSimCron)
    secrets = One(Argon2Secrets)
    compiled = providers.Object(None)
    links = One(SignedLinks, settings.provided.secret_key.get_secret_value.call())
    signer = One(HmacJwt, settings.provided.secret_key.get_secret_value.call(), settings.provided.base_url)
    inbox = One(carriers.inbox, settings, clock)
    orders = One(carriers.orders, settings, clock)
    manners = One(carriers.manners)
    sandbox_tracker = One(carriers.sandbox_tracker, inbox, clock)
    breakers = One(_breakers, quick_redis, clock)
    mail: Any = providers.Dependency()  # made of the whole app
    stationery: Any = providers.Dependency()  # the same


class Storage(containers.DeclarativeContainer):
    """The database."""

    settings: Any = providers.Dependency()
    vendors: Any = providers.DependenciesContainer()
    engines = One(engines, settings.provided.database_url, pool=settings.provided.database_pool)
    uow = One(Database, engines, vendors.wake_ups.provided.wake)
    migrations = One(Migrations, uow)
    ledger = One(SqlLedger, uow, vendors.clock)
    figures = One(SqlFigures, uow, vendors.clock)
    pauses = One(SqlPauses, uow, vendors.clock)
    life_signs = One(SqlLifeSigns, uow, vendors.clock)
    users = One(SqlUsers, uow)
    sessions = One(SqlSessions, uow)
    tries = One(SqlTries, uow)
    door = One(SqlDoor, uow, tries)
    permissions = One(SqlPermissions, uow)
    messages = One(SqlContactMessages, uow)
    audit_trail = One(SqlAuditTrail, uow)
    kept_answers = One(SqlKeptAnswers, uow)
    schedules = One(SqlSchedules, uow)
    deleted_records = One(SqlDeletedRecords, uow)
    list_views = One(SqlListViews, uow)
    record_store = One(SqlRecords, uow)
    bulk_store = One(SqlBulk, uow)
    counts = One(SqlCounts, uow, record_store)
    extracts = One(SqlExtracts, uow, record_store)
    export_files = One(carriers.export_files, settings)


class Services(containers.DeclarativeContainer):
    """The domain, wired to its ports."""

    vendors: Any = providers.DependenciesContainer()
    storage: Any = providers.DependenciesContainer()
    catalogue = One(Catalogue)
    outbox = One(Outbox, storage.ledger, catalogue, vendors.clock, providers.Object(boundary.request_id.get))
    audit = One(Audit, storage.audit_trail, vendors.clock, providers.Object(boundary.current_actor))
    tasks = One(TaskDesk, storage.ledger, vendors.clock)
    queue_desk = One(QueueDesk, storage.ledger, storage.pauses, audit)
    guard = One(Guard, storage.tries, storage.door, vendors.clock, audit)
    session_desk = One(SessionDesk, storage.sessions, storage.users, vendors.secrets, vendors.clock)
    contact = One(ContactDesk, storage.messages, outbox, vendors.clock)
    once_only = One(OnceOnly, storage.kept_answers, vendors.clock)
    timetable = One(Timetable, storage.schedules, outbox, vendors.cron, vendors.clock)
    timetable_upkeep = One(TimetableUpkeep, storage.schedules, vendors.clock, audit)
    schedule_watch = One(ScheduleWatch, timetable, storage.schedules, storage.figures, vendors.clock)
    recycle_bin = One(RecycleBin, storage.deleted_records, storage.record_store, audit, vendors.clock)
    surroundings = One(Surroundings, storage.counts)
    views = One(ViewDesk, storage.list_views, audit, vendors.clock)
    records = One(RecordDesk, storage.record_store, audit, vendors.clock, recycle_bin)
    family = One(Family, storage.record_store, records, storage.uow)


@dataclass(frozen=True)
class App:
    """Everything an entrypoint may use, by name: `app.contact`, `app.uow`, `app.mail`, … (built on first use)."""

    settings: Settings
    parts: tuple[containers.Container, ...]

    def __getattr__(self, name: str) -> Any:
        """Build a part at its first use; from then on it is an ordinary attribute."""
        for part in self.parts:
            if name in part.providers:
                return self.__dict__.setdefault(name, part.providers[name]())
        raise AttributeError(f"The app has no part {name!r}; see entrypoints/container.py for what there is.")

    @cached_property
    def marked(self) -> list[object]:
        """The services whose verbs are tasks, built."""
        return [getattr(self, name) for name in _marked()]

    def bind(self, task: str) -> None:
        """Build the one service that does this task, and let it be run."""
        does = [name for name, kind in _marked().items() if any(mark.name == task for _, mark in marked(kind))]
        self.catalogue.bind(getattr(self, name) for name in does)

    @cached_property
    def message_classes(self) -> dict[str, MessageClass]:
        """Every class of message that is sent, by name."""
        further = [one for told in modules.told("MESSAGES") for one in told]
        return {one.name: one for one in (*MESSAGES, *further)}

    @cached_property
    def scopes(self) -> Mapping[str, str]:
        """What a token may be allowed, in words; its modules' too."""
        return SCOPES | _together("SCOPES")

    @cached_property
    def bearers(self) -> Mapping[str, str]:
        """Which service knows the tokens that begin so; every other one is a signed pass."""
        return _together("BEARERS")

    @cached_property
    def declared(self) -> dict[str, Record]:
        """Every kind of record as code declares it, by slug, in the order of the menu; imported at first use."""
        from entrypoints.records import declare

        self.records.references.learn(lambda: self.kinds)
        return {record.slug: record for record in declare(self)}

    @property
    def kinds(self) -> Mapping[str, Record]:
        """The same with the permissions of this request: who asks about a role asks these."""
        now: Mapping[str, Record] = self.permitted.now()
        return now


def build(settings: Settings, services: Sequence[Callable[[App], object]] = (), **overrides: object) -> App:
    """Build the application.

    `overrides` replace any port or service by name: `build(settings, mail=MemoryMail())`. `services` are functions
    from the app to further services with marked verbs.
    """
    start_mapping(_together("ENTITIES"))
    vendors = Vendors(settings=settings)
    storage = Storage(settings=settings, vendors=vendors)
    further = containers.DynamicContainer()
    app = App(settings, (vendors, storage, Services(vendors=vendors, storage=storage), further))
    brought = {**OF_ALL, **_together("PARTS")}
    hidden = [name for name in brought for part in app.parts if name in part.providers]
    if hidden:
        raise RuntimeError(f"Two parts of the app are called {hidden[0]!r}, so one would hide the other. Rename one.")
    further.set_providers(**{name: One(make, app) for name, make in brought.items()})
    vendors.mail.override(One(carriers.mail, app))
    vendors.stationery.override(One(_stationery, app))
    for name, replacement in overrides.items():
        _replace(app, name, replacement)
    _read_marks(app, [make(app) for make in services])
    return app


def _replace(app: App, name: str, replacement: object) -> None:
    for part in app.parts:
        if name in part.providers:
            part.providers[name].override(providers.Object(replacement))
            return
    raise TypeError(f"There is no port or service {name!r} to replace; see entrypoints/container.py for the names.")


def _read_marks(app: App, further: list[object]) -> None:
    app.catalogue.learn([*_marked().values(), *(type(service) for service in further)])
    app.catalogue.bind(further)


def _marked() -> dict[str, type[Any]]:
    return MARKED | _together("MARKED")


def _together(what: str) -> dict[Any, Any]:
    """What the modules say under this name, as one."""
    return {key: value for told in modules.told(what) for key, value in told.items()}
