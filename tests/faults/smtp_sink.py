"""A mail server on loopback that keeps one line for each letter it took, and misbehaves as a control file says.

Run as `python smtp_sink.py PORT FOLDER`. `FOLDER/mode` holds one of: ok · busy (421 at connect) · later (451 at RCPT) ·
never (550 at RCPT) · slow N (takes the letter, answers after N seconds) · mute (never says a word) · reset N (takes
the first N letters, answers nothing and resets the connection).
`FOLDER/letters` gets `message-id TAB recipient TAB subject`.
"""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
import struct
import sys
from pathlib import Path

GREETING, OK = b"220 sink ESMTP\r\n", b"250 ok\r\n"
NEVER = 3600.0


class Sink:
    """One mail server."""

    def __init__(self, folder: Path) -> None:
        self._mode, self._letters = folder / "mode", (folder / "letters").open("a", buffering=1)
        self._resets = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection (RFC 5321), until it is closed by either side."""
        try:
            await self._greet(writer)
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, EOFError):
            pass
        finally:
            writer.close()

    def mode(self) -> str:
        """How to behave now."""
        return self._mode.read_text().strip() if self._mode.exists() else "ok"

    async def _greet(self, writer: asyncio.StreamWriter) -> None:
        if self.mode() == "mute":
            await asyncio.sleep(NEVER)
        if self.mode() == "busy":
            writer.write(b"421 too busy, come back later\r\n")
            await writer.drain()
            raise EOFError
        writer.write(GREETING)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipient = ""
        while True:
            line = await reader.readuntil(b"\r\n")
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipient = line.split(b"<")[1].split(b">")[0].decode()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                await self._take(await reader.readuntil(b"\r\n.\r\n"), recipient, writer)
                continue
            writer.write(self._reply(verb))
            await writer.drain()
            if verb == b"QUIT":
                return

    def _reply(self, verb: bytes) -> bytes:
        refusals = {"later": b"451 mailbox busy\r\n", "never": b"550 no such mailbox\r\n"}
        if verb == b"RCPT" and self.mode() in refusals:
            return refusals[self.mode()]
        return {b"EHLO": b"250-sink\r\n250 8BITMIME\r\n", b"QUIT": b"221 bye\r\n"}.get(verb, OK)

    async def _take(self, letter: bytes, recipient: str, writer: asyncio.StreamWriter) -> None:
        how, _, number = self.mode().partition(" ")
        headers = email.message_from_bytes(letter, policy=email.policy.default)
        self._letters.write(f"{headers['Message-ID']}\t{recipient}\t{headers['Subject']}\n")
        if how == "slow":
            await asyncio.sleep(float(number))
        if how == "reset" and self._resets < int(number):
            self._resets += 1
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            raise EOFError
        writer.write(OK)
        await writer.drain()


async def main(port: int, folder: Path) -> None:
    """Listen on 127.0.0.1 until ended."""
    server = await asyncio.start_server(Sink(folder).serve, "127.0.0.1", port, backlog=512, limit=2**20)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), Path(sys.argv[2])))
