"""A calibration session in the browser: opened, scored blind, handed in, compared, discussed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from qa_pipeline.calibration.sessions import items_of
from qa_pipeline.store.queries.accounts import accounts
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.listing import Wanted, listed_calls
from qa_pipeline.store.session import close_store
from scoring.scorecard import default_scorecard
from tests.e2e.month import CLEAN, MAIN, MONTH, seed
from tests.people import client_as
from tests.unit.web.browsers import Centre

ITEMS = items_of(default_scorecard())
CLEAR = {f"score_{item}": "none" for item in ITEMS}
RUDE = {**CLEAR, "score_A6": "fault", "faults_A6": "2", "reason_A6": "“你自己看着办”"}
LATER = str(datetime.now().date() + timedelta(days=7))


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    settings, sessions = seed(tmp_path_factory.mktemp("calibration"))
    yield Centre(settings, sessions)
    close_store(sessions)


@pytest.fixture(scope="module")
def numbers(centre: Centre) -> dict[str, int]:
    with centre.sessions() as session:
        return {account.login: account.account_id for account in accounts(session)}


def opened(centre: Centre, numbers: dict[str, int], *calls: str) -> str:
    people = [numbers["reviewer"], numbers["reviewer2"]]
    return centre.taken(
        "reviewer", "/calibration", title="十一月校准", due_on=LATER, members=people, calls=calls or (MAIN,)
    )


def test_a_session_runs_from_its_opening_to_what_was_agreed(centre: Centre, numbers) -> None:
    address = opened(centre, numbers, MAIN, CLEAN)
    assert address in centre.page("reviewer2", "/calibration")
    assert centre.taken("reviewer", f"{address}/calls/{MAIN}", **RUDE) == f"{address}/calls/{CLEAN}"
    assert centre.taken("reviewer", f"{address}/calls/{CLEAN}", **CLEAR) == address
    centre.taken("reviewer", f"{address}/finish")
    for call_id in (MAIN, CLEAN):
        centre.taken("reviewer2", f"{address}/calls/{call_id}", **CLEAR)
    before = centre.page("reviewer2", address)
    assert "你自己看着办" not in before
    assert "一致性" not in before
    centre.taken("reviewer2", f"{address}/finish")
    after = centre.page("supervisor", address)
    assert "你自己看着办" in after
    assert "差错 2 处" in after
    assert "说了禁语2处" in after  # what the machine had found
    centre.taken("supervisor", f"{address}/remarks", reason="以后一律算禁语", call_id=MAIN, item="A6")
    assert "以后一律算禁语" in centre.page("reviewer", f"{address}?lang=en")


def test_calls_on_which_most_is_open_are_offered_first_and_none_that_was_not_audited(centre: Centre) -> None:
    offered = re.findall(r'name="calls" value="([^"]+)"', centre.page("reviewer", "/calibration/new"))
    with centre.sessions() as session:
        rows = [row.standing for row in listed_calls(session, Wanted(MONTH), 0, 100)]
    left = {row.call_id: len(row.open_items) + len(row.suspected) for row in rows if row.audit_id is not None}
    assert 0 < len(left) < len(rows)
    assert set(offered) == set(left)
    assert [left[call_id] for call_id in offered] == sorted(left.values(), reverse=True)


def test_scoring_shows_neither_the_machines_findings_nor_anothers_words(centre: Centre, numbers) -> None:
    address = opened(centre, numbers)
    centre.taken("reviewer", f"{address}/calls/{MAIN}", **{**RUDE, "reason_A6": "只有甲这样看"})
    theirs, mine = (centre.page(login, f"{address}/calls/{MAIN}") for login in ("reviewer2", "reviewer"))
    assert "只有甲这样看" in mine
    assert "只有甲这样看" not in theirs
    assert "说了禁语2处" not in theirs
    assert "我不是说了吗" in theirs  # the words that were said


@pytest.mark.parametrize("path", [f"/calls/{MAIN}", f"/calls/{MAIN}/items/A6", f"/months/{MONTH}/files/workbook.xlsx"])
def test_whoever_has_yet_to_score_a_call_finds_nowhere_what_the_machine_found(tmp_path: Path, path: str) -> None:
    settings, sessions = seed(tmp_path)
    centre = Centre(settings, sessions)
    with sessions() as session:
        ids = {account.login: account.account_id for account in accounts(session)}
    address = opened(centre, ids)
    asking = client_as(sessions, settings, "reviewer")
    assert asking.get(path).status_code == 409
    assert "校准" in asking.get(path).text
    assert client_as(sessions, settings, "reviewer3").get(path).status_code == 200
    for listing in (f"/calls?month={MONTH}", f"/search?q=你自己看着办&item=A6&month={MONTH}", "/queue"):
        assert f"/calls/{MAIN}" not in asking.get(listing).text, listing
    assert asking.get(f"{address}/calls/{MAIN}").status_code == 200
    assert asking.get(f"/calls/{MAIN}/audio.wav").status_code == 200
    centre.taken("reviewer", f"{address}/calls/{MAIN}", **CLEAR)
    centre.taken("reviewer", f"{address}/finish")
    assert asking.get(path).status_code == 200
    close_store(sessions)


def test_half_scored_is_kept_and_not_handed_in(centre: Centre, numbers) -> None:
    address = opened(centre, numbers)
    half = {key: value for key, value in CLEAR.items() if key != "score_C2"}
    assert centre.taken("reviewer", f"{address}/calls/{MAIN}", **half) == f"{address}/calls/{MAIN}"
    status, text = centre.send("reviewer", f"{address}/finish")
    assert (status, "还有没评的" in text) == (400, True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"score_A6": "perhaps"}, "没有“perhaps”这种结论"),
        ({"score_A6": "fault", "faults_A6": "两", "reason_A6": "有"}, "不是整数"),
        ({"score_A6": "fault", "faults_A6": "1"}, "没有写明A6 的理由"),
    ],
)
def test_a_score_that_says_too_little_is_refused(centre: Centre, numbers, fields, words: str) -> None:
    status, text = centre.send("reviewer", f"{opened(centre, numbers)}/calls/{MAIN}", **fields)
    assert (status, words in text) == (400, True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "没有写明名称"),
        ({"due_on": "月底"}, "没有填写截止日期"),
        ({"members": ["one"]}, "不是账号编号"),
        ({"calls": []}, "选了 0 通"),
        ({"calls": [], "more": f"{MAIN}，NOPE"}, "没有通话 NOPE"),
    ],
)
def test_a_session_that_would_tell_nothing_is_refused(centre: Centre, numbers, fields, words: str) -> None:
    good = {
        "title": "校准", "due_on": LATER, "members": [numbers["reviewer"], numbers["reviewer2"]], "calls": [MAIN],
    }  # fmt: skip
    status, text = centre.send("reviewer", "/calibration", **{**good, **fields})
    assert status in {400, 404}
    assert words in text


def test_calls_of_a_month_are_offered_and_those_of_the_address_are_chosen(centre: Centre) -> None:
    text = centre.page("supervisor", f"/calibration/new?month={MONTH}&calls={MAIN}")
    assert f'value="{MAIN}" checked' in text
    assert f'value="{CLEAN}">' in text


def test_who_takes_no_part_scores_nothing_and_sees_how_far_it_is(centre: Centre, numbers) -> None:
    address = opened(centre, numbers)
    assert centre.as_("reviewer3").get(f"{address}/calls/{MAIN}").status_code == 404
    assert centre.send("reviewer3", f"{address}/calls/{MAIN}", **CLEAR)[0] == 400
    assert "0 / 1" in centre.page("reviewer3", address)


def test_a_supervisor_ends_a_session_that_somebody_never_finished(centre: Centre, numbers) -> None:
    address = opened(centre, numbers)
    centre.taken("reviewer", f"{address}/calls/{MAIN}", **RUDE)
    assert centre.send("reviewer2", f"{address}/closing", reason="我来结束")[0] == 400
    centre.taken("supervisor", f"{address}/closing", reason="乙休假")
    assert "主管丁" in centre.page("reviewer", address)
    assert centre.send("reviewer2", f"{address}/calls/{MAIN}", **CLEAR)[0] == 409


def test_no_score_and_no_decision_comes_of_it(centre: Centre, numbers) -> None:
    with centre.sessions() as session:
        before = call_file(session, MAIN)
    address = opened(centre, numbers)
    for login in ("reviewer", "reviewer2"):
        centre.taken(login, f"{address}/calls/{MAIN}", **RUDE)
        centre.taken(login, f"{address}/finish")
    with centre.sessions() as session:
        after = call_file(session, MAIN)
    assert (after.audit, after.decisions) == (before.audit, before.decisions)
