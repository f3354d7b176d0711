"""Knowledge entries from tables and from YAML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from qa_pipeline.ingest.cells import Cells
from qa_pipeline.language.written_facts import WRITE_LIKE, fact_in_line
from qa_pipeline.models import FACT_UNITS, Fact, KnowledgeEntry

_LISTS = ("paraphrases", "materials", "hotwords")
_DETAILS = (
    "materials",
    "time_limit",
    "fee",
    "place",
    "hours",
    "phone",
    "legal_basis",
    "issuing_unit",
    "region",
    "supersedes",
    "secrecy",
    "owner",
)
_DATES = ("reviewed_at", "review_by")
KNOWLEDGE_COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id", "entry_id", "编号", "条目编号"),
    "version": ("version", "版本"),
    "category_path": ("category_path", "分类"),
    "title": ("title", "标题"),
    "question": ("question", "问题"),
    "paraphrases": ("paraphrases", "相似问法"),
    "answer": ("answer", "答案"),
    "facts": ("facts", "要点"),
    "materials": ("materials", "材料"),
    "time_limit": ("time_limit", "时限"),
    "fee": ("fee", "费用"),
    "place": ("place", "地点"),
    "hours": ("hours", "办理时间"),
    "phone": ("phone", "电话"),
    "legal_basis": ("legal_basis", "依据"),
    "issuing_unit": ("issuing_unit", "发布单位"),
    "owner_department": ("owner_department", "责任部门"),
    "owner": ("owner", "责任人"),
    "region": ("region", "适用地区"),
    "valid_from": ("valid_from", "生效日期"),
    "valid_to": ("valid_to", "失效日期"),
    "reviewed_at": ("reviewed_at", "复核日期"),
    "review_by": ("review_by", "下次复核日期", "复核期限"),
    "supersedes": ("supersedes", "替代"),
    "secrecy": ("secrecy", "密级"),
    "hotwords": ("hotwords", "热词"),
}
KNOWLEDGE_REQUIRED = ("id", "version", "title", "question", "answer", "valid_from")

_FACT_FIELDS = frozenset({"slot", "value", "unit", "tolerance", "must_say", "confirmed"})
_LONGEST_TITLE = 128
_LONGEST_ID = 128
LONGEST_TEXT = 20_000
"""Characters of one cell. An answer is said on the phone at some 250 a minute; a whole regulation is no answer."""


def read_entry(cells: Cells) -> KnowledgeEntry:
    """Read one entry; lists are joined by '；', facts too, or they are a JSON list."""
    valid_from = cells.day("valid_from")
    valid_to = cells.day_or_none("valid_to")
    if valid_to is not None and not cells.faults and valid_to < valid_from:
        cells.fault("valid_to", f"失效日期 {valid_to} 早于生效日期 {valid_from}", "改正其中一个日期")
    title = cells.text("title", required=True)
    if len(title) > _LONGEST_TITLE:
        cells.fault("title", f"标题有 {len(title)} 个字", f"标题不超过 {_LONGEST_TITLE} 个字")
    _refuse_long(cells)
    if len(cells.text("id")) > _LONGEST_ID:
        cells.fault("id", f"编号有 {len(cells.text('id'))} 个字", f"编号不超过 {_LONGEST_ID} 个字")
    reviewed = _review_dates(cells)
    return KnowledgeEntry(
        entry_id=cells.text("id", required=True),
        version=cells.whole("version", 1, 100_000),
        title=title,
        question=cells.text("question", required=True),
        answer=cells.text("answer", required=True),
        valid_from=valid_from,
        valid_to=valid_to,
        paraphrases=_listed(cells.text("paraphrases")),
        facts=_facts(cells),
        category_path=cells.text("category_path"),
        hotwords=_listed(cells.text("hotwords")),
        owner_department=cells.text("owner_department"),
        details={name: value for name in _DETAILS if (value := cells.text(name))} | reviewed,
    )


def _refuse_long(cells: Cells) -> None:
    for name in KNOWLEDGE_COLUMNS:
        length = len(cells.values.get(name, ""))
        if length > LONGEST_TEXT:
            hint = f"不超过 {LONGEST_TEXT} 个字；答案写话务员在电话里要说的话，法规全文放到依据的链接里，或拆成几条"
            cells.fault(name, f"有 {length} 个字", hint)


def _review_dates(cells: Cells) -> dict[str, str]:
    """Return the dates of the reviews, written alike however the file wrote them."""
    days = {name: day for name in _DATES if (day := cells.day_or_none(name)) is not None}
    if len(days) == 2 and days["review_by"] < days["reviewed_at"]:
        what = f"下次复核日期 {days['review_by']} 早于复核日期 {days['reviewed_at']}"
        cells.fault("review_by", what, "改正其中一个日期")
    return {name: day.isoformat() for name, day in days.items()}


def as_cells(entry: Mapping[str, Any]) -> dict[str, str]:
    """Turn a YAML entry into the cells that a table would have held."""
    return {name: _cell(name, value) for name, value in entry.items()}


def _cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name == "facts":
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, list):
        return "；".join(str(part) for part in value)
    return str(value)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[；;\n]", text) if part.strip())


def _facts(cells: Cells) -> tuple[Fact, ...]:
    """Read facts as departments write them (费用：120元（必告）；时限：7个工作日), or as a JSON list of objects."""
    text = cells.text("facts")
    if not text:
        return ()
    if text[0] not in '[{"':
        return _written(cells, text)
    try:
        loaded = json.loads(text)
    except json.JSONDecodeError as error:
        cells.fault("facts", f"不是 JSON（第 {error.pos + 1} 个字符处）", f"{WRITE_LIKE}；或改正 JSON")
        return ()
    if isinstance(loaded, str):
        return _written(cells, loaded)
    if not isinstance(loaded, list):
        cells.fault("facts", "不是列表", '写成 [{"slot": "fee", "value": "20", "unit": "yuan"}]')
        return ()
    return tuple(fact for number, one in enumerate(loaded, 1) if (fact := _fact(cells, number, one)) is not None)


def _written(cells: Cells, text: str) -> tuple[Fact, ...]:
    lines = enumerate(_listed(text), 1)
    return tuple(fact for number, line in lines if (fact := _line(cells, number, line)) is not None)


def _line(cells: Cells, number: int, line: str) -> Fact | None:
    if (fact := fact_in_line(line)) is None:
        cells.fault("facts", f"第 {number} 个要点“{line[:30]}”看不懂", f"{WRITE_LIKE}，要点之间用“；”或换行隔开")
    return fact


def _fact(cells: Cells, number: int, one: Any) -> Fact | None:
    if isinstance(one, str):
        return _line(cells, number, one)
    if not isinstance(one, dict):
        cells.fault("facts", f"第 {number} 个要点不是对象", "每个要点写 slot、value、unit")
        return None
    unknown = set(one) - _FACT_FIELDS
    if unknown:
        cells.fault(
            "facts",
            f"第 {number} 个要点有不认识的项 {'、'.join(sorted(map(str, unknown)))}",
            "只写 slot、value、unit、tolerance、must_say、confirmed",
        )
        return None
    slot, unit = str(one.get("slot", "")), str(one.get("unit") or "")
    unit = "" if unit.lower() == "none" else unit
    value = str(one["value"]).strip() if one.get("value") is not None else ""
    if slot not in FACT_UNITS:
        cells.fault("facts", f"第 {number} 个要点的 slot “{slot}”不认识", f"可用：{'、'.join(FACT_UNITS)}")
        return None
    if unit not in FACT_UNITS[slot]:
        allowed = "、".join(sorted(u or "（空）" for u in FACT_UNITS[slot]))
        cells.fault("facts", f"第 {number} 个要点（{slot}）的单位“{unit}”不认识", f"可用：{allowed}")
        return None
    if not value:
        cells.fault("facts", f"第 {number} 个要点（{slot}）没有 value", "填写后再导入")
        return None
    return _checked_fact(cells, number, one, Fact(slot, value, unit))


def _checked_fact(cells: Cells, number: int, one: Mapping[str, Any], fact: Fact) -> Fact | None:
    marks = {"must_say": one.get("must_say") or False, "confirmed": one.get("confirmed", True)}
    try:
        tolerance = Decimal(str(one.get("tolerance") or 0))
    except InvalidOperation:
        tolerance = Decimal(-1)
    for name, mark in marks.items():
        if not isinstance(mark, bool):
            cells.fault("facts", f"第 {number} 个要点（{fact.slot}）的 {name} 不是 true 或 false", "改成 true 或 false")
            return None
    if not tolerance.is_finite() or tolerance < 0:
        cells.fault("facts", f"第 {number} 个要点（{fact.slot}）的 tolerance 不是非负的数", "填数字，单位与 value 相同")
        return None
    return replace(fact, tolerance=tolerance, **marks)
