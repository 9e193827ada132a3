"""What can be done to a record besides changing it, and what belongs to it, as declarations say it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.domain.kernel.errors import Conflict
from core.domain.records.fields import Field, Kind
from core.ports.records import Row


@dataclass(frozen=True, kw_only=True)
class Action:
    """Something that can be done to a record, by calling a service.

    `run` takes the record's key, who asks and, by name, what it `asks` for beforehand; a sentence that it returns is
    shown once. `sure` is what to read before it is done, and `danger` colours it: either asks whether one is sure.
    `fits` says for which rows it is offered, and it is done to no other; `unfit` says why, with a row's {fields}.
    `alone`: what it asks or tells is for who asks only, so no task does it, and not more than can be done at once.
    `noted`: the audit says so here; not where the service itself does. `fresh`: who does it must have shown lately who
    they are.
    """

    label: str
    run: Callable[..., object]
    asks: tuple[Field, ...] = ()
    sure: str = ""
    fits: Callable[[Row], bool] = lambda row: True
    unfit: str = ""
    danger: bool = False
    alone: bool = False
    noted: bool = True
    fresh: bool = False

    def __post_init__(self) -> None:
        if not self.alone and any(one.kind == Kind.SECRET for one in self.asks):
            raise ValueError(f"{self.label} asks for a secret, which no task may carry: declare it `alone`.")

    @property
    def is_asked_about(self) -> bool:
        """Whether a page comes before it."""
        return bool(self.asks or self.sure or self.danger)

    def hold(self, row: Row, name: str) -> None:
        """Raise `Conflict` unless it fits this row, of a record of this name: whoever asks may have seen no button."""
        if not self.fits(row):
            unfit = self.unfit.format_map(row) or f"“{self.label}” does not fit this {name} as it is now."
            raise Conflict(f"{unfit} Open it: the buttons there say what can be done.")


@dataclass(frozen=True, kw_only=True)
class Related:
    """What belongs to a record, as a line on its page: another record (`kind` and `key`), or what is at an `address`.

    `state` is a word that is shown in its colour, `sentence` says more.
    """

    label: str
    name: str
    kind: str = ""
    key: str = ""
    address: str = ""
    state: str = ""
    sentence: str = ""
