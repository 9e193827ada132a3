"""A mail server on loopback that takes every letter and only counts: as fast as asyncio goes, so it is nobody's brake.

Run as `python -m bench.sink PORT`; it counts into BENCH_SINK, a folder.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from bench.tally import Tally

REPLIES = {
    b"EHLO": b"250-sink\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 SMTPUTF8\r\n",
    b"HELO": b"250 sink\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}
OK = b"250 ok\r\n"
END = b"\r\n.\r\n"


class Sink(asyncio.Protocol):
    """One connection (RFC 5321, the happy path)."""

    def __init__(self, tally: Tally) -> None:
        self._tally, self._buffer, self._in_letter = tally, bytearray(), False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._letter_ended() if self._in_letter else self._line_ended():
            pass

    def _letter_ended(self) -> bool:
        at = self._buffer.find(END)
        if at < 0:
            return False
        del self._buffer[: at + len(END)]
        self._in_letter = False
        self._tally.add()
        self._transport.write(OK)
        return True

    def _line_ended(self) -> bool:
        at = self._buffer.find(b"\r\n")
        if at < 0:
            return False
        verb = bytes(self._buffer[:4]).upper()
        del self._buffer[: at + 2]
        self._transport.write(REPLIES.get(verb, OK))
        self._in_letter = verb == b"DATA"
        if verb == b"QUIT":
            self._transport.close()
        return True


async def serve(port: int) -> None:
    """Listen on 127.0.0.1 until ended."""
    tally = Tally(Path(os.environ["BENCH_SINK"]))
    server = await asyncio.get_running_loop().create_server(lambda: Sink(tally), "127.0.0.1", port, backlog=512)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
