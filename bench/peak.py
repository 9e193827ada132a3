"""The most memory that a process held; it loads next to nothing itself."""

from __future__ import annotations

import json
from pathlib import Path


def tell_peak() -> None:
    """Print the most memory that this process held, in megabytes: `megabytes` is its share (PSS), `resident` all of it.

    Its own pages count whole, and those of libraries that other processes have loaded too by its part, as for `make
    run`. What it had given back by now counts whole. The kernel's marks: `ru_maxrss` would begin with the parent's.
    """
    status, shares = (_fields(Path(f"/proc/self/{name}")) for name in ("status", "smaps_rollup"))
    peak = shares["Pss"] + status["VmHWM"] - status["VmRSS"]
    print(json.dumps({"megabytes": peak / 1024, "resident": status["VmHWM"] / 1024}), flush=True)


def _fields(file: Path) -> dict[str, int]:
    """What such a file says in kilobytes, by name."""
    said = (line.split() for line in file.read_text().splitlines() if line.endswith(" kB"))
    return {name.rstrip(":"): int(number) for name, number, _ in said}
