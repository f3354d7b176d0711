"""A work order beside its call: each field with how it stands to what was said, and where that can be heard."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qa_pipeline.language.numerals import digits
from qa_pipeline.models import CallFile, Evidence, EvidenceKind, Outcome, RuleResult, Transcript
from qa_pipeline.models.beside import FieldMark, Stands, field_marks

RECORDS = "D"
"""The group of the scorecard's items that hold an order against its call."""
UNCHECKED = "unchecked"
# What a reviewer holds against the call comes first (records-and-knowledge.md); the rest as stored.
FIELDS_FIRST = (
    *("标题", "主要内容", "具体诉求", "发生时间", "事发地点", "被反映对象", "姓名或称谓", "性别", "联系方式"),
    *("来电号码", "是否保密", "诉求类型", "问题分类", "紧急程度", "承办单位", "来电时间", "提交时间", "处理时限"),
)
_NUMBER = 7
"""Digits from which on a value is looked for as it was read out."""
_SHORTEST, _LONGEST = 2, 12
"""Characters of a value that may be found in what was said as it is written."""


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field; ``stands`` is of `Stands` or `UNCHECKED`, ``end_ms`` 0 where nothing of the call tells it."""

    name: str
    value: str
    stands: str
    start_ms: int
    end_ms: int


def order_fields(file: CallFile) -> tuple[FieldView, ...]:
    """Return a call's order field by field, the most telling first; () without an order."""
    stored = dict(file.work_order.fields) if file.work_order is not None else {}
    rank = {name: position for position, name in enumerate(FIELDS_FIRST)}
    marks = _counting(file.audit.results if file.audit is not None else ())
    named = sorted(stored.items(), key=lambda field: rank.get(field[0], len(rank)))
    return tuple(_view(name, value, marks.get(name), file.transcript) for name, value in named)


def _view(name: str, value: str, mark: FieldMark | None, transcript: Transcript | None) -> FieldView:
    if mark is None:
        return FieldView(name, value, UNCHECKED, 0, 0)
    place = (mark.start_ms, mark.end_ms)
    if mark.stands is Stands.AGREES and not mark.end_ms and transcript is not None:
        place = _said_at(value, transcript)
    return FieldView(name, value, mark.stands, *place)


def _counting(results: Iterable[RuleResult]) -> dict[str, FieldMark]:
    """Return the mark that counts of each field: what differs outweighs what agrees."""
    found: dict[str, FieldMark] = {}
    marks = [mark for result in results if result.item.startswith(RECORDS) for mark in _marks(result)]
    for mark in sorted(marks, key=lambda one: one.stands is Stands.AGREES):
        found.setdefault(mark.name, mark)
    return found


def _marks(result: RuleResult) -> tuple[FieldMark, ...]:
    """Return what a result says of fields; older ones and a centre's own rules say it in their evidence alone."""
    return field_marks(result.details) or tuple(
        FieldMark(_name(e), Stands.MISSING if _is_empty(e) else Stands.DIFFERS)
        for e in result.evidence
        if e.kind is EvidenceKind.FIELD and result.outcome in {Outcome.FAIL, Outcome.UNDETERMINED}
    )


def _name(evidence: Evidence) -> str:
    return evidence.text.partition("：")[0]


def _is_empty(evidence: Evidence) -> bool:
    return evidence.text.endswith("：（空）")


def _said_at(value: str, transcript: Transcript) -> tuple[int, int]:
    """Return where a value that agrees was said word for word, or read out digit by digit; (0, 0) where it was not."""
    number = digits(value)
    for utterance in transcript.utterances:
        read_out = len(number) >= _NUMBER and number in digits(utterance.text)
        if read_out or (_SHORTEST <= len(value) <= _LONGEST and value in utterance.text):
            return utterance.start_ms, utterance.end_ms
    return 0, 0
