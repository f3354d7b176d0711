"""A draw handed to anybody as one file, and read back to be checked."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from qa_pipeline.errors import UserError
from qa_pipeline.sampling import DrawRecord
from qa_pipeline.store.codec import decode, encode


def write_record(record: DrawRecord, path: Path) -> None:
    """Write a record as JSON.

    Raises:
        UserError: The file is there already, or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(encode(record))
    except FileExistsError as error:
        raise UserError(f"{path} is there already", "give another file with --out") from error
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}", "give a file that can be written with --out") from error


def read_record(path: Path) -> DrawRecord:
    """Read what `write_record` wrote.

    Raises:
        UserError: The file cannot be read or is no such record.
    """
    try:
        return decode(DrawRecord, path.read_bytes())
    except OSError as error:
        raise UserError(f"{path}: {error.strerror}", "name the file that `draw export` wrote") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise UserError(f"{path} is no record of a draw: {where}: {first['msg']}", "ask for the file anew") from error


def differs(given: DrawRecord, stored: DrawRecord) -> str | None:
    """Return in what a record from a file first differs from the stored one (Chinese); None if in nothing."""
    for name, what in _NAMES.items():
        if getattr(given, name) != getattr(stored, name):
            return f"文件与库中的{what}不同"
    return None


_NAMES = {
    "month": "月份",
    "seed": "种子",
    "seed_sha256": "种子哈希",
    "quota_per_operator": "每人通数",
    "rule": "抽样规则",
    "drawn_at": "抽样时间",
    "commitment": "事先承诺",
    "commitment_sha256": "承诺哈希",
    "frame_sha256": "总体哈希",
    "frame": "总体",
    "exclusions": "排除的通话",
    "calls": "抽中的通话",
    "replacements": "替换记录",
}
