"""A knowledge entry written as a Markdown page: front matter for what is filed, headings for what is said.

::

    ---
    id: JA001
    version: 2
    valid_from: 2026-04-01
    责任部门: 市公安局
    ---
    # 首次申领普通护照

    ## 问题
    第一次办护照要带什么？

    ## 答案
    带身份证到出入境窗口申请，工本费120元，7个工作日办结。

    ## 要点
    - 费用：120元（必告）
    - 时限：7个工作日

Names are those of the columns, Chinese or English (docs/knowledge.md). The first heading of level one is the title.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import YAMLError

from qa_pipeline.errors import ImportRefused
from qa_pipeline.ingest.batch import Batch, FileKind, Numbered
from qa_pipeline.ingest.cells import Cells
from qa_pipeline.ingest.knowledge import KNOWLEDGE_COLUMNS, as_cells, read_entry
from qa_pipeline.ingest.tables import plain_header
from qa_pipeline.language.written_facts import WRITE_LIKE, fact_in_line

_FENCE = re.compile(r"---\s*")
_ITEM = re.compile(r"\s*(?:[-*+]|\d+[.、)])\s+")
_LISTED = frozenset({"paraphrases", "materials", "hotwords"})
_NAMES = {plain_header(name): field for field, names in KNOWLEDGE_COLUMNS.items() for name in names}


class _DatesAsText(SafeConstructor):
    """Leaves dates as they are written: one that does not exist is told as such."""


_DatesAsText.add_constructor("tag:yaml.org,2002:timestamp", lambda _constructor, node: str(node.value))


@dataclass(frozen=True, slots=True)
class _Section:
    """A heading with the lines below it; ``line`` is the heading's, from 1."""

    level: int
    name: str
    line: int
    lines: tuple[str, ...]


def is_entry(path: Path) -> bool:
    """Whether a page begins with front matter that has an ``id``: a README beside the entries has none."""
    try:
        front, _, _ = _split(path.name, path.read_text(encoding="utf-8-sig"))
    except (ImportRefused, OSError, UnicodeDecodeError):
        return True  # broken or not to be read: let the import say so
    return any(_NAMES.get(plain_header(str(name))) == "id" for name in front)


def read_markdown(path: Path) -> Batch:
    """Read the entry of one page.

    Raises:
        ImportRefused: It is not UTF-8, or its front matter is missing or no YAML.
        OSError: It cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportRefused(f"{path.name} 不是 UTF-8 的文本", "用 UTF-8 保存后再导入") from error
    front, body, first = _split(path.name, text)
    if not front:
        raise ImportRefused(f"{path.name} 开头没有写条目的 id、version 等", "在第一行写 ---，填好后再写一行 ---")
    cells = Cells(path.name, 1, {}, {})
    values = _filed(front, cells)
    cells.titles = titles = _titles(front)
    for section in _sections(body, first):
        _take(section, values, cells)
    cells.values = values
    entry = None if cells.faults else read_entry(cells)
    rows = () if entry is None or cells.faults else (Numbered(1, entry),)
    return Batch(path.name, FileKind.KNOWLEDGE, rows, tuple(cells.faults), titles)


def _titles(front: dict[str, Any]) -> dict[str, str]:
    """Return what a page calls the fields that stand in its front matter."""
    named = ((_NAMES.get(plain_header(str(name))), str(name)) for name in front)
    return {field: name for field, name in named if field is not None}


def _split(name: str, text: str) -> tuple[dict[str, Any], str, int]:
    """Return the front matter, the text below it, and the number of that text's first line."""
    lines = text.split("\n")
    if not lines or not _FENCE.fullmatch(lines[0]):
        return {}, text, 1
    end = next((n for n, line in enumerate(lines[1:], start=1) if _FENCE.fullmatch(line)), None)
    if end is None:
        raise ImportRefused(f"{name} 第 1 行的 --- 没有结束", "在条目信息的后面再写一行 ---")
    try:
        yaml = YAML(typ="safe", pure=True)
        yaml.Constructor = _DatesAsText
        loaded = yaml.load("\n".join(lines[1:end]))
    except (YAMLError, ValueError) as error:
        raise ImportRefused(f"{name} 开头的条目信息不是 YAML", "每行写成“名称: 值”，冒号用半角、后面空一格") from error
    if loaded is not None and not isinstance(loaded, dict):
        raise ImportRefused(f"{name} 开头的条目信息不是“名称: 值”的形式", "每行写成“名称: 值”")
    return loaded or {}, "\n".join(lines[end + 1 :]), end + 2


def _filed(front: dict[str, Any], cells: Cells) -> dict[str, str]:
    known = {}
    for name, value in front.items():
        field = _NAMES.get(plain_header(str(name)))
        if field is None:
            cells.fault(
                str(name), "不认识的项", f"可用：{'、'.join(names[-1] for names in KNOWLEDGE_COLUMNS.values())}"
            )
        else:
            known[field] = value
    return as_cells(known)


def _sections(body: str, first: int) -> Iterator[_Section]:
    """Yield the headings of a page with what stands below each, up to the next."""
    lines = body.split("\n")
    tokens = MarkdownIt("commonmark").parse(body)
    heads = [
        (int(token.tag[1:]), tokens[place + 1].content, token.map)
        for place, token in enumerate(tokens)
        if token.type == "heading_open" and token.level == 0 and token.map is not None
    ]
    for place, (level, name, where) in enumerate(heads):
        end = heads[place + 1][2][0] if place + 1 < len(heads) else len(lines)
        yield _Section(level, name.strip(), first + where[0], tuple(lines[where[1] : end]))


def _take(section: _Section, values: dict[str, str], cells: Cells) -> None:
    """Put what stands below a heading into its cell; a fault names the heading's line."""
    field = _NAMES.get(plain_header(section.name))
    if section.level == 1 and field is None:
        field, text = "title", section.name
    elif field is None:
        _fault(
            cells, section, "不认识的标题", "可用：问题、相似问法、答案、要点、材料、时限、费用、地点、办理时间、电话等"
        )
        return
    else:
        text = _facts(section, cells) if field == "facts" else _text(section, field)
    if values.get(field):
        _fault(cells, section, "写了两次", "只留下一处")
    values[field] = text


def _text(section: _Section, field: str) -> str:
    lines = [_ITEM.sub("", line).strip() for line in section.lines]
    return ("；" if field in _LISTED else "\n").join(line for line in lines if line)


def _facts(section: _Section, cells: Cells) -> str:
    """Read the facts of a list such as ``- 费用：120元（必告）``."""
    facts = []
    for offset, line in enumerate(section.lines, start=1):
        written = _ITEM.sub("", line).strip()
        if not written:
            continue
        if (fact := fact_in_line(written)) is None:
            _fault(cells, section, f"第 {section.line + offset} 行“{written[:30]}”看不懂", WRITE_LIKE)
            continue
        facts.append({"slot": fact.slot, "value": fact.value, "unit": fact.unit, "must_say": fact.must_say})
    return json.dumps(facts, ensure_ascii=False)


def _fault(cells: Cells, section: _Section, what: str, hint: str) -> None:
    row, cells.row = cells.row, section.line
    cells.fault(section.name, what, hint)
    cells.row = row
