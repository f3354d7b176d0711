"""What who reviews a call writes beside it: notes, and corrections of its transcript. Neither changes a verdict.

A correction stands beside what was recognised; the next audit of the call reads it, and until then the findings are as
they were.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.language.by_hand import newest
from qa_pipeline.models import CallFile, HandCorrection, Note, Role, Transcript, Utterance
from qa_pipeline.models.persons import same_person
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.month import audited_month, closing_of, hold_month
from qa_pipeline.store.queries.notes import add_hand_correction, add_note, hand_corrections, notes_of
from qa_pipeline.store.queries.results import speech_of
from qa_pipeline.store.queries.search_index import index_calls

logger = logging.getLogger(__name__)
NOTE_LIMIT = 1_000
UTTERANCE_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Heard:
    """What was recognised in a call, and everything that people corrected in it, the oldest first."""

    transcript: Transcript
    corrections: tuple[HandCorrection, ...]

    def newest_of(self, utterance: int) -> int:
        """Return the number of the correction that counts of an utterance, 0 where there is none."""
        found = newest(self.corrections).get(utterance)
        return 0 if found is None else found.correction_id


def heard_in(session: Session, file: CallFile) -> Heard | None:
    """Return what the audit of a call is of, as it was recognised; None where the call was not audited."""
    audit = file.audit
    speech = None if audit is None else speech_of(session, audit.recording_id, audit.speech_hash)
    if audit is None or speech is None:
        return None
    return Heard(speech[0], hand_corrections(session, file.call.call_id, audit.speech_hash))


def unread(file: CallFile, made: Sequence[HandCorrection]) -> tuple[HandCorrection, ...]:
    """Return the corrections that the audit which counts has not read yet."""
    until = 0 if file.audit is None else file.audit.corrected_until
    return tuple(one for one in made if one.correction_id > until)


def note(session: Session, call_id: str, text: str, author: str, now: datetime) -> Note:
    """Write a note on a call; the one that is there where its author has just written the same.

    Raises:
        NotFound: No such call.
        UserError: It is empty or too long.
    """
    call_file(session, call_id)
    words = text.strip()
    if not words:
        raise UserError("备注是空的", "写好后再保存")
    if len(words) > NOTE_LIMIT:
        raise UserError(f"备注有 {len(words)} 个字，超过 {NOTE_LIMIT} 个字", "写短一些，或分成几条")
    before = notes_of(session, call_id)
    if before and same_person(before[-1].author, author) and before[-1].text == words:
        return before[-1]
    return add_note(session, call_id, words, author, now)


def correct(
    session: Session, call_id: str, utterance: int, text: str, role: Role, author: str, seen: int, now: datetime
) -> HandCorrection:
    """Write what a person heard in one utterance, and who spoke.

    Args:
        session: The unit of work.
        call_id: The call, which must have been audited.
        utterance: Its index.
        text: All of it, as it should read.
        role: Who speaks.
        author: Who says so.
        seen: The newest correction of the utterance that its author had before them, 0 for none.
        now: The centre's wall clock.

    Returns:
        The correction; the one that is there where its author has just written the same.

    Raises:
        NotFound: No such call or utterance.
        UserError: Nothing is written, it is too long, or nothing is changed.
        Conflict: The month is closed, or somebody corrected the utterance meanwhile.
    """
    _hold(session, call_id)
    file = call_file(session, call_id)
    heard = heard_in(session, file)
    said = _utterance(call_id, heard, utterance)
    assert heard is not None  # noqa: S101  # _utterance refused a call of which nothing was heard
    assert file.audit is not None  # noqa: S101  # nor was anything heard without one
    words = " ".join(text.split())
    _refuse_text(words)
    _refuse_closed(session, file.audit.month)
    counting = newest(heard.corrections).get(utterance)
    now_text, now_role = (said.text, said.role) if counting is None else (counting.text, counting.role)
    if counting is not None and counting.correction_id != seen:
        if same_person(counting.author, author) and (words, role) == (now_text, now_role):
            return counting
        raise Conflict(f"{counting.author}刚刚更正过这一句", "页面已更新，请核对后再改；您写的可先复制")
    if (words, role) == (now_text, now_role):
        raise UserError("这一句没有改动", "改好后再保存，或按 Esc 取消")
    key = (file.audit.recording_id, file.audit.speech_hash)
    made = add_hand_correction(session, call_id, key, utterance, words, role, author, now)
    index_calls(session, (call_id,))
    logger.info("correction %d of call %s, utterance %d", made.correction_id, call_id, utterance)
    return made


def give_back(session: Session, call_id: str, utterance: int, author: str, seen: int, now: datetime) -> HandCorrection:
    """Give an utterance the recogniser's text and speaker back, as one more correction; errors as `correct`."""
    _hold(session, call_id)
    said = _utterance(call_id, heard_in(session, call_file(session, call_id)), utterance)
    return correct(session, call_id, utterance, said.text, said.role, author, seen, now)


def _utterance(call_id: str, heard: Heard | None, index: int) -> Utterance:
    utterances = () if heard is None else heard.transcript.utterances
    said = next((u for u in utterances if u.index == index), None)
    if said is None:
        raise NotFound(f"通话 {call_id} 没有第 {index + 1} 句", "刷新页面")
    return said


def _refuse_text(words: str) -> None:
    if not any(character.isalnum() for character in words):
        raise UserError("这一句没有写字", "写出听到的话；这一段没有人说话的，写一条备注，不要清空")
    if len(words) > UTTERANCE_LIMIT:
        raise UserError(f"这一句有 {len(words)} 个字，超过 {UTTERANCE_LIMIT} 个字", "一句只写这一段里说的话")


def _hold(session: Session, call_id: str) -> None:
    """Keep others, in other processes, too, from correcting meanwhile: what they wrote until now is read after it."""
    if (month := audited_month(session, call_id)) is not None:
        hold_month(session, month)


def _refuse_closed(session: Session, month: str) -> None:
    closing = closing_of(session, month)
    if closing is not None:
        raise Conflict(f"{month} 已结账，转写不再更正", "有疑问的写成备注；结账后的更正经申诉作出")
