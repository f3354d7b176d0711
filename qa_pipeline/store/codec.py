"""Frozen dataclasses to JSON and back: the one place where models become text.

Decimals are strings, times are ISO 8601, enums their values. Keys are sorted and nothing is padded, so that equal
values have equal text and a SHA-256 over it means something.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Dialect, LargeBinary, Text
from sqlalchemy.types import TypeDecorator

T = TypeVar("T")


_adapters: dict[Any, TypeAdapter[Any]] = {}


def _adapter(kind: Any) -> TypeAdapter[Any]:
    # Making one takes milliseconds, using it microseconds; two threads that make the same one do no harm.
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


def canonical(value: object) -> str:
    """Return the canonical JSON of plain values.

    Raises:
        ValueError: A number is infinite or not a number; JSON cannot hold it.
    """
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def encode(value: object, kind: Any = None) -> str:
    """Return the canonical JSON of a dataclass (or of a value of the type ``kind``).

    Raises:
        ValueError: A number is infinite or not a number.
    """
    return canonical(_adapter(type(value) if kind is None else kind).dump_python(value, mode="json"))


def decode(kind: type[T], text: str | bytes) -> T:
    """Return the value of type ``kind`` that `encode` wrote.

    Raises:
        pydantic.ValidationError: The text is not of that type.
    """
    decoded: T = _adapter(kind).validate_json(text)
    return decoded


def sha256_of(*parts: str) -> str:
    """Return the SHA-256 over the parts, told apart by their lengths so that no two lists of parts run together."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(f"{len(data)}:".encode() + data)
    return digest.hexdigest()


class Json(TypeDecorator[Any]):
    """A text column that holds one value of the given type."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Encode on the way in."""
        return None if value is None else encode(value, self.kind)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002  # SQLAlchemy's signature
        """Decode on the way out."""
        return None if value is None else decode(self.kind, value)


class PackedJson(TypeDecorator[Any]):
    """The same, gzipped: transcripts are long and repeat themselves."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:  # noqa: ARG002  # SQLAlchemy's signature
        """Encode and pack on the way in; without a time stamp, so that equal values are equal bytes."""
        return None if value is None else gzip.compress(encode(value, self.kind).encode(), 6, mtime=0)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002  # SQLAlchemy's signature
        """Unpack and decode on the way out."""
        return None if value is None else decode(self.kind, gzip.decompress(value))
