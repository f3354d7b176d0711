"""A session pack for the pictures: clips of the demo's calls, made, approved, carded, given out and rehearsed.

All of it by the functions that the desk and the worker use, on a copy of the demo's workspace.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.asr.clips import cut
from qa_pipeline.errors import QaError
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.clips import ClipStep, ClipWish
from qa_pipeline.models.packs import Plan, Step
from qa_pipeline.settings import Settings
from qa_pipeline.standards import ruleset_of, scorecard_of
from qa_pipeline.store.queries.accounts import account_by_login
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.clips import clip_file, clips_of
from qa_pipeline.store.queries.passages import Wanted, passages_of_month
from qa_pipeline.training.clips.approving import say_of_clip
from qa_pipeline.training.clips.making import ask_for_clip
from qa_pipeline.training.clips.planning import operator_channel
from qa_pipeline.training.clips.secrecy import barred_in
from qa_pipeline.training.finding.keeping import renew_in_parts
from qa_pipeline.training.packs.bundle import pack_bundle
from qa_pipeline.training.packs.cards import Basis, card_to_write, save_card
from qa_pipeline.training.packs.cues import cues_of
from qa_pipeline.training.packs.plans import begin_pack, give_out, save_plan
from qa_pipeline.training.packs.rehearsing import keep_answer
from qa_pipeline.worker import work

CLIPS = 2
TITLE, AIM = "模拟接电：情绪激动的来电", "先安抚，再问清，再说明怎么办、多久答复"


@dataclass(frozen=True)
class Pictured:
    """What is photographed: a clip's page, the round of a pack that was rehearsed, and the pack's page on disk."""

    clip: int
    pack: int
    cue: int
    index: Path


def pictured_pack(settings: Settings, sessions: sessionmaker[Session], month: str, folder: Path) -> Pictured:
    """Make a pack of the month's best passages, give it out, rehearse one round, and lay it open in a folder."""
    now = datetime.now()
    renew_in_parts(sessions, month)
    clips = list(_clips(settings, sessions, month, now))
    with sessions.begin() as session:
        plan = _plan(session, clips, now)
        card = scorecard_of(settings)
        basis = Basis(ruleset_of(settings), lambda _session, _version: card)
        for clip in clips:
            written = card_to_write(session, plan.pack_id, clip, basis).card
            save_card(session, plan.pack_id, clip, 0, written, basis, _person(session, "trainer"), now)
        give_out(session, plan.pack_id, "", None, _person(session, "trainer"), now)
        cue = _rehearse(session, settings, plan.pack_id, clips[0], now)
    work(settings, sessions, until_idle=True)
    return Pictured(clips[0], plan.pack_id, cue + 1, _unpacked(settings, sessions, plan.pack_id, folder, now))


def _clips(settings: Settings, sessions: sessionmaker[Session], month: str, now: datetime) -> Iterator[int]:
    """Yield the numbers of approved clips of the best passages that can be cut and rehearsed."""
    with sessions() as session:
        without = tuple(barred_in(session, month))
        found, _ = passages_of_month(session, Wanted(month, without=without), 50)
    made, calls = 0, set()
    for one in found:
        passage = one.passage
        if made == CLIPS:
            return
        if passage.call_id in calls:
            continue
        calls.add(passage.call_id)
        try:
            with sessions.begin() as session:
                wish = ClipWish(passage.call_id, passage.start_ms, passage.end_ms, scenario=passage.scenarios[0])
                ask_for_clip(session, wish, _person(session, "trainer"), now)
        except QaError:  # too much of it would be covered: the next one
            continue
        work(settings, sessions, until_idle=True)
        with sessions.begin() as session:
            clip = clips_of(session, passage.call_id)[0].clip
            if not any(cue.original and not cue.covered for cue in cues_of(clip.turns)):
                continue
            reviewer = _person(session, "reviewer")
            say_of_clip(
                session, clip.clip_id, ClipStep.APPROVED, reviewer, "", now, hears_all=True, heard=lambda _: True
            )
        made += 1
        yield clip.clip_id


def _plan(session: Session, clips: list[int], now: datetime) -> Plan:
    trainer = _person(session, "trainer")
    begun = begin_pack(session, TITLE, trainer, now)
    steps = (Step(5, None, "开场说明"), *(Step(12, one) for one in clips), Step(8, None, "小结：各人说一句最难接的话"))
    return save_plan(session, begun.pack_id, begun.version, TITLE, AIM, steps, trainer, now)


def _rehearse(session: Session, settings: Settings, pack: int, clip_id: int, now: datetime) -> int:
    """Answer a round with what the operator said then, as a trainee might; return which."""
    clip = clip_file(session, clip_id).clip
    cue = next(one for one in cues_of(clip.turns) if one.original and not one.covered)
    file = call_file(session, clip.call_id)
    if file.recording is None:
        raise SystemExit(f"the recording of {clip.call_id}, of which a clip was made, is gone")
    begin, end = clip.start_ms + cue.original[0].start_ms, clip.start_ms + cue.original[-1].end_ms
    sound = cut(settings.workspace / file.recording.path, begin, end, channel=operator_channel(file), kind="wav")
    keep_answer(session, settings, (pack, clip_id, cue.number), [sound], _person(session, "operator"), now)
    return cue.number


def _unpacked(settings: Settings, sessions: sessionmaker[Session], pack: int, folder: Path, now: datetime) -> Path:
    """Take the pack away as its trainer does, and unpack it; return its page."""
    taken = folder / "pack.zip"
    with sessions.begin() as session, taken.open("wb") as out:
        pack_bundle(session, settings.workspace, pack, out, _person(session, "trainer"), now)
    with zipfile.ZipFile(taken) as archive:
        archive.extractall(folder / "pack")
    return folder / "pack" / "index.html"


def _person(session: Session, login: str) -> Person:
    found = account_by_login(session, login)
    if found is None:
        raise SystemExit(f"the demo has no account {login}: make demo")
    return Person(found[0])
