"""Exchange rates, plugged in: which adapter stands behind which port, and the settings that choose it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from pydantic import BaseModel, field_validator

from adapters.db.rates import ENTITIES, SqlExchangeRates
from core.domain.kernel.findings import Finding
from core.domain.kernel.personal import Impersonal
from core.domain.rates import RateDesk, Rates
from core.ports.exchange import Exchange
from entrypoints.addresses import whole

if TYPE_CHECKING:
    from entrypoints.container import App

__all__ = ["CHANNELS", "CHECKS", "ENTITIES", "MARKED", "NOTES", "PARTS", "PERSONAL", "Settings"]
EXCHANGES = ("sandbox", "ecb", "frankfurter")


class Settings(BaseModel):
    """Where rates come from."""

    exchange: str = "sandbox"
    ecb_url: str = "https://www.ecb.europa.eu"
    frankfurter_url: str = "https://api.frankfurter.dev"

    @field_validator("exchange")
    @classmethod
    def _sources(cls, exchange: str) -> str:
        """Without spaces, each named once or more."""
        names = [name.strip() for name in exchange.split(",")]
        if set(names) - set(EXCHANGES):
            raise ValueError(f"it must be one of {', '.join(EXCHANGES)}, or several with commas between, best first")
        return ",".join(names)

    @field_validator("ecb_url", "frankfurter_url")
    @classmethod
    def _vendor(cls, url: str) -> str:
        return whole(url, ("http", "https"), "https://www.ecb.europa.eu")


def _exchange(app: App) -> Exchange:
    """The sources that the settings name, in their order; each is imported when it is first asked."""
    from adapters.resilience import in_order, later, questions

    sources = [(name, later(partial(_source, name, app))) for name in app.settings.exchange.split(",")]
    exchange: Exchange = in_order("exchange", sources, app.guards, questions(60.0))
    return exchange


def _source(name: str, app: App) -> Exchange:
    if name == "ecb":
        from adapters.exchange.ecb import EcbRates

        return EcbRates(app.settings.ecb_url)
    if name == "frankfurter":
        from adapters.exchange.frankfurter import FrankfurterRates

        return FrankfurterRates(app.settings.frankfurter_url)
    from adapters.exchange.sandbox import SandboxExchange

    return SandboxExchange(app.clock, lambda: app.orders.obey("exchange:sandbox"))


def _check_rates(app: App) -> Iterator[Finding]:
    """Rates of other days must not be taken for today's."""
    if "sandbox" in app.settings.exchange.split(","):
        do = "ENGINEBAY_EXCHANGE=ecb,frankfurter"
        unfit = f"Exchange rates are of other days, for development. Set {do}; neither needs an account."
        yield Finding(item="rates", says="They are of other days.", reach="sandbox", do=do, unfit=unfit)


PARTS = {
    "exchange": _exchange,
    "exchange_rates": lambda app: SqlExchangeRates(app.uow),
    "rates": lambda app: Rates(app.exchange_rates, app.clock),
    "rate_desk": lambda app: RateDesk(app.exchange_rates, app.exchange, app.outbox, app.uow),
}
MARKED = {"rate_desk": RateDesk}
CHECKS = (_check_rates,)
CHANNELS = {"exchange": lambda settings: settings.exchange.split(",")}
NOTES = {"exchange rates": "rates"}
PERSONAL = (Impersonal(table="exchange_rates", columns="id day currency rate source fetched_at"),)
