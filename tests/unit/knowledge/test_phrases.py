"""Phrases that calls use."""

from __future__ import annotations

from qa_pipeline.knowledge.phrases import phrase_counts, telling_phrases


def test_phrases_are_counted_by_call() -> None:
    texts = ["请您稍候，请您稍候，我帮您查询", "请您稍候", "路灯坏了"]
    counts = {c.phrase: c.texts for c in phrase_counts(texts)}
    assert counts["请您稍候"] == 2
    assert "路灯坏了" not in counts


def test_a_part_that_is_only_said_within_the_whole_is_left_out() -> None:
    counts = {c.phrase for c in phrase_counts(["感谢您的来电", "感谢您的来电"])}
    assert "感谢您的来电" in counts
    assert "感谢您的" not in counts


def test_what_tells_bad_calls_from_good_ones() -> None:
    bad = ["别啰嗦快点讲，请问是哪里"] * 8
    good = ["请您慢慢讲，请问是哪里"] * 30
    told = [t.phrase for t in telling_phrases(bad, good)]
    assert any("啰嗦" in phrase for phrase in told)
    assert not any("请问" in phrase for phrase in told)


def test_nothing_tells_nothing() -> None:
    assert telling_phrases([], []) == ()
    assert phrase_counts([]) == ()
