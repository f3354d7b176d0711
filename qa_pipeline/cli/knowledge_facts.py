"""``hotline-qa knowledge facts``: what an entry's text states, and its owner's word on it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from qa_pipeline.cli.batch import AsJson
from qa_pipeline.cli.console import out, out_json
from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.language.entry_fields import field_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from qa_pipeline.knowledge.base.confirming import Listed
    from qa_pipeline.models import KnowledgeEntry

_AROUND = 12
_ALL = "all"


def register(base: typer.Typer) -> None:
    """Add the command of this module."""
    base.command("facts")(facts)


def facts(
    context: typer.Context,
    entry_id: Annotated[str | None, typer.Argument(help="The entry's id; without: entries that wait")] = None,
    version: Annotated[int | None, typer.Option("--version", help="Default: the newest")] = None,
    confirm: Annotated[str, typer.Option("--confirm", help="Numbers such as 1,3, or all")] = "",
    must_say: Annotated[str, typer.Option("--must-say", help="Numbers that every answer must name")] = "",
    need_not_say: Annotated[str, typer.Option("--need-not-say", help="Numbers that it need not name")] = "",
    strike: Annotated[str, typer.Option("--strike", help="Numbers that are no facts")] = "",
    correct: Annotated[
        list[str] | None, typer.Option("--correct", help="2=40元, or 2=时限：20个工作日; may be given more than once")
    ] = None,
    add: Annotated[list[str] | None, typer.Option("--add", help="材料：户口簿; may be given more than once")] = None,
    by: Annotated[str, typer.Option("--by", help="Who confirms, kept with the entry")] = "",
    as_json: AsJson = False,
) -> None:
    """List the facts of an entry with their places in its text, and take its owner's word on them, once."""
    if entry_id is None:
        _waiting(context, as_json=as_json)
        return
    from qa_pipeline.knowledge.base.confirming import Word, as_confirmed, listed, read_addition, read_correction
    from qa_pipeline.store.queries.knowledge import entry_row

    _, sessions = context.obj.open()
    with sessions.begin() as session:
        entry = _entry(session, entry_id, version)
        found = listed(entry)
        word = Word(
            confirm=_numbers(confirm, found),
            must_say=_numbers(must_say, found),
            need_not_say=_numbers(need_not_say, found),
            strike=_numbers(strike, found),
            corrections=dict(read_correction(text, entry) for text in correct or ()),
            added=tuple(map(read_addition, add or ())),
        )
        spoken = bool(word.numbers or word.added)
        if spoken:
            entry = as_confirmed(entry, word, by, datetime.now().date())
            session.add(entry_row(entry, datetime.now()))
            found = listed(entry)
    if as_json:
        out_json(_values(entry, found))
        return
    for line in _lines(entry, found, spoken=spoken):
        out(line)


def _entry(session: Session, entry_id: str, version: int | None) -> KnowledgeEntry:
    from qa_pipeline.store.queries.knowledge import as_known, history

    versions = [one for one in as_known(history(session, entry_id)) if version is None or one.version == version]
    if not versions:
        which = "" if version is None else f"第 {version} 版"
        raise NotFound(f"知识库里没有条目 {entry_id}{which}", "核对编号，或先用 hotline-qa knowledge import 导入")
    return versions[-1]


def _numbers(text: str, found: Sequence[Listed]) -> frozenset[int]:
    if text.strip() == _ALL:
        return frozenset(one.number for one in found)
    parts = [part.strip() for part in text.replace("，", ",").replace("、", ",").split(",") if part.strip()]
    if not all(part.isdecimal() for part in parts):
        raise UserError(f"“{text}”不是编号", "写成 1,3 或 all")
    return frozenset(map(int, parts))


def _lines(entry: KnowledgeEntry, found: Sequence[Listed], *, spoken: bool) -> list[str]:
    from qa_pipeline.language.written_facts import in_words

    by, at = entry.details.get("facts_confirmed_by"), entry.details.get("facts_confirmed_at")
    head = f"{entry.entry_id} 第 {entry.version} 版《{entry.title}》"
    lines = [f"{head}  {f'{at} 由 {by} 确认过' if by else '要点还没有人确认过' if not entry.facts else ''}".rstrip()]
    for one in found:
        recorded = one.fact in entry.facts
        mark = "已确认" if one.fact.confirmed and recorded else "待确认" if recorded else "未登记"
        must = "，必告" if one.fact.must_say else ""
        where = (
            "正文里没有" if one.place is None else f"{'正文仍写别的值，' if one.otherwise else ''}{_where(entry, one)}"
        )
        lines.append(f"  {one.number}. {in_words(one.fact)}  {mark}{must}  {where}")
    if not found:
        lines.append("  正文里没有读出可核对的要点；用 --add “费用：40元” 补上")
    elif not spoken and any(not one.fact.confirmed for one in found):
        lines.append(
            "确认：--confirm 1,2 或 all；必告：--must-say 1；更正：--correct 2=40元；不是要点：--strike 3；加 --by 姓名"
        )
    return lines


def _where(entry: KnowledgeEntry, one: Listed) -> str:
    from qa_pipeline.knowledge.base.proposals import field_text

    if one.place is None:
        return ""
    text, place = field_text(entry, one.place.field), one.place
    before, after = text[max(0, place.start - _AROUND) : place.start], text[place.end : place.end + _AROUND]
    return f"{field_name(place.field)}：" + " ".join(f"…{before}【{text[place.start : place.end]}】{after}…".split())


def _values(entry: KnowledgeEntry, found: Sequence[Listed]) -> dict[str, object]:
    return {
        "entry_id": entry.entry_id,
        "version": entry.version,
        "owner_department": entry.owner_department,
        "confirmed_by": entry.details.get("facts_confirmed_by"),
        "confirmed_at": entry.details.get("facts_confirmed_at"),
        "facts": [
            {
                "number": one.number,
                "slot": one.fact.slot,
                "value": one.fact.value,
                "unit": one.fact.unit,
                "must_say": one.fact.must_say,
                "confirmed": one.fact.confirmed,
                "recorded": one.fact in entry.facts,
                "field": None if one.place is None else one.place.field,
                "start": None if one.place is None else one.place.start,
                "end": None if one.place is None else one.place.end,
                "text_says_otherwise": one.otherwise,
            }
            for one in found
        ],
    }


def _waiting(context: typer.Context, *, as_json: bool) -> None:
    from qa_pipeline.knowledge.base.confirming import unconfirmed
    from qa_pipeline.store.queries.knowledge import entries

    _, sessions = context.obj.open()
    with sessions() as session:
        newest = {entry.entry_id: entry for entry in entries(session)}
    waiting = [(entry, count) for entry in newest.values() if (count := unconfirmed(entry))]
    waiting.sort(key=lambda pair: (pair[0].owner_department, pair[0].entry_id))
    if as_json:
        out_json(
            [
                {"entry_id": e.entry_id, "version": e.version, "owner_department": e.owner_department, "waiting": n}
                for e, n in waiting
            ]
        )
        return
    for entry, count in waiting:
        out(f"{entry.owner_department or '（没有责任部门）'}  {entry.entry_id}《{entry.title}》{count} 个要点待确认")
    out(f"共 {len(waiting)} 条" if waiting else "没有待确认的要点")
