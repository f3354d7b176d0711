"""The training room by the API: what its pages show and do, by the same functions and refusals."""

from __future__ import annotations

from qa_pipeline.web.api.training import (
    cards,
    clip_sound,
    clips,
    contest,
    effect,
    packs,
    passages,
    playing,
    records,
    voting,
)

FAMILIES = (passages, clip_sound, clips, packs, cards, playing, records, effect, contest, voting)
