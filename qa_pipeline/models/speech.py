"""What was recorded and what was heard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from statistics import median


class Role(StrEnum):
    """Who speaks."""

    OPERATOR = "operator"
    CALLER = "caller"
    UNKNOWN = "unknown"


MIN_ROLE_CONFIDENCE = 0.6
"""From this on a role is told; below it the speakers count as not told apart and a person decides."""

UNKNOWN_CONFIDENCE = 0.5
"""The confidence of words whose recogniser does not say how sure it was, and of which nothing was measured."""
ASSUMED_MARK = "confidence=assumed-"
"""What the stamp says, before a number, where words without a confidence of their own have the one that was set."""


@dataclass(frozen=True, slots=True)
class Recording:
    """Audio of one call; ``recording_id`` is the SHA-256 of the file."""

    recording_id: str
    path: str
    codec: str
    sample_rate_hz: int
    channels: int
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word (for Mandarin usually 1–3 characters) with its time.

    ``confidence`` is the probability, 0–1, that a character of it is right, calibrated on real speech
    (`qa_pipeline.asr.confidence`); what an engine itself says of its words is calibrated before rules see it.
    ``original`` is what was recognised where ``text`` was corrected to a word of the trade; None: as recognised.
    """

    text: str
    start_ms: int
    end_ms: int
    confidence: float
    original: str | None = None

    @property
    def recognised(self) -> str:
        """What the recogniser wrote."""
        return self.text if self.original is None else self.original


@dataclass(frozen=True, slots=True)
class UntimedWord(Word):
    """A word of a transcript that a person put right; its time is a guess, good enough to play from, not to cut at."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one speaker said without a longer pause.

    ``index`` counts utterances of the call in order of ``start_ms`` from 0. ``channel`` is the audio channel (0 left).
    ``confidence`` is the share of its characters expected to be right, the mean of its words'; ``role_confidence``
    how sure it is that ``role`` spoke.
    ``text`` is simplified Chinese and is the concatenation of ``words`` (without spaces), punctuation aside.
    """

    index: int
    role: Role
    channel: int
    start_ms: int
    end_ms: int
    text: str
    words: tuple[Word, ...]
    confidence: float
    role_confidence: float = 1.0

    @property
    def recognised(self) -> str:
        """The text as it was recognised, before anything was corrected."""
        if all(word.original is None for word in self.words):
            return self.text
        letters = iter([c for word in self.words for c in word.recognised if c.isalnum()])
        return "".join(next(letters, c) if c.isalnum() else c for c in self.text)


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of one channel, in milliseconds."""

    start_ms: int
    end_ms: int
    channel: int = 0
    role: Role = Role.UNKNOWN

    @property
    def length_ms(self) -> int:
        """Length in milliseconds."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class ModelStamp:
    """Which recogniser made a transcript: enough to make it again."""

    engine: str
    model: str
    sha256: str
    settings: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """Utterances of a call, sorted by ``start_ms``.

    ``speech`` are the stretches where voice activity was found, per channel; ``unintelligible`` those of them (or
    parts of them) in which the recogniser found no words, too few, or was unsure, so that a "never said" rule must not
    call anything missing there.
    """

    recording_id: str
    duration_ms: int
    utterances: tuple[Utterance, ...]
    speech: tuple[Span, ...]
    unintelligible: tuple[Span, ...]
    stamp: ModelStamp

    def of(self, role: Role) -> tuple[Utterance, ...]:
        """Return the utterances of one role, in order."""
        return tuple(u for u in self.utterances if u.role is role)

    @property
    def confidence_known(self) -> bool:
        """Whether the recogniser said of most words how sure it was, or its share of right characters was measured."""
        words = [word for utterance in self.utterances for word in utterance.words]
        return sum(word.confidence == UNKNOWN_CONFIDENCE for word in words) * 2 <= len(words)

    @property
    def confidence_assumed(self) -> bool:
        """Whether most words have the one confidence that was set for all of them: it tells no two words apart."""
        _, named, value = self.stamp.settings.partition(ASSUMED_MARK)
        if not named:
            return False
        flat = round(float(value.split()[0]), 4)
        words = [word for utterance in self.utterances for word in utterance.words]
        return sum(word.confidence == flat for word in words) * 2 > len(words)


@dataclass(frozen=True, slots=True)
class UtteranceAcoustics:
    """How one utterance sounded.

    ``loudness_db`` is dBFS over voiced frames, ``above_floor_db`` the same above its channel's noise floor (a loud
    microphone is not a loud person), ``loudness_lufs`` gated loudness by ITU-R BS.1770. ``pitch_hz`` is the median F0,
    ``pitch_range_semitones`` from its 5th to its 95th percentile. ``rate_cpm`` is in characters a minute. None: too
    short or too quiet to tell, or not measured when the call was heard.
    """

    index: int
    loudness_db: float
    pitch_hz: float | None
    rate_cpm: float | None
    loudness_lufs: float | None = None
    above_floor_db: float | None = None
    pitch_range_semitones: float | None = None


@dataclass(frozen=True, slots=True)
class Voice:
    """The same measures over all that one role said in a call; None where there was too little of it."""

    role: Role
    loudness_lufs: float | None
    above_floor_db: float | None
    pitch_hz: float | None
    pitch_range_semitones: float | None
    rate_cpm: float | None


@dataclass(frozen=True, slots=True)
class TalkOver:
    """Both spoke at once; ``by`` is who began while the other was speaking.

    ``into_ms`` is how long the other had been speaking by then (None: not measured), ``gave_way`` who fell silent
    first.
    """

    start_ms: int
    end_ms: int
    by: Role
    utterance: int | None
    into_ms: int | None = None
    gave_way: Role = Role.UNKNOWN


@dataclass(frozen=True, slots=True)
class DeadAir:
    """Nobody spoke. ``awaited`` is who should have spoken next; ``after`` the utterance before, None at the start."""

    start_ms: int
    end_ms: int
    awaited: Role
    after: int | None


@dataclass(frozen=True, slots=True)
class Response:
    """The operator took the floor from the caller; ``utterance`` is the answer, None where no words were heard."""

    caller_end_ms: int
    operator_start_ms: int
    utterance: int | None

    @property
    def latency_ms(self) -> int:
        """How long the caller waited; negative where the operator began before the caller had ended."""
        return self.operator_start_ms - self.caller_end_ms


class EndingSign(StrEnum):
    """What in the sound tells who hung up first."""

    NONE = "none"
    BUSY_TONE = "busy_tone"
    LINE_DROPPED = "line_dropped"
    CUT_OFF = "cut_off"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended, by its sound and last words alone; the call log may know better.

    Args:
        last_role: Who spoke last, UNKNOWN where both did at once, nobody did, or roles cannot be told.
        silence_ms: From the last speech to the end of the recording.
        goodbye_by: Who parted in the last words.
        cut: Whose words the end of the recording cut off, None where nobody's.
        hung_up_by: Who hung up first, UNKNOWN where the sound does not tell; ``sign`` is what tells it.
    """

    last_role: Role
    silence_ms: int
    goodbye_by: tuple[Role, ...] = ()
    cut: Role | None = None
    hung_up_by: Role = Role.UNKNOWN
    sign: EndingSign = EndingSign.NONE


@dataclass(frozen=True, slots=True)
class AcousticProfile:
    """Measures on the decoded audio, comparable between calls of one channel.

    ``noise_floor_db`` and ``channel_lufs`` have one value a channel. ``responses``, ``voices`` and ``ending`` are
    empty where roles cannot be told, or where a call was heard before they were measured.
    """

    utterances: tuple[UtteranceAcoustics, ...]
    talk_overs: tuple[TalkOver, ...]
    dead_airs: tuple[DeadAir, ...]
    operator_rate_cpm: float | None
    caller_rate_cpm: float | None
    noise_floor_db: tuple[float, ...]
    channel_lufs: tuple[float | None, ...] = ()
    voices: tuple[Voice, ...] = ()
    responses: tuple[Response, ...] = ()
    ending: Ending | None = None

    @property
    def response_median_ms(self) -> int | None:
        """The median time that the caller waited for an answer."""
        return round(median(r.latency_ms for r in self.responses)) if self.responses else None

    @property
    def response_longest_ms(self) -> int | None:
        """The longest time that the caller waited for an answer."""
        return max(r.latency_ms for r in self.responses) if self.responses else None
