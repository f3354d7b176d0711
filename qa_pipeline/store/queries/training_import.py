"""Takes attendance that was read from files: sessions that are not there yet, and what is new of who attended."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from qa_pipeline.ingest.batch import Numbered
from qa_pipeline.models import Operator
from qa_pipeline.models.persons import named, plain, same_person
from qa_pipeline.models.training_records import AttendanceLine, AttendanceWord, Seen, SessionDraft
from qa_pipeline.store.queries.people import operators
from qa_pipeline.store.queries.refused import Refused
from qa_pipeline.store.queries.training_records import (
    add_training_session,
    hold_training,
    same_session,
    training_file,
)
from qa_pipeline.store.rows import as_row, too_long
from qa_pipeline.store.schema import AttendanceRow, TrainingSessionRow

IMPORTED = "导入"
"""Who said it, where an import was started by a command that names nobody."""


@dataclass(frozen=True, slots=True)
class Registrar:
    """Who vouches for an import.

    Args:
        by: Who confirmed it; whom the table names stands beside, for anybody can write any name into a table.
        items: Codes of the scorecard's items; None where no row can be of any.
    """

    by: str = IMPORTED
    items: frozenset[str] | None = None

    def beside(self, named: str) -> str:
        """Return who said a row of a table: who confirmed it, and whom the table names."""
        name = plain(named)
        return self.by if not name or same_person(name, self.by) else f"{self.by}（表内登记人：{name}）"


@dataclass(frozen=True, slots=True)
class _Centre:
    """What rows are held against; ``meant``: by each name that is given, which operators it may be."""

    operators: frozenset[str]
    teams: frozenset[str]
    meant: Mapping[str, frozenset[str]]
    who: Registrar


@dataclass(slots=True)
class _Known:
    """A session as it is now: its number, what counts of each operator, and of whom words are not written yet."""

    number: int
    latest: dict[str, Seen]
    unwritten: set[str] = field(default_factory=set)

    def say(self, session: Session, word: AttendanceWord) -> None:
        """Write a word, together with others where their order says nothing: the latest of an operator counts."""
        if word.operator_id in self.unwritten:
            session.flush()
            self.unwritten.clear()
        session.add(as_row(AttendanceRow, word))
        self.unwritten.add(word.operator_id)
        self.latest[word.operator_id] = word.seen


def take_attendance(
    session: Session, rows: Sequence[Numbered[AttendanceLine]], now: datetime, who: Registrar
) -> Callable[[AttendanceLine], bool]:
    """Return what takes one row. The same again changes nothing; another word is a correction, and says why.

    Rows are looked at before anybody is made to wait, and each session is read once: a year's table has thousands.
    """
    centre = _centre(operators(session), who, {row.value.by for row in rows})
    faults = {row.value: _fault(row.value, centre, now) for row in rows}
    if not all(faults.values()):
        hold_training(session)
    known: dict[tuple[object, ...], _Known | None] = {}

    def take_one(line: AttendanceLine) -> bool:
        if (fault := faults[line]) is not None:
            raise fault
        which = (line.draft.kind, line.draft.held_on, line.draft.topic, line.draft.team)
        if which not in known:
            known[which] = _as_it_is(session, line.draft)
        its = known[which]
        before = None if its is None else its.latest.get(line.operator_id)
        if before == line.seen:
            return False
        _refuse_own(line, centre)
        if before is not None and not line.why:
            raise Refused(
                "presence",
                f"{line.operator_id} 在这场培训已登记为{before.presence.name_zh}",
                "要更正的，在“更正原因”里写明",
            )
        by = who.beside(line.by)
        if its is None:
            _refuse_items(line.draft, who)
            its = known[which] = _Known(add_training_session(session, line.draft, by, now).session_id, {})
        why = line.why if before is not None else ""
        said = (line.seen.presence, line.seen.made_up_on, line.seen.reason, why, by, now)
        its.say(session, AttendanceWord(its.number, line.operator_id, *said))
        return True

    return take_one


def _as_it_is(session: Session, draft: SessionDraft) -> _Known | None:
    before = same_session(session, draft)
    if before is None:
        return None
    latest = training_file(session, before.session_id).latest
    return _Known(before.session_id, {operator_id: word.seen for operator_id, word in latest.items()})


def _centre(roster: Sequence[Operator], who: Registrar, by: Collection[str]) -> _Centre:
    ids, teams = {plain(o.operator_id).casefold(): o.operator_id for o in roster}, frozenset(o.team for o in roster)
    meant = {one: frozenset(ids[n] for n in named(one, roster) if n in ids) for one in {who.by, *by}}
    return _Centre(frozenset(ids.values()), teams, meant, who)


def _fault(line: AttendanceLine, centre: _Centre, now: datetime) -> Refused | None:
    try:
        _refuse(line, centre, now)
    except Refused as refused:
        return refused
    return None


def _refuse(line: AttendanceLine, centre: _Centre, now: datetime) -> None:
    draft, who = line.draft, centre.who
    if line.operator_id not in centre.operators:
        raise Refused("operator_id", f"工号“{line.operator_id}”不在花名册里", "先导入含此人的花名册，或改正工号")
    if draft.team and draft.team not in centre.teams:
        raise Refused("team", f"花名册上没有班组“{draft.team}”", "写花名册上的班组，或写“全体”")
    if max(draft.held_on, line.seen.made_up_on or draft.held_on) > now.date():
        raise Refused("held_on", "培训或补课的日期还没有到", "举行之后再登记")
    text = {"topic": draft.topic, "leader": draft.leader, "entered_by": who.beside(line.by)}
    if (fault := too_long(TrainingSessionRow(**text, team=draft.team))) is not None:
        raise Refused("by" if fault[0] == "entered_by" else fault[0], "内容太长", f"不超过 {fault[1]} 个字符")


def _refuse_own(line: AttendanceLine, centre: _Centre) -> None:
    if own := [by for by in (centre.who.by, line.by) if line.operator_id in centre.meant[by]]:
        raise Refused("by", f"{own[0]}不能登记自己的出席", "请由其他人登记")


def _refuse_items(draft: SessionDraft, who: Registrar) -> None:
    """Refuse items of a session that is new; one that is known was about what it was about when it was entered."""
    if unknown := [item for item in draft.items if item not in (who.items or ())]:
        raise Refused("items", f"评分标准没有 {'、'.join(unknown)} 这些项", "写评分标准里的项，或留空")
