"""A question to a list as JSON, for a task to carry, and back for whoever may still ask it."""

from __future__ import annotations

from typing import Any

from core.domain.kernel.errors import Forbidden
from core.domain.records.record import Record
from core.ports.records import Condition, Question

SEVERAL = "one of"


def carry(kind: Record, question: Question) -> dict[str, Any]:
    """Return the question as JSON."""
    return {
        "order": question.order, "descending": question.descending,
        "conditions": [_plain(kind, one) for one in question.conditions],
        "words": list(question.words), "among": list(question.among),
    }  # fmt: skip


def carried(kind: Record, plain: dict[str, Any]) -> Question:
    """Return the question again, as far as `kind` shows its records to its role now.

    Raises `Forbidden` where it speaks of a field that is not shown (any more).
    """
    asked = [plain["order"], *plain["among"], *(name for name, _, _ in plain["conditions"])]
    if [name for name in asked if name not in kind.fields]:
        raise Forbidden(f"The list of {kind.many} was asked for by a field that your role does not see. Ask it anew.")
    conditions = tuple(_condition(kind, *one) for one in plain["conditions"])
    return Question(
        order=plain["order"], descending=plain["descending"], conditions=(*conditions, *kind.narrowing),
        words=tuple(plain["words"]), among=tuple(plain["among"]),
    )  # fmt: skip


def _plain(kind: Record, condition: Condition) -> list[Any]:
    field, value = kind.fields[condition.field], condition.value
    return [field.name, condition.test, [*map(field.plain, value)] if condition.test == SEVERAL else field.plain(value)]


def _condition(kind: Record, name: str, test: str, plain: Any) -> Condition:
    field = kind.fields[name]
    if test in ("empty", "filled"):
        return Condition(field=name, test=test)
    value = tuple(map(field.restore, plain)) if test == SEVERAL else field.restore(plain)
    return Condition(field=name, test=test, value=value)
