"""The least a Flask application can do with a contact message: one route, one INSERT, on our own server's bridge.

Run as `python -m bench.peers.bare_flask PORT`; several share the port, as ours do.
"""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from typing import Any

from flask import Flask, request
from sqlalchemy import Column, DateTime, Integer, MetaData, String, Table, Text, create_engine, insert

from entrypoints.web.rsgi import Bridge
from entrypoints.web.serve import listening

MESSAGES = Table(
    "bare_messages", MetaData(), Column("id", Integer, primary_key=True), Column("name", String(100)),
    Column("email", String(254)), Column("subject", String(200)), Column("message", Text),
    Column("created_at", DateTime),
)  # fmt: skip
app = Flask(__name__)
engine = create_engine(os.environ["DATABASE_URL"], pool_size=20)


@app.post("/api/v1/contact-messages")
def receive() -> tuple[dict[str, Any], int]:
    given = request.get_json()
    fields = {name: given[name] for name in ("name", "email", "subject", "message")}
    with engine.begin() as connection:
        (number,) = connection.execute(
            insert(MESSAGES), fields | {"created_at": datetime.now(UTC)}
        ).inserted_primary_key
    return {"id": number}, 202


async def serve(port: int) -> None:
    """Serve until SIGTERM."""
    server = listening(Bridge(app), "127.0.0.1", port)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, server.stop)
    await server.serve()


if __name__ == "__main__":
    MESSAGES.metadata.create_all(engine)
    asyncio.run(serve(int(sys.argv[1])))
