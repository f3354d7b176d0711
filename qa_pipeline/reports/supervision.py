"""Supervision notices and appeals as a month's report and workbook show them, and the criticism notice on paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined

from qa_pipeline.models import Operator
from qa_pipeline.models.appeals import AppealFile
from qa_pipeline.models.supervision import NoticeFile, Office
from qa_pipeline.reports.words import points

Hide = Callable[[str], str]
"""Puts stand-ins for personal data into a text that people wrote."""
NOTICE_HEADS = (
    "编号",
    "时间",
    "工号",
    "姓名",
    "监督方式",
    "事实",
    "依据",
    "通话编号",
    "提出扣分",
    "状态",
    "扣分",
    "通报批评",
    "结账后申诉改为",
)
APPEAL_HEADS = ("编号", "工号", "姓名", "事项", "提出时间", "状态", "应裁定日期", "答复", "裁定")
_DIGITS = "〇一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice for a list; ``what`` and ``evidence`` as the reader may see them. It does not say who saw it.

    ``standing`` is the notice as appeals left it, also those that were won after the month was settled: the month keeps
    what the notice took, and nobody is shown as criticised for what an appeal has cleared.
    """

    file: NoticeFile
    name: str
    team: str
    what: str
    evidence: str
    standing: NoticeFile

    @property
    def left(self) -> Decimal | None:
        """The points that an appeal left of it after the closing, None where it changed nothing."""
        return None if self.standing.points == self.file.points else self.standing.points

    @property
    def place(self) -> str:
        """The call and moment that show it, '' where there is none."""
        notice = self.file.notice
        if notice.call_id is None:
            return ""
        seconds = None if notice.at_ms is None else notice.at_ms // 1000
        return notice.call_id if seconds is None else f"{notice.call_id} {seconds // 60:02d}:{seconds % 60:02d}"

    @property
    def when_zh(self) -> str:
        """When it happened, as a document writes it."""
        at = self.file.notice.happened_at
        return f"{day_zh(at.date())}{at.hour}时{at.minute:02d}分"


@dataclass(frozen=True, slots=True)
class AppealLine:
    """An appeal for a list."""

    file: AppealFile
    name: str


@dataclass(frozen=True, slots=True)
class Supervision:
    """What people held against a month's operators beside the calls, and what was held against that."""

    notices: tuple[NoticeLine, ...] = ()
    appeals: tuple[AppealLine, ...] = ()


@dataclass(frozen=True, slots=True)
class CriticismHead:
    """What a criticism notice bears besides its facts; an empty ``centre`` or ``number`` is left to be written in."""

    centre: str
    number: str
    basis: str
    day: date
    appeal_workdays: int


def day_zh(day: date) -> str:
    """Return a day as a document writes it: 2026年11月2日."""
    return f"{day.year}年{day.month}月{day.day}日"


def supervision_of(
    notices: Sequence[NoticeFile],
    appeals: Sequence[AppealFile],
    people: Sequence[Operator],
    hide: Hide,
    standing: Sequence[NoticeFile] | None = None,
) -> Supervision:
    """Return a month's notices and appeals for people to read.

    Args:
        notices: In order of time.
        appeals: In the order in which they were filed.
        people: The roster.
        hide: Puts stand-ins into what was written; for who may see all, it changes nothing.
        standing: The notices as appeals left them, in the same order; without it as they are.
    """
    roster = {o.operator_id: o for o in people}
    lines = []
    for file, left in zip(notices, standing or notices, strict=True):
        who = roster.get(file.notice.operator_id)
        name, team = ("", "") if who is None else (who.name, who.team)
        lines.append(NoticeLine(file, name, team, hide(file.notice.what), hide(file.notice.evidence), left))
    names = {o.operator_id: o.name for o in people}
    return Supervision(tuple(lines), tuple(AppealLine(f, names.get(f.appeal.target.operator_id, "")) for f in appeals))


def supervision_sheets(found: Supervision | None) -> dict[str, pd.DataFrame]:
    """Return the workbook's sheets by name; none where nothing was noted or appealed."""
    if found is None:
        return {}
    sheets = {
        "监督记录": pd.DataFrame([_notice(line) for line in found.notices], columns=list(NOTICE_HEADS)),
        "申诉": pd.DataFrame([_appeal(line) for line in found.appeals], columns=list(APPEAL_HEADS)),
    }
    return {name: sheet for name, sheet in sheets.items() if len(sheet)}


def criticism_page(lines: Sequence[NoticeLine], head: CriticismHead, nonce: str = "") -> str:
    """Return a criticism notice (通报批评) as a page that prints on A4 in the form of an official document.

    Layout after GB/T 9704-2012: A4, text of 156 by 225 mm, 22 lines of 28 characters in size 3 (16 pt).

    Args:
        lines: The notices that it is about, of one operator or of several.
        head: Centre, number, rule, date.
        nonce: Of the style sheet, where a server's policy asks for one.

    Raises:
        ValueError: There are no notices.
    """
    if not lines:
        raise ValueError("a criticism notice is about at least one supervision notice; give one")
    environment = Environment(
        loader=PackageLoader("qa_pipeline.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(points=points, day_zh=day_zh, ordinal=_ordinal, approved_by=_approved_by)
    return environment.get_template("criticism.html").render(lines=lines, head=head, people=_people(lines), nonce=nonce)


@dataclass(frozen=True, slots=True)
class _Person:
    operator_id: str
    name: str
    month: str
    points: Decimal

    @property
    def month_zh(self) -> str:
        return f"{self.month[:4]}年{int(self.month[5:])}月"


def _people(lines: Sequence[NoticeLine]) -> list[_Person]:
    taken: dict[tuple[str, str], _Person] = {}
    for line in lines:
        notice = line.file.notice
        before = taken.get((notice.operator_id, notice.month))
        more = line.file.points + (Decimal(0) if before is None else before.points)
        taken[notice.operator_id, notice.month] = _Person(notice.operator_id, line.name, notice.month, more)
    return list(taken.values())


def _ordinal(number: int) -> str:
    """Return 1–99 as a document numbers its points: 一, 十二, 二十."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return head + (_DIGITS[ones] if ones or not tens else "")


def _notice(line: NoticeLine) -> list[object]:
    file, notice = line.file, line.file.notice
    return [
        *(notice.notice_id, notice.happened_at, notice.operator_id, line.name, notice.kind.name_zh),
        *(line.what, line.evidence, line.place, float(notice.points), file.state.name_zh, float(file.points)),
        "是" if line.standing.criticised else "",
        None if line.left is None else float(line.left),
    ]


def _appeal(line: AppealLine) -> list[object]:
    appeal, words = line.file.appeal, line.file.words
    said = {word.step.value: f"{word.by}，{word.said_at:%Y-%m-%d}" for word in words}
    decided = next((said[step] for step in ("upheld", "partly", "rejected") if step in said), "")
    return [
        *(appeal.appeal_id, appeal.target.operator_id, line.name, appeal.target.name_zh, _minute(appeal.filed_at)),
        *(line.file.state.name_zh, appeal.due_on.isoformat(), said.get("answered", ""), decided),
    ]


def _minute(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _approved_by(line: NoticeLine) -> str:
    """Return who approved a notice, in which capacity: 李主管（主管）."""
    approval = line.file.approval
    if approval is None:
        return ""
    office = approval.office or Office.SUPERVISOR
    return f"{approval.by}（{office.name_zh}）"
