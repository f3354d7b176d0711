"""Of what no clip is made, each with its reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa_pipeline.errors import UserError
from qa_pipeline.models import CallFile, Role
from qa_pipeline.models.clips import ClipWish
from qa_pipeline.training.clips.planning import plan
from tests.builders import Line
from tests.unit.training.clip_calls import ANGRY, NAMED, call_of, planned


def refused(file: CallFile, wish: ClipWish | None = None) -> str:
    with pytest.raises(UserError) as caught:
        planned(file) if wish is None else plan(file, wish, ())
    assert caught.value.hint
    return caught.value.message


def test_a_passage_whose_words_have_no_times() -> None:
    file = call_of(ANGRY)
    assert file.transcript is not None
    bare = tuple(replace(u, words=()) for u in file.transcript.utterances)
    assert "没有时间" in refused(replace(file, transcript=replace(file.transcript, utterances=bare)))


def test_a_passage_of_which_nearly_all_would_be_covered() -> None:
    assert "要遮盖" in refused(call_of(NAMED[1:3]))


def test_a_call_without_a_recording_or_without_words() -> None:
    file = call_of(ANGRY)
    assert "没有录音" in refused(replace(file, recording=None))
    assert "还没有转写" in refused(replace(file, transcript=None))


def test_a_stretch_in_which_nobody_speaks() -> None:
    file = call_of(ANGRY)
    assert "没有听清的话" in refused(file, ClipWish(file.call.call_id, 500_000, 600_000))


def test_a_passage_of_more_than_five_minutes() -> None:
    sides = (Role.OPERATOR, Role.CALLER)
    long = [Line(sides[n % 2], "这件事拖得太久了", n * 20.0, n * 20.0 + 4) for n in range(20)]
    assert "分钟" in refused(call_of(long))
