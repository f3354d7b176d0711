"""The pages of masked clips: who sees, hears and decides what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.models.accounts import Person
from qa_pipeline.models.errands import ErrandKind, ErrandState
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.accounts import account_by_login
from qa_pipeline.store.queries.clips import clip_file
from qa_pipeline.store.queries.errands import claim_errand, end_errand
from qa_pipeline.store.worker import this_worker
from qa_pipeline.training.clips.leaving import leave
from qa_pipeline.web.training_clips import moment_ms
from qa_pipeline.worker import work
from tests.e2e.month import MAIN
from tests.people import client_as

pytestmark = pytest.mark.large  # the module's clip is made by the worker
Clients = dict[str, TestClient]
FORM = {"call": MAIN, "start": "0:00", "end": "0:12", "cover": "tone", "kind": "mp3"}


@pytest.fixture(scope="module")
def clients(month: tuple[Settings, sessionmaker[Session]]) -> Iterator[Clients]:
    """Browsers of a trainer, two reviewers and an operator; clip 1 was asked for by the trainer and made."""
    settings, sessions = month
    with ExitStack() as stack:
        logins = ("trainer", "reviewer", "reviewer2", "supervisor", "operator")
        found = {login: stack.enter_context(client_as(sessions, settings, login)) for login in logins}
        assert found["trainer"].post("/training/clips", data=FORM, follow_redirects=False).status_code == 303
        work(settings, sessions, until_idle=True)
        yield found


def test_the_list_says_what_waits_to_be_heard(clients: Clients) -> None:
    page = clients["trainer"].get("/training/clips?state=made")
    assert "待审听" in page.text
    assert "落户" in page.text
    assert "还没有剪辑" in clients["trainer"].get("/training/clips?state=withdrawn").text
    assert "剪辑待审听 <b>1</b>" in clients["reviewer"].get("/queue").text
    assert "剪辑待审听" in clients["supervisor"].get("/").text


def test_a_trainer_hears_nothing_before_it_is_approved_and_never_the_original(clients: Clients) -> None:
    trainer, reviewer = clients["trainer"], clients["reviewer"]
    assert "批准后可以听" in trainer.get("/training/clips/1").text
    assert trainer.get("/training/clips/1/sound.wav").status_code == 404
    assert trainer.get("/training/clips/1/peaks.json").status_code == 404
    assert trainer.get("/training/clips/1/original.wav").status_code == 404
    assert reviewer.get("/training/clips/1/sound.wav").headers["content-type"] == "audio/wav"
    assert reviewer.get("/training/clips/1/original.wav").content[:4] == b"RIFF"
    assert reviewer.get("/training/clips/1/peaks.json").json()["peaks"]
    assert clients["operator"].get("/training/clips/1").status_code == 403


def test_only_who_sees_personal_data_reads_what_was_said_beside_the_mask(clients: Clients) -> None:
    assert 'class="was"' in clients["reviewer"].get("/training/clips/1").text
    assert 'class="was"' not in clients["trainer"].get("/training/clips/1").text
    assert MAIN not in clients["trainer"].get("/training/clips/1").text


def test_what_cannot_be_cut_is_refused_at_once_with_its_reason(clients: Clients) -> None:
    def refused(**changes: str) -> str:
        answer = clients["trainer"].post("/training/clips", data={**FORM, **changes})
        assert answer.status_code in {400, 404, 409}, answer.status_code
        return answer.text

    assert "重叠" in refused()
    assert "没有通话" in refused(call="H000000-000")
    assert "看不懂" in refused(start="bald")
    assert "遮盖方式" in refused(cover="pink")
    assert "没有听清的话" in refused(start="9:00", end="9:30")
    assert "没有找到" in clients["reviewer"].post("/training/clips/1/again", data={"words": "飞机场"}).text


def test_who_may_not_hear_the_call_learns_by_covering_words_neither_that_nor_where_they_are_said(
    clients: Clients,
) -> None:
    answers = [clients["trainer"].post("/training/clips/1/again", data={"words": word}) for word in ("您", "飞机场")]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].text.count("不能用") == answers[1].text.count("不能用") == 1
    assert "飞机场" not in answers[1].text
    assert 'name="words"' not in clients["trainer"].get("/training/clips/1").text
    assert 'name="words"' in clients["reviewer"].get("/training/clips/1").text


def test_words_are_put_right_on_the_page_by_who_hears_the_call(clients: Clients) -> None:
    reviewer, trainer = clients["reviewer"], clients["trainer"]
    page = reviewer.get("/training/clips/1").text
    assert 'name="turn-0"' in page
    assert 'name="turn-0"' not in trainer.get("/training/clips/1").text
    written = {"turn-1": "你好，我想问一下新生儿落户要几个工作日？", "seen": "0"}
    assert trainer.post("/training/clips/1/text", data=written).status_code == 400
    assert "看到的是哪一版" in reviewer.post("/training/clips/1/text", data={"turn-1": "甲"}).text
    saved = reviewer.post("/training/clips/1/text", data=written, follow_redirects=False)
    assert saved.headers["location"] == "/training/clips/1"
    page = trainer.get("/training/clips/1").text
    assert "新生儿落户要几个工作日？" in page
    assert "机器识别：" in page
    assert "更正文字" in page
    assert "待审听" in page


def test_a_clip_is_approved_by_another_heard_by_all_and_withdrawn_with_a_reason(
    clients: Clients, month: tuple[Settings, sessionmaker[Session]]
) -> None:
    trainer, reviewer = clients["trainer"], clients["reviewer"]
    assert trainer.post("/training/clips/1/approved").status_code == 400
    unheard = clients["reviewer2"].post("/training/clips/1/approved")
    assert (unheard.status_code, "还没有听过" in unheard.text) == (400, True)
    assert "没有发给过您" in clients["reviewer2"].post("/training/clips/1/heard").text
    assert trainer.post("/training/clips/1/heard").status_code == 404
    assert reviewer.get("/training/clips/1/sound.wav").status_code == 200
    page = trainer.get("/training/clips/1").text
    assert re.search("没有听完</span> 质检员甲", page)
    assert "您还没有从头到尾听完" in reviewer.get("/training/clips/1").text
    assert re.search("整段听完</span> 质检员甲", reviewer.post("/training/clips/1/heard").text)
    assert "您还没有从头到尾听完" not in reviewer.get("/training/clips/1").text
    assert re.search("整段听完</span> 质检员甲", trainer.get("/training/clips/1").text)
    assert reviewer.post("/training/clips/1/approved", follow_redirects=False).status_code == 303
    assert trainer.get("/training/clips/1/sound.wav").status_code == 200
    heard = reviewer.get("/training/clips/1").text.split("批准以前谁听过")[1].split("</ul>")[0]
    assert "质检员甲" in heard
    assert "培训师戊" not in heard, "who hears it afterwards has not vouched for it"
    with month[1].begin() as session:
        person = clip_file(session, 1).words[-1].by
        assert person == "质检员甲"
        leave(session, (1,), "课包 3", _trainer(session), datetime.now())
    assert "课包 3" in trainer.get("/training/clips/1").text
    assert clients["reviewer2"].post("/training/clips/1/approved").status_code == 409
    assert "没有写撤回批准的理由" in reviewer.post("/training/clips/1/withdrawn").text
    reviewer.post("/training/clips/1/withdrawn", data={"reason": "来电人周建国，13900002146，听得出是谁"})
    page = trainer.get("/training/clips/1").text
    assert "听得出是谁" in page
    assert "周建国" not in page
    assert "文字不再显示" in page
    assert "落户" not in page
    assert "落户" not in trainer.get("/training/clips?state=withdrawn").text
    assert "落户" in reviewer.get("/training/clips/1").text
    assert "13900002146" not in page
    assert "来电人周建国，13900002146" in reviewer.get("/training/clips/1").text
    assert "课包 3" in page
    assert trainer.get("/training/clips/1/sound.wav").status_code == 404


def _trainer(session: Session) -> Person:
    found = account_by_login(session, "trainer")
    assert found is not None
    return Person(found[0])


def test_a_clip_that_failed_says_why_and_is_tried_again_from_the_list(
    clients: Clients, month: tuple[Settings, sessionmaker[Session]]
) -> None:
    trainer, form = clients["trainer"], {**FORM, "start": "0:20", "end": "0:30"}
    assert trainer.post("/training/clips", data=form, follow_redirects=False).status_code == 303
    with month[1].begin() as session:
        held = claim_errand(session, this_worker(), datetime.now(), (ErrandKind.CLIP,))
        assert held is not None
        end_errand(session, held, ErrandState.FAILED, datetime.now(), error=("磁盘满了", "清理磁盘"))
    page = trainer.get("/training/clips").text
    assert "没有做成：磁盘满了" in page
    retry = f"/training/clips/making/{held.errand.errand_id}/retry"
    assert f'action="{retry}"' in page
    assert trainer.post(retry, follow_redirects=False).headers["location"] == "/training/clips"
    assert "磁盘满了" not in trainer.get("/training/clips").text
    assert trainer.post(retry).status_code == 409
    assert clients["operator"].post(retry).status_code == 403


@pytest.mark.parametrize(("written", "ms"), [("65", 65_000), ("1:05", 65_000), ("1：05.2", 65_200), (" 0:00 ", 0)])
def test_a_time_is_read_as_people_write_it(written: str, ms: int) -> None:
    assert moment_ms(written) == ms
