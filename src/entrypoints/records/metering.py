"""What vendors charge and what they were asked, as records: prices are changed here, minutes by nobody."""

from core.domain.records import Record
from core.domain.records.permissions import ADMINS
from core.domain.vendors import MeteredMinute, Price
from core.domain.vendors.minutes import STEPS
from entrypoints.container import App

PRICES = Record(
    Price, "price", ("vendor", "verb", "country", "price", "currency", "unit", "note"),
    filters=("vendor", "country"), editable=("vendor", "verb", "country", "price", "unit", "note"), order="vendor",
    hidden=("declared",), prefix="prc", deletable=True,
    may={"create": ADMINS, "change": ADMINS, "delete": ADMINS},
    hints={
        "vendor": "The channel and the vendor, like sms:twilio.",
        "verb": "What is done, like send.",
        "country": "Two letters, like DE, for numbers of that country; empty for all others.",
        "price": "For one unit, in US dollars.",
    },
    about="What vendors charge. The code lays out their list prices; one that is changed here stays as it is, and one "
          "that is deleted is what the code says again. Every process goes by it within half a minute.",
)  # fmt: skip
MINUTES = Record(
    MeteredMinute, "metered minute", ("minute", "vendor", "verb", "calls", "done", "cost", "said"),
    filters=("vendor", "minute"), order="-minute", long=("said",), hidden=(*STEPS, "is_failing"),
    labels={
        "calls": "Times asked", "said": "Last failure", "total_ms": "Milliseconds in all",
        "longest_ms": "Longest, milliseconds",
    },
    empty="The first call of a vendor writes one, within two seconds.",
    about="What vendors were asked, minute by minute, how it ended, how long it took and what it cost, for 90 days.",
)  # fmt: skip


def declare(app: App) -> tuple[Record, ...]:
    """Return what this module adds to the menu."""
    return (PRICES, MINUTES)
