"""Finding the entry that a question is about."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.language.meaning import DIMENSIONS, encoder_stamp
from qa_pipeline.language.script import simplify
from qa_pipeline.language.vectors import VectorCache
from tests.samples import entry, jsonl, sample_entries

DAY = date(2026, 10, 3)
SHARED = Path(__file__).parents[4] / "shared" / "data" / "text"
PERMIT = {"id": "K1", "title": "居住证首次申领", "question": "外地人怎么办居住证", "answer": "凭租房合同到派出所申请。"}
PASSPORT = {
    "id": "K2",
    "title": "普通护照首次申领",
    "question": "第一次办护照要什么材料",
    "answer": "带身份证到出入境窗口。",
}
LAMP = {"id": "K3", "title": "路灯故障报修", "question": "路灯坏了怎么报修", "answer": "转城市管理局，五个工作日。"}


def found(question: str, *rows: dict[str, object], day: date = DAY) -> str | None:
    matches = KnowledgeIndex([entry(row) for row in rows]).search(question, day)
    return matches[0].entry.entry_id if matches else None


def test_a_question_finds_its_entry() -> None:
    assert found("你好我想问一下居住证怎么办呀", PERMIT, PASSPORT, LAMP) == "K1"


def test_a_misheard_question_finds_its_entry() -> None:
    assert found("外地人居住正怎么半", PERMIT, PASSPORT, LAMP) == "K1"


def test_lay_words_find_the_official_ones() -> None:
    licence = {"id": "K4", "title": "驾驶证期满换证", "answer": "到车管所办理。"}
    assert found("驾照快到期了去哪里换", licence, PERMIT, PASSPORT) == "K4"


def test_only_versions_of_the_day_are_searched() -> None:
    old = PERMIT | {"version": 1, "valid_to": "2026-09-30"}
    new = PERMIT | {"version": 2, "valid_from": "2026-10-01"}
    index = KnowledgeIndex([entry(old), entry(new)])
    assert [m.entry.version for m in index.search("居住证怎么办", date(2026, 9, 30))] == [1]
    assert [m.entry.version for m in index.search("居住证怎么办", date(2026, 10, 1))] == [2]
    assert index.search("居住证怎么办", date(2019, 1, 1)) == []


@pytest.mark.parametrize("question", ["", "，。？", "   ", "🙂"])
def test_a_question_of_nothing_finds_nothing(question: str) -> None:
    assert found(question, PERMIT, PASSPORT) is None


def test_an_empty_base_finds_nothing() -> None:
    assert KnowledgeIndex([]).search("居住证怎么办", DAY) == []


def test_a_base_of_one_entry_knows_what_it_does_not_cover() -> None:
    index = KnowledgeIndex([entry(PERMIT)])
    assert index.search("外地人怎么办居住证", DAY)[0].sure
    assert not any(match.sure for match in index.search("游泳馆几点开门", DAY))


@pytest.mark.large
def test_an_entry_of_many_characters_can_be_indexed() -> None:
    assert found("居住证怎么办", PERMIT, PASSPORT | {"answer": "材料" * 100_000}) == "K1"
    assert found("第一次办护照要什么材料", PERMIT, PASSPORT | {"answer": "材料" * 100_000}) == "K2"


@pytest.mark.large
def test_a_question_of_many_characters_can_be_asked() -> None:
    assert found("居住证怎么办" * 10_000, PERMIT, PASSPORT) == "K1"


def test_of_versions_that_claim_the_same_day_the_newest_is_found_once() -> None:
    index = KnowledgeIndex([entry(PERMIT | {"version": 1}), entry(PERMIT | {"version": 2}), entry(PASSPORT)])
    first, *others = index.search("居住证怎么办", DAY)
    assert first.entry.version == 2
    assert "K1" not in {match.entry.entry_id for match in others}
    assert [other.version for other in index.overlapping(first.entry, DAY)] == [1]


def test_versions_that_follow_each_other_do_not_overlap() -> None:
    old = entry(PERMIT | {"version": 1, "valid_to": "2026-09-30"})
    new = entry(PERMIT | {"version": 2, "valid_from": "2026-10-01"})
    index = KnowledgeIndex([old, new])
    assert index.overlapping(new, DAY) == []


def test_a_question_in_other_words_finds_its_entry_by_meaning() -> None:
    rows = [
        {"id": "A", "title": "临时居民身份证", "answer": "急需使用证件的可以申领，三日内办结。"},
        {"id": "B", "title": "普通护照首次申领", "answer": "到出入境窗口办理。"},
        {"id": "C", "title": "路灯故障报修", "answer": "三日内修复。"},
    ]
    assert found("证件还没到手，急着用怎么办", *rows) == "A"


def test_without_meaning_the_same_entries_are_found_by_their_words() -> None:
    index = KnowledgeIndex([entry(r) for r in (PERMIT, PASSPORT, LAMP)], by_meaning=False)
    assert index.search("外地人居住正怎么半", DAY)[0].entry.entry_id == "K1"
    assert index.search("外地人怎么办居住证", DAY)[0].sure


def test_what_nothing_covers_is_not_sure_in_a_base_of_many() -> None:
    index = KnowledgeIndex(sample_entries())
    for question in ("电影票怎么退", "我的猫丢了你们能不能帮忙找", "今天彩票开奖了吗"):
        assert not any(match.sure for match in index.search(question, DAY))


def test_what_a_file_kept_gives_the_same_scores(tmp_path: Path) -> None:
    rows, file = [entry(r) for r in (PERMIT, PASSPORT, LAMP)], tmp_path / "cache" / "meanings.sqlite3"
    scores = [[m.score for m in KnowledgeIndex(rows, file).search("居住证要多少钱", DAY)] for _ in range(2)]
    assert scores[0] == scores[1]
    assert file.exists()


def test_beside_a_run_the_meanings_of_all_entries_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "meanings.sqlite3"
    index = KnowledgeIndex([entry(r) for r in (PERMIT, PASSPORT, LAMP)], file)
    with index.keeping():
        for thread in threading.enumerate():
            if thread.name == "meanings":
                thread.join()
    kept = VectorCache(_made_again, encoder_stamp(), file)
    for row in (PERMIT, PASSPORT, LAMP):
        for text in (row["title"], row["question"], row["answer"]):
            assert len(kept(simplify(str(text)))) == DIMENSIONS


def test_who_keeps_no_meanings_is_left_alone() -> None:
    with KnowledgeIndex([entry(PERMIT)], by_meaning=False).keeping():
        assert not any(thread.name == "meanings" for thread in threading.enumerate())


def _made_again(text: str) -> NDArray[np.float32]:
    raise AssertionError(f"{text} was not kept")


@given(st.text(max_size=60), st.permutations((PERMIT, PASSPORT, LAMP)))
def test_any_question_gets_probabilities_that_do_not_depend_on_the_order_of_entries(
    question: str, rows: list[dict[str, object]]
) -> None:
    matches = KnowledgeIndex([entry(row) for row in rows], by_meaning=False).search(question, DAY)
    same = KnowledgeIndex([entry(row) for row in (PERMIT, PASSPORT, LAMP)], by_meaning=False).search(question, DAY)
    assert all(0 <= match.score <= 1 for match in matches)
    assert sorted((m.entry.entry_id, m.score) for m in matches) == sorted((m.entry.entry_id, m.score) for m in same)


def test_scores_are_probabilities_and_fall() -> None:
    scores = [m.score for m in KnowledgeIndex([entry(r) for r in (PERMIT, PASSPORT, LAMP)]).search("居住证申请", DAY)]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


def test_many_threads_may_search_at_once() -> None:
    index = KnowledgeIndex(sample_entries())
    questions = [e.question for e in sample_entries() if e.valid_on(DAY)]

    def first(question: str) -> str:
        return index.search(question, DAY)[0].entry.entry_id

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(first, questions)) == [first(question) for question in questions]


def test_every_sample_entry_is_found_by_its_paraphrases() -> None:
    index = KnowledgeIndex(sample_entries())
    asked = [(p, e.entry_id) for e in sample_entries() if e.valid_on(DAY) for p in e.paraphrases]
    right = sum(index.search(question, DAY)[0].entry.entry_id == wanted for question, wanted in asked)
    assert right / len(asked) >= 0.95


@pytest.mark.large
@pytest.mark.skipif(not SHARED.exists(), reason="the measuring set is not on this machine")
def test_recall_on_the_measuring_set() -> None:
    rows = jsonl(SHARED / "kb.jsonl") + jsonl(SHARED / "kb_distractors.jsonl")
    index = KnowledgeIndex([entry({"id": r["id"], "title": r["title"], "answer": r["text"]}) for r in rows])
    hits: dict[str, list[bool]] = {"clean": [], "asr": []}
    for question in jsonl(SHARED / "questions.jsonl"):
        matches = index.search(question["text"], DAY)
        hits[question["kind"]].append(bool(matches) and matches[0].entry.entry_id == question["gold"])
    # Measured: 0.98 clean, 1.00 misheard; questions that nothing was tuned on 0.96 (bench/retrieval.py).
    assert sum(hits["clean"]) / len(hits["clean"]) >= 0.95
    assert sum(hits["asr"]) / len(hits["asr"]) >= 0.95
