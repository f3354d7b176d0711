"""The metadata of an ONNX file, read without loading its weights."""

from __future__ import annotations

from collections.abc import Iterator
from io import SEEK_CUR, BytesIO
from pathlib import Path
from typing import BinaryIO

# Fields of onnx.proto: ModelProto.metadata_props, and key and value of a StringStringEntryProto.
_METADATA_PROPS, _KEY, _VALUE = 14, 1, 2
_VARINT, _EIGHT_BYTES, _SIZED, _FOUR_BYTES = 0, 1, 2, 5


def metadata(path: Path) -> dict[str, str]:
    """Return the metadata of an ONNX file.

    Raises:
        ValueError: It is no ONNX file, or is cut off.
        OSError: It cannot be read.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        entries = [bytes(content) for number, content in _fields(file, size, _METADATA_PROPS)]
    pairs = [dict(_fields(BytesIO(entry), len(entry), _KEY, _VALUE)) for entry in entries]
    return {pair.get(_KEY, b"").decode(): pair.get(_VALUE, b"").decode() for pair in pairs}


def _fields(file: BinaryIO, size: int, *wanted: int) -> Iterator[tuple[int, bytes]]:
    """Yield the sized fields with the wanted numbers, and pass over all others."""
    while file.tell() < size:
        tag = _varint(file)
        number, kind = tag >> 3, tag & 7
        if kind == _VARINT:
            _varint(file)
            continue
        if kind not in {_EIGHT_BYTES, _SIZED, _FOUR_BYTES}:
            raise ValueError("not a protocol buffer")
        length = _varint(file) if kind == _SIZED else {_EIGHT_BYTES: 8, _FOUR_BYTES: 4}[kind]
        if file.tell() + length > size:
            raise ValueError("it is cut off")
        if kind == _SIZED and number in wanted:
            yield number, file.read(length)
        else:
            file.seek(length, SEEK_CUR)


def _varint(file: BinaryIO) -> int:
    value = 0
    for shift in range(0, 64, 7):
        byte = file.read(1)
        if not byte:
            raise ValueError("it is cut off")
        value |= (byte[0] & 0x7F) << shift
        if byte[0] < 0x80:
            return value
    raise ValueError("not a protocol buffer")
