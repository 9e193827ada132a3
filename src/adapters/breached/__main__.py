"""Makes the packaged list: `python -m adapters.breached < list`, where a line is a password, the most common first."""

import sys

from adapters.breached import FILE, pack

FILE.write_bytes(pack(sys.stdin))
