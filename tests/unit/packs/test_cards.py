"""A card is suggested, written and kept version by version; what stands as suggested says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.models import KnowledgeEntry
from qa_pipeline.models.packs import Card, Step
from qa_pipeline.models.passages import Handling, Scenario
from qa_pipeline.rules.matching import Phrases, phrases
from qa_pipeline.rules.ruleset import load_ruleset
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.packs import card_versions, pack_file
from qa_pipeline.store.queries.passages import BITS
from qa_pipeline.store.queries.results import save_speech
from qa_pipeline.store.schema import PassageRow, ReadCallRow
from qa_pipeline.store.session import close_store
from qa_pipeline.training.packs.cards import card_to_write, entries_of, save_card
from qa_pipeline.training.packs.naming import Named, refuse_names
from qa_pipeline.training.packs.plans import save_plan
from qa_pipeline.training.packs.saying import heard_in
from qa_pipeline.training.packs.suggesting import (
    SAID_LISTS,
    _data,
    as_written,
    filled,
    said_lists,
    standard_phrases,
    suggested_card,
)
from qa_pipeline.training.packs.writing import clean
from tests.builders import call
from tests.e2e.month import MAIN, seed_busy
from tests.packed import BASIS, NOW, add_approved, add_pack, person

RULES = load_ruleset()
ENTRY = KnowledgeEntry("K007", 2, "新生儿落户", "怎么办？", "五个工作日内办结。", date(2026, 1, 1), date(2026, 12, 31))


def save(session: Session, pack: int, clip: int, seen: int, card: Card):
    return save_card(session, pack, clip, seen, card, BASIS, person(session), NOW)


def test_every_scenario_and_every_handling_has_something_to_suggest() -> None:
    for scenario in Scenario:
        card = suggested_card(scenario, None, RULES)
        assert card.situation, scenario
        assert card.goal, scenario
        assert len(card.question_lines) >= 3, scenario
        assert card.phrase_lines, scenario
    assert set(_data()["scenarios"]) == {one.value for one in Scenario}
    assert set(_data()["handlings"]) == {one.value for one in Handling}
    assert all(suggested_card(None, one, RULES).judged for one in Handling if one is not Handling.UNCLEAR)
    assert suggested_card(None, None, RULES) == Card()


def test_every_sentence_that_is_suggested_is_one_that_the_ruleset_takes_for_said() -> None:
    lists = said_lists(RULES)
    assert set(lists) == set(SAID_LISTS)
    for one in _data()["phrases"]:
        assert heard_in(lists[one["from"]], one["text"]), one["text"]
        assert {Scenario(name) for name in one["for"]}, one["text"]


def with_list(code: str, field: str, value: Phrases):
    return replace(
        RULES,
        rules=tuple(
            replace(bound, params=bound.params.model_copy(update={field: value})) if bound.code == code else bound
            for bound in RULES.rules
        ),
    )


def test_a_centre_that_says_it_otherwise_is_offered_its_own_words() -> None:
    own = with_list("PH04", "soothing", phrases("莫怄气", "消停些"))
    told = [one.text for one in standard_phrases(Scenario.INSULT, own) if one.kind == "致歉、安抚"]
    assert told == ["莫怄气", "消停些"]
    without = replace(RULES, rules=tuple(b for b in RULES.rules if b.code != "PH04"))
    assert not [one for one in standard_phrases(Scenario.GRIEF, without) if one.kind == "致歉、安抚"]


def test_an_entry_is_quoted_with_its_version_and_its_days() -> None:
    card = suggested_card(None, None, RULES, [ENTRY])
    assert card.knowledge == "新生儿落户（K007 第2版，2026-01-01至2026-12-31有效）\n五个工作日内办结。"
    assert card.suggested == ("knowledge",)


def test_what_was_written_is_not_written_over_by_suggestions() -> None:
    suggestion = suggested_card(Scenario.INSULT, Handling.CALMED, RULES)
    card = filled(Card(scenario=Scenario.INSULT, situation="我写的"), suggestion)
    assert card.situation == "我写的"
    assert card.goal == suggestion.goal
    assert set(card.suggested) == {"goal", "judged", "phrases", "questions"}


def test_a_text_that_is_changed_is_a_suggestion_no_more_but_other_line_ends_change_nothing() -> None:
    suggestion = suggested_card(Scenario.INSULT, None, RULES)
    typed = replace(suggestion, phrases=suggestion.phrases.replace("\n", "\n\n  "), goal=suggestion.goal + "还要道歉。")
    assert set(as_written(typed, suggestion).suggested) == {"situation", "phrases", "questions"}


def test_a_card_is_kept_in_every_version_and_the_last_one_counts(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace)
    pack, clip = plan.pack_id, plan.clips[0]
    writing = card_to_write(session, pack, clip, BASIS)
    assert (writing.seen, writing.card) == (0, Card())
    first = save(session, pack, clip, 0, Card("第一稿", Scenario.REPEATED, Handling.ESCALATED, "第三次来电"))
    second = save(session, pack, clip, 1, replace(first.card, title="第二稿"))
    assert [one.card.title for one in card_versions(session, pack, clip)] == ["第二稿", "第一稿"]
    assert pack_file(session, pack).card(clip) == second.card
    assert card_to_write(session, pack, clip, BASIS).card == second.card, "a saved card is not filled up again"


def test_a_card_saved_beside_an_older_version_is_refused(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace)
    save(session, plan.pack_id, plan.clips[0], 0, Card("甲"))
    with pytest.raises(Conflict, match="刚刚改过这个场景卡（第 1 版），您看到的是第 0 版"):
        save(session, plan.pack_id, plan.clips[0], 0, Card("乙"))


@pytest.mark.parametrize(
    ("card", "why"),
    [
        (Card(situation="来电人13912345678"), "“情境”里的“13912345678”像是手机号"),
        (Card(questions="车牌陕A12345怎么说？"), "“讨论题”里的.*车牌"),
        (Card(judged="王海燕没有先安抚"), "“处理得对不对”里有话务员“王海燕”"),
        (Card(title="陈晓雯接的这通"), "“标题”里有话务员“陈晓雯”"),
        (Card(title="李女士催办"), "“标题”里有这通电话的人"),
        (Card(situation="来电人号码13900001234"), "像是手机号"),
        (Card(situation="单位电话0559-2512345"), "“情境”里的“0559-2512345”像是电话"),
        (Card(goal="H261003-001这一通"), "里有这通电话的人、地点或号码"),
        (Card(title="字" * 41), "“标题”有 41 个字，最多 40 个"),
        (Card(goal="字" * 601), "“来电人想要什么”有 601 个字"),
    ],
)
def test_a_card_that_would_give_somebody_away_or_is_too_long_is_refused(session, centre, card, why) -> None:
    plan = add_pack(session, centre[0].workspace)
    with pytest.raises(UserError, match=why):
        save(session, plan.pack_id, plan.clips[0], 0, card)
    assert card_versions(session, plan.pack_id, plan.clips[0]) == ()


def test_which_word_gives_somebody_away_is_told_to_who_may_see_personal_data_alone(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace)
    where = (session, plan.pack_id, plan.clips[0], 0, Card(goal="李女士要一个准话"), BASIS, person(session), NOW)
    with pytest.raises(UserError) as guessed:
        save_card(*where)
    assert "李" not in guessed.value.message
    with pytest.raises(UserError, match="里的“李女士”是这通电话的人"):
        save_card(*where, sees_all=True)


@pytest.mark.parametrize("written", ["139 0000 1234", "139-0000-1234", "一三九零零零零一二三四", "（1390）0001234"])
def test_the_caller_s_number_is_known_however_it_is_written(written) -> None:
    named = Named(frozenset(), frozenset({"13900001234"}), frozenset())
    with pytest.raises(UserError, match="号码"):
        refuse_names([("情境", f"回拨{written}")], named)
    refuse_names([("情境", "回拨 1390000，再拨 99")], named)


def test_a_name_that_is_only_said_in_the_call_is_refused_too(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace)
    file, said = call_file(session, MAIN), call([("话", "请问您贵姓"), ("来", "我叫周建国，住在万科金域华府三栋")])
    heard = replace(said.transcript, recording_id=file.recording.recording_id)
    save_speech(session, "1" * 64, heard, said.acoustics, NOW)
    for text in ("周建国又来电", "情境：周建国"):
        with pytest.raises(UserError, match="里有这通电话的人"):
            save(session, plan.pack_id, plan.clips[0], 0, Card(situation=text))


def test_a_landline_may_stand_in_a_card_only_if_it_is_an_office_s() -> None:
    assert clean("请拨打0559-2512345", "情境", 100, public={"2512345"}) == "请拨打0559-2512345"
    with pytest.raises(UserError, match="像是电话"):
        clean("办公电话0559-2512346", "情境", 100, public={"2512345", "12345"})
    assert clean("请拨打12345或4008123123", "情境", 100) == "请拨打12345或4008123123"


def test_a_card_of_a_clip_that_is_not_in_the_pack_is_not_found(session, centre) -> None:
    plan, other = add_pack(session, centre[0].workspace), add_pack(session, centre[0].workspace)
    with pytest.raises(NotFound, match="里没有"):
        save(session, plan.pack_id, other.clips[0], 0, Card("甲"))


def passage(session: Session, start_ms: int, end_ms: int, scenario: Scenario, handling: Handling) -> None:
    if session.get(ReadCallRow, MAIN) is None:
        session.add(
            ReadCallRow(
                call_id=MAIN, month="2026-10", operator_id="1003", audit_id=1, decision_id=0, finder="", reasons=()
            )
        )
        session.flush()
    session.add(
        PassageRow(
            call_id=MAIN, start_ms=start_ms, end_ms=end_ms, month="2026-10", operator_id="1003", audit_id=1, first=0,
            last=1, scenarios=BITS[scenario], handling=handling, value=0.5, reasons=(), marks=(), sound=None, words=b"",
        )
    )  # fmt: skip
    session.flush()


def test_a_first_card_begins_with_what_was_found_in_its_stretch_of_the_call(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace)
    passage(session, 0, 1_000, Scenario.THREAT, Handling.HELD)
    passage(session, 500, 9_000, Scenario.REPEATED, Handling.ESCALATED)
    writing = card_to_write(session, plan.pack_id, plan.clips[0], BASIS)
    assert (writing.card.scenario, writing.card.handling) == (Scenario.REPEATED, Handling.ESCALATED)
    assert "同一件事打过多次电话" in writing.card.situation
    assert "situation" in writing.card.suggested


def test_a_first_card_begins_with_what_the_clip_was_found_under_and_can_be_changed(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace)
    passage(session, 500, 9_000, Scenario.REPEATED, Handling.ESCALATED)
    found = (Scenario.GRIEF, Handling.CALMED)
    clip = add_approved(session, centre[0].workspace, found=found).clip_id
    with_it = save_plan(session, plan.pack_id, plan.version, plan.title, "", (Step(5, clip),), person(session), NOW)
    writing = card_to_write(session, with_it.pack_id, clip, BASIS)
    assert (writing.card.scenario, writing.card.handling) == found
    assert "situation" in writing.card.suggested
    saved = save(session, with_it.pack_id, clip, 0, Card("甲", scenario=Scenario.REFUSAL, handling=Handling.HELD))
    assert (saved.card.scenario, saved.card.handling) == (Scenario.REFUSAL, Handling.HELD)
    assert card_to_write(session, with_it.pack_id, clip, BASIS).card.scenario is Scenario.REFUSAL


def test_a_passage_elsewhere_in_the_call_suggests_nothing(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace)
    passage(session, 60_000, 90_000, Scenario.GRIEF, Handling.CALMED)
    assert card_to_write(session, plan.pack_id, plan.clips[0], BASIS).card == Card()


def test_the_entry_that_the_answer_was_held_against_is_quoted_as_it_was_that_day(tmp_path) -> None:
    _, sessions = seed_busy(tmp_path)
    with sessions() as session:
        clip = replace(add_approved(session, tmp_path, call_id="H261101-001"), end_ms=30_000)
        (entry,) = entries_of(session, clip)
        assert (entry.entry_id, entry.version) == ("K007", 2)
        before = replace(clip, start_ms=100_000, end_ms=110_000)
        assert entries_of(session, before) == ()
    close_store(sessions)


def test_an_entry_s_own_number_may_stand_in_a_card_and_no_other() -> None:
    assert clean("请拨打13900001111", "知识条目", 100, "办事电话13900001111") == "请拨打13900001111"
    with pytest.raises(UserError, match="像是手机号"):
        clean("请拨打13900002222", "知识条目", 100, "办事电话13900001111")
