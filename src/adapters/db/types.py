"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import BigInteger, DateTime, Dialect, String, Text
from sqlalchemy.types import TypeDecorator, TypeEngine


def spelled(instant: datetime) -> str:
    """An instant as text of fixed width, in UTC, that sorts by time."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def key(length: int = 40) -> String:
    """An identifier, compared byte by byte (on PostgreSQL the default collation would not be)."""
    return String(length).with_variant(String(length, collation="C"), "postgresql")


class Instant(TypeDecorator[datetime]):
    """A UTC-aware instant with microseconds: timestamptz, or ISO text of fixed width that sorts by time."""

    impl = String(32)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=True) if dialect.name == "postgresql" else String(32))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value
        return spelled(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if isinstance(value, datetime) else datetime.fromisoformat(value)


class Json(TypeDecorator[Any]):
    """A JSON value kept as text: read and written whole, never searched inside."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)


class Exact(TypeDecorator[Decimal]):
    """A decimal number of at most eight places, kept as a whole number of hundred-millionths: exact, and it sorts."""

    impl = BigInteger
    cache_ok = True

    @staticmethod
    def scaled(value: Decimal) -> int:
        """The number as it is kept."""
        return int(value.scaleb(8).to_integral_value())

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else self.scaled(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        if value is None:
            return None
        plain = Decimal(value).scaleb(-8).normalize()
        return plain if plain.as_tuple().exponent <= 0 else plain.quantize(Decimal(1))  # type: ignore[operator]
