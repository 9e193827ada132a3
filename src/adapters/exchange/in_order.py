"""Several sources in order of preference: where one does not answer, the next one is asked."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from core.domain.kernel.errors import Unavailable
from core.ports.exchange import DayRates, Exchange, History

T = TypeVar("T")


class ExchangeInOrder:
    """`core.ports.exchange.Exchange`."""

    def __init__(self, sources: Sequence[Exchange]) -> None:
        self._sources = sources

    def latest(self) -> DayRates:
        return self._first(lambda source: source.latest())

    def history(self) -> History:
        return self._first(lambda source: source.history())

    def _first(self, ask: Callable[[Exchange], T]) -> T:
        said = []
        for source in self._sources:
            try:
                return ask(source)
            except Unavailable as away:
                said.append(away.sentence)
        raise Unavailable(" ".join(said))
