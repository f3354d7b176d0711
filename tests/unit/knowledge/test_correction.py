"""Words of the trade are read into a transcript where sound, doubt and rareness all speak for it, and nowhere else."""

from __future__ import annotations

from datetime import date

import pytest

from qa_pipeline.knowledge.correction import correct
from qa_pipeline.knowledge.lexicon import Lexicon
from qa_pipeline.language.corrected import PRECISION, as_corrected
from qa_pipeline.models import KnowledgeEntry, Role, TermCorrection, Transcript
from tests.builders import Line, call

DAY = date(2026, 10, 20)
ENTRY = KnowledgeEntry(
    "K1",
    1,
    "夜间施工扰民",
    "夜间施工怎么投诉？",
    "转开元区城市管理局，带户口簿，打桩扰民的两个工作日办结。",
    date(2026, 1, 1),
    date(2026, 11, 30),
    hotwords=("打桩", "施工", "夜间作业证明"),
    owner_department="江安市城市管理局",
    details={"materials": "户口簿；购车发票", "place": "开元区人民路100号"},
)
WORDS = Lexicon([ENTRY])


def transcript(*said: str, confidence: float = 0.5) -> Transcript:
    return call([Line(Role.OPERATOR, text, confidence=confidence) for text in said]).transcript


def read(*said: str, confidence: float = 0.5, day: date = DAY) -> list[str]:
    return [u.text for u in correct(transcript(*said, confidence=confidence), WORDS, day)[0].utterances]


@pytest.mark.parametrize(
    ("heard", "written"),
    [
        ("请到辩名服务中心去办", "请到便民服务中心去办"),
        ("带上户口部和身份证", "带上户口簿和身份证"),
        ("先办业间作业证明", "先办夜间作业证明"),
        ("归城室管理局来管", "归城市管理局来管"),
        ("推议军人事务局的电话", "退役军人事务局的电话"),
        ("在开园区那边", "在开元区那边"),
    ],
)
def test_a_term_that_was_misheard_is_read_as_the_term(heard: str, written: str) -> None:
    assert read(heard) == [written]


def test_a_word_that_the_recogniser_was_sure_of_is_not_touched() -> None:
    assert read("请到辩名服务中心去办", confidence=0.95) == ["请到辩名服务中心去办"]


@pytest.mark.parametrize(
    "said", ["市公安局来管", "市政府的工作人员", "公正的判决", "他是医生", "房地产市场", "我要报销"]
)
def test_what_makes_sense_as_it_is_stays(said: str) -> None:
    assert read(said) == [said]


def test_a_term_is_not_read_as_another_term() -> None:
    assert read("办一张医保卡") == ["办一张医保卡"]
    assert read("公租房怎么申请") == ["公租房怎么申请"]


def test_two_syllables_need_a_word_of_their_matter_nearby() -> None:
    assert read("他们在打装") == ["他们在打装"]
    assert read("夜间施工他们在打装，很扰民") == ["夜间施工他们在打桩，很扰民"]


def test_the_neighbour_may_stand_in_the_utterance_before() -> None:
    assert read("夜间施工很扰民", "他们还在打装")[1] == "他们还在打桩"


def test_numbers_are_never_changed() -> None:
    # 二 and 儿 sound alike; a number that was heard stays what it was.
    with_number = Lexicon([KnowledgeEntry("K", 1, "少儿医保", "", "", DAY, hotwords=("少儿医保",))])
    said = transcript("少二医保怎么交", confidence=0.3)
    assert correct(said, with_number, DAY) == (said, ())


def test_only_long_names_go_over_a_pause() -> None:
    assert read("请到辩名，服务中心去办") == ["请到便民，服务中心去办"]
    assert read("户口，部和身份证") == ["户口，部和身份证"]


def test_only_entries_of_the_day_give_their_words() -> None:
    assert read("在开园区那边", day=date(2026, 12, 1)) == ["在开园区那边"]


def test_a_corrected_word_keeps_its_time_and_what_was_recognised_and_is_no_surer() -> None:
    before = transcript("带上户口部和身份证")
    after, made = correct(before, WORDS, DAY)
    heard, read = before.utterances[0], after.utterances[0]
    assert [(w.start_ms, w.end_ms) for w in read.words] == [(w.start_ms, w.end_ms) for w in heard.words]
    assert [(w.text, w.original) for w in read.words if w.original] == [("簿和", "部和")]
    assert all(w.confidence <= h.confidence for w, h in zip(read.words, heard.words, strict=True))
    assert read.recognised == heard.text
    assert made == (TermCorrection(0, 2, "户口部", "户口簿", made[0].start_ms, made[0].end_ms, 0.5),)
    assert heard.start_ms <= made[0].start_ms < made[0].end_ms <= heard.end_ms


def test_no_corrected_word_is_surer_than_corrections_are_right() -> None:
    (made,) = correct(transcript("先办业间作业证明", confidence=0.89), WORDS, DAY)[1]
    assert made.confidence <= PRECISION


def test_a_stored_correction_makes_the_same_transcript_again() -> None:
    before = transcript("请到辩名服务中心，带上户口部")
    after, made = correct(before, WORDS, DAY)
    assert len(made) == 2
    assert as_corrected(before, made) == after


def test_a_correction_of_another_transcript_is_left_out() -> None:
    said = transcript("请到辩名服务中心去办")
    other = TermCorrection(0, 3, "不在这里", "便民服务", 0, 1, 0.5)
    assert as_corrected(said, [other]) == said


def test_an_empty_transcript_and_an_empty_base_are_no_trouble() -> None:
    silent = call([]).transcript
    assert correct(silent, Lexicon([]), DAY) == (silent, ())


def test_of_two_terms_that_sound_alike_the_one_that_is_only_nearly_so_is_not_read() -> None:
    # 驻房 is 住房 to the sound; 租房 is another thing and another sound.
    rent = Lexicon([KnowledgeEntry("K", 1, "租房提取公积金", "", "", DAY, hotwords=("租房", "公积金", "无房证明"))])
    said = transcript("公积金提取，请问名下有驻房吗")
    assert "租房" not in correct(said, rent, DAY)[0].utterances[0].text


def test_a_character_that_makes_sense_with_its_neighbour_stays() -> None:
    assert read("请问失业保险交满一年了吗") == ["请问失业保险交满一年了吗"]


def test_what_was_corrected_once_is_corrected_wherever_it_was_heard_in_the_call() -> None:
    said = call(
        [
            Line(Role.CALLER, "夜间施工他们在打装，很扰民", confidence=0.6),
            Line(Role.OPERATOR, "好的请问在哪里", confidence=0.6),
            Line(Role.CALLER, "就在门口打装", confidence=0.95),
        ]
    ).transcript
    after, made = correct(said, WORDS, DAY)
    assert after.utterances[2].text == "就在门口打桩"
    assert [(one.utterance, one.written) for one in made] == [(0, "打桩"), (2, "打桩")]
    assert made[1].confidence == made[0].confidence


def test_the_same_characters_across_two_other_words_stay() -> None:
    said = transcript("公单转承办单位，五个工作日答复", "我在办公单位上班")
    assert [u.text for u in correct(said, WORDS, DAY)[0].utterances] == [
        "工单转承办单位，五个工作日答复",
        "我在办公单位上班",
    ]


@pytest.mark.parametrize(
    "heard", ["你好欢迎波达12345日线，请问有什么可以帮您", "你好欢迎不打12345这线，请问有什么可以帮您"]
)
def test_the_words_of_the_opening_are_read_beside_the_number(heard: str) -> None:
    assert read(heard) == ["你好欢迎拨打12345热线，请问有什么可以帮您"]


def test_other_words_after_the_number_stay() -> None:
    assert read("打12345这些工作人员不管") == ["打12345这些工作人员不管"]
