"""What the supervisor and its children say in one terminal: a coloured name before each line; it decides nothing."""

from __future__ import annotations

import os
from typing import TextIO

COLOURS = (36, 33, 35, 32, 34, 31)
WIDTH = 10


class Terminal:
    """One stream; once nobody reads it any more, nothing is written."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.coloured = stream.isatty() and "NO_COLOR" not in os.environ
        self.names: dict[str, int] = {}
        self.gone = False

    def say(self, sentence: str) -> None:
        self._write(f"{sentence}\n")

    def line(self, name: str, text: str) -> None:
        colour = self.names.setdefault(name, COLOURS[len(self.names) % len(COLOURS)])
        label = f"{name:<{WIDTH}}"
        self._write(f"\033[{colour}m{label}\033[0m| {text}\n" if self.coloured else f"{label}| {text}\n")

    def block(self, lines: list[str]) -> None:
        rule = "-" * 72
        self._write("\n".join(["", rule, *(f"  {line}" for line in lines), rule, ""]) + "\n")

    def _write(self, text: str) -> None:
        if self.gone:
            return
        try:
            self.stream.write(text)
            self.stream.flush()
        except (BrokenPipeError, OSError):
            self.gone = True
