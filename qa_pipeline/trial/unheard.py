"""What a written dialogue does not tell, its sound and mostly its work order: unknown, and who asks for it is noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from qa_pipeline.models import AcousticProfile, CallContext

# What a field of the profile tells, for people to read.
_TOLD: Mapping[str, str] = {
    "utterances": "音量、音高和每句的语速",
    "talk_overs": "抢话",
    "dead_airs": "静默",
    "operator_rate_cpm": "语速",
    "caller_rate_cpm": "语速",
    "noise_floor_db": "底噪",
    "channel_lufs": "响度",
    "voices": "嗓音",
    "responses": "应答快慢",
    "ending": "结尾的声音",
}


@dataclass(frozen=True, slots=True)
class Unheard(AcousticProfile):
    """A profile without measures. ``asked`` collects the fields that were read although nobody knows them.

    ``known`` are the fields that the text itself gives: silences that are written down, say.
    """

    known: frozenset[str] = frozenset()
    asked: set[str] = field(default_factory=set)

    def __getattribute__(self, name: str) -> Any:
        """Read a field, and note it where it is one of the sound."""
        # Not super(): a dataclass with slots is made anew, and the class that super() would look for is gone.
        if name in _SOUND and name not in object.__getattribute__(self, "known"):
            object.__getattribute__(self, "asked").add(name)
        return object.__getattribute__(self, name)

    def missed(self) -> tuple[str, ...]:
        """Return what was asked for and is not known, for people to read; () where nothing was."""
        return tuple(dict.fromkeys(_TOLD.get(name, name) for name in sorted(self.asked)))


@dataclass(frozen=True, slots=True)
class Written(CallContext):
    """A call of which only the words are known. ``asked`` collects what was read of it although nobody knows it."""

    order_known: bool = False
    asked: set[str] = field(default_factory=set)

    def __getattribute__(self, name: str) -> Any:
        """Read a field, and note it where it is a work order that is not given."""
        value = object.__getattribute__(self, name)
        if name == "work_order" and not object.__getattribute__(self, "order_known"):
            object.__getattribute__(self, "asked").add("工单")
        return value


_SOUND = frozenset(one.name for one in fields(AcousticProfile))


def written(ctx: CallContext, known: frozenset[str], *, order_known: bool) -> tuple[Written, Unheard]:
    """Return a call as one that notes what is asked of it, with its profile, which does so too.

    Args:
        ctx: Of a written dialogue.
        known: The fields of its profile that the text gives.
        order_known: The text gives its work order, or says that there is none.
    """
    profile = Unheard(**{name: getattr(ctx.acoustics, name) for name in _SOUND}, known=known)
    values = {one.name: getattr(ctx, one.name) for one in fields(CallContext)}
    return Written(**{**values, "acoustics": profile}, order_known=order_known), profile
