"""Whatever was heard: a correction keeps the words' number, lengths and times, and correcting again changes nothing."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from qa_pipeline.knowledge.correction import correct
from qa_pipeline.knowledge.lexicon import Lexicon
from qa_pipeline.language.corrected import as_corrected
from qa_pipeline.language.punctuation import punctuated
from qa_pipeline.language.script import bare
from qa_pipeline.models import Role, Transcript
from tests.builders import Line, call

DAY = date(2026, 10, 20)
WORDS = Lexicon([])
# Misheard terms, parts of terms, numbers, punctuation and other words, in any order.
PIECES = st.sampled_from(
    [
        *(
            "辩名",
            "服务",
            "户口部",
            "攻击金",
            "贷款",
            "的",
            "您好",
            "，",
            "二十",
            "12345",
            "设保卡",
            "爆修",
            "路灯",
            "公正处",
        ),
        *("委托书", "一宝", "报销", "带", "要", "政府服务", "呢", "吗", "ABC", "多少钱", "扰民", "打装"),
    ]
)
SAID = st.lists(PIECES, min_size=1, max_size=8).map("".join).filter(bare)
HEARD = st.lists(
    st.tuples(st.sampled_from([Role.OPERATOR, Role.CALLER]), SAID, st.floats(0.01, 1)), min_size=1, max_size=4
)


def transcript(heard: list[tuple[Role, str, float]]) -> Transcript:
    return call([Line(role, text, confidence=sure) for role, text, sure in heard]).transcript


@settings(max_examples=60)
@given(HEARD)
def test_words_keep_number_lengths_and_times(heard: list[tuple[Role, str, float]]) -> None:
    before = transcript(heard)
    after, made = correct(before, WORDS, DAY)
    for was, now in zip(before.utterances, after.utterances, strict=True):
        assert [(w.start_ms, w.end_ms, len(w.text)) for w in was.words] == [
            (w.start_ms, w.end_ms, len(w.text)) for w in now.words
        ]
        assert "".join(w.text for w in now.words) == "".join(c for c in now.text if c.isalnum())
        assert now.recognised == was.text
        assert all(n.confidence <= w.confidence for w, n in zip(was.words, now.words, strict=True))
        assert (was == now) == (was.index not in {c.utterance for c in made})


@settings(max_examples=60)
@given(HEARD)
def test_correcting_again_changes_nothing(heard: list[tuple[Role, str, float]]) -> None:
    after, made = correct(transcript(heard), WORDS, DAY)
    assert correct(after, WORDS, DAY) == (after, ())
    assert as_corrected(transcript(heard), made) == after


@given(HEARD)
def test_punctuation_for_readers_changes_no_letter_and_comes_once(heard: list[tuple[Role, str, float]]) -> None:
    before = transcript(heard)
    after = punctuated(before)
    assert [bare(u.text) for u in after.utterances] == [bare(u.text) for u in before.utterances]
    assert [u.words for u in after.utterances] == [u.words for u in before.utterances]
    assert punctuated(after) == after
