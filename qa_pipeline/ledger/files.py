"""A ledger as a file that can be handed on: a line an entry, ``{"body":{…},"sha256":"…"}``, gzipped by its suffix.

The bytes depend on the entries alone. The body stands in a line exactly as it was hashed, so that `sha256sum` can be
used on it.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from qa_pipeline.errors import LedgerBroken, UserError
from qa_pipeline.ledger.chain import Entry

HEAD = '{"body":'
TAIL = ',"sha256":"'
_TAIL_SIZE = len(TAIL) + 64 + len('"}')


def write_ledger(path: Path, entries: Iterable[Entry]) -> int:
    """Write entries into a file and return how many.

    Raises:
        UserError: The file cannot be written.
    """
    written = 0
    try:
        with path.open("wb") as file, _packed(file, path) as packed:
            for entry in entries:
                packed.write(f'{HEAD}{entry.body}{TAIL}{entry.sha256}"}}\n'.encode())
                written += 1
    except OSError as error:
        raise UserError(f"{path}：写不了（{error.strerror}）", "换一个文件夹，或腾出空间") from error
    return written


def read_ledger(path: Path) -> Iterator[Entry]:
    """Return the entries of a file, read as they are asked for.

    Raises:
        UserError: The file cannot be read.
        LedgerBroken: A line is no entry.
    """
    try:
        with path.open("rb") as file, gzip.open(file) if path.suffix == ".gz" else file as lines:
            for number, line in enumerate(lines, start=1):
                yield _entry(path, number, line)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or "不是完整的 gzip 文件"
        raise UserError(f"{path}：读不了（{reason}）", "给出 hotline-qa ledger export 写的文件") from error


def _packed(file: IO[bytes], path: Path) -> IO[bytes]:
    # No name and no time in the head: the same ledger is the same bytes.
    return gzip.GzipFile("", "wb", 6, file, 0) if path.suffix == ".gz" else file  # type: ignore[return-value]


def _entry(path: Path, number: int, line: bytes) -> Entry:
    try:
        text = line.decode().removesuffix("\n")
        if not (text.startswith(HEAD) and text.endswith('"}') and text[-_TAIL_SIZE:].startswith(TAIL)):
            raise ValueError("no entry")
        body, sha256 = text[len(HEAD) : -_TAIL_SIZE], text[-66:-2]
        said = Entry(0, "", "", body, sha256).said
        return Entry(int(said["seq"]), str(said["month"]), str(said["kind"]), body, sha256)
    except (ValueError, KeyError, TypeError) as error:
        raise LedgerBroken(f"{path.name} 第 {number} 行不是账本条目", "重新导出，或与另一份比较") from error
