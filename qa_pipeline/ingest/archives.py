"""Zip files (workbooks are such, too): looked at before anything of them is unpacked."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from qa_pipeline.errors import ImportRefused
from qa_pipeline.models.files import ARCHIVE_SUFFIXES

MOST_BYTES = 20 * 1024**3
MOST_FILES = 20_000
MOST_WORKBOOK_BYTES = 1024**3
MOST_RATIO = 200
"""Sound does not shrink and tables shrink to a twentieth: what grows two hundredfold was made to fill a disk."""
_SMALL = 10 * 1024**2
_CHUNK = 1 << 20


def refuse_bomb(path: Path, most_bytes: int = MOST_WORKBOOK_BYTES) -> None:
    """Refuse a zip that would unpack to far more than it is; what is no zip is for its reader to refuse.

    Raises:
        ImportRefused: It has too many files, is too large unpacked, or grows too much.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError):
        return
    total = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_FILES:
        raise ImportRefused(f"{path.name} 里有 {len(entries)} 个文件，超过 {MOST_FILES} 个", "分成几个再上传")
    if total > most_bytes:
        raise ImportRefused(f"{path.name} 解开后有 {total / 1024**3:.1f} GB，太大", "分成几个再上传")
    if total > _SMALL and total > MOST_RATIO * max(1, path.stat().st_size):
        raise ImportRefused(f"{path.name} 解开后大得不合常理，没有解开", "用原来的文件重新打包")


def unpack(path: Path, folder: Path) -> None:
    """Unpack a zip's files into one folder, by their bare names.

    Names that lead elsewhere (``../x``, ``/x``) lose their folders; what is hidden, encrypted or itself a zip is left.

    Raises:
        ImportRefused: It is no zip, or `refuse_bomb`; two files have the same name; it holds more than it said.
    """
    refuse_bomb(path, MOST_BYTES)
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise ImportRefused(f"{path.name} 不是完整的 zip 文件", "重新打包后上传") from error
    with archive:
        for entry in archive.infolist():
            name = _name(entry)
            if not name or name.startswith((".", "~$")) or Path(name).suffix.lower() in ARCHIVE_SUFFIXES:
                continue
            target = folder / name
            if target.exists():
                raise ImportRefused(f"{path.name} 里有两个 {name}", "文件名不能重复，改名后重新打包")
            if entry.flag_bits & 1:
                raise ImportRefused(f"{path.name} 有密码", "去掉密码后重新打包")
            _copy(archive, entry, target, path.name)


def _name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's bare name; where the zip does not say UTF-8, Chinese Windows wrote GB 18030."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("gb18030")
        except (UnicodeEncodeError, UnicodeDecodeError):
            name = entry.filename
    return "" if entry.is_dir() or "__MACOSX" in name else name.replace("\\", "/").rsplit("/", 1)[-1]


def _copy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, shown: str) -> None:
    try:
        with archive.open(entry) as source, target.open("xb") as out:
            shutil.copyfileobj(source, out, _CHUNK)
    except (zipfile.BadZipFile, EOFError, NotImplementedError) as error:
        raise ImportRefused(f"{shown} 里的 {target.name} 解不开（{error}）", "重新打包后上传") from error
