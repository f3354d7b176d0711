"""What all tables share."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Enum, MetaData
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    """All tables; constraints have names, so that a migration can speak of them.

    ``append_only`` tables are never changed or deleted from: triggers of the migration that makes them refuse it.
    """

    append_only: ClassVar[bool] = False
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def choice(kind: type[StrEnum]) -> Enum:
    """Return the column type of a choice, kept as its text."""
    return Enum(kind, native_enum=False, length=16, values_callable=lambda choices: [c.value for c in choices])
