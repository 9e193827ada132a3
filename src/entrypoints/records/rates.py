"""Exchange rates as records: read by everybody in the panel, changed by nobody."""

from core.domain.rates import ExchangeRate
from core.domain.records import Record
from entrypoints.container import App

RATES = Record(
    ExchangeRate, "exchange rate", ("day", "currency", "rate", "source", "fetched_at"), search=("currency", "source"),
    filters=("day", "currency", "rate", "source"), labels={"rate": "For one euro", "fetched_at": "Fetched"},
    empty="They are fetched by the schedule exchange-rates; its button Run now fetches them at once.",
    about="What one euro buys, day by day. Nobody can change this list; wrong rates are refused when they are fetched.",
)  # fmt: skip


def declare(app: App) -> tuple[Record, ...]:
    """Return what this module adds to the menu."""
    return (RATES,)
