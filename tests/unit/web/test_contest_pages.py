"""声音里的微笑 in the browser: listed, looked through, voted on blind, closed, printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from qa_pipeline.models.clips import ClipStep, ClipWord
from qa_pipeline.store.queries.clips import add_clip_word
from qa_pipeline.store.queries.contest import contest_file
from qa_pipeline.store.session import close_store
from tests.e2e.month import CLEAN, MAIN, seed
from tests.unit.web.browsers import Centre
from tests.voted import NOW, add_examples, add_voters, approved_clip

UNTIL = str(datetime.now().date() + timedelta(days=3))
TELLING = ("陈晓雯", "王海燕", "1001", "1003", "一组", "二组", CLEAN, MAIN)
"""What would tell a voter whose calls they are."""
MARKS = ("tone", "clarity", "warmth")


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    settings, sessions = seed(tmp_path_factory.mktemp("contest"))
    with sessions.begin() as session:
        add_examples(session)
        add_voters(session)
        for call_id in (CLEAN, MAIN):
            approved_clip(session, call_id, settings.workspace)
    yield Centre(settings, sessions)
    close_store(sessions)


def number_of(address: str) -> int:
    return int(re.findall(r"/contest/(\d+)", address)[0])


def listed(centre: Centre) -> str:
    """Open a contest and choose a clip for each of its two calls; return its address."""
    address = centre.taken("trainer", "/training/contest", title="十月评比", period="2026-10", per_team="1")
    with centre.sessions() as session:
        entries = contest_file(session, number_of(address)).entries
    for entry in entries:
        clip = re.findall(
            r'<option value="(\d+)"', centre.page("trainer", address).split(f'id="entry-{entry.entry_id}"')[1]
        )
        centre.taken("trainer", f"{address}/entries/{entry.entry_id}/clip", clip=clip[0])
    return address


def opened(centre: Centre, *logins: str) -> str:
    address = listed(centre)
    page = centre.page("trainer", address)
    ids = [re.findall(rf'name="voters" value="(\d+)"> {name}', page)[0] for name in names_of(logins)]
    centre.taken("trainer", f"{address}/voting", until=UNTIL, voters=ids)
    return address


def names_of(logins: tuple[str, ...]) -> list[str]:
    return [{"voter1": "话务员庚", "voter2": "话务员辛", "voter3": "话务员壬", "operator": "陈晓雯"}[x] for x in logins]


def ballot(centre: Centre, login: str, address: str, mark: int) -> dict[str, object]:
    """Return a ballot that gives the same mark for everything that somebody hears."""
    tokens = dict.fromkeys(re.findall(r'name="tone_([0-9a-f]+)"', centre.page(login, f"{address}/vote")))
    return {f"{part}_{token}": mark for token in tokens for part in MARKS}


def test_a_contest_runs_from_its_shortlist_to_a_result_that_prints(centre: Centre) -> None:
    address = opened(centre, "voter1", "voter2", "voter3", "operator")
    title = "十月评比等您投票"
    assert title in centre.page("operator", "/me")
    for login, mark in (("voter1", 5), ("voter2", 4), ("voter3", 4), ("operator", 2)):
        centre.taken(login, f"{address}/vote", **ballot(centre, login, address, mark))
    assert "已保存" in centre.page("voter1", f"{address}/vote?kept=true")
    waiting = centre.page("trainer", address)
    assert MAIN not in waiting, "its clip is named there"
    assert MAIN in centre.page("supervisor", address)
    assert "结束之前，谁也看不到票" in waiting
    assert "平均分" not in waiting
    assert centre.as_("voter1").get(f"{address}/result").status_code == 409
    centre.taken("trainer", f"{address}/closing", reason="全部投完")
    result = centre.page("voter1", f"{address}/result")
    assert "陈晓雯" in result
    assert CLEAN not in result  # the call is for who runs it
    assert "分不出高下" not in result  # fewer than five voters: nothing is told
    assert CLEAN in centre.page("supervisor", f"{address}/result?lang=en")
    assert title not in centre.page("operator", "/me")
    assert centre.as_("operator3").get(f"{address}/result").status_code == 404


def test_a_voter_is_shown_masked_words_and_nothing_that_tells_whose_call_it_is(centre: Centre) -> None:
    address = opened(centre, "voter1", "voter2", "voter3")
    page = centre.page("voter1", f"{address}/vote")
    assert "〔姓名〕" in page
    assert [word for word in TELLING if word in page] == []
    (first, second) = (
        re.findall(r"heard/([0-9a-f]+)", centre.page(x, f"{address}/vote")) for x in ("voter1", "voter2")
    )
    assert set(first).isdisjoint(second)
    sound = centre.as_("voter1").get(f"{address}/heard/{first[0]}")
    assert sound.content.startswith(b"RIFF")
    assert not any(word in str(sound.headers) for word in TELLING)
    assert centre.as_("voter2").get(f"{address}/heard/{first[0]}").status_code == 404
    assert centre.as_("operator3").get(f"{address}/vote").status_code == 404


def test_an_operator_neither_hears_nor_marks_their_own_call(centre: Centre) -> None:
    address = opened(centre, "voter1", "voter2", "operator")
    tokens = re.findall(r"heard/([0-9a-f]+)", centre.page("operator", f"{address}/vote"))
    assert len(tokens) == 1
    assert len(re.findall(r"heard/([0-9a-f]+)", centre.page("voter1", f"{address}/vote"))) == 2


def test_half_an_entrys_marks_are_refused_and_an_entry_may_be_left_for_later(centre: Centre) -> None:
    address = opened(centre, "voter1", "voter2", "voter3")
    given = ballot(centre, "voter1", address, 3)
    half = dict(list(given.items())[:2])
    status, text = centre.send("voter1", f"{address}/vote", **half)
    assert (status, "没有评完" in text) == (400, True)
    centre.taken("voter1", f"{address}/vote", **dict(list(given.items())[:3]))
    assert "还有 1 段没有评" in centre.page("voter1", f"{address}/vote?kept=true")
    status, _ = centre.send("voter1", f"{address}/vote", **{**given, next(iter(given)): "9"})
    assert status == 400


def test_a_clip_whose_approval_is_withdrawn_is_heard_no_more(centre: Centre) -> None:
    address = opened(centre, "voter1", "voter2", "voter3")
    token = re.findall(r"heard/([0-9a-f]+)", centre.page("voter1", f"{address}/vote"))[0]

    def withdrawn(session: Session) -> None:
        for clip_id in contest_file(session, number_of(address)).heard_as.values():
            add_clip_word(session, ClipWord(clip_id, 1, ClipStep.WITHDRAWN, "主管丁", "听出了姓名", NOW))

    with centre.sessions.begin() as session:
        withdrawn(session)
    refused = centre.as_("voter1").get(f"{address}/heard/{token}")
    assert (refused.status_code, "已撤回" in refused.text) == (409, True)
    assert "听出了姓名" not in refused.text
    page = centre.page("voter1", f"{address}/vote")
    assert "文字不再显示" in page
    assert "〔姓名〕" not in page
    with centre.sessions.begin() as session:  # for the tests that come after
        for call_id in (CLEAN, MAIN):
            approved_clip(session, call_id, centre.settings.workspace)


def test_a_call_is_taken_off_with_a_reason_and_put_back(centre: Centre) -> None:
    address = listed(centre)
    entry = re.findall(r'id="entry-(\d+)"', centre.page("trainer", address))[0]
    status, text = centre.send("trainer", f"{address}/entries/{entry}/removal", reason="")
    assert (status, "没有写明理由" in text) == (400, True)
    centre.taken("supervisor", f"{address}/entries/{entry}/removal", reason="办理结果有争议")
    assert "办理结果有争议" in centre.page("trainer", address)
    centre.taken("trainer", f"{address}/entries/{entry}/return", reason="已核实")
    assert "办理结果有争议" not in centre.page("trainer", address)
    assert centre.send("trainer", f"{address}/entries/{entry}/whatever")[0] == 404
    assert centre.send("trainer", f"{address}/entries/{entry}/clip", clip="x")[0] == 400


def test_who_is_to_vote_is_led_to_the_vote_and_may_not_touch_the_list(centre: Centre) -> None:
    address = listed(centre)
    page = centre.page("trainer", address)
    ids = [re.findall(rf'name="voters" value="(\d+)"> {name}', page)[0] for name in ("主管丁", "质检员甲", "质检员乙")]
    centre.taken("trainer", f"{address}/voting", until=UNTIL, voters=ids)
    assert f"{address}/vote" in centre.page("reviewer", "/")
    answer = centre.as_("supervisor").get(address, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{address}/vote")
    entry = re.findall(r'id="entry-(\d+)"', centre.page("trainer", address))[0]
    assert centre.send("supervisor", f"{address}/entries/{entry}/removal", reason="看看")[0] == 400


def test_contests_are_listed_with_how_far_they_are(centre: Centre) -> None:
    listed(centre)
    page = centre.page("supervisor", "/training/contest?lang=en")
    assert "Shortlist" in page
    assert "2026-Q4" in page
