"""How a call sounded, in words for people: the same on the page, in the report and in the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from qa_pipeline.models import (
    AcousticProfile,
    CallFile,
    DeadAir,
    Ending,
    EndingSign,
    Role,
    TalkOver,
    Transcript,
    Voice,
)

LANGUAGES = ("zh", "en")
# Every word of this module: key: (中文, English).
_WORDS = {
    "operator": ("话务员", "operator"),
    "caller": ("来电人", "caller"),
    "unknown": ("说话人不明", "speaker unknown"),
    "voice.operator": ("话务员的声音", "Operator's voice"),
    "voice.caller": ("来电人的声音", "Caller's voice"),
    "rate": ("语速 {0:.0f} 字/分", "{0:.0f} characters a minute"),
    "loudness": ("响度 {0:.1f} LUFS", "{0:.1f} LUFS"),
    "above": ("高出本声道底噪 {0:.0f} 分贝", "{0:.0f} dB above its channel's noise"),
    "pitch": ("音高 {0:.0f} 赫兹", "pitch {0:.0f} Hz"),
    "range": ("起伏 {0:.1f} 个半音", "over {0:.1f} semitones"),
    "response": ("应答", "Response"),
    "response.times": ("{0} 次，中位 {1:.1f} 秒，最长 {2:.1f} 秒", "{0}, median {1:.1f} s, longest {2:.1f} s"),
    "over": ("抢话", "Talk-over"),
    "over.mono": ("单声道，无法判断", "mono: cannot be told"),
    "over.by": ("{0}开口 {1} 次，最长 {2:.1f} 秒", "{1} begun by the {0}, longest {2:.1f} s"),
    "air": ("静默", "Silences"),
    "air.told": ("已告知等待 {0} 次，最长 {1:.1f} 秒", "{0} announced, longest {1:.1f} s"),
    "air.untold": ("未听到告知：{0}", "no announcement heard: {0}"),
    "air.any": ("{0}（含已告知的等待）", "{0} (announced waits among them)"),
    "air.awaited": ("等{0}说话 {1} 次，最长 {2:.1f} 秒", "{1} waiting for the {0}, longest {2:.1f} s"),
    "air.unknown": ("说话人不明 {1} 次，最长 {2:.1f} 秒", "{1} with the speaker unknown, longest {2:.1f} s"),
    "end": ("结束", "End"),
    "end.last": ("最后说话：{0}，此后静 {1:.1f} 秒", "last to speak: {0}, then {1:.1f} s of silence"),
    "end.cut": ("没有说完就断了：{0}", "cut off: {0}"),
    "end.goodbye": ("道别：{0}", "goodbye: {0}"),
    "end.no_goodbye": ("没有听到道别", "no goodbye heard"),
    "end.hung_up": ("{0}先挂机（{1}）", "the {0} hung up first ({1})"),
    "end.logged": (
        "话单记为{0}先挂机；录音不能证实",
        "by the call log the {0} hung up first; the sound cannot confirm it",
    ),
    "end.log_differs": ("话单记为{0}先挂机", "the call log says the {0}"),
    "end.not_told": ("录音听不出谁先挂机", "the sound does not tell who hung up first"),
    "busy_tone": ("末尾有忙音", "a busy tone follows"),
    "line_dropped": ("线路先断", "the line went dead first"),
    "cut_off": ("对方的话被切断", "the other was cut off"),
    "none": ("无", "none"),
    "and": ("、", " and "),
    "list": ("，", ", "),
    "voices": (
        "单声道，按声音和内容分人，把握平均 {0:.0f} %，最低 {1:.0f} %",
        "mono, speakers told apart by voice and content: {0:.0f} % sure on the mean, {1:.0f} % at the least",
    ),
    "voices.not": ("单声道，没有分出说话人", "mono, speakers not told apart"),
}
_HOLD = re.compile(r"稍等|稍候|稍后|等一下|等一会|等会儿|等我一下|不要挂|别挂|[帮为给替]您查")
# The look-back of the rules on waiting (rules/silences.py).
_HOLD_BEFORE_MS = 15_000
_HOLD_OVERLAP_MS = 500


@dataclass(frozen=True, slots=True)
class Said:
    """One line: what it is about, and what was measured."""

    about: str
    text: str


def told_apart(file: CallFile, language: str) -> str:
    """Return how the speakers of a mono recording were told apart and how surely, '' of a stereo one."""
    if file.transcript is None or not _is_mono(file):
        return ""
    say = _Words(LANGUAGES.index(language))
    known = [u.role_confidence for u in file.transcript.utterances if u.role is not Role.UNKNOWN]
    return say("voices", 100 * fmean(known), 100 * min(known)) if known else say("voices.not")


def sounded(acoustics: AcousticProfile | None, language: str, file: CallFile | None = None) -> tuple[Said, ...]:
    """Return how a call sounded, line by line; nothing where it was not measured.

    Args:
        acoustics: The measures. Of a call heard by an older version some are missing, and their lines too.
        language: ``zh`` or ``en``.
        file: The call; without it nothing is said of what only its log, recording or words tell.
    """
    if acoustics is None:
        return ()
    say = _Words(LANGUAGES.index(language))
    lines = [Said(say(f"voice.{voice.role.value}"), _voice(voice, say)) for voice in acoustics.voices]
    if acoustics.responses:
        median_s, longest_s = (acoustics.response_median_ms or 0) / 1000, (acoustics.response_longest_ms or 0) / 1000
        times = say("response.times", len(acoustics.responses), median_s, longest_s)
        lines.append(Said(say("response"), times))
    overs = _by_role("over.by", ((t, t.by) for t in acoustics.talk_overs), say)
    lines.append(Said(say("over"), say("over.mono") if file is not None and _is_mono(file) else overs))
    lines.append(Said(say("air"), _silences(acoustics.dead_airs, file, say)))
    if acoustics.ending is not None:
        lines.append(Said(say("end"), _end(acoustics.ending, file.call.hang_up_by if file else Role.UNKNOWN, say)))
    return tuple(line for line in lines if line.text)


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of one language."""

    column: int

    def __call__(self, key: str, /, *values: object) -> str:
        return _WORDS[key][self.column].format(*values)


def _voice(voice: Voice, say: _Words) -> str:
    measured = (
        ("rate", voice.rate_cpm),
        ("loudness", voice.loudness_lufs),
        ("above", voice.above_floor_db),
        ("pitch", voice.pitch_hz),
        ("range", voice.pitch_range_semitones),
    )
    return say("list").join(say(key, value) for key, value in measured if value is not None)


def _is_mono(file: CallFile) -> bool:
    return file.recording is not None and file.recording.channels == 1


def _silences(airs: Sequence[DeadAir], file: CallFile | None, say: _Words) -> str:
    """Tell silences; those that the operator announced apart from the others, where there are words."""
    said = file.transcript if file is not None else None
    told = [air for air in airs if said is not None and _announced(air, said)]
    others = _by_role("air.awaited", ((air, air.awaited) for air in airs if air not in told), say)
    if said is None:
        return say("air.any", others) if airs else others
    if not told:
        return others
    longest_s = max(air.end_ms - air.start_ms for air in told) / 1000
    waits = say("air.told", len(told), longest_s)
    return waits if len(told) == len(airs) else say("list").join((waits, say("air.untold", others)))


def _announced(air: DeadAir, said: Transcript) -> bool:
    """Whether somebody, and not surely the caller, asked for patience shortly before a silence."""
    from_ms, until_ms = air.start_ms - _HOLD_BEFORE_MS, air.start_ms + _HOLD_OVERLAP_MS
    spoken = (u for u in said.utterances if u.role is not Role.CALLER and from_ms <= u.end_ms <= until_ms)
    return any(_HOLD.search(u.text) for u in spoken)


def _by_role(key: str, found: Iterable[tuple[TalkOver | DeadAir, Role]], say: _Words) -> str:
    lengths: dict[Role, list[int]] = {}
    for stretch, role in found:
        lengths.setdefault(role, []).append(stretch.end_ms - stretch.start_ms)
    counted = [
        say("air.unknown" if role is Role.UNKNOWN else key, say(role.value), len(ms), max(ms) / 1000)
        for role, ms in sorted(lengths.items())
    ]
    return say("list").join(counted) or say("none")


def _end(ending: Ending, logged: Role, say: _Words) -> str:
    parts = [say("end.last", say(ending.last_role.value), ending.silence_ms / 1000)]
    if ending.cut is not None:
        parts.append(say("end.cut", say(ending.cut.value)))
    parts.append(_goodbye(ending.goodbye_by, say))
    if ending.sign is EndingSign.NONE:
        parts.append(say("end.not_told") if logged is Role.UNKNOWN else say("end.logged", say(logged.value)))
    else:
        parts.append(say("end.hung_up", say(ending.hung_up_by.value), say(ending.sign.value)))
        if logged not in {Role.UNKNOWN, ending.hung_up_by}:
            parts.append(say("end.log_differs", say(logged.value)))
    return say("list").join(parts)


def _goodbye(roles: Sequence[Role], say: _Words) -> str:
    return say("end.goodbye", say("and").join(say(r.value) for r in roles)) if roles else say("end.no_goodbye")
