"""Judging a reviewed call again without having seen what was decided, so that it is known how far reviewers agree.

The second person's words are kept beside the first's and change no points: who is drawn for a repeat must not be judged
otherwise than who is not. Where the two differ, that is for a calibration session or a supervisor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from qa_pipeline.assessment.agreement import SAID, WORDS
from qa_pipeline.assessment.verdicts import judge
from qa_pipeline.errors import Conflict, UserError
from qa_pipeline.models import CallFile, Decision, RuleResult
from qa_pipeline.models.accounts import Account
from qa_pipeline.models.persons import as_written, one_person, plain, same_person
from qa_pipeline.models.repeats import Repeat, RepeatWord
from qa_pipeline.review.deciding import REASON_LIMIT
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.month import audited_month, closing_of, hold_month
from qa_pipeline.store.queries.readings import has_read
from qa_pipeline.store.queries.repeats import add_repeat, was_repeated
from scoring.scorecard import Scorecard

Word = tuple[str, str]
"""有差错、无差错 or 不适用, and why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One finding to be judged again: what the machine found (None: only a person did), without what was decided."""

    code: str
    item: str
    result: RuleResult | None


def asked_again(file: CallFile, card: Scorecard) -> tuple[tuple[Asked, Decision], ...]:
    """Return the findings on which somebody spoke, each with that word, in the order of the call page."""
    if file.audit is None:
        return ()
    found: dict[str, tuple[Asked, Decision]] = {}
    for one in judge(card, file.audit, file.decisions):
        for word in one.decisions:
            result = next((r for r in one.results if r.code == word.code), None)
            found[word.code] = (Asked(word.code, word.item, result), word)
    return tuple(found.values())


def judge_again(
    session: Session, card: Scorecard, call_id: str, by: Account, said: Mapping[str, Word], now: datetime
) -> Repeat:
    """Keep what a second person says of a reviewed call.

    Raises:
        NotFound: No such call.
        UserError: It was not reviewed by one other person, is the person's own, they have read what was decided, or a
            finding was left out.
        Conflict: It was judged again already, or its month is settled.
    """
    if (held := audited_month(session, call_id)) is not None:
        hold_month(session, held)  # and read afterwards: another process may take a word on it meanwhile
    file = call_file(session, call_id, speech=False)
    asked = asked_again(file, card)
    name = plain(by.name)
    first = refuse_repeat(session, file, asked, by)
    assert file.audit is not None  # noqa: S101  # there is nothing asked of a call without one
    month = file.audit.month
    if was_repeated(session, call_id):
        raise Conflict(f"通话 {call_id} 已有人盲复核过", "回到待办，取下一通")
    if closing_of(session, month) is not None:
        raise Conflict(f"{month} 已结账，不再盲复核", "回到待办，取下一通")
    words = tuple(_word(one, word, said) for one, word in asked)
    repeat = Repeat(call_id, file.audit.audit_id, month, first, name, now, words)
    add_repeat(session, repeat)
    return repeat


def refuse_repeat(session: Session, file: CallFile, asked: tuple[tuple[Asked, Decision], ...], by: Account) -> str:
    """Return who reviewed a call, where somebody else may judge it again.

    Raises:
        UserError: Nobody reviewed it, or several did, or the person themselves; they have read what was decided, or
            they answered it.
    """
    call_id, name = file.call.call_id, plain(by.name)
    if one_person(name, file.call.operator_id, () if file.operator is None else (file.operator,)):
        raise UserError("不能复核自己的通话", "请交由其他人复核")
    people = {plain(word.reviewer).casefold(): word.reviewer for _, word in asked}
    if len(people) != 1:
        raise UserError(f"通话 {call_id} 不在盲复核之列：复核过的不是恰好一人", "回到待办，取下一通")
    first = next(iter(people.values()))
    if same_person(first, name):
        raise UserError(f"通话 {call_id} 是您自己复核的", "盲复核由另一人作出")
    if has_read(session, call_id, by.account_id):
        raise UserError(f"您已看过通话 {call_id} 的复核结论", "盲复核由没有看过的人作出；回到待办，取下一通")
    return first


def _word(asked: Asked, first: Decision, said: Mapping[str, Word]) -> RepeatWord:
    word, reason = said.get(asked.code, ("", ""))
    if word not in WORDS:
        raise UserError(f"{asked.item} 还没有判", "每一项都选一个：有差错、无差错或不适用")
    if len(as_written(reason)) > REASON_LIMIT:
        raise UserError(f"理由超过 {REASON_LIMIT} 个字", "请写短一些")
    return RepeatWord(asked.code, asked.item, SAID[first.verdict], word, as_written(reason))
