"""What `flask shell` puts at hand: the container, and a word on how to use it."""

from typing import Any

import click
from flask import Flask

WELCOME = """`enginebay` holds every port and service by name (entrypoints/container.py). Read and write in a block:
    with enginebay.uow.reading(): enginebay.ledger.recent(5)
    with enginebay.uow.transaction(): enginebay.tasks.retry("tsk_…")"""


def open_shell(flask_app: Flask) -> dict[str, Any]:
    """Return the names a shell begins with, and say so."""
    click.echo(WELCOME)
    return {"enginebay": flask_app.extensions["enginebay"]}
