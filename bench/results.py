"""What a run found: rows, their ratio (above 1 means we are better), the table people read and the file others read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

FILE = Path(__file__).parent / "results.json"


@dataclass(frozen=True, kw_only=True)
class Row:
    """One comparison; `ratio` is ours over the peer's where more is better, else the peer's over ours."""

    bench: str
    measure: str
    unit: str
    ours: float
    peer: float
    peer_name: str
    ratio: float


def more_is_better(bench: str, measure: str, unit: str, *, ours: float, peer: float, peer_name: str) -> Row:
    """A row about a rate."""
    return _row(bench, measure, unit, ours, peer, peer_name, ours / peer if peer else 0.0)


def less_is_better(bench: str, measure: str, unit: str, *, ours: float, peer: float, peer_name: str) -> Row:
    """A row about a time or a cost."""
    return _row(bench, measure, unit, ours, peer, peer_name, peer / ours if ours else 0.0)


def write(rows: Sequence[Row], path: Path = FILE) -> None:
    """Keep the rows as JSON."""
    path.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n")


def show(rows: Sequence[Row]) -> None:
    """Print the rows as a table."""
    table = Table(title="Enginebay and its peers (ratio above 1: we are better)")
    for name in ("bench", "measure", "peer"):
        table.add_column(name, no_wrap=True)
    for name in ("ours", "theirs", "ratio"):
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        measure = f"{row.measure} ({row.unit})"
        table.add_row(row.bench, measure, row.peer_name, f"{row.ours:,}", f"{row.peer:,}", f"{row.ratio:.2f}")
    Console(width=None if Console().is_terminal else 130).print(table)


def _row(bench: str, measure: str, unit: str, ours: float, peer: float, peer_name: str, ratio: float) -> Row:
    return Row(
        bench=bench, measure=measure, unit=unit, ours=_short(ours), peer=_short(peer), peer_name=peer_name,
        ratio=round(ratio, 3),
    )  # fmt: skip


def _short(value: float) -> float:
    return round(value, 3 if value < 10 else 1) if value < 1000 else round(value)
