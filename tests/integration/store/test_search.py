"""Searching what was said and written: by characters and by sound, within filters, and never for what is hidden."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, false, select
from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import UserError
from qa_pipeline.ingest.batch import FileKind
from qa_pipeline.language.search_tokens import letters, pairs, sounds, spans
from qa_pipeline.models import Role, TermCorrection, Transcript, Utterance, Word, WorkOrder
from qa_pipeline.models.search import By, SearchQuery, TextKind
from qa_pipeline.store.queries.results import save_audit, save_speech
from qa_pipeline.store.queries.search import RANKED, search, searchable, terms_of
from qa_pipeline.store.queries.search_index import fill_empty_index, rebuild_index
from qa_pipeline.store.schema import CallRow, SearchTextRow, WorkOrderRow
from tests import centre

Store = sessionmaker[Session]
SAID = {
    "H1": ((Role.OPERATOR, "落户是三个工作日，带户口簿就行。"), (Role.CALLER, "我叫李建国，电话是13912345678。")),
    "H2": ((Role.OPERATOR, "公积金贷款在市民中心办理，公积金中心也可以。"), (Role.CALLER, "新生儿落户要几天？")),
    "H3": ((Role.OPERATOR, "这个我不清楚。"), (Role.CALLER, "物业费太贵了，物业不管。")),
}


def heard(call_id: str, lines=None) -> Transcript:
    said = tuple(
        Utterance(n, role, 0, n * 5000, n * 5000 + 4000, text, (Word(text, n * 5000, n * 5000 + 4000, 0.9),), 0.9)
        for n, (role, text) in enumerate(lines or SAID[call_id])
    )
    return replace(centre.transcript(centre.recording(call_id).recording_id, "x"), utterances=said)


@pytest.fixture
def store(sessions: Store) -> Store:
    calls = [
        centre.call("H1", started_at=datetime(2026, 9, 30, 23, 50), shift="晚班", operator_id="1001"),
        centre.call("H2", started_at=datetime(2026, 10, 1, 9), shift="早班", operator_id="1002"),
        centre.call("H3", started_at=datetime(2026, 10, 2, 9), shift="早班", operator_id="1001"),
    ]
    with sessions.begin() as session:
        centre.put_calls(session, calls)
        for call_id in SAID:
            save_speech(session, "s" * 64, heard(call_id), centre.profile(), centre.NOW)
    return sessions


def audited(session: Session, *corrections: TermCorrection) -> None:
    call = centre.call("H3", started_at=datetime(2026, 10, 2, 9), shift="早班", operator_id="1001")
    save_audit(
        session, call, centre.recording("H3").recording_id, inputs_hash="i", speech_hash="s" * 64, now=centre.NOW,
        ruleset=centre.RULESET, scorecard_version="2026", knowledge_sha256="k", results=(), corrections=corrections,
        evaluation=centre.evaluation(),
    )  # fmt: skip


def found(store: Store, text: str, sees_all: bool = True, **more) -> list[str]:
    with store() as session:
        return [hit.call_id for hit in search(session, SearchQuery(text, sees_all=sees_all, **more)).hits]


def test_what_was_said_is_found_as_soon_as_it_is_kept(store: Store) -> None:
    assert found(store, "落户") == ["H2", "H1"] or set(found(store, "落户")) == {"H1", "H2"}
    assert found(store, "工作日") == ["H1"]
    assert found(store, "工作人员") == []
    with store() as session:
        assert searchable(session)


def test_a_word_is_not_put_together_of_two_lines(store: Store) -> None:
    assert found(store, "就行我叫") == []


def test_all_words_must_stand_in_one_persons_words(store: Store) -> None:
    assert found(store, "公积金 市民中心") == ["H2"]
    assert found(store, "公积金 落户") == []


def test_the_text_that_speaks_of_it_most_comes_first(store: Store) -> None:
    with store.begin() as session:
        lines = ((Role.OPERATOR, "物业费的事请找物业公司，物业公司在一楼，二楼三楼四楼五楼都没有人，" * 3),)
        save_speech(session, "s" * 64, heard("H1", lines), centre.profile(), centre.NOW)
    assert found(store, "物业") == ["H3", "H1"]


def test_by_sound_what_was_misheard_is_found(store: Store) -> None:
    assert found(store, "公鸡金") == []
    assert found(store, "公鸡金", by=By.SOUND) == ["H2"]
    assert found(store, "洛湖", by=By.SOUND) != []


def test_characters_of_either_script_and_width_are_the_same(store: Store) -> None:
    assert found(store, "公積金") == ["H2"]
    assert found(store, "１３９１２３４５６７８") == ["H1"]


@pytest.mark.parametrize(
    ("filters", "calls"),
    [
        ({"month": "2026-10"}, ["H2"]),
        ({"operator": "1001"}, ["H1"]),
        ({"shift": "晚班"}, ["H1"]),
        ({"first": date(2026, 10, 1)}, ["H2"]),
        ({"last": date(2026, 9, 30)}, ["H1"]),
        ({"kinds": (TextKind.CALLER,)}, ["H2"]),
        ({"kinds": (TextKind.ORDER,)}, []),
    ],
)
def test_a_filter_leaves_what_fits_it(store: Store, filters, calls: list[str]) -> None:
    assert found(store, "落户", **filters) == calls


def test_only_calls_that_a_statement_selects_are_looked_at(store: Store) -> None:
    with store() as session:
        query = SearchQuery("落户", sees_all=True)
        (hit,) = search(session, query, among=select(CallRow.call_id).where(CallRow.call_id.in_(["H2", "H3"]))).hits
        assert search(session, query, among=select(CallRow.call_id).where(false())).hits == ()
    assert hit.call_id == "H2"


@pytest.mark.parametrize("guess", ["李建国", "13912345678", "3912345", "建国"])
def test_what_is_hidden_cannot_be_searched_for(store: Store, guess: str) -> None:
    for by in By:
        assert found(store, guess, sees_all=True, by=by) == ["H1"]
        assert found(store, guess, sees_all=False, by=by) == []


def test_who_may_not_see_all_is_shown_stand_ins_and_finds_the_rest(store: Store) -> None:
    with store() as session:
        (hit,) = search(session, SearchQuery("电话", sees_all=False)).hits
        (full,) = search(session, SearchQuery("电话", sees_all=True)).hits
    assert "李建国" not in "".join(hit.text.lines)
    assert "13912345678" not in "".join(hit.text.lines)
    assert "李建国" in "".join(full.text.lines)
    assert hit.text.starts == (5000,)


def test_a_work_order_is_found_once_it_is_imported_and_hides_its_name_in_the_call(store: Store) -> None:
    order = WorkOrder("G1", "H3", {"主要内容": "反映物业不管楼道卫生", "姓名或称谓": "王翠兰"}, None)
    with store.begin() as session:
        centre.put(session, FileKind.WORK_ORDERS, order)
    assert found(store, "楼道卫生") == ["H3"]
    assert found(store, "王翠兰") == ["H3"]
    assert found(store, "王翠兰", sees_all=False) == []
    assert found(store, "反映物业", kinds=(TextKind.ORDER,)) == ["H3"]


def test_what_is_heard_anew_takes_the_place_of_what_was(store: Store) -> None:
    with store.begin() as session:
        save_speech(session, "t" * 64, heard("H3", ((Role.CALLER, "路灯坏了"),)), centre.profile(), centre.NOW)
    assert found(store, "物业") == []
    assert found(store, "路灯") == ["H3"]


def test_rebuilt_the_index_finds_the_same(store: Store) -> None:
    words = ("落户", "物业", "公积金", "李建国", "清楚")
    before = [found(store, word, by=by) for word in words for by in By]
    with store.begin() as session:
        assert rebuild_index(session) == 3
    assert [found(store, word, by=by) for word in words for by in By] == before


def test_a_unit_of_work_that_fails_leaves_nothing_to_find(store: Store) -> None:
    with pytest.raises(RuntimeError), store.begin() as session:  # noqa: PT012  # the unit of work is what fails
        save_speech(session, "t" * 64, heard("H3", ((Role.CALLER, "路灯坏了"),)), centre.profile(), centre.NOW)
        raise RuntimeError
    assert found(store, "路灯") == []
    assert found(store, "物业") == ["H3"]


@pytest.mark.parametrize("typed", ['落户" OR body:*', "落户'); DROP TABLE calls;--", "落户 NEAR(xx yy)", "落户* -^"])
def test_what_looks_like_the_databases_own_language_is_only_words(store: Store, typed: str) -> None:
    found(store, typed)
    assert found(store, "落户") != []


def test_pages_follow_each_other_without_gap_or_repeat(store: Store) -> None:
    with store() as session:
        pages = [search(session, SearchQuery("落户", sees_all=True), offset=n, limit=1) for n in range(2)]
    assert {page.hits[0].call_id for page in pages} == {"H1", "H2"}
    assert [page.total for page in pages] == [2, 2]
    assert not any(page.capped for page in pages)
    assert RANKED > 2


@pytest.mark.parametrize(
    ("typed", "said"), [("", "没有写"), ("，。", "没有写"), ("户", "只有一个字"), ("物业 " * 9, "最多")]
)
def test_what_cannot_be_searched_is_refused_in_words(typed: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        terms_of(typed, By.WORDS)


@given(st.text(alphabet="落户物业公积金12ａ，。 啊", min_size=2, max_size=20), st.data())
def test_every_part_of_a_line_is_found_in_it(line: str, data) -> None:
    for cut in (letters, sounds):
        whole = cut(line)
        if len(whole.text) < 2:
            continue
        start = data.draw(st.integers(0, len(whole.text) - 2))
        word = whole.text[start : start + 2 + data.draw(st.integers(0, 5))]
        assert spans(whole, word)
        assert set(pairs(word)) <= set(pairs(whole.text))


def test_an_order_keeps_its_newest_revision(store: Store) -> None:
    first = WorkOrder("G2", "H2", {"主要内容": "路面塌陷"}, None)
    with store.begin() as session:
        centre.put(session, FileKind.WORK_ORDERS, first)
    with store.begin() as session:
        centre.put(session, FileKind.WORK_ORDERS, replace(first, fields={"主要内容": "井盖缺失"}))
    assert found(store, "路面塌陷") == []
    assert found(store, "井盖缺失") == ["H2"]
    with store() as session:
        assert session.query(WorkOrderRow).count() == 2


def test_what_an_audit_corrected_by_sound_is_found_as_its_page_shows_it(store: Store) -> None:
    lines = ((Role.OPERATOR, "公鸡金在市民中心办。"),)
    fixed = TermCorrection(0, 0, "公鸡金", "公积金", 0, 4000, 0.8)
    with store.begin() as session:
        save_speech(session, "s" * 64, heard("H3", lines), centre.profile(), centre.NOW)
        audited(session, fixed)
    assert "H3" in found(store, "公积金")
    with store.begin() as session:
        rebuild_index(session)
    assert "H3" in found(store, "公积金")
    with store.begin() as session:
        audited(session)
    assert "H3" not in found(store, "公积金")
    assert "H3" in found(store, "公鸡金")


def test_a_store_from_before_there_was_an_index_becomes_searchable_at_its_update(store: Store) -> None:
    with store.begin() as session:
        assert fill_empty_index(session) == 0
        session.execute(delete(SearchTextRow))
        rebuilt = fill_empty_index(session)
    assert rebuilt == len(SAID)
    assert found(store, "公积金") == ["H2"]
