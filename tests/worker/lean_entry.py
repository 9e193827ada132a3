"""`worker.py` as heavy tasks are run by it; at the end it writes down what it had loaded."""

import os
import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

if __name__ == "__main__":
    try:
        runpy.run_path(str(ROOT / "worker.py"), run_name="__main__")
    finally:
        loaded = {name.partition(".")[0] for name, found in sys.modules.items() if found}
        Path(os.environ["LOADED"]).write_text(" ".join(loaded))
