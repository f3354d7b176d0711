"""A contest among the small centre's calls: clips that a person approved, and colleagues who may vote."""

from __future__ import annotations

import hashlib
import io
import wave
from datetime import datetime
from pathlib import Path

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from qa_pipeline.models.accounts import Account, Role
from qa_pipeline.models.clips import Clip, ClipPiece, ClipStep, ClipTurn, ClipWord, Cover, MaskKind, SoundKind
from qa_pipeline.models.speech import Role as Speaker
from qa_pipeline.store.queries.accounts import account_by_login, add_account
from qa_pipeline.store.queries.clips import add_clip, add_clip_word
from qa_pipeline.store.schema import AuditRow, CallRow, ReadCallRow
from qa_pipeline.training.finding.keeping import finder_stamp
from tests.e2e.month import CLEAN, MAIN, MONTH
from tests.people import cheap_hash

NOW = datetime(2026, 11, 20, 9, 0)
EXAMPLES = ((MAIN, "1003", 0.7), (CLEAN, "1001", 0.9), ("H261005-001", "1001", 0.8), ("H261006-001", "1002", 0.6))
"""Calls that can be examples, whose they are, and how good. The second of 1001 is not to be on the list."""
VOTERS = (("voter1", "话务员庚", None), ("voter2", "话务员辛", None), ("voter3", "话务员壬", None))


def add_examples(session: Session) -> None:
    """Write that all audited calls were looked through, and which of them can be examples, as the finder would."""
    examples = {call_id: value for call_id, _, value in EXAMPLES}
    for call_id, audit_id, operator_id in session.execute(
        select(AuditRow.call_id, AuditRow.audit_id, CallRow.operator_id).join(
            CallRow, CallRow.call_id == AuditRow.call_id
        )
    ).all():
        value = examples.get(call_id)
        session.add(
            ReadCallRow(
                call_id=call_id, month=MONTH, operator_id=operator_id, audit_id=audit_id, decision_id=0,
                finder=finder_stamp(), value=value, tone=value, clarity=value, recovery=None,
                reasons=("语气平和", "一次说清"),
            )
        )  # fmt: skip
    session.flush()


def add_voters(session: Session) -> list[Account]:
    """Make accounts that may vote, and return them with the two operators'."""
    for login, name, operator_id in VOTERS:
        account = Account(0, login, name, (Role.OPERATOR,), operator_id, False, "test", NOW)
        add_account(session, account, name.casefold(), cheap_hash())
    logins = (*(login for login, _, _ in VOTERS), "operator", "operator3")
    return [found[0] for login in logins if (found := account_by_login(session, login)) is not None]


def tone(seconds_: int) -> bytes:
    """Return a WAV of a low tone: what stands for masked speech."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        at = np.arange(8000 * (1 + seconds_ % 3))
        file.writeframes((6000 * np.sin(2 * np.pi * (200 + seconds_) * at / 8000)).astype("<i2").tobytes())
    return kept.getvalue()


def approved_clip(session: Session, call_id: str, workspace: Path | None = None, approved: bool = True) -> int:
    """Make a clip of a call, with a sound file where a workspace is given, and approve it."""
    sound = tone(int(call_id[-3:]) + len(call_id))
    digest = hashlib.sha256(sound).hexdigest()
    if workspace is not None:
        (workspace / "clips").mkdir(exist_ok=True)
        (workspace / "clips" / f"{digest[:12]}.wav").write_bytes(sound)
    turns = (
        ClipTurn(Speaker.OPERATOR, 0, 3000, (ClipPiece("您好，请问怎么称呼？"),)),
        ClipTurn(Speaker.CALLER, 3000, 5000, (ClipPiece("我姓"), ClipPiece("〔姓名〕", MaskKind.NAME))),
    )
    made = add_clip(
        session,
        Clip(
            *(0, call_id, 0, 5000, "培训师戊", NOW, Cover.TONE, (Speaker.CALLER,), (), turns, SoundKind.WAV),
            *(f"clips/{digest[:12]}.wav", digest, 5000),
        ),
    )
    if approved:
        add_clip_word(session, ClipWord(made.clip_id, 0, ClipStep.APPROVED, "主管丁", "听过，没有个人信息", NOW))
    return made.clip_id
