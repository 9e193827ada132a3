"""What is well, what is not, and what to do about it; it mends nothing, asks no vendor and never tells a secret."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from core.domain.kernel.errors import Failure
from core.domain.kernel.findings import Finding, State
from entrypoints import modules
from entrypoints.container import App
from entrypoints.doctor.ground import GROUND
from entrypoints.doctor.vendors import check_vendors

__all__ = ["Finding", "State", "examine", "unfit"]
Check = Callable[[App], Iterable[Finding]]


def examine(app: App) -> list[Finding]:
    """Everything that was looked at, in order; what modules ask of themselves (`CHECKS`) comes last."""
    of_modules = (check for checks in modules.told("CHECKS") for check in checks)
    return [found for check in (*GROUND, check_vendors, *of_modules) for found in _asked(check, app)]


def unfit(findings: Iterable[Finding]) -> list[str]:
    """Why this installation is not fit for production, each reason a sentence with what to do next."""
    return [found.unfit or f"{found.item}: {found.says} {found.do}".strip() for found in findings if _stops(found)]


def _stops(found: Finding) -> bool:
    return bool(found.unfit) or found.state is State.FAULT


def _asked(check: Check, app: App) -> Iterator[Finding]:
    """What a check found; one that fails is a finding itself, and stops no other."""
    try:
        yield from check(app)
    except Failure as failure:
        yield Finding(item=_name(check), state=State.FAULT, says=failure.sentence)
    except Exception as broken:
        says = f"It could not be looked at: {type(broken).__name__}."
        yield Finding(item=_name(check), state=State.FAULT, says=says, do="The log of this process says more.")


def _name(check: Check) -> str:
    return getattr(check, "__name__", "check").removeprefix("check_").replace("_", " ")
