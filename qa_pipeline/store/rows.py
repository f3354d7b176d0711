"""Rows to models and back, by the names they share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, String, false, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from qa_pipeline.store.schema import Base

T = TypeVar("T")
R = TypeVar("R", bound=Base)
_CHUNK = 500


def as_model(kind: type[T], row: Base, **others: Any) -> T:
    """Make a model of a row; ``others`` are the fields that the row holds under another name or form."""
    names = (f.name for f in fields(kind) if f.name not in others)  # type: ignore[arg-type]  # kind is a dataclass
    return kind(**{name: getattr(row, name) for name in names}, **others)


def as_row(kind: type[R], model: Any, **others: Any) -> R:
    """Make a row of a model; ``others`` are columns that the model lacks or holds in another form."""
    columns = set(kind.__table__.columns.keys())
    shared = (f.name for f in fields(model) if f.name in columns and f.name not in others)
    return kind(**{name: getattr(model, name) for name in shared}, **others)


def insert_if_absent(session: Session, kind: type[Base], values: Mapping[str, Any]) -> None:
    """Insert a row unless one with its key is there, also when another process inserts it at the same time."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(insert(kind).values(**values).on_conflict_do_nothing())


def hold_rows(session: Session, kind: type[Base], *its: ColumnElement[bool]) -> None:
    """Keep others who hold the same rows waiting until this unit of work ends; read them afterwards.

    PostgreSQL locks the rows, in the order of their keys. SQLite has one lock for all writers, taken by any write, even
    one that changes no row; a unit of work that reads before it writes would not see what another wrote meanwhile.
    """
    key = next(iter(kind.__table__.primary_key))
    if session.get_bind().dialect.name == "sqlite":
        nothing = update(kind).where(false()).values({key: key})
        session.execute(nothing, execution_options={"synchronize_session": False})
    else:  # where even such an update of an append-only table is refused
        session.execute(select(key).where(*its).order_by(key).with_for_update(key_share=True)).all()


def put(session: Session, kind: type[Base], values: list[dict[str, Any]]) -> None:
    """Insert rows, or write over those that are there."""
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    keys = [column.name for column in kind.__table__.columns if column.primary_key]
    statement = insert(kind)
    changed = {c.name: statement.excluded[c.name] for c in kind.__table__.columns if c.name not in keys}
    session.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), values)


def too_long(row: Base) -> tuple[str, int] | None:
    """Return the first column whose text is longer than it may be, with its limit; PostgreSQL would refuse it."""
    for column in row.__table__.columns:
        if type(column.type) is String and column.type.length is not None:
            value = getattr(row, column.key)
            if value is not None and len(value) > column.type.length:
                return column.key, column.type.length
    return None


def chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Cut values into lists that fit into one statement's parameters."""
    rest = iter(values)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
