"""What all tables share: naming, instants, choices, JSON."""

import enum
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, MappedColumn, mapped_column
from sqlalchemy.types import TypeDecorator

E = TypeVar("E", bound=enum.StrEnum)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        """Store UTC.

        Raises:
            ValueError: for a datetime without a time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone, got {value!r}")
        return value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        """Return an aware instant in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value


class Base(DeclarativeBase):
    """Every table."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own name
        datetime: UtcDateTime,
        dict[str, Any]: sa.JSON(),  # Any: JSON is what it is
        list[Any]: sa.JSON(),
    }


def enum_column(
    kind: type[E], *, constraint: str | None = None, **options: Any
) -> MappedColumn[Any]:  # Any: the attribute's annotation says E or E | None
    """Return a column that holds the values of a StrEnum and nothing else.

    A second column of the same kind in one table needs its own `constraint` name.
    """
    return mapped_column(
        sa.Enum(
            kind,
            native_enum=False,
            length=32,
            values_callable=lambda e: [member.value for member in e],
            create_constraint=True,
            name=constraint or kind.__name__.lower(),
        ),
        **options,
    )
