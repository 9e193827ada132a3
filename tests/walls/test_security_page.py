"""docs/security.md names tests that there are."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
NAMED = re.findall(r"`([\w/]+\.py)::(test_\w+)`", (ROOT / "docs/security.md").read_text())


def test_every_test_that_the_page_names_is_there():
    missing = [f"{file}::{test}" for file, test in NAMED if f"def {test}(" not in (ROOT / "tests" / file).read_text()]
    assert (missing, len(NAMED) > 30) == ([], True)
