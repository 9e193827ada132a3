"""Structured logs: one event a line, with the request's id; secrets are taken out by name."""

import logging
import re
import sys
from typing import Any

import structlog

from entrypoints.boundary import request_id
from entrypoints.config import Settings

ROW = re.compile(r"DETAIL: .*?(?=\n\[SQL|\n\nThe above|\Z)", re.DOTALL)
"""Where PostgreSQL tells the row that it refuses."""
HIDDEN = ("password", "secret", "token", "authorization", "cookie", "csrf")


def configure(settings: Settings) -> None:
    """Set logging up for this process."""
    level = logging.getLevelName(settings.log_level)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)
    renderer: Any = structlog.processors.JSONRenderer()
    if settings.log_format == "console":
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            _with_request_id,
            _without_secrets,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_rows,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _with_request_id(_: object, __: str, event: dict[str, Any]) -> dict[str, Any]:
    known = request_id.get()
    return {**event, "request_id": known} if known and "request_id" not in event else event


def _without_secrets(_: object, __: str, event: dict[str, Any]) -> dict[str, Any]:
    return {name: "•••" if name.lower().endswith(HIDDEN) else value for name, value in event.items()}


def _without_rows(_: object, __: str, event: dict[str, Any]) -> dict[str, Any]:
    told = event.get("exception")
    return {**event, "exception": ROW.sub("DETAIL: •••", told)} if told else event
