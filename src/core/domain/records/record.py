"""The declaration of a kind of record: a few lines that give lists, forms, exports, history and audit."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import hashlib
import json
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from core.domain.accounts import User
from core.domain.audit import SECRET
from core.domain.kernel.errors import Forbidden, Invalid, NotFound
from core.domain.records import permissions
from core.domain.records.actions import Action, Related
from core.domain.records.fields import Field, field, storable
from core.domain.records.permissions import READERS
from core.ports.records import Condition, Place, Question, Row

MOST_WORDS = 8
SEALED = "•••"


@dataclass(frozen=True)
class Record:
    """A kind of record. Only the entity, its name in words and the listed fields are needed.

    Its fields are the entity's that hold text, numbers, flags, instants or JSON, without the `hidden` ones.
    One that holds another record's key `refers` to its kind, by name: it is found by typing, and shown by its name.
    Fields with `choices` hold one of some words; with `names`, one of some that are the same in every language.
    `inlines` are the kinds that refer to this one and stand in its form as rows; they are deleted with it, as is a
    record with the one that its field `falls_with` names; both come back by the same act.
    `editable` ones may be changed through the entity's `check()`. With a `prefix` (of its ids) or `make` (a service's
    verb: takes the values and who asks, returns the entity, or the entity and a sentence that is shown once) records
    can be made, from the fields `asked` (default: the editable ones).
    `changing(before, after, by)`, `deleting(record, by)` and `restoring(record, by)` may refuse by raising a `Failure`.
    What is deleted can be restored for a while, but not what `lost` says. `beside` tells more about one, by its key;
    `related` leads on to what belongs to it. `on_site` is the address of its page on the site, if any. While it
    `moves(row)`, its page looks again. `title` names the list, if its plural does not; `empty` is said of an empty one.
    `roles` may see it; `only` says which of its records, if not all: those with one of these words in a field.
    `may` says which of them may do what ("create", "change", "delete", "restore", "export", or an action), also with a
    single field ("see email", "change role"); by default all may, but a viewer only export, and who may delete may
    restore. Hooks are given None for what the role may not see, and `__str__` must bear •••, or None, in its place.
    To do what is `fresh` one must have shown lately who one is.
    `sealed(row)` names the fields of one record that nobody reads here, whatever their role (of a draft, its text):
    lists, pages, exports and the audit have ••• in their place; what is deleted comes back whole.
    `role`, `unseen`, `fixed` and `given` are set by `for_role`; `veil(row, role)` has a last say on every row shown.
    """

    entity: type[Any]
    name: str
    listed: tuple[str, ...]
    _: dataclasses.KW_ONLY
    plural: str = ""
    search: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    editable: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    long: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    labels: Mapping[str, str] = dataclasses.field(default_factory=dict)
    hints: Mapping[str, str] = dataclasses.field(default_factory=dict)
    refers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    inlines: tuple[str, ...] = ()
    falls_with: str = ""
    extra: tuple[Field, ...] = ()
    key: str = "id"
    order: str = ""
    prefix: str = ""
    deletable: bool = False
    roles: tuple[str, ...] = READERS
    may: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    fresh: tuple[str, ...] = ()
    only: Callable[[str], Mapping[str, tuple[str, ...]]] = lambda role: {}
    veil: Callable[[Row, str], Row] | None = None
    sealed: Callable[[Row], Iterable[str]] | None = None
    role: str = ""
    unseen: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    given: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    title: str = ""
    about: str = ""
    empty: str = ""
    lost: str = ""
    make: Callable[[dict[str, Any], User], Any] | None = None
    changing: Callable[[Any, Any, User], None] | None = None
    deleting: Callable[[Any, User], None] | None = None
    restoring: Callable[[Any, User], None] | None = None
    beside: Callable[[str], Mapping[str, str]] = lambda key: {}
    related: Callable[[Row], Iterable[Related]] = lambda row: ()
    on_site: Callable[[Row], str] = lambda row: ""
    moves: Callable[[Row], bool] = lambda row: False
    actions: Mapping[str, Action] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        self._know((self.key, *self.listed, *self.search, *self.filters, *self.editable, *self.asked))
        self._know((*self.long, *self.choices, *self.names, *self.labels, *self.hints, *self.refers), self.every_field)

    def allows(self, verb: str, role: str) -> bool:
        """Whether somebody of this role may do this to records of this kind."""
        return role in self.roles and role in permissions.who_may(self, verb)

    def permit(self, verb: str, role: str) -> None:
        """Raise `Forbidden` unless somebody of this role may do this."""
        if not self.allows(verb, role):
            who = " and ".join(permissions.who_may(self, verb))
            raise Forbidden(f"Your role is {role}, and “{verb}” with {self.many} is for {who}. Ask one of them.")

    def for_role(self, role: str) -> Record:
        """Return the declaration without what this role may not do, see and change: nothing of that is offered.

        Raises `ValueError` where `may` speaks of something that does not exist here.
        """
        if role not in self._narrowed:
            self._narrowed[role] = permissions.narrowed(self, role)
        return self._narrowed[role]

    @cached_property
    def _narrowed(self) -> dict[str, Record]:
        return {}

    @cached_property
    def many(self) -> str:
        """The name of several, in words."""
        return self.plural or f"{self.name}s"

    @cached_property
    def slug(self) -> str:
        """The name of the list, as in an address."""
        return (self.title or self.many).lower().replace(" ", "-")

    @cached_property
    def heading(self) -> str:
        """The name of the list, in the menu and above it."""
        return self.title or self.many.capitalize()

    @cached_property
    def fields(self) -> dict[str, Field]:
        """Every field that may be seen, by name, in the order of the entity."""
        return {name: one for name, one in self.every_field.items() if name not in self.unseen}

    @cached_property
    def every_field(self) -> dict[str, Field]:
        """Every field that somebody may see."""
        return {name: one for name, one in self._derived.items() if name not in self.hidden}

    @cached_property
    def kept_fields(self) -> dict[str, Field]:
        """Every field that comes back when a deleted record is restored: the hidden ones too, but no secret."""
        return {name: one for name, one in self._derived.items() if not name.endswith(SECRET)}

    @cached_property
    def _derived(self) -> dict[str, Field]:
        given: dict[str, Any] = {
            "choices": self.choices, "names": self.names, "long": self.long, "labels": self.labels, "hints": self.hints,
            "refers": self.refers,
        }  # fmt: skip
        annotations = _annotations(self.entity)  # type: ignore[arg-type]  # a class is hashable, whatever mypy thinks
        derived = (field(one.name, annotations[one.name], given) for one in dataclasses.fields(self.entity))
        return {one.name: one for one in derived if one is not None}

    @cached_property
    def all_fields(self) -> tuple[str, ...]:
        """The names of every field that may be seen."""
        return tuple(self.fields)

    @cached_property
    def references(self) -> tuple[Field, ...]:
        """The fields that hold the key of another record."""
        return tuple(one for one in self.fields.values() if one.refers)

    @cached_property
    def form(self) -> tuple[Field, ...]:
        """The fields that a change asks for."""
        return tuple(self.fields[name] for name in self.editable)

    @cached_property
    def shown_only(self) -> tuple[Field, ...]:
        """The fields of a change that this role sees and may not change."""
        return tuple(self.fields[name] for name in self.fixed if name in self.fields) if self.editable else ()

    @cached_property
    def new_form(self) -> tuple[Field, ...]:
        """The fields that a new record asks for."""
        return (*(self.fields[name] for name in self.asked or self.editable), *self.extra)

    @property
    def can_be_made(self) -> bool:
        """Whether new ones can be made."""
        return bool(self.new_form) and bool(self.prefix or self.make)

    def question(
        self, *, search: str = "", order: str = "", filters: Mapping[tuple[str, str], str] | None = None
    ) -> Question:
        """Return what a person asked a list for. `order` is a field, with "-" in front when descending.

        `filters` maps (field, test) to the text typed. Raises `Invalid` for what does not exist here.
        """
        chosen = order or self.order or f"-{self.key}"
        descending, name = chosen.startswith("-"), chosen.removeprefix("-")
        if name not in self.fields or not self.fields[name].is_sortable:
            raise Invalid({"sort": f"The list cannot be sorted by {name[:40]!r}. Choose one of its columns."})
        conditions = [self._condition(*asked, text) for asked, text in (filters or {}).items()]
        conditions += self.narrowing
        words = tuple(search.split())
        if len(words) > MOST_WORDS or len(search) > 200 or not _is_storable(search):
            raise Invalid({"search": f"Search for at most {MOST_WORDS} words, 200 characters in all."})
        return Question(
            order=name, descending=descending, conditions=tuple(conditions), words=words if self.search else (),
            among=self.search,
        )  # fmt: skip

    @property
    def narrowing(self) -> list[Condition]:
        """What a record must fulfil for this declaration's role to see it."""
        return [Condition(field=name, test="one of", value=words) for name, words in self.only(self.role).items()]

    def shown(self, row: Row) -> Row:
        """Return what this declaration's role may see of a row."""
        told = self._told(row)
        return self.veil(told, self.role) if self.veil else told

    @property
    def is_veiled(self) -> bool:
        """Whether `shown` may tell something else than is kept."""
        return self.veil is not None or self.sealed is not None

    def is_sealed(self, row: Row) -> bool:
        """Whether there is something in this one record that nobody reads here, nor changes."""
        return self.sealed is not None and any(self.sealed(row))

    def _told(self, row: Row) -> Row:
        names = [name for name in self.sealed(row) if row.get(name)] if self.sealed else []
        return {**row, **dict.fromkeys(names, SEALED)} if names else row

    def mark(self, row: Row, question: Question) -> str:
        """Return a row's place in the order, as text for an address."""
        place = [str(row[self.key]), self.fields[question.order].plain(row[question.order])]
        return base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")

    def place(self, mark: str, question: Question) -> Place:
        """Return the place that `mark` was made of. Raises `Invalid` for a forged one, or one of another order."""
        try:
            key, plain = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
            if not isinstance(key, str) or len(key) > 200:
                raise ValueError
            return Place(key=storable(key), value=self.fields[question.order].restore(plain))
        except (ValueError, TypeError, RecursionError, binascii.Error):
            raise Invalid({"page": "This page of the list does not exist. Begin again at its first page."}) from None

    def plain(self, record: Any) -> Row:
        """Return what may be seen of a record, as JSON values."""
        return {name: one.plain(getattr(record, name, None)) for name, one in self.fields.items()}

    def kept(self, record: Any) -> Row:
        """Return what is kept of a deleted record, as JSON values."""
        return {name: one.plain(getattr(record, name, None)) for name, one in self.kept_fields.items()}

    def written_down(self, record: Any) -> Row:
        """Every field for the audit, but for what is sealed; of the hidden ones those that it masks."""
        secrets = {name: getattr(record, name, None) for name in self.hidden if name.endswith(SECRET)}
        seen = {
            name: one.plain(getattr(record, name, None))
            for name, one in self.every_field.items()
            if name != "updated_at"
        }
        return self._told(seen) | {name: str(value) for name, value in secrets.items() if value}

    def visible(self, changes: Row) -> Row:
        """Return what the role may see of an act's changes."""
        return {name: pair for name, pair in changes.items() if name not in self.unseen}

    def on_its_page(self, row: Row) -> tuple[list[Field], list[Field]]:
        """The fields of one record (what lists show, what is long, the rest), and apart those without a value."""
        names = dict.fromkeys((*self.listed, *self.long, *self.fields))
        bare = [name for name in names if name not in self.listed and row[name] in (None, "", {}, [])]
        return [self.fields[name] for name in names if name not in bare], [self.fields[name] for name in bare]

    def fingerprint(self, record: Any) -> str:
        """Return a mark of the editable values, to notice that somebody else changed them meanwhile."""
        values = [one.plain(getattr(record, one.name)) for one in self.form]
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:32]

    def base(self, row: Row) -> str:
        """Return the editable values as JSON, for a form to carry: what the record was when it was opened."""
        return json.dumps({one.name: one.plain(row[one.name]) for one in self.form})

    def read(self, form: tuple[Field, ...], typed: Mapping[str, str]) -> dict[str, Any]:
        """Return the values that were typed into a form. Raises `Invalid` naming each field that cannot be read."""
        for name in self.fixed:
            if name in typed:
                self.permit(f"change {name}", self.role)
        values, wrong = {}, {}
        for one in form:
            try:
                values[one.name] = one.read(typed.get(one.name, ""))
            except ValueError as error:
                wrong[one.name] = str(error)
        if wrong:
            raise Invalid(wrong)
        return values

    def called(self, record: Any) -> str:
        """What people call this record: what its class says, or its key, without what this role may not see."""
        return permissions.called(self, record, self.unseen)

    def called_openly(self, record: Any) -> str:
        """What everybody who may see this kind may read: what is written down in the audit and in the recycle bin."""
        return permissions.called(self, record, permissions.secretive(self))

    def not_there(self, key: str) -> NotFound:
        """The failure to raise when there is no such record."""
        return NotFound(f"There is no {self.name} {key[:60]!r}. It may have been deleted; look at the list again.")

    def covers(self, record: Any) -> bool:
        """Whether a record is among those that this declaration's role may see."""
        return all(getattr(record, name) in words for name, words in self.only(self.role).items())

    def _know(self, names: Iterable[str], among: Mapping[str, Field] | None = None) -> None:
        unknown = [name for name in names if name not in (among or self.fields)]
        if unknown:
            raise ValueError(f"{self.entity.__name__} has no field {', '.join(unknown)} that a record can show.")

    def _condition(self, name: str, test: str, text: str) -> Condition:
        if name not in self.filters:
            raise Invalid({"filter": f"The list cannot be filtered by {name[:40]!r}. Choose one of the filters shown."})
        try:
            return self.fields[name].condition(test, text)
        except ValueError as error:
            raise Invalid({name: str(error)}) from None


def _is_storable(text: str) -> bool:
    try:
        return storable(text) == text
    except ValueError:
        return False


@cache
def _annotations(entity: type) -> dict[str, Any]:
    """The types of an entity's fields, which every role's declaration asks for anew."""
    return typing.get_type_hints(entity)
