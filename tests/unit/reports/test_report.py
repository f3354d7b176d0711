import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from html.parser import HTMLParser

import pytest

from qa_pipeline.assessment import Note, NoteKind, assess
from qa_pipeline.assessment.views import WORDS
from qa_pipeline.models import (
    Commitment,
    Evidence,
    EvidenceKind,
    Outcome,
    Replacement,
    RiskCall,
    RiskCriteria,
    Supplement,
    Verdict,
)
from qa_pipeline.reports.clips import ClipFolder, file_name
from qa_pipeline.reports.report import write_report
from qa_pipeline.reports.words import (
    clock,
    figure,
    percent,
    points,
    translator,
)
from tests.centre import profile
from tests.month_builder import CARD, call_file, clean, decision, month, operator, result, words_at
from tests.unit.reports.sample_month import FORBIDDEN, WRONG, sample_month, tone


def written(data, folder, language="zh", clip=tone):
    write_report(assess(data, CARD, 10), data, CARD, folder, clip, language)
    return (folder / "index.html").read_text(encoding="utf-8")


def one_call(folder, file, **changes):
    written(month([file]), folder, **changes)
    return (folder / "calls" / f"{file_name(file.call.call_id)}.html").read_text(encoding="utf-8")


class Links(HTMLParser):
    """Every address that a page points at."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in {"href", "src"}]


def addresses(html):
    links = Links()
    links.feed(html)
    return links.found


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    written(sample_month(), folder)
    return folder


def test_there_is_a_page_a_call_and_an_index(report):
    assert (report / "index.html").exists()
    assert len(list((report / "calls").glob("*.html"))) == len(sample_month().files)


def test_every_address_is_a_file_of_the_folder(report):
    for page in report.rglob("*.html"):
        for address in addresses(page.read_text(encoding="utf-8")):
            assert address == "data:," or (page.parent / address).is_file(), (page, address)


def test_no_page_asks_the_network_for_anything(report):
    for page in [*report.rglob("*.html"), report / "style.css"]:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"https?://|//[a-z]|@import|url\(", text), page
        assert "<script" not in text


def test_every_clip_is_played_by_a_page_and_is_sound(report):
    played = {
        name
        for page in (report / "calls").glob("*.html")
        for name in re.findall(r"clips/([^\"]+)", page.read_text("utf-8"))
    }
    assert played == {path.name for path in (report / "clips").iterdir()}
    assert played
    assert all(path.read_bytes().startswith(b"RIFF") for path in (report / "clips").iterdir())


def test_the_index_tells_figures_with_their_interval_and_range(report):
    text = (report / "index.html").read_text(encoding="utf-8")
    for words in (
        "94.11",
        "90.15 – 95.57",
        "暂定",
        "样本不足",
        "赵磊",
        "81.45",
        "79.00 – 83.90",
        "录音被截断",
        "提请人工复核",
    ):
        assert words in text, words
    assert "辞退" not in text


def test_the_seed_stays_hidden_until_the_month_is_closed(report, tmp_path):
    text = (report / "index.html").read_text(encoding="utf-8")
    assert "秋分-4711" not in text
    assert "12" * 32 in text
    closed = written(sample_month(closed=True), tmp_path)
    assert "秋分-4711" in closed
    assert "已结账：李主管" in closed


def test_a_seed_that_was_not_committed_is_called_so(report):
    assert "种子未事先承诺" in (report / "index.html").read_text(encoding="utf-8")


def test_who_committed_the_draw_what_was_replaced_and_what_was_added_is_told(tmp_path):
    data = sample_month()
    at = datetime(2026, 9, 28, 17, 30)
    fixed = Commitment(data.month, "56" * 32, 20, "分层", "李四", at)
    short = Replacement("20261004-0003", "早班/1001", None, "录音无法质检", "王五", at)
    added = RiskCall("20261020-R1", "1002", "早班/1002", ("来电人满意度 1 分", "工单诉求类型为“投诉”"))
    supplement = Supplement(data.month, 5, RiskCriteria(), "王五", at, (added,))
    plan = replace(data.plan, commitment=fixed, replacements=(short,), supplement=supplement)
    text = written(replace(data, plan=plan), tmp_path)
    for words in ("李四 于 2026-09-28 17:30 承诺", fixed.sha256, "该层已无可用通话", "王五 2026-09-28 17:30"):
        assert words in text, words
    assert "种子未事先承诺" not in text
    calls, apart = text.split("风险补充 <small>")
    assert "20261020-R1" not in calls
    assert "20261020-R1" in apart
    assert "来电人满意度 1 分；工单诉求类型为“投诉”" in apart


def test_what_the_figures_were_made_with_is_told(report):
    text = (report / "index.html").read_text(encoding="utf-8")
    for words in (CARD.sha256, "cd" * 32, "ef" * 32, "ab" * 32, "whisper-base"):
        assert words in text


def test_a_lost_point_stands_with_its_words_and_their_sound(tmp_path):
    text = one_call(tmp_path, call_file("C1", clean(but=[WRONG])))
    assert "护照工本费说成 160 元" in text
    assert "工本费是一百六十块" in text
    assert "−12 分" in text
    assert '<audio controls preload="none" src="../clips/C1-01.wav">' in text
    assert "<mark>工本费是一百六十块</mark>" in text
    assert "规则把握 82%" in text


def test_what_is_missing_plays_the_window_that_was_searched(tmp_path):
    missing = result("PH01", "A1", evidence=(Evidence(EvidenceKind.ABSENCE, 0, 9500, note="在前两句中查找"),))
    text = one_call(tmp_path, call_file("C1", clean(but=[missing])))
    assert "在这段通话中没有听到" in text
    assert "00:00.0 – 00:09.5" in text
    assert "clips/C1-01.wav" in text


def test_a_long_window_is_cut_for_reading_and_all_of_it_can_be_seen(tmp_path):
    answer = " / ".join(["您带上身份证户口簿到出入境窗口申请就可以了"] * 6)
    searched = Evidence(EvidenceKind.ABSENCE, 0, 9500, text=answer, note="没有说到费用")
    text = one_call(tmp_path, call_file("C1", clean(but=[result("AN03", "C3", evidence=(searched,))])))
    shown, whole = text.split("<details", 1)
    assert "…" in shown[shown.index("<q>") :]
    assert answer not in shown
    assert f"看全文</summary>“{answer}”" in whole
    short = one_call(tmp_path / "short", call_file("C1", clean(but=[WRONG])))
    assert "看全文" not in short


def test_a_field_has_no_sound(tmp_path):
    empty = result("RD02", "D2", evidence=(Evidence(EvidenceKind.FIELD, 0, 0, text="事发地点：（空）"),))
    text = one_call(tmp_path, call_file("C1", clean(but=[empty])))
    assert "事发地点：（空）" in text
    assert "<audio" not in text


def test_evidence_without_a_recording_says_so(tmp_path):
    text = one_call(tmp_path, call_file("C1", clean(but=[WRONG])), clip=lambda _file, _evidence: None)
    assert "没有可播放的录音" in text
    assert "<audio" not in text


def test_every_state_of_a_finding_has_its_place(tmp_path):
    said = [
        FORBIDDEN,
        result("AN03", "C3", Outcome.UNDETERMINED, reason="没有对应条目"),
        result("PH02", "A2", reason="未听到“请”"),
        result("AN05", "C5", reason="疑似承诺"),
        result("FE01", "V1", reason="疑似讽刺"),
        result("FE05", "V5", reason="泄露信息"),
    ]
    words = [
        decision("AN05", "C5", Verdict.OVERRULE, reason="只是说明程序"),
        *(decision("FE05", "V5", Verdict.CONFIRM, name, n=n) for n, name in enumerate(("张敏", "周倩"), start=5)),
    ]
    results = [one for one in clean(but=said) if one.item != "B2"]
    text = one_call(tmp_path, call_file("C1", results, decisions=words))
    for heading in ("扣分与证据", "待人工判定", "复核为无差错", "只提示，不扣分"):
        assert heading in text
    assert text.index("V1 辱骂") < text.index("A6 一般禁语")
    assert "B2 音量突变、语气生硬（3）" in text
    assert "张敏 判为无差错：只是说明程序" in text
    assert "一票否决" in text
    assert "若成立 −6 分" in text


def test_a_call_that_could_not_be_audited_has_a_page_with_the_reason(tmp_path):
    text = one_call(tmp_path, call_file("C1", None, failure="录音为空；请重新导入"))
    assert "录音为空；请重新导入" in text
    assert "没有转写" in text


def test_a_call_not_audited_yet_says_so(tmp_path):
    assert "尚未质检" in one_call(tmp_path, call_file("C1", None))


def test_a_callers_number_is_masked(tmp_path):
    text = one_call(tmp_path, call_file("C1", clean()))
    assert "138****5678" in text
    assert "13812345678" not in text


def test_words_of_people_are_never_taken_for_markup(tmp_path):
    nasty = "<script>alert(1)</script>"
    said = result("PH06", "A6", reason=nasty, evidence=(words_at(2, nasty, nasty),))
    who = operator("1001", nasty)
    file = call_file("C1", clean(but=[said]), who, decisions=[decision("PH06", "A6", Verdict.CONFIRM, reason=nasty)])
    text = one_call(tmp_path, file)
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert nasty not in text + index
    assert "&lt;script&gt;" in text


def test_a_call_id_cannot_lead_out_of_the_folder(tmp_path):
    folder = tmp_path / "report"
    text = one_call(folder, call_file("../../x y", clean(but=[WRONG])))
    assert "../../x y" in text
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report"]
    assert all(path.parent == folder / "calls" for path in folder.rglob("*x_y*.html"))


def test_ids_that_look_alike_have_pages_of_their_own():
    names = {file_name(one) for one in ("a/b", "a_b", "a b", "a.b")}
    assert len(names) == 4
    assert file_name("20261001-0001") == "20261001-0001"


def test_a_month_without_calls_has_a_report(tmp_path):
    text = written(month([], [operator()]), tmp_path)
    assert "本月没有扣分" in text
    assert "不评等次" in text


def test_a_month_without_a_plan_has_a_report(tmp_path):
    data = replace(month([call_file("C1", clean())]), plan=None)
    assert "种子哈希" not in written(data, tmp_path)


def test_the_report_is_written_over(tmp_path):
    data = sample_month()
    assert written(data, tmp_path) == written(data, tmp_path)


def test_english_has_english_words(tmp_path):
    text = written(sample_month(), tmp_path, language="en")
    assert 'lang="en"' in text
    assert "How to read these figures" in text
    assert "怎样看" not in text


def test_another_language_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no words in 'fr'; use one of zh, en"):
        written(sample_month(), tmp_path, language="fr")


def test_every_word_is_there_in_both_languages_with_the_same_places():
    from qa_pipeline.reports.words import _table  # noqa: PLC0415

    for key, both in _table().items():
        assert len(both) == 2, key
        places = [set(re.findall(r"{(\w+)}", text)) for text in both]
        assert places[0] == places[1], key


@pytest.mark.parametrize("kind", NoteKind)
def test_notes_read_the_same_in_the_report_and_elsewhere(kind):
    assert translator("zh")(f"note.{kind}", count=3) == str(Note(kind, 3))
    assert kind in WORDS


def test_the_same_stretch_is_cut_once(tmp_path):
    asked = []

    def clip(_file, evidence):
        asked.append(evidence)
        return b"ID3 mp3"

    clips = ClipFolder(tmp_path, clip, call_file("C1", clean()))
    assert clips.of(words_at(2, "不清楚")) == clips.of(words_at(2, "清楚")) == "C1-01.mp3"
    assert clips.of(words_at(1, "打了三次")) == "C1-02.mp3"
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        (clock(67_450), "01:07.4"),
        (figure(None), "—"),
        (points(Decimal("2.50")), "2.5"),
        (points(Decimal(100)), "100"),
        (percent(None), "—"),
        (percent(0.0004), "<0.1%"),
        (percent(0.0), "0.0%"),
        (percent(0.254), "25.4%"),
    ],
)
def test_figures_read_as_people_write_them(shown, text):
    assert shown == text


def test_a_lost_point_tells_what_it_costs_of_the_call_and_how_the_points_add_up(tmp_path):
    away = [result(f"R{i.code}", i.code, Outcome.NOT_APPLICABLE) for i in CARD.items if i.group == "D"]
    text = one_call(tmp_path, call_file("C1", clean(but=[WRONG, *away])))
    assert "折合总分 −16.00" in text
    assert "C 18/30×30，÷75×100＝84.00" in text


def test_a_cap_is_told(tmp_path):
    assert "本项封顶 5 分" in one_call(tmp_path, call_file("C1", clean(but=[result("PH01", "A1", faults=5)])))


def test_phone_numbers_are_masked_but_where_they_are_what_is_checked(tmp_path):
    spoken = "我的电话是13912345678，座机八七六五四三二"
    file = call_file("C1", clean(but=[result("PH06", "A6", evidence=(words_at(1, spoken),))]))
    said = list(file.transcript.utterances)
    said[1] = replace(said[1], text=spoken)
    file = replace(file, transcript=replace(file.transcript, utterances=tuple(said)))
    text = one_call(tmp_path / "other", file)
    assert "13912345678" not in text
    assert "139****5678" in text
    assert "****四三二" in text
    field = Evidence(EvidenceKind.FIELD, 0, 0, text="联系方式：13912345678")
    assert "13912345678" in one_call(
        tmp_path / "contact", call_file("C1", clean(but=[result("RD01", "D1", evidence=(field,))]))
    )


def test_words_that_were_mended_stand_with_what_was_recognised(tmp_path):
    mended = result("AN02", "C2", evidence=(words_at(2, "1200元"),))
    assert "识别为“这个我不清楚，你自己去问。”" in one_call(tmp_path, call_file("C1", clean(but=[mended])))


def test_where_every_call_was_heard_there_is_no_interval(tmp_path):
    files = [call_file(f"C{n}", clean(), probability="1") for n in range(3)]
    for every, told in ((1, True), (2, False)):
        text = written(month(files, frame_per_call=every), tmp_path / str(every))
        assert ("全部听取，无抽样误差" in text) is told


def test_what_is_open_and_what_is_to_be_confirmed_are_two_counts(tmp_path):
    unsure = result("AN03", "C3", Outcome.UNDETERMINED, reason="没有对应条目")
    files = [
        call_file("C1", clean(but=[WRONG])),
        call_file("C2", clean(but=[WRONG])),
        call_file("C3", clean(but=[unsure])),
    ]
    assert "待人工 / 待确认</span><b>1 / 2</b>" in written(month(files), tmp_path)


def test_how_the_call_sounded_stands_on_its_page_in_both_languages(tmp_path):
    heard = replace(call_file("C1", clean()), acoustics=profile())
    assert "等话务员说话" not in one_call(tmp_path, call_file("C1", clean()))
    text = one_call(tmp_path, heard)
    assert "话务员开口 1 次，最长 1.5 秒" in text
    assert "等话务员说话 1 次，最长 12.0 秒" in text
    assert "1 begun by the operator, longest 1.5 s" in one_call(tmp_path, heard, language="en")


def test_an_answer_names_the_version_of_the_entry_it_was_held_against(tmp_path):
    held = result("AN02", "C2", details={"entry_id": "JA004", "entry_version": "2"})
    assert "依据知识条目 JA004 第 2 版" in one_call(tmp_path, call_file("C1", clean(but=[held])))
