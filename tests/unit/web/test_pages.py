"""What the pages answer: statuses, words, escaping, parts of a recording."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from qa_pipeline.errors import TransientError
from qa_pipeline.settings import Settings
from qa_pipeline.store.rows import as_row
from qa_pipeline.store.schema import CallRow, OperatorRow
from qa_pipeline.store.session import close_store, open_store
from qa_pipeline.web import months as months_module
from tests.builders import record
from tests.e2e.month import CLEAN, FAILED, MAIN, MONTH, OPERATORS, WAITING
from tests.people import client_as

PAGES = (
    f"/months/{MONTH}",
    f"/months/{MONTH}/failures",
    "/calls",
    f"/calls?month={MONTH}&operator=1003&state=suspected&item=V1&sort=-points",
    f"/calls/{MAIN}",
    f"/calls/{CLEAN}?state=open",
    f"/calls/{FAILED}",
    f"/calls/{WAITING}",
    f"/calls/{MAIN}?queue=all",
    f"/calls?month={MONTH}&team=二组&q=H26",
    "/",
    "/queue",
    "/queue?kind=suspected&number=4",
    "/rules",
    "/rules/PH01",
)


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_is_there_in_both_languages(client: TestClient, address: str, language: str) -> None:
    answer = client.get(address, params=None if language == "zh" else {**_query(address), "lang": "en"})
    assert answer.status_code == 200, answer.text[:300]
    assert f'lang="{"zh-CN" if language == "zh" else "en"}"' in answer.text


def _query(address: str) -> dict[str, str]:
    return dict(pair.split("=") for pair in address.partition("?")[2].split("&") if pair)


def test_an_empty_store_says_how_to_begin(tmp_path) -> None:
    settings = Settings(workspace=tmp_path)
    sessions = open_store(settings.url, create=True)
    asking = client_as(sessions, settings)
    assert "先在“设置与导入”里导入" in asking.get("/").text
    assert "先在“设置与导入”里导入" in asking.get("/calls").text
    close_store(sessions)


def test_a_month_that_was_not_drawn_says_so(tmp_path) -> None:
    settings = Settings(workspace=tmp_path)
    sessions = open_store(settings.url, create=True)
    with sessions.begin() as session:
        session.add(as_row(OperatorRow, OPERATORS[2]))
        session.flush()
        session.add(as_row(CallRow, record(), month=MONTH))
    asking = client_as(sessions, settings)
    assert "尚未抽样" in asking.get("/months/2026-10").text
    assert asking.get("/calls").status_code == 200
    assert "尚未质检" in asking.get(f"/calls/{MAIN}").text
    close_store(sessions)


@pytest.mark.parametrize(
    "address",
    [
        "/nope",
        "/calls/NOPE",
        "/calls/NOPE/audio.wav",
        "/months/1999-01",
        "/months/x",
        "/rules/ZZ99",
        "/static/../app.py",
    ],
)
def test_what_is_not_there_gets_a_page_that_says_so(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "没有找到" in answer.text


def test_a_crash_gets_a_number_and_no_inside_knowledge(client: TestClient, monkeypatch, caplog) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("secret path")

    monkeypatch.setattr(months_module, "revision", crash)
    answer = client.get(f"/months/{MONTH}/failures")
    assert answer.status_code == 500
    assert "已保存的决定没有丢失" in answer.text
    assert "secret path" not in answer.text
    assert answer.headers["content-security-policy"]
    number = caplog.records[-1].args[0]
    assert number in answer.text


def test_a_locked_database_is_not_the_readers_fault(client: TestClient, monkeypatch) -> None:
    def locked(*_: object, **__: object) -> None:
        raise TransientError("the database is locked", "wait and try again")

    monkeypatch.setattr(months_module, "revision", locked)
    answer = client.get(f"/months/{MONTH}/failures")
    assert answer.status_code == 503
    assert "the database is locked" in answer.text


def test_what_people_wrote_is_shown_as_they_wrote_it(client: TestClient) -> None:
    shown = client.get(f"/calls/{MAIN}").text
    assert "<b>不是标签</b>" not in shown
    assert "&lt;b&gt;不是标签&lt;/b&gt;" in shown


def test_how_the_call_sounded_is_shown_in_both_languages(client: TestClient) -> None:
    assert "话务员开口 1 次，最长 1.2 秒" in client.get(f"/calls/{MAIN}").text
    assert "1 begun by the operator, longest 1.2 s" in client.get(f"/calls/{MAIN}?lang=en").text


def test_a_filter_from_the_address_is_never_markup(client: TestClient) -> None:
    shown = client.get("/calls", params={"rule": "<script>x</script>", "sort": '"><script>'}).text
    assert "<script>x" not in shown
    assert '"><script>' not in shown


def test_the_list_shows_what_the_filters_ask_for(client: TestClient) -> None:
    assert _listed(client, state="suspected") == [MAIN]
    assert _listed(client, state="failed") == [FAILED]
    assert _listed(client, state="waiting") == [WAITING]
    assert _listed(client, state="clean") == [CLEAN]
    assert _listed(client, operator="1003") == [MAIN, "H261007-001"]
    assert _listed(client, shift="中班") == ["H261004-002", "H261005-001"]
    assert _listed(client, item="C2") == [MAIN]
    assert _listed(client, item="V1") == [MAIN]
    assert _listed(client, rule="TN04") == [MAIN]
    assert _listed(client, state="nonsense") == []


def test_the_month_tells_how_many_calls_of_each_operator_are_open(client: TestClient) -> None:
    told = re.findall(r"operator=(\d+)&amp;state=open\">(\d+)<", client.get(f"/months/{MONTH}").text)
    assert "1003" in dict(told)
    for operator, n in told:
        assert len(_listed(client, operator=operator, state="open")) == int(n)


def test_the_list_is_sorted_as_asked(client: TestClient) -> None:
    assert _listed(client, sort="points")[0] == MAIN
    assert _listed(client, sort="-points")[0] == CLEAN
    assert _listed(client, sort="-time")[0] == WAITING
    assert _listed(client, sort="-open")[0] == MAIN
    assert _listed(client, sort="nonsense") == _listed(client)


def _listed(client: TestClient, **query: str) -> list[str]:
    shown = client.get("/calls", params=query).text
    return [
        line.split(">")[2].split("<")[0] for line in shown.splitlines() if line.strip().startswith('<th scope="row">')
    ]


def test_a_recording_comes_as_pcm_and_in_parts(client: TestClient) -> None:
    whole = client.get(f"/calls/{MAIN}/audio.wav")
    assert whole.status_code == 200
    assert whole.headers["content-type"] == "audio/wav"
    assert whole.content[:4] == b"RIFF"
    assert int.from_bytes(whole.content[20:22], "little") == 1  # PCM
    part = client.get(f"/calls/{MAIN}/audio.wav", headers={"Range": "bytes=100-199"})
    assert part.status_code == 206
    assert part.content == whole.content[100:200]
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole.content)}"
    beyond = client.get(f"/calls/{MAIN}/audio.wav", headers={"Range": "bytes=999999999-"})
    assert beyond.status_code == 416


def test_the_waveform_is_drawn_from_peaks_of_each_channel(client: TestClient) -> None:
    peaks = client.get(f"/calls/{MAIN}/peaks.json").json()
    assert len(peaks["peaks"]) == 2
    assert 30 < peaks["duration"] < 40
    assert max(peaks["peaks"][0]) == pytest.approx(9_000 / 32_768, abs=0.02)
    assert min(peaks["peaks"][0]) < 0.01


def test_a_call_without_a_recording_has_no_sound(client: TestClient) -> None:
    answer = client.get(f"/calls/{WAITING}/audio.wav")
    assert answer.status_code == 404
    assert "没有录音" in answer.text


def test_what_is_open_and_what_is_to_be_confirmed_are_two_counts(client: TestClient) -> None:
    page = " ".join(client.get(f"/months/{MONTH}").text.split())
    assert "<b>1</b> 待人工" in page
    assert "<b>5</b> 待确认" in page


def test_a_call_tells_what_its_losses_cost_and_its_fatal_errors_first(client: TestClient) -> None:
    page = client.get(f"/calls/{MAIN}").text
    assert "折合总分 −" in page
    assert "×25＋B" in page
    assert page.index('id="group-V"') < page.index('id="group-A"')
