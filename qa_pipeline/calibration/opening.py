"""Opening a calibration session: who scores which calls until when."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from qa_pipeline.calibration.sessions import plain_text
from qa_pipeline.errors import UserError
from qa_pipeline.models import CallFile
from qa_pipeline.models.accounts import Account, Role
from qa_pipeline.models.calibration import CalibrationCall, CalibrationDraft, CalibrationFile, CalibrationMember
from qa_pipeline.models.persons import one_person
from qa_pipeline.store.queries.accounts import accounts
from qa_pipeline.store.queries.calibration import add_calibration, calibration_file
from qa_pipeline.store.queries.calls import call_file

logger = logging.getLogger(__name__)
TITLE_LIMIT = 64
MAX_CALLS = 10
MAX_MEMBERS = 30
SCORES = frozenset({Role.REVIEWER, Role.SUPERVISOR})


def open_session(session: Session, draft: CalibrationDraft, by: Account, now: datetime) -> CalibrationFile:
    """Open a session.

    Raises:
        NotFound: No such call.
        UserError: No title, too few or too many people or calls, a day that is over, somebody who does not review or
            who answered one of the calls, a reference who is no member, or calls that were not judged by one scorecard.
    """
    kept = replace(draft, title=plain_text(draft.title, "名称", TITLE_LIMIT))
    if kept.due_on < now.date():
        raise UserError(f"截止日期 {kept.due_on} 已经过去", "写今天或以后的日期")
    members = _members(session, kept)
    calls = _calls(session, kept, members)
    versions = sorted({str(file.audit.scorecard_version) for file in calls if file.audit is not None})
    if len(versions) != 1:
        raise UserError(
            f"所选通话按 {len(versions)} 版评分标准质检（{'、'.join(versions)}）", "只选同一版标准的通话：评分项才一样"
        )
    audited = [CalibrationCall(file.call.call_id, file.audit.audit_id) for file in calls if file.audit is not None]
    people = [CalibrationMember(member.account_id, member.name) for member in members]
    opener = CalibrationMember(by.account_id, by.name)
    made = add_calibration(session, kept, audited, people, versions[0], opener, now)
    logger.info("calibration %d opened, %d calls, %d people", made.session_id, len(audited), len(people))
    return calibration_file(session, made.session_id)


def _members(session: Session, draft: CalibrationDraft) -> tuple[Account, ...]:
    wanted = set(draft.members)
    found = tuple(a for a in accounts(session) if a.account_id in wanted and a.disabled_at is None and not a.is_program)
    if not 2 <= len(found) <= MAX_MEMBERS or len(found) != len(wanted):
        raise UserError(f"参加的有 {len(found)} 人", f"选 2 至 {MAX_MEMBERS} 名在用的账号：一个人评不出一致性")
    if strangers := [a.name for a in found if not SCORES & set(a.roles)]:
        raise UserError(f"{'、'.join(strangers)}不是质检员或主管", "校准由质检员、主管参加")
    if draft.reference is not None and draft.reference not in wanted:
        raise UserError("作为基准的人没有参加", "从参加的人里选，或不设基准")
    return found


def _calls(session: Session, draft: CalibrationDraft, members: Sequence[Account]) -> list[CallFile]:
    ids = tuple(dict.fromkeys(draft.calls))
    if not 1 <= len(ids) <= MAX_CALLS:
        raise UserError(f"选了 {len(ids)} 通通话", f"选 1 至 {MAX_CALLS} 通")
    files = [call_file(session, call_id) for call_id in ids]
    for file in files:
        if file.audit is None:
            raise UserError(f"通话 {file.call.call_id} 尚未质检", "选已质检的通话")
        for member in members:
            if _answered(file, member):
                raise UserError(f"{member.name}是通话 {file.call.call_id} 的话务员", "换一通，或不请本人参加")
    return files


def _answered(file: CallFile, member: Account) -> bool:
    roster = () if file.operator is None else (file.operator,)
    return member.operator_id == file.call.operator_id or one_person(member.name, file.call.operator_id, roster)
