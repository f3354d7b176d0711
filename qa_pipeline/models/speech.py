"""What was recorded and what was heard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who speaks."""

    OPERATOR = "operator"
    CALLER = "caller"
    UNKNOWN = "unknown"


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
    """One recognised word (for Mandarin usually 1–3 characters) with its time and the recogniser's confidence, 0–1."""

    text: str
    start_ms: int
    end_ms: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one speaker said without a longer pause.

    ``index`` counts utterances of the call in order of ``start_ms`` from 0. ``channel`` is the audio channel (0 left).
    ``confidence`` is the mean word confidence; ``role_confidence`` how sure it is that ``role`` spoke.
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

    ``speech`` are the stretches where voice activity was found, per channel; ``unintelligible`` those of them in
    which the recogniser found no words or was unsure (so a "never said" rule must not call anything missing there).
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


@dataclass(frozen=True, slots=True)
class UtteranceAcoustics:
    """Loudness (dBFS over voiced frames), median pitch (Hz, None if unvoiced) and speech rate of one utterance.

    ``rate_cpm`` is in characters a minute and None for utterances too short to tell.
    """

    index: int
    loudness_db: float
    pitch_hz: float | None
    rate_cpm: float | None


@dataclass(frozen=True, slots=True)
class TalkOver:
    """Both spoke at once; ``by`` is who began while the other was speaking."""

    start_ms: int
    end_ms: int
    by: Role
    utterance: int | None


@dataclass(frozen=True, slots=True)
class DeadAir:
    """Nobody spoke. ``awaited`` is who should have spoken next; ``after`` the utterance before, None at the start."""

    start_ms: int
    end_ms: int
    awaited: Role
    after: int | None


@dataclass(frozen=True, slots=True)
class AcousticProfile:
    """Measures on the decoded audio, comparable between calls of one channel."""

    utterances: tuple[UtteranceAcoustics, ...]
    talk_overs: tuple[TalkOver, ...]
    dead_airs: tuple[DeadAir, ...]
    operator_rate_cpm: float | None
    caller_rate_cpm: float | None
    noise_floor_db: tuple[float, ...]
