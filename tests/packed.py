"""Approved clips and a pack of them in the tests' month: a caller who is angry, and how the operator answered."""

from __future__ import annotations

import hashlib
import wave
from datetime import datetime
from pathlib import Path

import numpy as np
from sqlalchemy.orm import Session

from qa_pipeline.models.accounts import Person
from qa_pipeline.models.clips import Clip, ClipPiece, ClipStep, ClipTurn, ClipWord, Cover, MaskKind, SoundKind
from qa_pipeline.models.packs import Plan, Step
from qa_pipeline.models.passages import Handling, Scenario
from qa_pipeline.models.speech import Role
from qa_pipeline.rules.ruleset import load_ruleset
from qa_pipeline.store.queries.accounts import account_by_login
from qa_pipeline.store.queries.clips import add_clip, add_clip_word
from qa_pipeline.training.packs.cards import Basis
from qa_pipeline.training.packs.plans import begin_pack, save_plan
from scoring.scorecard import default_scorecard
from tests.e2e.month import MAIN

NOW = datetime(2026, 11, 2, 9, 0)
BASIS = Basis(load_ruleset(), lambda _session, _version: default_scorecard())
RATE_HZ = 16_000
TALK = (
    (Role.CALLER, "我都打了三次电话了，你们到底管不管，气死我了！"),
    (Role.OPERATOR, "我不是说了吗，你自己看着办。"),
    (Role.CALLER, "你什么态度！我姓〔姓名〕，我要投诉你。"),
    (Role.OPERATOR, "您别着急，我帮您记录转办。"),
)
_MS = 120


def turns_of(talk: tuple[tuple[Role, str], ...] = TALK) -> tuple[ClipTurn, ...]:
    """Return turns that follow each other; 〔…〕 stands for what is masked."""
    found, clock = [], 300
    for role, text in talk:
        end = clock + _MS * len(text)
        found.append(ClipTurn(role, clock, end, tuple(_pieces(text))))
        clock = end + 500
    return tuple(found)


def _pieces(text: str):
    before, _, rest = text.partition("〔")
    yield ClipPiece(before)
    if rest:
        _, _, after = rest.partition("〕")
        yield ClipPiece("〔姓名〕", MaskKind.NAME)
        yield ClipPiece(after)


def add_approved(
    session: Session,
    workspace: Path,
    talk: tuple[tuple[Role, str], ...] = TALK,
    call_id: str = MAIN,
    approved: bool = True,
    found: tuple[Scenario, Handling] | None = None,
    voices: tuple[Role, ...] = (Role.CALLER,),
) -> Clip:
    """Write a clip with its sound, made by one person and approved by another; ``found``: its passage was, as that."""
    scenario, handling = found or (None, None)
    turns = turns_of(talk)
    sound = _sound(workspace, turns)
    digest = hashlib.sha256(sound.read_bytes()).hexdigest()
    made = Clip(
        clip_id=0, call_id=call_id, start_ms=0, end_ms=turns[-1].end_ms + 300, made_by="培训师戊", made_at=NOW,
        cover=Cover.TONE, voices=voices, masks=(), turns=turns, kind=SoundKind.WAV,
        sound_path=str(sound.relative_to(workspace)), sound_sha256=digest, duration_ms=turns[-1].end_ms + 300,
        scenario=scenario, handling=handling,
    )  # fmt: skip
    clip = add_clip(session, made)
    if approved:
        add_clip_word(session, ClipWord(clip.clip_id, 0, ClipStep.APPROVED, "质检员甲", "", NOW))
    return clip


def withdraw(session: Session, clip_id: int) -> None:
    """Take a clip's approval back."""
    add_clip_word(session, ClipWord(clip_id, 1, ClipStep.WITHDRAWN, "质检员甲", "又听了一遍，称呼没有盖住", NOW))


def person(session: Session, login: str = "trainer") -> Person:
    """Return somebody as signed in."""
    found = account_by_login(session, login)
    assert found is not None
    return Person(found[0], "csrf")


def add_pack(session: Session, workspace: Path, clips: int = 1, title: str = "十二月模拟接电：反复投诉") -> Plan:
    """Make a pack of some new clips, with an opening and a summary."""
    made = [add_approved(session, workspace).clip_id for _ in range(clips)]
    trainer = person(session)
    begun = begin_pack(session, title, trainer, NOW)
    steps = (Step(5, None, "开场说明"), *(Step(12, one) for one in made), Step(8, None, "小结"))
    return save_plan(session, begun.pack_id, 1, title, "先安抚，再办事", steps, trainer, NOW)


def _sound(workspace: Path, turns: tuple[ClipTurn, ...]) -> Path:
    """Write a WAV in which each turn is a tone, so that a player has something to play."""
    samples = np.zeros((turns[-1].end_ms + 300) * RATE_HZ // 1000, dtype=np.int16)
    for turn in turns:
        at = np.arange(turn.start_ms * RATE_HZ // 1000, turn.end_ms * RATE_HZ // 1000)
        pitch = 300 if turn.role is Role.CALLER else 440
        samples[at] = (8_000 * np.sin(2 * np.pi * pitch * at / RATE_HZ)).astype(np.int16)
    folder = workspace / "clips"
    folder.mkdir(exist_ok=True)
    path = folder / f"{len(list(folder.iterdir())):032x}.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(samples.tobytes())
    return path
