"""What a supervision notice must keep to: people, points, call, month."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, UserError
from qa_pipeline.models.persons import one_person
from qa_pipeline.models.supervision import NoticeDraft, NoticeFile, NoticeKind
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.month import hold_month
from qa_pipeline.store.queries.people import hold_operator
from qa_pipeline.store.queries.supervision import last_settled, notices_of
from qa_pipeline.supervision.asking import Roster, known_operator, person, refuse_one_person, wording
from scoring.exact import rounded


def complete(session: Session, draft: NoticeDraft, roster: Roster) -> NoticeDraft:
    """Return a draft with its texts as they are kept, held against roster and call.

    Raises:
        NotFound: No such operator or call.
        UserError: Something is missing, or it is somebody else's call.
    """
    who = known_operator(roster, draft.operator_id).operator_id
    if draft.call_id is not None:
        _refuse_call(session, draft, who)
    elif draft.at_ms is not None:
        raise UserError("写了通话中的时刻，没有写通话编号", "两者同时填写，或都不填")
    return replace(
        draft,
        operator_id=who,
        seen_by=person(draft.seen_by, "发现人"),
        what=wording(draft.what, "事实"),
        evidence=wording(draft.evidence, "依据"),
    )


def _refuse_call(session: Session, draft: NoticeDraft, operator_id: str) -> None:
    call = call_file(session, str(draft.call_id)).call
    if call.operator_id != operator_id:
        raise UserError(f"通话 {call.call_id} 不是工号 {operator_id} 的通话", "核对通话编号和工号")
    if draft.at_ms is not None and not 0 <= draft.at_ms <= call.duration_s * 1000:
        raise UserError(
            f"通话 {call.call_id} 长 {call.duration_s} 秒，没有第 {draft.at_ms / 1000:g} 秒", "核对后改正时刻"
        )


def refuse_people(draft: NoticeDraft, name: str, roster: Roster) -> None:
    """Refuse a notice that is entered or was seen by the operator judged, or whose channel is another.

    Raises:
        UserError: It is.
    """
    for one, what in ((name, "登记"), (draft.seen_by, "作为发现人")):
        refuse_one_person(one, ((draft.operator_id, "被记录人本人"),), roster, what)
    if draft.kind is not NoticeKind.REMINDER:
        refuse_no_leader(draft.seen_by, roster, f"作{draft.kind.name_zh}的发现人")


def refuse_no_leader(name: str, roster: Roster, does: str) -> None:
    """Refuse who is on the roster and leads nobody; supervisors need not be on it.

    Raises:
        UserError: They lead nobody.
    """
    mine = [o.operator_id for o in roster if one_person(name, o.operator_id, roster)]
    if mine and not any(o.leader_id in mine for o in roster):
        raise UserError(
            f"{name}在花名册上，但没有登记为任何人的组长或班长，不能{does}", "由组长、班长或主管办理，或先更新花名册"
        )


def refuse_points(points: Decimal, settings: Settings) -> None:
    """Refuse points that are negative, no number, of more than two decimals, or more than one notice may take.

    Raises:
        UserError: They are.
    """
    # The cap is looked at first: what is far above it has no two decimals to be rounded to.
    if not points.is_finite() or points < 0 or (points <= settings.notice_max_points and points != rounded(points)):
        raise UserError(f"扣分 {points} 不是 0 或以上、至多两位小数的数", "写 0、1、2.5 这样的数")
    if points > settings.notice_max_points:
        raise UserError(
            f"扣 {points} 分，超过一份监督记录的上限 {settings.notice_max_points} 分",
            "上限见 settings.yaml 的 notice_max_points",
        )


def refuse_too_much(session: Session, settings: Settings, file: NoticeFile, points: Decimal) -> None:
    """Refuse what would take more of a month than notices may.

    Raises:
        UserError: It would.
    """
    notice = file.notice
    hold_operator(session, notice.operator_id)
    taken = sum((other.points for other in notices_of(session, notice.month, notice.operator_id)), start=Decimal(0))
    if taken + points > settings.notice_max_month:
        raise UserError(
            f"工号 {notice.operator_id} 在 {notice.month} 已因监督记录扣 {taken} 分，再扣 {points} 分超过每月上限 "
            f"{settings.notice_max_month} 分",
            f"最多还可扣 {max(Decimal(0), settings.notice_max_month - taken)} 分，请把扣分改小",
        )


def refuse_settled(session: Session, month: str, operator_id: str) -> None:
    """Refuse a month that is settled, or lies before one; nobody else can settle it until this unit of work ends.

    Raises:
        Conflict: It is.
    """
    hold_month(session, month)
    hold_operator(session, operator_id)
    settled = last_settled(session)
    if settled is not None and month <= settled:
        raise Conflict(
            f"{month} 已结账（最近结账的月份是 {settled}），监督记录不能再改动",
            "已结账的月份不追加扣分；对已扣的有异议，由本人提出申诉",
        )
