"""One of an operator's own calls as it is shown to them: what was marked, why, with which words, and until when to ask.

Nobody who reviewed is named to them, and what is judged blind stays so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from sqlalchemy.orm import Session

from qa_pipeline.assessment import final_evaluation
from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.models import CallFile
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.appeals import AppealFile, AppealState
from qa_pipeline.store.queries.appeals import appeals_of
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.supervision.appeals import last_day
from qa_pipeline.supervision.workdays import Deadline, workdays_of
from qa_pipeline.web.desk import Desk
from qa_pipeline.web.findings import GroupView, ItemView, group_views
from qa_pipeline.web.own_month import by_item
from scoring.effects import effects, formula
from scoring.evaluation import Evaluation


@dataclass(frozen=True, slots=True)
class OwnJudged:
    """What was found in one's own call; ``evaluation`` is None where it was not audited.

    Args:
        evaluation: The call's points as people's words have them.
        groups: Each group with the items of it that something was found in.
        waiting: Items in which nothing was found, and that a person has still to judge.
        effects: What each loss costs of the call's 100 points.
        formula: The sum that the points come from.
        lost: The items that may be appealed against.
    """

    evaluation: Evaluation | None = None
    groups: tuple[tuple[GroupView, tuple[ItemView, ...]], ...] = ()
    waiting: tuple[ItemView, ...] = ()
    effects: Mapping[str, Decimal] = field(default_factory=dict)
    formula: str = ""
    lost: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class OwnCall:
    """One's own call.

    Args:
        file: With stand-ins where the settings ask for them.
        month: The month that it counts in.
        judged: What was found.
        appeals: The newest appeal on each item.
        window: Until when to appeal; None while the month is open.
        too_late: The last day is over.
        left: How many working days are left of ``window``.
    """

    file: CallFile
    month: str
    judged: OwnJudged
    appeals: Mapping[str, AppealFile]
    window: Deadline | None
    too_late: bool
    left: int | None

    def may_appeal(self, code: str) -> bool:
        """Whether an item may be appealed against now."""
        filed = self.appeals.get(code)
        stands = filed is not None and filed.state is not AppealState.WITHDRAWN
        return code in self.judged.lost and not self.too_late and not stands


def operator_of(person: Person) -> str:
    """Return the number of the operator that somebody is.

    Raises:
        UserError: The account has none.
    """
    if person.account.operator_id is None:
        raise UserError("您的账号没有登记工号", "请管理员在账号里填写工号")
    return person.account.operator_id


def own_call(session: Session, person: Person, call_id: str) -> CallFile:
    """Return a call of one's own that was drawn.

    Raises:
        NotFound: It is somebody else's, was not drawn, or there is none: which of them is nobody else's business.
    """
    missing = NotFound(f"您抽检的通话里没有 {call_id}", "从“我的”页面进入")
    try:
        file = call_file(session, call_id)
    except NotFound:
        raise missing from None
    if file.sampled is None or file.call.operator_id != operator_of(person):
        raise missing
    return file


def own_recording(desk: Desk, person: Person, call_id: str) -> Path:
    """Return the playable recording of one's own call.

    The sound has no stand-ins, and yet its operator may hear it whatever the settings say of texts: they took the call
    and heard all of it then, and a deduction that cannot be heard cannot be contested.

    Raises:
        NotFound: There is no recording, or no such call of one's own.
    """
    with desk.sessions() as session:
        file = own_call(session, person, call_id)
    if file.recording is None:
        raise NotFound(f"通话 {call_id} 没有录音", "请质检员导入该通话的录音")
    return desk.sound.wav(file.recording)


def own_view(desk: Desk, person: Person, call_id: str, fatal_title: str) -> OwnCall:
    """Return one of somebody's own calls; ``fatal_title`` names the group of the fatal errors.

    Raises:
        NotFound: There is no such call of their own.
    """
    with desk.sessions() as session:
        own_call(session, person, call_id)
        file = desk.call(session, call_id, person)
        month = f"{file.call.started_at:%Y-%m}" if file.audit is None else file.audit.month
        judged = _judged(desk, session, file, fatal_title)
        appeals = appeals_of(session, month, file.call.operator_id)
        window = last_day(session, desk.settings, month)
    today = datetime.now().date()
    return OwnCall(
        file,
        month,
        judged,
        by_item(appeals, call_id),
        window,
        too_late=window is not None and window.certain and today > window.day,
        left=None if window is None else workdays_of(desk.settings).left(today, window.day),
    )


def _judged(desk: Desk, session: Session, file: CallFile, fatal_title: str) -> OwnJudged:
    if file.audit is None:
        return OwnJudged()
    card = desk.card(session, file.audit.scorecard_version)
    evaluation = final_evaluation(card, file.audit, file.decisions)
    groups = group_views(file, card, evaluation, "", fatal_title)  # as nobody: what is judged blind stays so
    marked = ((group, tuple(item for item in group.loud if not _only_waits(item))) for group in groups)
    return OwnJudged(
        evaluation,
        tuple((group, items) for group, items in marked if items),
        tuple(item for group in groups for item in group.loud if _only_waits(item)),
        effects(evaluation, card),
        formula(evaluation, card),
        _appealable(evaluation),
    )


def _only_waits(item: ItemView) -> bool:
    """Whether nothing was found: no rule covers the item, and nobody has judged it."""
    return all(f.result is None and not f.decisions for f in item.findings)


def _appealable(evaluation: Evaluation) -> frozenset[str]:
    """Return the items that cost something, and the fatal errors that two people confirmed."""
    return frozenset((*(i.code for i in evaluation.items if i.lost > 0), *evaluation.fatal))
