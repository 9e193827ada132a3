"""Portraits by Pillow, each in a short-lived process with little memory and time: what strangers send is read there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

from core.domain.kernel.errors import Invalid, Unavailable
from core.ports.portraits import SIDES

AT_ONCE, PATIENCE, SECONDS = 2, 5.0, 15.0
SCRIPT = Path(__file__).with_name("cut.py")
REFUSED = {
    "kind": "This is no JPEG, PNG, WebP or GIF. Save it as one of them, then choose it again.",
    "large": "This picture has more than 40 megapixels. Make it smaller, then choose it again.",
    "broken": "This picture cannot be read; its file may be cut off. Open it on your device, save it again, and send "
    "that one.",
}


class PillowPortraits:
    """`core.ports.portraits.Portraits`."""

    def __init__(self) -> None:
        self._room = BoundedSemaphore(AT_ONCE)

    def cut(self, picture: bytes) -> dict[int, bytes]:
        """Hand the bytes to a child that knows nothing of us: no settings, no environment, no file of ours is open."""
        if not self._room.acquire(timeout=PATIENCE):
            raise Unavailable("Too many pictures are being read just now. Send yours again in a moment.", retry_after=5)
        try:
            said = _child(picture)
        finally:
            self._room.release()
        head, _, rest = said.partition(b"\n")
        told = json.loads(head) if head else {"refused": "broken"}
        if "refused" in told:
            raise Invalid({"image": REFUSED[told["refused"]]})
        return _parted(rest, told["sizes"])


def _child(picture: bytes) -> bytes:
    command = [sys.executable, "-I", str(SCRIPT), *(str(side) for side in SIDES)]
    try:
        done = subprocess.run(command, input=picture, capture_output=True, timeout=SECONDS, env={}, check=False)
    except subprocess.TimeoutExpired:
        return b""
    return done.stdout if done.returncode == 0 else b""


def _parted(files: bytes, sizes: list[int]) -> dict[int, bytes]:
    cut, at = {}, 0
    for side, size in zip(SIDES, sizes, strict=True):
        cut[side], at = files[at : at + size], at + size
    return cut
