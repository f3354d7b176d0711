"""Searching from the page: marks, seconds, filters in the address, saved searches, exports without formulas."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from qa_pipeline.models import Role, WorkOrder
from qa_pipeline.models.search import Audience, By, SearchText, TextKind
from qa_pipeline.review.beside import correct
from qa_pipeline.store.queries.search import terms_of
from qa_pipeline.store.queries.search_index import index_calls
from qa_pipeline.store.rows import as_row
from qa_pipeline.store.schema import WorkOrderRow
from qa_pipeline.web.snippets import snippets
from tests.e2e.month import CLEAN, MAIN, MONTH
from tests.people import HOME, client_as, csrf_for

OTHERS = ("H261004-002", "H261005-001", "H261006-001", "H261007-001")
FORMULA = "=HYPERLINK(1)路灯不亮"


@pytest.fixture(scope="module")
def people(month) -> Iterator[dict[str, TestClient]]:
    settings, sessions = month
    order = WorkOrder("G9", CLEAN, {"主要内容": "路灯不亮", "备注": "李女士13900005678来电"}, None)
    odd = WorkOrder("G10", "H261005-001", {FORMULA: "路灯不亮"}, None)
    with sessions.begin() as session:
        session.add_all(
            as_row(WorkOrderRow, one, revision=1, recorded_at=datetime(2026, 10, 4)) for one in (order, odd)
        )
        session.flush()
        index_calls(session, [MAIN, CLEAN, "H261005-001"])
    clients = {
        login: client_as(sessions, settings, login) for login in ("reviewer", "reviewer2", "trainer", "supervisor")
    }
    yield clients
    for client in clients.values():
        client.close()


@pytest.fixture
def reviewer(people) -> TestClient:
    return people["reviewer"]


def test_a_hit_is_marked_and_opens_its_call_at_that_second(reviewer: TestClient) -> None:
    shown = reviewer.get("/search?q=自己看着办").text
    assert "<mark>自己看着办</mark>" in shown
    link = re.search(rf'href="(/calls/{MAIN}#t=([0-9.]+))"', shown)
    assert link is not None
    assert float(link[2]) > 5
    assert "找到 1 段" in shown


def test_by_sound_the_words_that_were_heard_are_marked(reviewer: TestClient) -> None:
    assert "没有找到" in reviewer.get("/search?q=字几看着办").text
    assert "<mark>自己看着办</mark>" in reviewer.get("/search?q=字几看着办&by=sound").text


@pytest.mark.parametrize(
    ("query", "calls"),
    [
        ("q=落户&speaker=operator", {MAIN, CLEAN, *OTHERS}),
        ("q=落户&operator=1003&speaker=operator", {MAIN, "H261007-001"}),
        ("q=落户&shift=中班&speaker=operator", {"H261004-002", "H261005-001"}),
        ("q=落户&first=2026-10-04&last=2026-10-04&speaker=operator", {CLEAN, "H261004-002"}),
        ("q=落户&month=2026-09", set()),
        (f"q=落户&month={MONTH}&state=suspected&speaker=operator", {MAIN}),
        ("q=落户&item=C2&speaker=operator", {MAIN}),
        ("q=路灯&speaker=order", {CLEAN, "H261005-001"}),
    ],
)
def test_filters_are_in_the_address(reviewer: TestClient, query: str, calls: set[str]) -> None:
    shown = reviewer.get(f"/search?{query}").text
    hits = set(re.findall(r'class="strong" href="/calls/([^"]+)"', shown))
    assert hits == calls


def test_who_may_not_see_callers_finds_stand_ins_only(people) -> None:
    assert "13900005678" in people["reviewer"].get("/search?q=13900005678").text
    hidden = people["trainer"].get("/search?q=13900005678").text
    assert "没有找到" in hidden
    shown = people["trainer"].get("/search?q=路灯不亮").text
    assert "<mark>路灯不亮</mark>" in shown
    assert "13900005678" not in people["trainer"].get("/search?q=来电&speaker=order").text


@pytest.mark.parametrize(
    ("query", "said"), [("q=户", "只有一个字"), ("q=，。", "没有写"), ("q=落户&first=昨天", "不是日期")]
)
def test_what_cannot_be_searched_is_said_on_the_page(reviewer: TestClient, query: str, said: str) -> None:
    answer = reviewer.get(f"/search?{query}")
    assert answer.status_code == 400
    assert said in answer.text
    assert 'name="q"' in answer.text


def test_markup_in_words_stays_words(reviewer: TestClient) -> None:
    shown = reviewer.get("/search", params={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in shown


def test_an_export_holds_what_is_shown_and_no_formula(reviewer: TestClient) -> None:
    answer = reviewer.get("/search/export.xlsx?q=路灯不亮")
    sheet = load_workbook(io.BytesIO(answer.content)).active
    texts = [cell.value for row in sheet.iter_rows(min_row=2) for cell in row if isinstance(cell.value, str)]
    assert any(text.startswith("=HYPERLINK") for text in texts)
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert "attachment" in answer.headers["content-disposition"]


def test_an_export_for_who_may_not_see_callers_hides_them_too(people) -> None:
    answer = people["trainer"].get("/search/export.xlsx?q=来电&speaker=order")
    cells = [str(cell.value) for row in load_workbook(io.BytesIO(answer.content)).active.iter_rows() for cell in row]
    assert not any("13900005678" in cell for cell in cells)


def test_the_list_of_calls_is_exported_as_it_is_filtered(reviewer: TestClient) -> None:
    answer = reviewer.get(f"/calls/export.xlsx?month={MONTH}&operator=1003")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == [MAIN, "H261007-001"]
    assert all(row[2] == "1003" for row in rows)


def test_what_a_person_corrected_is_found_and_what_was_misheard_no_more(month, reviewer: TestClient) -> None:
    with month[1].begin() as session:
        correct(
            session,
            "H261006-001",
            2,
            "落户要五个工作日，带出生证。",
            Role.OPERATOR,
            "质检员甲",
            0,
            datetime(2026, 10, 9),
        )
    assert "H261006-001" in reviewer.get("/search?q=出生证&speaker=operator").text
    assert "H261006-001" not in reviewer.get("/search?q=户口簿就行&speaker=operator").text


def keep(client: TestClient, **form: str):
    given = {"name": "看着办", "address": "/search?q=看着办", "shared_with": "", **form}
    return client.post("/search/saved", data=given, follow_redirects=False)


def test_a_saved_search_is_ones_own_until_it_is_shared(people) -> None:
    assert keep(people["reviewer"]).headers["location"].startswith("/search?q=")
    assert "看着办</a>" in people["reviewer"].get("/search").text
    assert "看着办</a>" not in people["reviewer2"].get("/search").text
    keep(people["reviewer"], shared_with="reviewer")
    assert "看着办</a>" in people["reviewer2"].get("/search").text
    assert "看着办</a>" not in people["trainer"].get("/search").text


def test_only_its_owner_forgets_a_saved_search(people) -> None:
    keep(people["reviewer"], name="我的", shared_with="supervisor")
    shown = people["reviewer"].get("/search").text
    number = re.search(r">我的</a>.*?/search/saved/(\d+)/forget", shown, re.DOTALL)[1]
    assert people["supervisor"].post(f"/search/saved/{number}/forget").status_code == 404
    assert people["reviewer"].post(f"/search/saved/{number}/forget").status_code == 200
    assert ">我的</a>" not in people["supervisor"].get("/search").text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": " "}, "1 至 64"),
        ({"address": "https://elsewhere.example/?q=1"}, "只能保存"),
        ({"address": "//elsewhere"}, "只能保存"),
        ({"shared_with": "operator"}, "没有“operator”"),
        ({"address": "/search?q=13900005678", "shared_with": "trainer"}, "个人信息"),
    ],
)
def test_what_cannot_be_saved_is_refused_in_words(reviewer: TestClient, form: dict[str, str], said: str) -> None:
    answer = keep(reviewer, **form)
    assert answer.status_code == 400
    assert said in answer.text


def test_a_saved_search_needs_the_sessions_token(people) -> None:
    with_token = {"Origin": HOME, "X-CSRF-Token": csrf_for("somebody")}
    assert people["reviewer"].post("/search/saved", data={"name": "x"}, headers=with_token).status_code == 403


def text_of(*lines: str) -> SearchText:
    return SearchText(TextKind.CALLER, Audience.ALL, lines, tuple(1000 * n for n in range(len(lines))))


def test_a_long_line_is_cut_around_the_match_and_says_so() -> None:
    (found,) = snippets(text_of("前" * 100 + "公积金" + "后" * 100), terms_of("公积金", By.WORDS), By.WORDS)
    assert found.pieces[0].text == found.pieces[-1].text == "…"
    assert [piece.text for piece in found.pieces if piece.marked] == ["公积金"]
    assert len("".join(piece.text for piece in found.pieces)) < 100
    assert found.whole.count("前") == 100


def test_matches_that_overlap_are_one_mark_and_only_a_few_lines_are_shown() -> None:
    text = text_of(*["物业费和物业，都是物业的事"] * 5)
    found = snippets(text, terms_of("物业费 业费", By.WORDS), By.WORDS)
    assert len(found) == 3
    assert [piece.text for piece in found[0].pieces if piece.marked] == ["物业费"]
    assert len(snippets(text, terms_of("物业", By.WORDS), By.WORDS, None)) == 5
