"""What ``hotline-qa show`` prints of a call's judgement."""

from dataclasses import replace

from qa_pipeline.cli.show import _sound, _transcript, judgement
from qa_pipeline.models import Evidence, EvidenceKind, Outcome, Role, Span, TermCorrection
from tests.centre import profile
from tests.month_builder import CARD, call_file, clean, result, words_at

NOT_APPLICABLE = [result(f"R{i.code}", i.code, Outcome.NOT_APPLICABLE) for i in CARD.items if i.group == "D"]


def printed(*said):
    return "\n".join(judgement(call_file("C1", clean(but=said)), CARD, full=False))


def test_a_loss_is_told_with_what_it_costs_of_the_call_and_how_the_points_add_up():
    text = printed(result("AN02", "C2"), result("R", "C4", Outcome.NOT_APPLICABLE), *NOT_APPLICABLE)
    assert "该项共扣 12 分（折合总分 −18.46）" in text
    assert "C 14/26×30，÷75×100＝81.54" in text


def test_an_answer_is_told_with_the_version_of_the_entry_it_was_held_against():
    held = result("AN02", "C2", details={"entry_id": "JA004", "entry_version": "2"})
    assert "      依据知识条目 JA004 第 2 版" in printed(held).splitlines()
    assert "依据知识条目" not in printed(result("AN01", "C1"))


def test_a_cap_is_told():
    assert "该项共扣 5 分（本项封顶 5 分，折合总分 −5.00）" in printed(result("PH01", "A1", faults=5))


def test_points_that_nothing_can_change_are_settled():
    assert "得分 100.00（已定）" in printed()
    assert "全部复核后可能在" in printed(result("AN02", "C2"))


def test_a_field_of_the_work_order_is_not_printed_as_speech():
    field = Evidence(EvidenceKind.FIELD, 0, 30_000, text="联系方式：（空）", note="没有填写")
    text = printed(result("RD01", "D1", evidence=(field,)))
    assert "工单字段 联系方式：（空） 没有填写" in text
    assert "说话人不明" not in text


def test_evidence_that_was_mended_stands_with_what_was_written_down():
    text = printed(result("AN02", "C2", evidence=(words_at(2, "不清楚。你"), words_at(4, "160元"))))
    assert "话务员“160元”（转写为“护照工本费是一百六十块，七个工作日可以拿到。”）" in text


def test_a_corrected_word_is_printed_with_what_was_recognised():
    file = call_file("C1", clean())
    said = file.transcript.utterances[2].text
    made = (TermCorrection(2, 0, said[:2], "便民", 0, 1, 0.5),)
    printed_lines = _transcript(replace(file, audit=replace(file.audit, corrections=made)))
    assert f"便民{said[2:]}" in printed_lines[4]
    assert f"〔按读音更正：“便民”识别原文“{said[:2]}”〕" in printed_lines[4]


def test_how_the_call_sounded_is_printed_where_it_was_measured():
    file = call_file("C1", clean())
    assert _sound(file) == []
    assert "  抢话：话务员开口 1 次，最长 1.5 秒" in _sound(replace(file, acoustics=profile()))


def test_speech_that_left_no_words_stands_in_the_transcript_at_its_time():
    file = call_file("C1", clean())
    first, second = file.transcript.utterances[:2]
    wordless = Span(first.end_ms + 10, first.end_ms + 510, 1, Role.CALLER)
    doubted = Span(first.start_ms, first.end_ms, first.channel, first.role)
    heard = replace(file.transcript, utterances=(first, replace(second, start_ms=first.end_ms + 600)))
    lines = _transcript(replace(file, transcript=replace(heard, unintelligible=(wordless, doubted))))
    told = [number for number, line in enumerate(lines) if "没有转出文字" in line]
    assert told == [3]
    assert lines[3].endswith("来电人：〔0.5 秒有人说话，没有转出文字〕")


def test_what_one_answer_settles_is_asked_once():
    asked = {"together": "该不该建单？"}
    doubts = [
        result(
            f"RD0{n}",
            f"D{n}",
            Outcome.UNDETERMINED,
            reason="没有工单",
            details=asked,
            evidence=(words_at(1, "我想问"),),
        )
        for n in (1, 2)
    ]
    text = printed(*doubts)
    assert "  D1 RD01、D2 RD02 存疑，待人工：该不该建单？" in text
    assert text.count("我想问") == 1


def test_a_long_stretch_that_was_searched_in_vain_is_cut_for_reading():
    said = " / ".join(["您带上身份证户口簿到出入境窗口申请就可以了"] * 6)
    made = "、".join(f"“便民{n}”识别原文为“辩名{n}”" for n in range(5))
    searched = Evidence(EvidenceKind.ABSENCE, 1_000, 30_000, text=said, note=f"没有说到费用（按读音更正：{made}）")
    text = printed(result("AN03", "C3", evidence=(searched,)))
    (line,) = [one for one in text.splitlines() if "查找范围" in one]
    assert line.endswith("没有说到费用（按读音更正 5 处）")
    assert "…" in line
    assert len(line) < 120
    assert said not in text


def test_a_short_one_stands_as_it_is():
    searched = Evidence(
        EvidenceKind.ABSENCE, 1_000, 3_000, text="再见", note="没有道别（按读音更正：“便民”识别原文为“辩名”）"
    )
    assert "查找范围“再见” 没有道别（按读音更正：“便民”识别原文为“辩名”）" in printed(
        result("PH05", "A5", evidence=(searched,))
    )
