"""Passages of calls that something can be learnt from, and calls that can be held up as an example."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Scenario(StrEnum):
    """What an operator faces in a passage."""

    INSULT = "insult"
    SHOUTING = "shouting"
    THREAT = "threat"
    REPEATED = "repeated"
    GRIEF = "grief"
    REFUSAL = "refusal"
    BEYOND_POLICY = "beyond_policy"
    LONG_SILENCE = "long_silence"
    CRANK = "crank"

    @property
    def name_zh(self) -> str:
        """What trainers call it."""
        return _SCENARIO_NAMES[self]


class Handling(StrEnum):
    """What became of it under the operator's hands.

    CALMED: the caller was quieter and content after it. HELD: the operator stayed calm and said how it stands.
    ESCALATED: the operator grew loud or rude, or hung up. GAVE_IN: promised what the rules do not allow.
    """

    CALMED = "calmed"
    HELD = "held"
    ESCALATED = "escalated"
    GAVE_IN = "gave_in"
    UNCLEAR = "unclear"

    @property
    def name_zh(self) -> str:
        """What trainers call it."""
        return _HANDLING_NAMES[self]


_SCENARIO_NAMES = {
    Scenario.INSULT: "辱骂",
    Scenario.SHOUTING: "高声",
    Scenario.THREAT: "威胁",
    Scenario.REPEATED: "反复投诉",
    Scenario.GRIEF: "悲痛",
    Scenario.REFUSAL: "不服规定",
    Scenario.BEYOND_POLICY: "诉求超出政策",
    Scenario.LONG_SILENCE: "长时间沉默",
    Scenario.CRANK: "骚扰",
}
_HANDLING_NAMES = {
    Handling.CALMED: "安抚住",
    Handling.HELD: "稳住",
    Handling.ESCALATED: "升级",
    Handling.GAVE_IN: "让步",
    Handling.UNCLEAR: "听不出",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A place that shows a scenario, or how it was handled; ``why`` is Chinese and tells nothing that was said.

    ``utterance`` is None where nobody spoke (a silence). ``confidence`` is 0–1.
    """

    utterance: int | None
    start_ms: int
    end_ms: int
    why: str
    scenario: Scenario | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class SoundProfile:
    """How a passage sounds, whoever speaks: each speaker beside how they sound when calm in the same call.

    ``caller_above_db`` and ``operator_above_db``: loudness above the quietest quarter of what the speaker says in the
    call; ``_pitch_st`` the same of pitch in semitones; ``_rate`` characters a minute. ``silent`` and ``both`` are the
    shares of the passage in which nobody and both spoke, ``caller_share`` the caller's of what was said. None: not
    measured.
    """

    caller_above_db: float | None
    caller_pitch_st: float | None
    caller_rate: float | None
    operator_above_db: float | None
    operator_pitch_st: float | None
    operator_rate: float | None
    silent: float
    both: float
    caller_share: float


@dataclass(frozen=True, slots=True)
class Passage:
    """Whole turns of a call in which something happens, up to its end; ``first`` and ``last`` are utterance indices.

    Args:
        scenarios: In the order of `Scenario`, at least one.
        value: 0–1, how much is to be learnt of it (`qa_pipeline.training.finding.value`); ``reasons`` say why, in
            Chinese.
        marks: What shows the scenarios, and then what shows the handling (no scenario), in the order of time.
    """

    call_id: str
    audit_id: int
    start_ms: int
    end_ms: int
    first: int
    last: int
    scenarios: tuple[Scenario, ...]
    handling: Handling
    value: float
    reasons: tuple[str, ...]
    marks: tuple[Mark, ...] = ()
    sound: SoundProfile | None = None

    @property
    def length_ms(self) -> int:
        """Length in milliseconds."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class Exemplary:
    """How far a call can be held up as an example; each part and ``value`` 0–1, ``reasons`` in Chinese.

    ``recovery`` is None where nothing went wrong that the operator could have mended.
    """

    call_id: str
    audit_id: int
    tone: float
    clarity: float
    recovery: float | None
    value: float
    reasons: tuple[str, ...]
