"""Evidence as lines of text, with the words that it rests on marked."""

from __future__ import annotations

from qa_pipeline.cli.told import evidence_line, finding_lines, marked
from qa_pipeline.models import Evidence, EvidenceKind, Outcome, Role, RuleResult, Standing
from tests.builders import call

TALK = call([("来", "道闸坏了"), ("话", "这个不归"), ("话", "我管"), ("来", "好" * 200)])


def words(text: str, utterance: int, role: Role = Role.OPERATOR, until: int | None = None) -> Evidence:
    spoken = TALK.transcript.utterances
    end_ms = spoken[utterance if until is None else until].end_ms
    return Evidence(
        EvidenceKind.WORDS, spoken[utterance].start_ms, end_ms, role=role, utterance=utterance, text=text, note="禁语"
    )


def test_words_are_marked_within_what_was_said() -> None:
    assert marked(words("不归", 1), TALK) == "这个【不归】"


def test_words_that_the_recogniser_cut_in_two_are_marked_whole() -> None:
    assert marked(words("不归我管", 1, until=2), TALK) == "这个【不归我管】"


def test_of_a_long_speech_only_what_lies_around_is_shown() -> None:
    shown = marked(words("好" * 10, 3, Role.CALLER), TALK)
    assert shown == f"【{'好' * 10}】{'好' * 24}…"


def test_what_reads_otherwise_than_the_transcript_stands_behind_it() -> None:
    assert marked(words("160元", 1), TALK) == "这个不归〔160元〕"


def test_each_kind_of_evidence_has_its_line() -> None:
    assert evidence_line(words("不归", 1), TALK).endswith("] 话务员：这个【不归】  ←禁语")
    silent = Evidence(EvidenceKind.SOUND, 61_000, 73_500, role=Role.OPERATOR, note="冷场12秒")
    assert evidence_line(silent, TALK) == "[01:01–01:13] 话务员  ←冷场12秒"
    absent = Evidence(EvidenceKind.ABSENCE, 0, 4_000, role=Role.OPERATOR, text="这个", note="没有致谢")
    assert evidence_line(absent, TALK) == "[00:00–00:04] 在话务员的这一段里找过：这个  ←没有致谢"
    field = Evidence(EvidenceKind.FIELD, 0, 0, text="联系方式：（空）")
    assert evidence_line(field, TALK) == "［字段］联系方式：（空）"


def test_what_is_in_doubt_is_not_said_to_cost_points() -> None:
    def head(outcome: Outcome) -> str:
        result = RuleResult("AN02", "C2", outcome, "说不准", standing=Standing.DEDUCT, confidence=0.5)
        return finding_lines(result, "解答与条目一致", TALK)[0]

    assert head(Outcome.UNDETERMINED) == "  存疑  C2 AN02 解答与条目一致（把握 50%，待人工，不扣分）"
    assert head(Outcome.FAIL).endswith("（把握 50%，直接扣分）")
    assert head(Outcome.PASS).endswith("（把握 50%）")
