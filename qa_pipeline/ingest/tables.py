"""Tables from CSV (UTF-8 or GB 18030; comma, semicolon or tab) and xlsx, every cell as text."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qa_pipeline.errors import ImportRefused
from qa_pipeline.ingest.archives import refuse_bomb

# A cell that is too long for its column is refused by its column's name, and not by the reader as a broken file.
_LONGEST_CELL = 100_000_000
_EXCEL = frozenset({".xlsx", ".xlsm"})


@dataclass(frozen=True, slots=True)
class Table:
    """A header and rows of text; each row has its number (the header is row 1) and as many cells as the header."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def read_tables(path: Path) -> tuple[Table, ...]:
    """Read the table of a CSV file, or of each sheet of a workbook that is not empty.

    Raises:
        ImportRefused: The file is empty, of another kind, or in an encoding that nobody expects.
    """
    if path.suffix.lower() in _EXCEL:
        return _read_workbook(path)
    text = _decode(path)
    first_line = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(",\t;", key=first_line.count)
    csv.field_size_limit(_LONGEST_CELL)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ImportRefused(f"{path.name} 不是完整的 CSV 文件（{error}）", "检查引号是否成对，或重新导出") from error
    return (_table(path.name, records),)


def plain_header(name: str) -> str:
    """Return a header as it is compared: NFKC, lower case, without blanks and a remark in brackets at its end."""
    folded = unicodedata.normalize("NFKC", name).strip().lower().replace(" ", "_")
    return re.sub(r"_?\([^()]*\)$", "", folded)


def _decode(path: Path) -> str:
    data = path.read_bytes()
    if not data.strip():
        raise ImportRefused(f"{path.name} 是空文件", "重新导出后再导入")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings: tuple[str, ...] = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise ImportRefused(f"{path.name} 不是文本文件，或编码不是 UTF-8、GB 18030", "另存为“CSV UTF-8”后再导入")


def _read_workbook(path: Path) -> tuple[Table, ...]:
    refuse_bomb(path)
    import pandas as pd  # noqa: PLC0415  # half a second that every command without a workbook is spared

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl speaks of styles and validations that nobody asks for
            sheets = pd.read_excel(path, sheet_name=None, header=None, dtype=str, na_filter=False, engine="openpyxl")
    except Exception as error:  # openpyxl and its XML parser raise many kinds; each means a damaged file
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise ImportRefused(f"{path.name} 不是可读的 xlsx 工作簿（{error}）", "用 Excel 打开并另存为 .xlsx") from error
    tables = []
    for sheet, frame in sheets.items():
        records = [[str(cell) for cell in record] for record in frame.itertuples(index=False, name=None)]
        if any(cell.strip() for record in records for cell in record):
            tables.append(_table(path.name if len(sheets) == 1 else f"{path.name}[{sheet}]", records))
    if not tables:
        raise ImportRefused(f"{path.name} 里没有内容", "重新导出后再导入")
    return tuple(tables)


def _table(name: str, records: Iterable[Sequence[str]]) -> Table:
    numbered = [
        (number, tuple(cell.strip() for cell in record))
        for number, record in enumerate(records, start=1)
        if any(cell.strip() for cell in record)
    ]
    if not numbered:
        raise ImportRefused(f"{name} 里没有内容", "重新导出后再导入")
    _, header = numbered[0]
    while header and not header[-1]:
        header = header[:-1]
    repeated = {h for h in header if h and header.count(h) > 1}
    if repeated:
        raise ImportRefused(f"{name} 的表头重复：{'、'.join(sorted(repeated))}", "每列用不同的列名")
    return Table(name, header, tuple(numbered[1:]))
