"""Masked clips of calls for training: what was made, what people said of it, and where it went. Append-only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qa_pipeline.models.passages import Handling, Scenario
from qa_pipeline.models.speech import Role, Span


class Cover(StrEnum):
    """What is heard in the place of masked words."""

    TONE = "tone"
    SILENCE = "silence"

    @property
    def name_zh(self) -> str:
        """It in Chinese."""
        return {"tone": "提示音", "silence": "静音"}[self.value]


class SoundKind(StrEnum):
    """The format of a clip's sound."""

    MP3 = "mp3"
    WAV = "wav"


class Barred(StrEnum):
    """Why nothing of a call may be used in training; where several hold, the first is told."""

    CONFIDED = "confided"
    APPEALED = "appealed"
    NOTICED = "noticed"

    @property
    def name_zh(self) -> str:
        """It in Chinese, as whoever asks for a clip is told."""
        return _BARRED[self]


_BARRED = {
    Barred.CONFIDED: "来电人要求保密（工单“是否保密”）",
    Barred.APPEALED: "该通话有尚未裁定的申诉",
    Barred.NOTICED: "该通话有尚未审批的监督记录",
}


class MaskKind(StrEnum):
    """What is masked.

    A kind of personal data; PERSONAL: an answer to what asks for some, or a read-back, as a whole; ORDER: what the
    order names; OPERATOR: whoever answered; UNHEARD: speech of which nobody knows the words; HAND: a person chose it.
    """

    NAME = "name"
    MOBILE = "mobile"
    LANDLINE = "landline"
    IDENTITY = "id"
    PLATE = "plate"
    BANK = "bank"
    ADDRESS = "address"
    EMAIL = "email"
    WECHAT = "wechat"
    QQ = "qq"
    NUMBER = "number"
    PERSONAL = "personal"
    ORDER = "order"
    OPERATOR = "operator"
    UNHEARD = "unheard"
    HAND = "hand"

    @property
    def name_zh(self) -> str:
        """It in Chinese, as it stands in the masked text."""
        return _MASKS[self]


_MASKS = {
    MaskKind.NAME: "姓名",
    MaskKind.MOBILE: "手机号",
    MaskKind.LANDLINE: "电话",
    MaskKind.IDENTITY: "证件号",
    MaskKind.PLATE: "车牌",
    MaskKind.BANK: "银行卡号",
    MaskKind.ADDRESS: "地址",
    MaskKind.EMAIL: "邮箱",
    MaskKind.WECHAT: "微信号",
    MaskKind.QQ: "QQ号",
    MaskKind.NUMBER: "号码",
    MaskKind.PERSONAL: "个人信息",
    MaskKind.ORDER: "工单内容",
    MaskKind.OPERATOR: "话务员",
    MaskKind.UNHEARD: "听不清",
    MaskKind.HAND: "人工遮盖",
}


@dataclass(frozen=True, slots=True)
class ClipMask:
    """A stretch that is covered, in milliseconds of the call; ``channel`` None: on every channel.

    ``by`` is who put it there, '' for the program.
    """

    start_ms: int
    end_ms: int
    channel: int | None
    kind: MaskKind
    by: str = ""


@dataclass(frozen=True, slots=True)
class ClipPiece:
    """A part of a masked text: words as they were heard, or (``mask``) what stands for masked ones: 〔姓名〕."""

    text: str
    mask: MaskKind | None = None


@dataclass(frozen=True, slots=True)
class ClipTurn:
    """What one side said without the other, masked; times in milliseconds of the clip, from 0."""

    role: Role
    start_ms: int
    end_ms: int
    pieces: tuple[ClipPiece, ...]

    @property
    def text(self) -> str:
        """The masked text."""
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class ClipCorrection:
    """What a person wrote for a turn (``turn`` counts from 0), masked; ``heard`` is the machine's masked text of it."""

    turn: int
    pieces: tuple[ClipPiece, ...]
    heard: tuple[ClipPiece, ...]
    by: str
    said_at: datetime

    @property
    def covers_more(self) -> bool:
        """Whether something in it is masked that is heard in the sound: the recogniser made other words of it."""
        return sum(p.mask is not None for p in self.pieces) > sum(p.mask is not None for p in self.heard)


@dataclass(frozen=True, slots=True)
class ClipWish:
    """What somebody asks for: a passage (snapped to turns when it is made) and how it is to be masked.

    ``disguise_operator``: the operator's voice is changed, too; the caller's always is. ``masks`` are put by hand.
    ``replaces`` is the clip that is made again, None for a new one. ``scenario`` and ``handling`` are what the passage
    was found under, None where it was not found but chosen by ear.
    """

    call_id: str
    start_ms: int
    end_ms: int
    cover: Cover = Cover.TONE
    disguise_operator: bool = False
    kind: SoundKind = SoundKind.MP3
    masks: tuple[ClipMask, ...] = ()
    replaces: int | None = None
    scenario: Scenario | None = None
    handling: Handling | None = None


@dataclass(frozen=True, slots=True)
class ClipPlan:
    """How a clip is made of a recording; all times in the call.

    Args:
        start_ms: Where it begins, at a turn.
        end_ms: Where it ends.
        channels: Which channels of the recording are heard.
        heard: The stretches in which a channel is heard at all (what leaks into it from the other side is not); empty:
            everywhere.
        natural: The stretches whose voice stays as it is; every other is changed.
        voices: The roles whose voice is changed; UNKNOWN: everybody's, since it is not sure who speaks where.
        masks: What is covered.
        turns: The masked text, times in the clip.
    """

    start_ms: int
    end_ms: int
    channels: tuple[int, ...]
    heard: tuple[Span, ...]
    natural: tuple[Span, ...]
    voices: tuple[Role, ...]
    masks: tuple[ClipMask, ...]
    turns: tuple[ClipTurn, ...]


@dataclass(frozen=True, slots=True)
class Clip:
    """A masked clip as it was made.

    Args:
        clip_id: Its number.
        call_id: Of which call; never shown outside, nor in a file's name.
        start_ms: Where it begins in the call, at a turn.
        end_ms: Where it ends.
        made_by: Who asked for it; somebody else approves it.
        made_at: The centre's wall clock.
        cover: What is heard in the place of masked words.
        voices: The roles whose voice was changed; UNKNOWN among them: everybody's, since roles were unsure.
        masks: What was covered and who put it there; times in the call.
        turns: The masked text, as people corrected it last; times in the clip.
        kind: Of the sound.
        sound_path: Where it lies, relative to the workspace.
        sound_sha256: Its hash.
        duration_ms: Its length.
        replaces: The clip that it was made again from, which then is approved no more.
        scenario: What the operator faced, as the passage was found; None where it was not found but chosen by ear.
        handling: What became of it, as the passage was found.
        corrections: What people wrote for turns, the one that counts of each, by turn.
    """

    clip_id: int
    call_id: str
    start_ms: int
    end_ms: int
    made_by: str
    made_at: datetime
    cover: Cover
    voices: tuple[Role, ...]
    masks: tuple[ClipMask, ...]
    turns: tuple[ClipTurn, ...]
    kind: SoundKind
    sound_path: str
    sound_sha256: str
    duration_ms: int
    replaces: int | None = None
    scenario: Scenario | None = None
    handling: Handling | None = None
    corrections: tuple[ClipCorrection, ...] = ()

    @property
    def operator_disguised(self) -> bool:
        """Whether the operator's voice is changed: colleagues may know one that is not."""
        return changes_operator(self.voices)


def changes_operator(voices: Sequence[Role]) -> bool:
    """Whether the operator's voice is among those that are changed; UNKNOWN: everybody's is."""
    return Role.OPERATOR in voices or Role.UNKNOWN in voices


class ClipStep(StrEnum):
    """What somebody said of a clip. CORRECTED: they put words of it right; it waits to be approved (anew) then."""

    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CORRECTED = "corrected"

    @property
    def name_zh(self) -> str:
        """It in Chinese."""
        return {"approved": "批准", "refused": "退回", "withdrawn": "撤回批准", "corrected": "更正文字"}[self.value]


class ClipState(StrEnum):
    """Where a clip stands; only an APPROVED one may leave."""

    MADE = "made"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def name_zh(self) -> str:
        """It in Chinese."""
        return {"made": "待审听", "approved": "已批准", "refused": "已退回", "withdrawn": "已撤回"}[self.value]


@dataclass(frozen=True, slots=True)
class ClipWord:
    """What one person said of a clip: the ``position``-th word, from 0."""

    clip_id: int
    position: int
    step: ClipStep
    by: str
    reason: str
    said_at: datetime


@dataclass(frozen=True, slots=True)
class ClipExport:
    """That a clip left: for what (``purpose``, such as 课包 7), taken by whom, with which sound."""

    export_id: int
    clip_id: int
    purpose: str
    taken_by: str
    taken_at: datetime
    sound_sha256: str


@dataclass(frozen=True, slots=True)
class ClipFile:
    """A clip, what was said of it in order, and where it went."""

    clip: Clip
    words: tuple[ClipWord, ...] = ()
    exports: tuple[ClipExport, ...] = ()

    @property
    def state(self) -> ClipState:
        """Where it stands after the last word."""
        return state_after(self.words)


def state_after(words: Sequence[ClipWord]) -> ClipState:
    """Return where a clip stands after the last of what was said of it, in order."""
    if not words or words[-1].step is ClipStep.CORRECTED:
        return ClipState.MADE
    return ClipState(words[-1].step.value)


@dataclass(frozen=True, slots=True)
class ReadyClip:
    """What of an approved clip may leave: its masked text and its sound; nothing of the call that it was cut from."""

    clip_id: int
    turns: tuple[ClipTurn, ...]
    voices: tuple[Role, ...]
    kind: SoundKind
    sound_path: str
    sound_sha256: str
    duration_ms: int
