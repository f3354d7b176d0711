"""Scoring in a calibration session, finishing, ending it, and what is said when the words are compared.

Nobody is shown another's words before everybody has finished or the session is closed, and by then nobody can change
their own any more.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.models.accounts import Account, Role
from qa_pipeline.models.calibration import (
    CalibrationClosing,
    CalibrationFile,
    CalibrationWord,
    Score,
)
from qa_pipeline.review import MAX_FAULTS, REASON_LIMIT
from qa_pipeline.store.queries.calibration import (
    add_calibration_closing,
    add_calibration_finish,
    add_calibration_remark,
    add_calibration_words,
    calibration_file,
    hold_calibration,
)
from scoring.scorecard import Scorecard

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of one item; ``faults`` count where it is a fault."""

    score: Score
    faults: int = 0
    reason: str = ""


def score_call(
    session: Session,
    session_id: int,
    call_id: str,
    account: Account,
    said: Mapping[str, Said],
    card: Scorecard,
    now: datetime,
) -> CalibrationFile:
    """Keep what somebody says of items of one call; what is as it was before is not written again.

    Raises:
        NotFound: No such session, or the call is not in it.
        UserError: Somebody who is no member, an item that the scorecard has not, or a fault without count or reason.
        Conflict: They have finished, or the session is closed.
    """
    file = _to_score(session, session_id, account)
    if all(call.call_id != call_id for call in file.calls):
        raise NotFound(f"{session_id} 号校准里没有通话 {call_id}", "从校准页面进入")
    before = words_of(file, account.account_id, call_id)
    known = set(items_of(card))
    words = [_word(item, one, call_id, account, known, now) for item, one in said.items()]
    add_calibration_words(session, session_id, [word for word in words if _is_new(word, before.get(word.item))])
    return calibration_file(session, session_id)


def finish(session: Session, session_id: int, account: Account, card: Scorecard, now: datetime) -> CalibrationFile:
    """Say that one has scored every item of every call; from then on one's words stand.

    Raises:
        NotFound: No such session.
        UserError: Somebody who is no member, or something is not scored.
        Conflict: They have finished before, or the session is closed.
    """
    file = _to_score(session, session_id, account)
    if missing := {call: items for call in _ids(file) if (items := unscored(file, account.account_id, call, card))}:
        told = "；".join(f"{call}：{'、'.join(items)}" for call, items in missing.items())
        raise UserError(f"还有没评的：{told}", "逐通评完所有评分项再提交")
    add_calibration_finish(session, session_id, account.account_id, now)
    logger.info("calibration %d: one more finished", session_id)
    return calibration_file(session, session_id)


def close_session(session: Session, session_id: int, by: Account, reason: str, now: datetime) -> CalibrationFile:
    """End a session: by who opened it, or a supervisor. Who has not finished cannot score any more.

    Raises:
        NotFound: No such session.
        UserError: By somebody else, or without a reason.
        Conflict: It is closed.
    """
    hold_calibration(session, session_id)
    file = calibration_file(session, session_id)
    if Role.SUPERVISOR not in by.roles and by.account_id != file.session.opened_by_id:
        raise UserError(f"{session_id} 号校准由 {file.session.opened_by} 发起", "由发起人或主管结束")
    _refuse_closed(file)
    words = plain_text(reason, "结束说明", REASON_LIMIT)
    add_calibration_closing(session, session_id, CalibrationClosing(by.name, now, words))
    return calibration_file(session, session_id)


def remark(
    session: Session, session_id: int, by: Account, text: str, now: datetime, call_id: str = "", item: str = ""
) -> None:
    """Keep what was said when the words were compared, of an item of a call or of the session.

    Raises:
        NotFound: No such session.
        UserError: Nothing was written, or the words may not be compared yet.
    """
    file = calibration_file(session, session_id)
    if not file.revealed:
        raise UserError("还有人没有评完，不能讨论", "全部评完或结束校准以后再写")
    words = plain_text(text, "讨论记录", REASON_LIMIT)
    add_calibration_remark(session, session_id, call_id, item, words, by.name, now)


def items_of(card: Scorecard) -> tuple[str, ...]:
    """Return what is scored of each call: every item, then every fatal error."""
    return (*(item.code for item in card.items), *(error.code for error in card.fatal_errors))


def words_of(file: CalibrationFile, account_id: int, call_id: str) -> dict[str, CalibrationWord]:
    """Return what one person said of one call, by item."""
    return {w.item: w for w in file.words if w.account_id == account_id and w.call_id == call_id}


def unscored(file: CalibrationFile, account_id: int, call_id: str, card: Scorecard) -> tuple[str, ...]:
    """Return the items of a call of which somebody has said nothing yet."""
    said = words_of(file, account_id, call_id)
    return tuple(item for item in items_of(card) if item not in said)


def shown(file: CalibrationFile, account_id: int) -> CalibrationFile:
    """Return a session as somebody may see it: their own words, and everybody's once they may be compared."""
    if file.revealed:
        return file
    return replace(file, words=tuple(w for w in file.words if w.account_id == account_id), remarks=())


def _ids(file: CalibrationFile) -> tuple[str, ...]:
    return tuple(call.call_id for call in file.calls)


def _to_score(session: Session, session_id: int, account: Account) -> CalibrationFile:
    # Another process may take this person's last word, or end the session, at this moment: then words are shown.
    hold_calibration(session, session_id)
    file = calibration_file(session, session_id)
    if not file.is_member(account.account_id):
        raise UserError(f"您没有参加 {session_id} 号校准", "请发起人另开一次")
    _refuse_closed(file)
    if account.account_id in file.finished:
        at = file.finished[account.account_id]
        raise Conflict(f"您已于 {at:%Y-%m-%d %H:%M} 提交，不能再改", "意见有变化的，写在讨论记录里")
    return file


def _refuse_closed(file: CalibrationFile) -> None:
    if (closing := file.closing) is not None:
        raise Conflict(
            f"{file.session.session_id} 号校准已由 {closing.closed_by} 于 {closing.closed_at:%Y-%m-%d %H:%M} 结束",
            "看比较结果；要再评的另开一次",
        )


def _word(
    item: str, said: Said, call_id: str, account: Account, known: Collection[str], now: datetime
) -> CalibrationWord:
    if item not in known:
        raise UserError(f"评分标准没有 {item} 这一项", "刷新页面后再试")
    fault = said.score is Score.FAULT
    if fault and not 1 <= said.faults <= MAX_FAULTS:
        raise UserError(f"{item} 的差错处数应在 1 至 {MAX_FAULTS} 之间", "改正处数后再保存")
    reason = plain_text(said.reason, f"{item} 的理由", REASON_LIMIT) if fault or said.reason.strip() else ""
    return CalibrationWord(
        call_id, account.account_id, item, said.score, said.faults if fault else 0, reason, said_at=now
    )


def _is_new(word: CalibrationWord, before: CalibrationWord | None) -> bool:
    return before is None or (word.score, word.faults, word.reason) != (before.score, before.faults, before.reason)


def plain_text(text: str, what: str, limit: int) -> str:
    """Return words as they are kept.

    Raises:
        UserError: There are none, or too many.
    """
    words = " ".join(text.replace("\x00", "").split())
    if not words:
        raise UserError(f"没有写明{what}", "写一句话")
    if len(words) > limit:
        raise UserError(f"{what}超过 {limit} 个字", "请写短一些")
    return words
