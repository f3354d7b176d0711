"""Calls with known faults, as scripts say them and as the product hears them: the samples and the held-out sets.

The audio of a held-out set is not in the repository. It is looked for in ``WORK/<set>/audio``, its timing beside it:

    python recordings_sample/render.py --all --scripts bench/<set>/scripts --out WORK/<set>

as ``bench/rules_quality.py --render`` does. What was heard is kept in a workspace in ``WORK/<set>``, made by the
product in the ordinary way and named after the audio and the recogniser; while neither changes, nothing is heard twice
and only rules are run again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import fmean

from ruamel.yaml import YAML

from qa_pipeline.asr.audio import probe
from qa_pipeline.asr.engines import make_transcriber
from qa_pipeline.asr.turns import dead_airs, responses, talk_overs
from qa_pipeline.audit import gather
from qa_pipeline.demo import MONTH, MONTH_OVER, SEED
from qa_pipeline.errors import UserError
from qa_pipeline.ingest.files import read_file
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import AcousticProfile, CallContext, CallFile, KnowledgeEntry, Role, Transcript, Voice
from qa_pipeline.runs import draw_month, import_paths, run_month
from qa_pipeline.runs.inputs import SPEECH_FORMAT
from qa_pipeline.runs.stages import hearing_stamp
from qa_pipeline.settings import SETTINGS_FILE, Settings, load_settings
from qa_pipeline.standards import ruleset_of, scorecard_of
from qa_pipeline.store.codec import encode, sha256_of
from qa_pipeline.store.queries import month_data
from qa_pipeline.store.session import close_store, open_store
from qa_pipeline.workspace import init_workspace
from recordings_sample import render
from recordings_sample.make_tables import tables, write_rows
from tests.builders import script_call

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parent / "recordings_sample"
WORK = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "hotline-qa" / "bench"
KNOWLEDGE = ("knowledge.yaml", "knowledge_extra.csv", "knowledge_extra.xlsx")
SHARED = ("roster.csv", "shift_plan.csv", *KNOWLEDGE)
SETS = ("samples", "unseen", "unseen2")
QUOTA = 99  # more calls than any operator has: every call is heard
_HEARD = ".heard"
# What a flawless recogniser would say of its words.
_SURE = 0.99
_FLOOR_DB = -60.0


@dataclass(frozen=True, slots=True)
class CallSet:
    """Scripts and where their audio lies: ``rendered`` holds ``audio`` and ``timing``, ``work`` what was heard."""

    name: str
    scripts: Path
    rendered: Path
    work: Path

    @property
    def paths(self) -> list[Path]:
        """The scripts, in the order of their calls."""
        return sorted(self.scripts.glob("*.yaml"))

    @property
    def is_rendered(self) -> bool:
        """Whether every call can be heard."""
        spoken = {path.stem for path in (self.rendered / "audio").glob("*")}
        timed = {path.stem for path in (self.rendered / "timing").glob("*.json")}
        return {path.stem for path in self.paths} <= spoken & timed


def call_set(name: str, work: Path = WORK) -> CallSet:
    """Return one of `SETS`."""
    own = work / name
    if name == "samples":
        return CallSet(name, SAMPLES / "scripts", SAMPLES, own)
    return CallSet(name, HERE / name / "scripts", own, own)


def render_missing(calls: CallSet) -> None:
    """Speak the calls of a set unless all of them were spoken; the voices need the extra ``samples``."""
    if not calls.is_rendered:
        render.main(["--all", "--scripts", str(calls.scripts), "--out", str(calls.rendered)])


def knowledge() -> KnowledgeIndex:
    """Return the base that consultations of all sets are answered from."""
    batches = [batch for name in KNOWLEDGE for batch in read_file(SAMPLES / name)]
    return KnowledgeIndex(
        [row.value for batch in batches for row in batch.rows if isinstance(row.value, KnowledgeEntry)]
    )


def reference(calls: CallSet, index: KnowledgeIndex) -> list[CallContext]:
    """Return the calls as their scripts say them: every word as it was said, voices told apart, timing as spoken.

    Loudness follows the script; nothing is known of how the calls ended beyond the call log.
    """
    return [_as_said(path, calls.rendered / "timing" / f"{path.stem}.json", index) for path in calls.paths]


def recognised(calls: CallSet, index: KnowledgeIndex, progress: Callable[[str], None]) -> list[CallContext]:
    """Return the calls as the product hears them, transcribed now or before.

    Raises:
        UserError: Calls of the set are not rendered, or could not be heard.
    """
    return [
        gather(f.call, f.recording, f.transcript, f.acoustics, f.work_order, index, index.lexicon)
        for f in heard(calls, progress)
        if f.recording is not None and f.transcript is not None and f.acoustics is not None
    ]


def _as_said(path: Path, timing: Path, index: KnowledgeIndex) -> CallContext:
    call = script_call(path, timing, told_apart=True, confidence=_SURE)
    stereo = call.recording.channels == 2
    return gather(
        call.call,
        call.recording,
        call.transcript,
        _sounded(call.acoustics, call.transcript, stereo),
        call.work_order,
        index,
    )


def _sounded(scripted: AcousticProfile, transcript: Transcript, stereo: bool) -> AcousticProfile:
    """Complete a scripted profile by what the product derives from speech; on mono nobody is heard to talk over.

    A raised voice of the renderer is louder and no higher, so that its pitch says nothing.
    """
    utterances = tuple(
        replace(one, pitch_hz=None, loudness_lufs=one.loudness_db, above_floor_db=one.loudness_db - _FLOOR_DB)
        for one in scripted.utterances
    )
    whole = replace(
        scripted,
        utterances=utterances,
        talk_overs=talk_overs(transcript) if stereo else (),
        dead_airs=dead_airs(transcript),
        responses=responses(transcript),
    )
    voices = (_voice(role, whole, transcript) for role in (Role.OPERATOR, Role.CALLER) if transcript.of(role))
    return replace(whole, voices=tuple(voices))


def _voice(role: Role, profile: AcousticProfile, transcript: Transcript) -> Voice:
    own = [profile.utterances[u.index] for u in transcript.of(role)]
    level_db = fmean(one.loudness_db for one in own)
    rate = profile.operator_rate_cpm if role is Role.OPERATOR else profile.caller_rate_cpm
    return Voice(role, level_db, level_db - _FLOOR_DB, None, None, rate)


def heard(calls: CallSet, progress: Callable[[str], None]) -> tuple[CallFile, ...]:
    """Return what the product's store holds of the calls after they were imported, drawn and transcribed.

    Raises:
        UserError: Calls of the set are not rendered, or could not be heard.
    """
    if not calls.is_rendered:
        scripts = calls.scripts.relative_to(HERE.parent)
        hint = f"python recordings_sample/render.py --all --scripts {scripts} --out {calls.rendered}"
        raise UserError(f"{calls.name}: calls are not rendered in {calls.rendered}", hint)
    workspace = calls.work / f"heard-{_key(calls)}"
    if not (workspace / _HEARD).is_file():
        if workspace.exists():  # left by a run that did not come to its end
            shutil.rmtree(workspace)
        _hear(calls, workspace, progress)
        (workspace / _HEARD).touch()
    sessions = open_store(load_settings(workspace).url, create=True)
    with sessions() as session:
        files = month_data(session, MONTH).files
    close_store(sessions)
    if silent := [f.call.call_id for f in files if f.transcript is None] or len(files) != len(calls.paths):
        raise UserError(f"{workspace}: calls could not be heard ({silent})", "see what the run printed")
    return files


def _key(calls: CallSet) -> str:
    """Return what names a workspace: the audio, the tables that go with it, and what hears."""
    audio = sorted(p for p in (calls.rendered / "audio").glob("*") if (calls.scripts / f"{p.stem}.yaml").is_file())
    sounds = [hashlib.sha256(path.read_bytes()).hexdigest() for path in audio]
    scripts = [_handed(path) for path in calls.paths]
    return sha256_of(SPEECH_FORMAT, encode(hearing_stamp(Settings())), *sounds, *scripts)[:16]


def _handed(path: Path) -> str:
    """Return what of a script goes into the centre's tables; faults and hostility do not."""
    script = YAML(typ="safe").load(path.read_text("utf-8"))
    kept = {name: value for name, value in script.items() if name not in {"turns", "faults", "hostility"}}
    return json.dumps(kept, ensure_ascii=False, sort_keys=True, default=str)


def _hear(calls: CallSet, workspace: Path, progress: Callable[[str], None]) -> None:
    settings, sessions = init_workspace(workspace)
    with (workspace / SETTINGS_FILE).open("a", encoding="utf-8") as file:
        file.write(f"quota_per_operator: {QUOTA}\n")
    settings = load_settings(workspace)
    check = partial(probe, max_minutes=settings.max_recording_minutes)
    taken = import_paths(settings, sessions, hand_in(calls, workspace / "handed"), datetime.now(), check)
    progress("\n".join(taken.lines()))
    draw_month(sessions, MONTH, QUOTA, SEED, max(datetime.now(), MONTH_OVER))
    card, rules = scorecard_of(settings), ruleset_of(settings)
    started = datetime.now()
    summary = run_month(
        settings, sessions, MONTH, make_transcriber(settings), card, rules, datetime.now, _told(progress)
    )
    close_store(sessions)
    progress(f"{summary.line()}；{(datetime.now() - started).seconds} s")


def _told(progress: Callable[[str], None]) -> Callable[[int, int, str], None]:
    return lambda done, total, what: progress(f"{done}/{total} {what}")


def hand_in(calls: CallSet, folder: Path) -> Sequence[Path]:
    """Write call log and work orders below ``folder`` and return all that a centre would hand over."""
    shutil.copytree(calls.scripts, folder / "scripts")
    shutil.copytree(calls.rendered / "timing", folder / "timing")
    made = tables(folder)
    for name, rows in made.items():
        write_rows(folder / name, rows)
    return [*(SAMPLES / name for name in SHARED), *(folder / name for name in made), calls.rendered / "audio"]


def tell(line: str) -> None:
    """Print what goes on beside what was measured."""
    print(line, file=sys.stderr, flush=True)
