"""A wish for a clip as an errand's parameters carry it: times and choices, never words that were said."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from qa_pipeline.errors import UserError
from qa_pipeline.models import Transcript
from qa_pipeline.models.clips import Clip, ClipMask, ClipWish, Cover, MaskKind, SoundKind
from qa_pipeline.models.passages import Handling, Scenario
from qa_pipeline.training.clips.hidden import Hidden
from qa_pipeline.training.clips.named import said_as
from qa_pipeline.training.clips.spans import masks_of


def parameters_of(wish: ClipWish) -> dict[str, str]:
    """Return a wish as an errand's parameters."""
    masks = [[mask.start_ms, mask.end_ms, mask.by] for mask in wish.masks]
    return {
        "call": wish.call_id,
        "start_ms": str(wish.start_ms),
        "end_ms": str(wish.end_ms),
        "cover": wish.cover.value,
        "operator": "yes" if wish.disguise_operator else "",
        "kind": wish.kind.value,
        "masks": json.dumps(masks, ensure_ascii=False),
        "replaces": "" if wish.replaces is None else str(wish.replaces),
        "scenario": wish.scenario.value if wish.scenario else "",
        "handling": wish.handling.value if wish.handling else "",
    }


def wish_of(parameters: Mapping[str, str]) -> ClipWish:
    """Return the wish that an errand carries; one of an older version does not say what its passage was found under."""
    scenario, handling = parameters.get("scenario", ""), parameters.get("handling", "")
    return ClipWish(
        call_id=parameters["call"],
        start_ms=int(parameters["start_ms"]),
        end_ms=int(parameters["end_ms"]),
        cover=Cover(parameters["cover"]),
        disguise_operator=parameters["operator"] == "yes",
        kind=SoundKind(parameters["kind"]),
        masks=tuple(
            ClipMask(start, end, None, MaskKind.HAND, by) for start, end, by in json.loads(parameters["masks"])
        ),
        replaces=int(parameters["replaces"]) if parameters["replaces"] else None,
        scenario=Scenario(scenario) if scenario else None,
        handling=Handling(handling) if handling else None,
    )


def masks_by_hand(
    transcript: Transcript,
    clip: Clip,
    words: Collection[str],
    spans: Collection[tuple[int, int]],
    by: str,
    *,
    hears_all: bool,
) -> tuple[ClipMask, ...]:
    """Return what a person wants covered in a clip: words wherever they are said in it, by sound, too, and stretches.

    Args:
        transcript: Of the clip's call.
        clip: Which clip.
        words: What is said.
        spans: Begin and end in the call.
        by: Who wants it.
        hears_all: Whether they may hear the call as it was. Words are looked for in what was said, masked or not, so
            that whoever may not hear it would learn by asking which names are said, and where.

    Raises:
        UserError: Words by whoever may not hear the call; a word is not said in the clip; or a stretch is not in it,
            or ends before it begins.
    """
    if words and not hears_all:
        raise UserError("按字词遮盖要查找原话，您的角色不能用", "听剪辑，改填起止时间；或请质检员、主管按字词遮盖")
    masks: list[ClipMask] = []
    for word in words:
        found = [
            Hidden(utterance.index, start, end, MaskKind.HAND)
            for utterance in transcript.utterances
            for start, end in said_as((word,), utterance.text, len(word))
        ]
        here = [
            m for m in masks_of(transcript, found) if m.kind is MaskKind.HAND and _touches(clip, m.start_ms, m.end_ms)
        ]
        if not here:
            raise UserError(f"这段剪辑里没有找到“{word}”（同音也没有）", "改用起止时间遮盖，或照转写的字写")
        masks += here
    for start, end in spans:
        if end <= start or not _touches(clip, start, end):
            raise UserError("要遮盖的一段不在剪辑里，或终点不在起点之后", "重新填写起止时间（从剪辑开头算）")
        masks.append(ClipMask(start, end, None, MaskKind.HAND))
    return tuple(ClipMask(mask.start_ms, mask.end_ms, None, MaskKind.HAND, by) for mask in masks)


def _touches(clip: Clip, start_ms: int, end_ms: int) -> bool:
    return start_ms < clip.end_ms and end_ms > clip.start_ms
