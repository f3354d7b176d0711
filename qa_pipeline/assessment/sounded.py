"""How a call sounded, in words for people: the same on the page, in the report and in the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa_pipeline.models import AcousticProfile, DeadAir, Ending, EndingSign, Role, TalkOver, Voice

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
    "over.by": ("{0}开口 {1} 次，最长 {2:.1f} 秒", "{1} begun by the {0}, longest {2:.1f} s"),
    "air": ("冷场", "Dead air"),
    "air.awaited": ("等{0}说话 {1} 次，最长 {2:.1f} 秒", "{1} waiting for the {0}, longest {2:.1f} s"),
    "air.unknown": ("说话人不明 {1} 次，最长 {2:.1f} 秒", "{1} with the speaker unknown, longest {2:.1f} s"),
    "end": ("结束", "End"),
    "end.last": ("最后说话：{0}，此后静 {1:.1f} 秒", "last to speak: {0}, then {1:.1f} s of silence"),
    "end.cut": ("没有说完就断了：{0}", "cut off: {0}"),
    "end.goodbye": ("道别：{0}", "goodbye: {0}"),
    "end.no_goodbye": ("没有听到道别", "no goodbye heard"),
    "end.hung_up": ("{0}先挂机（{1}）", "the {0} hung up first ({1})"),
    "end.not_told": ("录音听不出谁先挂机", "the sound does not tell who hung up first"),
    "busy_tone": ("末尾有忙音", "a busy tone follows"),
    "line_dropped": ("线路先断", "the line went dead first"),
    "cut_off": ("对方的话被切断", "the other was cut off"),
    "none": ("无", "none"),
    "and": ("、", " and "),
    "list": ("，", ", "),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One line: what it is about, and what was measured."""

    about: str
    text: str


def sounded(acoustics: AcousticProfile | None, language: str) -> tuple[Said, ...]:
    """Return how a call sounded, line by line; nothing where it was not measured.

    Args:
        acoustics: The measures. Of a call heard by an older version some are missing, and their lines too.
        language: ``zh`` or ``en``.
    """
    if acoustics is None:
        return ()
    say = _Words(LANGUAGES.index(language))
    lines = [Said(say(f"voice.{voice.role.value}"), _voice(voice, say)) for voice in acoustics.voices]
    if acoustics.responses:
        median_s, longest_s = (acoustics.response_median_ms or 0) / 1000, (acoustics.response_longest_ms or 0) / 1000
        times = say("response.times", len(acoustics.responses), median_s, longest_s)
        lines.append(Said(say("response"), times))
    lines.append(Said(say("over"), _by_role("over.by", ((t, t.by) for t in acoustics.talk_overs), say)))
    lines.append(Said(say("air"), _by_role("air.awaited", ((d, d.awaited) for d in acoustics.dead_airs), say)))
    if acoustics.ending is not None:
        lines.append(Said(say("end"), _end(acoustics.ending, say)))
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


def _by_role(key: str, found: Iterable[tuple[TalkOver | DeadAir, Role]], say: _Words) -> str:
    lengths: dict[Role, list[int]] = {}
    for stretch, role in found:
        lengths.setdefault(role, []).append(stretch.end_ms - stretch.start_ms)
    counted = [
        say("air.unknown" if role is Role.UNKNOWN else key, say(role.value), len(ms), max(ms) / 1000)
        for role, ms in sorted(lengths.items())
    ]
    return say("list").join(counted) or say("none")


def _end(ending: Ending, say: _Words) -> str:
    parts = [say("end.last", say(ending.last_role.value), ending.silence_ms / 1000)]
    if ending.cut is not None:
        parts.append(say("end.cut", say(ending.cut.value)))
    parts.append(_goodbye(ending.goodbye_by, say))
    if ending.sign is EndingSign.NONE:
        parts.append(say("end.not_told"))
    else:
        parts.append(say("end.hung_up", say(ending.hung_up_by.value), say(ending.sign.value)))
    return say("list").join(parts)


def _goodbye(roles: Sequence[Role], say: _Words) -> str:
    return say("end.goodbye", say("and").join(say(r.value) for r in roles)) if roles else say("end.no_goodbye")
