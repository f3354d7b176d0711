"""Keeps what was found in step with audits and decisions: after a run, when somebody looks, and all anew.

A call is looked through again when its audit, or the latest word of people on it, or the finder is another than the one
it was read as of; so what is kept is the same whether it came there call by call or all at once.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.language.meaning import encode, encoder_stamp
from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallFile, Role, Transcript
from qa_pipeline.models.passages import Passage
from qa_pipeline.rules.matching.reading import reading
from qa_pipeline.rules.tone.calming import CalmingParams
from qa_pipeline.store.queries.documents import document
from qa_pipeline.store.queries.files import load_files
from qa_pipeline.store.queries.passages import ReadCall, forget_all, forget_gone, put_read, unread
from qa_pipeline.store.queries.standings import kept_card
from qa_pipeline.store.rows import chunks
from qa_pipeline.store.schema import StandingRow
from qa_pipeline.training.finding.call import Heard, heard_call, shipped_words
from qa_pipeline.training.finding.cues import cues_sha256
from qa_pipeline.training.finding.exemplary import example_of
from qa_pipeline.training.finding.passages import passages_of

log = logging.getLogger(__name__)
TN06 = "TN06"
"""The rule whose lists say what is hostile."""
CODE = "1"
"""Counted up where the finder would find otherwise than before by the same lists."""
AT_A_TIME = 50
_ENCODED = 200
Encode = Callable[[str], NDArray[np.float32]]


@cache
def finder_stamp() -> str:
    """Return which finder this is: its code, its lists, and what makes the vectors of words."""
    return hashlib.sha256("\n".join((CODE, cues_sha256(), encoder_stamp())).encode()).hexdigest()[:32]


def renew(session: Session, month: str = "", most: int | None = None, encode_: Encode | None = None) -> int:
    """Look through at most so many calls that stand otherwise than when they were read; return how many are left."""
    forget_gone(session)
    behind = unread(session, finder_stamp(), month)
    taken = behind if most is None else behind[:most]
    for some in chunks(taken):
        put_read(session, _read(session, some, encode_ or encode))
    return len(behind) - len(taken)


def renew_in_parts(sessions: sessionmaker[Session], month: str) -> None:
    """Do the same for all of a month, some calls a unit of work, so that nobody waits long for the store."""
    left, before = 1, 0
    while left and left != before:
        before = left
        with sessions.begin() as session:
            left = renew(session, month, AT_A_TIME)


def rebuild(session: Session, encode_: Encode | None = None) -> None:
    """Look through every audited call anew."""
    forget_all(session)
    renew(session, encode_=encode_)


def _read(session: Session, call_ids: Sequence[str], encode_: Encode) -> Iterable[ReadCall]:
    rows = session.execute(select(StandingRow.call_id, StandingRow.month).where(StandingRow.call_id.in_(call_ids)))
    months = {row.call_id: row.month for row in rows}
    scope = select(StandingRow.call_id).where(StandingRow.call_id.in_(call_ids))
    for file in load_files(session, scope):
        if file.audit is not None:
            card = kept_card(session, file.audit.scorecard_version)
            words = _kept_words(document(session, "ruleset", file.audit.ruleset.version))
            yield _found(file, months[file.call.call_id], heard_call(file, card, words), encode_)


@lru_cache(maxsize=16)
def _kept_words(ruleset: str | None) -> CalmingParams:
    """Return the lists of hostility of a kept ruleset; the shipped ones where it has none, or none that can be read."""
    known = CalmingParams.model_fields
    written = {} if ruleset is None else json.loads(ruleset)["rules"].get(TN06, {}).get("params", {})
    try:
        return CalmingParams.model_validate({name: value for name, value in written.items() if name in known})
    except ValidationError:
        return shipped_words()


def _found(file: CallFile, month: str, call: Heard | None, encode_: Encode) -> ReadCall:
    audit_id = 0 if file.audit is None else file.audit.audit_id
    decided = max((d.decision_id for d in file.decisions), default=0)
    read = ReadCall(file.call.call_id, month, file.call.operator_id, audit_id, decided, finder_stamp())
    if call is None:
        return read
    try:
        with reading(None):
            passages = passages_of(call)
            best = example_of(call, passages)
    except Exception as error:
        # One call must not keep the others from being found. The message may quote what was said: only DEBUG.
        log.error("call %s could not be looked through: %s", file.call.call_id, type(error).__name__)
        log.debug("call %s: traceback", file.call.call_id, exc_info=True)
        return read
    words = tuple(
        encode_(caller_said(call.ctx.transcript, passage)).astype(np.float16).tobytes() for passage in passages
    )
    return ReadCall(*_stamp(read), passages, words, best)


def _stamp(read: ReadCall) -> tuple[str, str, str, int, int, str]:
    return read.call_id, read.month, read.operator_id, read.audit_id, read.decision_id, read.finder


def caller_said(transcript: Transcript, passage: Passage) -> str:
    """Return what the caller said in a passage, as it is compared with other passages."""
    spoken = transcript.utterances[passage.first : passage.last + 1]
    return simplify("".join(u.text for u in spoken if u.role is Role.CALLER))[:_ENCODED]
