"""Read and check the script of a sample call.

A script says who speaks what and when. The faults, the hostility and the work order in it are for those who
measure the audit, and the renderer only checks their shape.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from qa_pipeline.errors import UserError

Role = Literal["operator", "caller"]
Voice = Literal["zf_xiaobei", "zf_xiaoxiao", "zm_yunxi", "zm_yunyang"]
AudioFormat = Literal["wav-pcm", "wav-alaw", "wav-ulaw", "mp3", "ogg"]
DEFAULT_PAUSE_MS = 350
# What the phonemiser can say: Chinese characters and the punctuation that the voice model knows.
UNSPEAKABLE = re.compile(r"[^\u4e00-\u9fff，。！？、；：…]")


class ScriptInvalid(UserError):
    """A script that cannot be rendered; the message names the file and the turn."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Turn(_Strict):
    """One person's words, spoken without a break for the other."""

    who: Role
    say: str = Field(min_length=1)
    pause_ms: Annotated[int, Field(ge=0, le=30_000)] | None = None  # silence since all earlier turns ended
    overlap_ms: Annotated[int, Field(gt=0)] | None = None  # begins this long before the previous turn ends
    gain_db: Annotated[float, Field(ge=-20, le=12)] = 0.0
    speed: Annotated[float, Field(ge=0.65, le=2)] = 1.0

    @model_validator(mode="after")
    def _can_be_spoken(self) -> Turn:
        if strange := sorted(set(UNSPEAKABLE.findall(self.say))):
            raise ValueError(
                f"say holds {''.join(strange)!r}; write numbers as Chinese words, use ，。！？、；：… only"
            )
        if re.search(r"[\u4e00-\u9fff]", self.say) is None:
            raise ValueError("say holds no word")
        if self.pause_ms is not None and self.overlap_ms is not None:
            raise ValueError("pause_ms and overlap_ms exclude each other")
        return self


class Voices(_Strict):
    """Who speaks with which voice."""

    operator: Voice
    caller: Voice

    @model_validator(mode="after")
    def _differ(self) -> Voices:
        if self.operator == self.caller:
            raise ValueError("operator and caller need different voices")
        return self


class AudioPlan(_Strict):
    """How the recording is stored; the operator's channel counts only in stereo."""

    layout: Literal["stereo", "mono"]
    operator_channel: Literal[0, 1] | None = None
    format: AudioFormat

    @model_validator(mode="after")
    def _channel_known(self) -> AudioPlan:
        if self.layout == "stereo" and self.operator_channel is None:
            raise ValueError("a stereo call needs operator_channel")
        return self


class Fault(_Strict):
    """A planted fault; ``turns`` is empty where it is an absence or stands in the record."""

    item: str = Field(pattern=r"^(A[1-6]|B[1-6]|C[1-5]|D[1-6]|V[1-7])$")
    kind: str
    turns: list[int]
    note: str = ""


class Hostility(_Strict):
    """Where the caller is upset (1) to abusive (3); not a fault."""

    level: Annotated[int, Field(ge=1, le=3)]
    turns: list[int]


class CallScript(_Strict):
    """One sample call, as its author wrote it."""

    call_id: str = Field(pattern=r"^[HU]\d{6}-\d{3}$")  # H: the samples; U: bench/unseen, never tuned on
    started_at: str = Field(pattern=r"^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$")
    operator_id: str
    shift: Literal["早班", "中班", "晚班"]
    voices: Voices
    audio: AudioPlan
    caller_number: str
    hang_up_by: Role
    satisfaction: Annotated[int, Field(ge=1, le=5)] | None
    turns: list[Turn] = Field(min_length=1)
    faults: list[Fault]
    hostility: Hostility | None
    work_order: dict[str, Any] | None

    @model_validator(mode="after")
    def _references_hold(self) -> CallScript:
        if self.turns[0].overlap_ms is not None:
            raise ValueError("turn 0: overlap_ms, but nothing was said before it")
        for number, (before, turn) in enumerate(zip(self.turns, self.turns[1:], strict=False), start=1):
            if turn.overlap_ms is not None and turn.who == before.who:
                raise ValueError(f"turn {number}: overlap_ms, but the {turn.who} was already speaking")
        pointed = {turn for fault in self.faults for turn in fault.turns}
        pointed.update(self.hostility.turns if self.hostility else [])
        if strange := sorted(pointed - set(range(len(self.turns)))):
            raise ValueError(f"faults or hostility point at turns {strange}; the call has 0 to {len(self.turns) - 1}")
        return self


def load_script(path: Path) -> CallScript:
    """Read one script.

    Raises:
        ScriptInvalid: If it cannot be read, has unknown keys or values, or is named after another call.
    """
    try:
        script = CallScript.model_validate(YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ScriptInvalid(f"{path}: cannot be read: {error.strerror}", "check the call's number") from error
    except (YAMLError, UnicodeDecodeError) as error:
        raise ScriptInvalid(f"{path}: is not YAML: {error}", "check indentation and quotes") from error
    except ValidationError as error:
        raise ScriptInvalid(f"{path}: {_first_fault(error)}", "see README.md for the keys of a script") from error
    if script.call_id != path.stem:
        raise ScriptInvalid(f"{path}: call_id is {script.call_id}", "name the file after its call")
    return script


def _first_fault(error: ValidationError) -> str:
    """Return the first thing wrong as ``turn 3: pause_ms: ...``."""
    first = error.errors(include_url=False)[0]
    where = [str(part) for part in first["loc"]]
    if where[:1] == ["turns"] and len(where) > 1:
        where = [f"turn {where[1]}", *where[2:]]
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "extra_forbidden":
        message = "unknown key"
    elif "input" in first and not isinstance(first["input"], dict):
        message += f" (got {first['input']!r})"
    more = error.error_count() - 1
    return ": ".join([*where, message]) + (f"; and {more} more" if more else "")
