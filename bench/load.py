"""A client that posts as fast as it is answered, or at a given pace, over kept connections: `python -m bench.load …`.

Bare sockets and prepared bytes, so that on two cores the client takes as little as it can from the server.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field

PATH = "/api/v1/contact-messages"
MESSAGE = {
    "name": "Ada Lovelace", "email": "ada@example.org", "subject": "A question about the engine",
    "message": "Does it weave algebraic patterns?\nJust as the loom weaves flowers and leaves.", "notify_me": False,
}  # fmt: skip
ACCEPTED = b"HTTP/1.1 202"


def request() -> bytes:
    """The same request for everyone."""
    body = json.dumps(MESSAGE).encode()
    head = f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


@dataclass
class Count:
    """Latencies in milliseconds of what was accepted, and how many answers were something else."""

    took: list[float] = field(default_factory=list)
    refused: int = 0


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(length)
    return head


async def _post(port: int, begin: float, until: float, pause: float, count: Count) -> None:
    """One connection; with a pause, a latency counts from when the request should have left."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    content, due = request(), begin
    while (now := time.perf_counter()) < until:
        if pause and now < due:
            await asyncio.sleep(due - now)
        began, due = (due, due + pause) if pause else (now, now)
        writer.write(content)
        head = await _answer(reader)
        if head.startswith(ACCEPTED):
            count.took.append((time.perf_counter() - began) * 1000)
        else:
            count.refused += 1
    writer.close()


async def load(port: int, seconds: float, connections: int, per_second: float) -> Count:
    """Post for so many seconds over so many connections; `per_second` 0: as fast as answered."""
    count, now = Count(), time.perf_counter()
    pause = connections / per_second if per_second else 0.0
    begins = [now + pause * number / connections for number in range(connections)]  # one after another, not in bursts
    await asyncio.gather(*(_post(port, begin, now + seconds, pause, count) for begin in begins))
    return count


def main(port: str, seconds: str, connections: str, per_second: str) -> None:
    """Print the count as JSON."""
    count = asyncio.run(load(int(port), float(seconds), int(connections), float(per_second)))
    print(json.dumps({"took": count.took, "refused": count.refused}))


if __name__ == "__main__":
    main(*sys.argv[1:])
