"""Whether a clip still covers all that has to be covered, by what is known of its call now."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from qa_pipeline.language.personal.public import public_words
from qa_pipeline.models.clips import Clip
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.clips import known_anew
from qa_pipeline.store.queries.knowledge import entries
from qa_pipeline.training.clips.correcting import still_masked
from qa_pipeline.training.clips.hidden import hidden
from qa_pipeline.training.clips.spans import MARGIN_MS, covered_ms, masks_of

_MAKING = timedelta(minutes=10)
"""So long before a clip was written down it may have been planned: what came to be known meanwhile is not in it."""
_SLACK_MS = MARGIN_MS // 2
"""Words that are recognised anew begin a little earlier or later; a mask's margin has room for that."""


def lacking_because(session: Session, clip: Clip) -> str | None:
    """Return why a clip must be made again, None where it covers all that is known to be personal by now.

    What a person wrote for its words and had to be masked is heard in the sound, whatever the recogniser made of it.
    All else is looked through only where an order was revised, a turn put right, or a call heard anew since the clip
    was planned.
    """
    if any(one.covers_more for one in clip.corrections):
        return "更正的文字里有新遮盖的内容，声音里还没有遮：遮盖那几个字，须重新制作"
    if not known_anew(session, clip.call_id, clip.made_at - _MAKING):
        return None
    file = call_file(session, clip.call_id)
    if file.transcript is None:
        return "通话的转写已经不在，无法核对遮盖，须重新制作"
    public = public_words(entries(session))
    if clip.corrections and not still_masked(clip, file, public):
        return "更正文字之后工单或转写有更正，更正的文字里还有要遮盖的，须重新制作"
    found = hidden(file.transcript, file.work_order, file.operator, public)
    for mask in masks_of(file.transcript, found):
        start, end = max(mask.start_ms, clip.start_ms), min(mask.end_ms, clip.end_ms)
        if end - start - covered_ms(clip.masks, [(start, end)]) > _SLACK_MS:
            return "制作之后工单或转写有更正，还有要遮盖的没有遮盖，须重新制作"
    return None
