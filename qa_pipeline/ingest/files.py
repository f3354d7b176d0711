"""Finds out what a file is by its header and reads it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from qa_pipeline.errors import ImportRefused
from qa_pipeline.ingest import calls, knowledge, pay, people, places, training
from qa_pipeline.ingest.batch import Batch, FileKind, Numbered, Refusal
from qa_pipeline.ingest.cells import Cells
from qa_pipeline.ingest.markdown import read_markdown
from qa_pipeline.ingest.tables import Table, plain_header, read_tables
from qa_pipeline.models.files import MARKDOWN_SUFFIXES, READABLE_SUFFIXES, YAML_SUFFIXES

logger = logging.getLogger(__name__)
__all__ = [
    "COLUMNS_OF",
    "LAYOUTS",
    "READABLE_SUFFIXES",
    "YAML_SUFFIXES",
    "ColumnMaps",
    "Layout",
    "is_knowledge",
    "load_yaml",
    "read_file",
    "read_table",
    "refused_file",
]
ColumnMaps = Mapping[str, Mapping[str, str]]
_NO_TITLES: Mapping[str, str] = {}
_NO_MAPS: ColumnMaps = {}


class _DatesAsText(RoundTripConstructor):
    """Leaves dates as they are written: one that does not exist is refused with its entry and not with the file."""


_DatesAsText.add_constructor("tag:yaml.org,2002:timestamp", lambda _constructor, node: str(node.value))


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of file: field -> names that it may have; ``keep_extra`` keeps unknown columns."""

    kind: FileKind
    label: str
    columns: Mapping[str, tuple[str, ...]]
    required: tuple[str, ...]
    read: Callable[[Cells], Any]
    keep_extra: bool = False

    def fields(self, header: tuple[str, ...], own: Mapping[str, str] = _NO_TITLES) -> dict[str, str]:
        """Return field -> header for the columns that the header has; ``own``: a centre's titles -> fields, first."""
        plain = {plain_header(title): title for title in reversed(header)}
        mapped = {own[name]: title for name, title in plain.items() if own.get(name) in self.columns}
        return mapped | {
            field: plain[name]
            for field, names in self.columns.items()
            if field not in mapped
            and (name := next((n for n in names if n in plain and n not in own), None)) is not None
        }


LAYOUTS = (
    Layout(FileKind.ROSTER, "花名册", people.ROSTER_COLUMNS, people.ROSTER_REQUIRED, people.read_operator),
    Layout(FileKind.SHIFT_PLAN, "排班表", people.PLAN_COLUMNS, people.PLAN_REQUIRED, people.read_duty),
    Layout(FileKind.CALL_LOG, "通话记录", calls.CALL_COLUMNS, calls.CALL_REQUIRED, calls.read_call),
    Layout(FileKind.WORK_ORDERS, "工单", calls.ORDER_COLUMNS, calls.ORDER_REQUIRED, calls.read_order, keep_extra=True),
    Layout(
        FileKind.KNOWLEDGE,
        "知识库",
        knowledge.KNOWLEDGE_COLUMNS,
        knowledge.KNOWLEDGE_REQUIRED,
        knowledge.read_entry,
    ),
    Layout(FileKind.GAZETTEER, "地名库", places.PLACE_COLUMNS, places.PLACE_REQUIRED, places.read_place),
    Layout(FileKind.PAY_TERMS, "绩效基数表", pay.PAY_COLUMNS, pay.PAY_REQUIRED, pay.read_term),
    Layout(
        FileKind.ATTENDANCE,
        "培训出席",
        training.ATTENDANCE_COLUMNS,
        training.ATTENDANCE_REQUIRED,
        training.read_attendance,
    ),
)


COLUMNS_OF = {layout.kind.value: [(field, names[0]) for field, names in layout.columns.items()] for layout in LAYOUTS}
"""By kind of file each field with the first name of its column: what a centre's own titles can be mapped to."""


def read_file(path: Path, maps: ColumnMaps = _NO_MAPS) -> tuple[Batch, ...]:
    """Read a table, or knowledge in YAML or Markdown; a file that cannot be read at all is a batch with one refusal.

    A table that is of no known kind is refused with its header, so that somebody can say what its columns mean.

    Args:
        path: The file.
        maps: By kind of file what a centre's own titles (folded, see `plain_header`) mean.
    """
    header: tuple[str, ...] = ()
    try:
        if path.suffix.lower() in YAML_SUFFIXES:
            return (_read_yaml(path),)
        if path.suffix.lower() in MARKDOWN_SUFFIXES:
            return (read_markdown(path),)
        tables = read_tables(path)
        header = tables[0].header if tables else ()
        return tuple(read_table(table, maps) for table in tables)
    except ImportRefused as refused:
        return (replace(refused_file(path.name, refused), header=header),)
    except OSError as error:
        return (
            Batch(
                path.name,
                None,
                (),
                (Refusal(path.name, None, "", f"读不出来（{error.strerror}）", "检查文件是否存在、是否有读权限"),),
            ),
        )
    except Exception as error:  # one file that brings a reader down must not cost the other files their import
        logger.warning("%s: unexpected %s", path.name, type(error).__name__)
        logger.debug("%s", path.name, exc_info=True)
        what = f"读取时出错（{type(error).__name__}）"
        return (Batch(path.name, None, (), (Refusal(path.name, None, "", what, "重新导出后再导入；仍不行请报告"),)),)


def refused_file(name: str, refused: ImportRefused) -> Batch:
    """Make the batch of a file that was refused as a whole."""
    return Batch(name, None, (), (Refusal(name, None, "", refused.message, refused.hint),))


def read_table(table: Table, maps: ColumnMaps = _NO_MAPS) -> Batch:
    """Read the rows of a table whose kind its header tells.

    Raises:
        ImportRefused: The header is of no known kind, or lacks a column.
    """
    layout = _layout_of(table, maps)
    titles = layout.fields(table.header, maps.get(layout.kind.value, _NO_TITLES))
    places = {title: field for field, title in titles.items()}
    rows, refusals = [], []
    for number, record in table.rows:
        values = _by_field(table.header, record, places, keep_extra=layout.keep_extra)
        cells = Cells(table.name, number, values, titles)
        if len(record) > len(table.header) and any(record[len(table.header) :]):
            cells.fault(
                "",
                f"有 {len(record)} 格，表头只有 {len(table.header)} 列",
                "检查是否多了分隔符，或给含逗号的内容加引号",
            )
        value = layout.read(cells)
        refusals.extend(cells.faults)
        if not cells.faults:
            rows.append(Numbered(number, value))
    return Batch(table.name, layout.kind, tuple(rows), tuple(refusals), titles, table.header)


def is_knowledge(loaded: object) -> bool:
    """Whether YAML content is a list of knowledge entries (or holds one under ``entries``)."""
    entries = loaded.get("entries") if isinstance(loaded, dict) else loaded
    return isinstance(entries, list) and any(isinstance(entry, dict) and "question" in entry for entry in entries)


def load_yaml(path: Path) -> Any:
    """Load a YAML file with its line numbers.

    Raises:
        ImportRefused: It is not YAML.
    """
    try:
        yaml = YAML(typ="rt")
        yaml.Constructor = _DatesAsText
        return yaml.load(path.read_text(encoding="utf-8-sig"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else "?"
        raise ImportRefused(
            f"{path.name} 第 {line} 行不是 YAML（{error.problem}）", "改正该行的缩进、引号或冒号"
        ) from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise ImportRefused(f"{path.name} 不是 UTF-8 的 YAML 文件", "用 UTF-8 保存后再导入") from error
    except ValueError as error:
        raise ImportRefused(f"{path.name} 里有看不懂的值（{error}）", "给这个值加引号，或改正后再导入") from error


def _layout_of(table: Table, maps: ColumnMaps) -> Layout:
    fields = {layout.kind: layout.fields(table.header, maps.get(layout.kind.value, _NO_TITLES)) for layout in LAYOUTS}
    best = max(LAYOUTS, key=lambda layout: len(fields[layout.kind]))
    found = fields[best.kind]
    if len(found) < 2:
        kinds = "；".join(f"{layout.label}：{'、'.join(_names(layout))}" for layout in LAYOUTS)
        raise ImportRefused(f"{table.name} 的表头不是已知的任何一种", f"必需的列——{kinds}")
    chinese = any(not title.isascii() for title in table.header)
    missing = [_name(best.columns[field], chinese=chinese) for field in best.required if field not in found]
    if missing:
        raise ImportRefused(f"{table.name}（{best.label}）缺少列：{'、'.join(missing)}", "补上这些列后再导入")
    return best


def _names(layout: Layout) -> list[str]:
    return [_name(layout.columns[field], chinese=True) for field in layout.required]


def _name(names: tuple[str, ...], *, chinese: bool) -> str:
    """Return what a column is called in the language of a file's header, its first name where it has no other."""
    return next((name for name in names if name.isascii() is not chinese), names[0])


def _by_field(
    header: tuple[str, ...], record: tuple[str, ...], places: Mapping[str, str], *, keep_extra: bool
) -> dict[str, str]:
    values: dict[str, str] = {}
    for title, cell in zip(header, record + ("",) * (len(header) - len(record)), strict=False):
        if title in places:
            values[places[title]] = cell
        elif keep_extra and title:
            values[title] = cell
    return values


def _read_yaml(path: Path) -> Batch:
    loaded = load_yaml(path)
    if not is_knowledge(loaded):
        raise ImportRefused(f"{path.name} 里没有知识条目", "写成条目的列表，每条有 id、version、question、answer 等")
    entries = loaded["entries"] if isinstance(loaded, dict) else loaded
    rows, refusals = [], []
    for index, entry in enumerate(entries):
        line = entries.lc.item(index)[0] + 1
        cells = Cells(path.name, line, knowledge.as_cells(entry) if isinstance(entry, dict) else {}, {})
        if not isinstance(entry, dict):
            cells.fault("", "不是一个条目", "每条写成“名称: 值”的形式")
        else:
            for name in set(entry) - set(knowledge.KNOWLEDGE_COLUMNS):
                cells.fault(str(name), "不认识的项", f"可用：{'、'.join(knowledge.KNOWLEDGE_COLUMNS)}")
        value = None if cells.faults else knowledge.read_entry(cells)
        refusals.extend(cells.faults)
        if value is not None and not cells.faults:
            rows.append(Numbered(line, value))
    return Batch(path.name, FileKind.KNOWLEDGE, tuple(rows), tuple(refusals))
