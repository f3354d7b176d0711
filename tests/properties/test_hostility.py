"""Where a turn is cut and when a call begins never change what is hostile in it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.models import CallContext, Role, Utterance
from qa_pipeline.rules.hostility import HostilityParams, case_mix, doubts_of, moments
from tests.builders import call

pytestmark = pytest.mark.no_cover  # hundreds of calls: traced, they take minutes

PARAMS = HostilityParams()
SAID = (
    "你好我想问一下停水的事情",
    "气死我了打了三个电话",
    "你们是干什么吃的一帮骗子",
    "他骂我神经病你们管不管",
    "让他们赶紧把水管修好",
    "河滨花园三号楼二单元",
    "我不想活了求求你们",
    "好的那就这样吧再见",
)
LEVELS_DB = (-26.0, -24.0, -17.0, -14.0)
PITCHES_HZ = (190.0, 200.0, 240.0, 270.0)


@st.composite
def calls(draw: st.DrawFn) -> CallContext:
    """Calls of alternating speakers whose callers say hostile and harmless things, softly and loudly."""
    texts = draw(st.lists(st.sampled_from(SAID), min_size=1, max_size=7))
    ctx = call([line for text in texts for line in (("来", text), ("话", "好的您请说我在记录"))])
    measured = tuple(
        replace(m, loudness_db=draw(st.sampled_from(LEVELS_DB)), pitch_hz=draw(st.sampled_from(PITCHES_HZ)))
        for m in ctx.acoustics.utterances
    )
    return replace(ctx, acoustics=replace(ctx.acoustics, utterances=measured))


def _told(ctx: CallContext, begun_ms: int = 0) -> list[tuple[object, ...]]:
    found = (*moments(ctx, PARAMS), *doubts_of(ctx, Role.CALLER, moments(ctx, PARAMS)))
    times = [(m.start_ms - begun_ms, m.end_ms - begun_ms) for m in found]
    told = [(m.level, m.kinds, m.how, round(m.confidence, 6), m.demand) for m in found]
    return list(zip(times, told, strict=True))


def _cut(ctx: CallContext, index: int, word: int) -> CallContext:
    """Return the call with one utterance cut in two before a word; both parts sound as the whole did."""
    whole = ctx.transcript.utterances[index]
    place = sum(len(w.text) for w in whole.words[:word])
    parts = (
        replace(whole, text=whole.text[:place], words=whole.words[:word], end_ms=whole.words[word - 1].end_ms),
        replace(whole, text=whole.text[place:], words=whole.words[word:], start_ms=whole.words[word].start_ms),
    )
    utterances = (*ctx.transcript.utterances[:index], *parts, *ctx.transcript.utterances[index + 1 :])
    sources = (*range(index + 1), *range(index, len(ctx.transcript.utterances)))
    measured = tuple(replace(ctx.acoustics.utterances[source], index=place) for place, source in enumerate(sources))
    return replace(
        ctx,
        transcript=replace(ctx.transcript, utterances=tuple(replace(u, index=i) for i, u in enumerate(utterances))),
        acoustics=replace(ctx.acoustics, utterances=measured),
    )


def _shifted(ctx: CallContext, by_ms: int) -> CallContext:
    def later(u: Utterance) -> Utterance:
        words = tuple(replace(w, start_ms=w.start_ms + by_ms, end_ms=w.end_ms + by_ms) for w in u.words)
        return replace(u, start_ms=u.start_ms + by_ms, end_ms=u.end_ms + by_ms, words=words)

    return replace(ctx, transcript=replace(ctx.transcript, utterances=tuple(map(later, ctx.transcript.utterances))))


@given(calls(), st.data())
def test_cutting_an_utterance_inside_a_turn_changes_nothing(ctx: CallContext, data: st.DataObject) -> None:
    index = data.draw(st.sampled_from(range(len(ctx.transcript.utterances))))
    word = data.draw(st.integers(1, len(ctx.transcript.utterances[index].words) - 1))
    assert _told(_cut(ctx, index, word)) == _told(ctx)


@given(calls(), st.integers(0, 3_600_000))
def test_shifting_all_times_shifts_the_moments_and_nothing_else(ctx: CallContext, by_ms: int) -> None:
    assert _told(_shifted(ctx, by_ms), by_ms) == _told(ctx)


@given(calls())
def test_a_louder_recording_changes_nothing(ctx: CallContext) -> None:
    louder = tuple(replace(m, loudness_db=m.loudness_db + 9) for m in ctx.acoustics.utterances)
    floors = tuple(floor + 9 for floor in ctx.acoustics.noise_floor_db)
    turned_up = replace(ctx, acoustics=replace(ctx.acoustics, utterances=louder, noise_floor_db=floors))
    assert _told(turned_up) == _told(ctx)


@given(calls())
def test_every_moment_rests_on_words_and_lies_in_the_call(ctx: CallContext) -> None:
    for moment in moments(ctx, PARAMS):
        assert moment.sure
        assert moment.hits or moment.demand
        assert 0 <= moment.start_ms < moment.end_ms <= ctx.transcript.duration_ms
    assert case_mix(ctx, PARAMS).times == len(moments(ctx, PARAMS))
