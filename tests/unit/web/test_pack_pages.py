"""The pages of packs: who may open what, what is refused and stays as it was, and what is never given away."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.errors import Conflict
from qa_pipeline.models.packs import Card, Heard, PassageFinding, Step, UsedPhrase
from qa_pipeline.models.passages import Handling, Scenario
from qa_pipeline.models.speech import Role
from qa_pipeline.rules.ruleset import load_ruleset
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.clips import clip_file
from qa_pipeline.store.queries.packs import pack_file
from qa_pipeline.store.queries.rehearsals import rehearsal_heard
from qa_pipeline.training.packs.cards import save_card
from qa_pipeline.training.packs.plans import give_out, save_plan
from qa_pipeline.training.packs.rehearsing import FOLDER, MOST_BYTES, keep_answer
from qa_pipeline.training.packs.suggesting import standard_phrases
from qa_pipeline.web import pack_desk
from qa_pipeline.web.app import create_app
from scoring.outcome import Outcome
from tests.builders import call
from tests.e2e.month import MAIN
from tests.packed import BASIS, NOW, add_approved, add_pack, person, withdraw
from tests.people import client_as

Month = tuple[Settings, sessionmaker[Session]]
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def asking(month: Month) -> Iterator[dict[str, TestClient]]:
    settings, sessions = month
    app = create_app(sessions, settings)
    logins = ("trainer", "supervisor", "operator", "operator3", "reviewer")
    found = {login: client_as(sessions, settings, login, app) for login in logins}
    yield found
    for client in found.values():
        client.close()


@pytest.fixture(scope="module")
def given(month: Month) -> int:
    """A pack of two clips with a card, given out to team 一组."""
    settings, sessions = month
    with sessions.begin() as session:
        plan = add_pack(session, settings.workspace, clips=2)
        card = Card("催办三次", Scenario.REPEATED, None, f"情境{HOSTILE}", "要一个准话")
        save_card(session, plan.pack_id, plan.clips[0], 0, card, BASIS, person(session), datetime.now())
        give_out(session, plan.pack_id, "一组", None, person(session), datetime.now())
    return plan.pack_id


def fresh(month: Month, clips: int = 1) -> int:
    settings, sessions = month
    with sessions.begin() as session:
        return add_pack(session, settings.workspace, clips).pack_id


def plan_form(month: Month, pack: int, **changes: object) -> dict[str, object]:
    with month[1]() as session:
        plan = pack_file(session, pack).plan
    rows = {
        "seen": str(plan.version),
        "title": plan.title,
        "aim": plan.aim,
        "place": [str(n) for n, _ in enumerate(plan.steps, 1)],
        "clip": [str(s.clip_id or "") for s in plan.steps],
        "text": [s.text for s in plan.steps],
        "minutes": [str(s.minutes) for s in plan.steps],
    }
    return {**rows, **changes}


def clips_of(month: Month, pack: int) -> tuple[int, ...]:
    with month[1]() as session:
        return pack_file(session, pack).plan.clips


def texts(month: Month, pack: int) -> list[str]:
    with month[1]() as session:
        return [s.text or f"clip {s.clip_id}" for s in pack_file(session, pack).plan.steps]


def test_a_trainer_begins_a_pack_and_finds_it_in_the_list(asking) -> None:
    made = asking["trainer"].post("/training/packs", data={"title": "十二月课"}, follow_redirects=False)
    assert made.status_code == 303
    assert "十二月课" in asking["supervisor"].get(made.headers["location"]).text
    assert "十二月课" in asking["trainer"].get("/training/packs").text
    assert "没有写课包名称" in asking["trainer"].post("/training/packs", data={"title": " "}).text


def test_operators_see_what_is_given_to_their_team_and_read_it(asking, given) -> None:
    listed = asking["operator"].get("/training/packs").text
    assert "十二月模拟接电" in listed
    shown = asking["operator"].get(f"/training/packs/{given}")
    assert shown.url.path.endswith("/read")
    assert "催办三次" in shown.text
    assert "保存流程" not in shown.text
    assert "没有发放给您的课包" in asking["operator3"].get("/training/packs").text
    assert asking["operator3"].get(f"/training/packs/{given}/read").status_code == 404
    assert asking["reviewer"].get("/training/packs").status_code == 403


@pytest.mark.parametrize(
    ("voices", "told"),
    [
        ((Role.CALLER,), "话务员是原声"),
        ((Role.CALLER, Role.OPERATOR), "话务员已变声"),
        ((Role.UNKNOWN,), "话务员已变声"),
    ],
)
def test_whether_the_operators_voice_is_changed_is_said_before_approval_and_in_the_pack(
    asking, month, voices: tuple[Role, ...], told: str
) -> None:
    settings, sessions = month
    with sessions.begin() as session:
        plan = add_pack(session, settings.workspace, clips=0)
        waits = add_approved(session, settings.workspace, approved=False, voices=voices).clip_id
        clip = add_approved(session, settings.workspace, voices=voices).clip_id
        save_plan(session, plan.pack_id, plan.version, plan.title, "", (Step(5, clip),), person(session), NOW)
    deciding = asking["reviewer"].get(f"/training/clips/{waits}").text
    assert told in deciding.split('id="operators-voice"')[1].split("</p>")[0]
    order = asking["trainer"].get(f"/training/packs/{plan.pack_id}").text.split(f'id="clip-{clip}"')[1]
    assert told in order.split("</tr>")[0]
    assert told in asking["trainer"].get(f"/training/packs/{plan.pack_id}/read").text
    taken = asking["trainer"].post(f"/training/packs/{plan.pack_id}/zip").content
    page = zipfile.ZipFile(io.BytesIO(taken)).read("index.html").decode()
    assert ("话务员是原声" in page) is (told == "话务员是原声")


def test_an_operator_is_told_on_the_own_page_of_what_is_given_out_and_still_open(asking, month) -> None:
    pack = fresh(month)
    link = f'href="/training/packs/{pack}/read"'
    assert link not in asking["operator"].get("/me").text
    day = datetime.now().date() + timedelta(days=9)
    asking["trainer"].post(f"/training/packs/{pack}/giving", data={"team": "一组", "until": day.isoformat()})
    told = asking["operator"].get("/me").text
    assert "培训课包“十二月模拟接电：反复投诉”发放给您了：1 段录音，约 25 分钟" in told
    assert f"至 {day}" in told
    assert link in told
    assert link not in asking["operator3"].get("/me").text, "another team"
    asking["trainer"].post(f"/training/packs/{pack}/taking-back")
    assert link not in asking["operator"].get("/me").text


def test_no_page_of_a_pack_names_the_call_the_operator_or_the_caller(asking, given) -> None:
    for path in ("read", "play/1", "play/1/whole", "play/1/answers?cue=1"):
        shown = asking["operator"].get(f"/training/packs/{given}/{path}").text
        for told in (MAIN, "王海燕", "李女士", "13900001234"):
            assert told not in shown, (path, told)


def test_what_a_card_says_is_text_on_every_page(asking, month, given) -> None:
    for path in ("read", "play/1", "play/1/whole", f"cards/{clips_of(month, given)[0]}"):
        shown = asking["trainer"].get(f"/training/packs/{given}/{path}").text
        assert HOSTILE not in shown
        assert "&lt;script&gt;alert(1)" in shown, path


def test_the_running_order_is_saved_moved_and_thinned(asking, month) -> None:
    pack = fresh(month)
    address, ask = f"/training/packs/{pack}/plan", asking["trainer"].post
    before = texts(month, pack)
    assert ask(address, data=plan_form(month, pack, move="0:1")).status_code == 200
    assert texts(month, pack) == [before[1], before[0], before[2]]
    ask(address, data=plan_form(month, pack, place=["3", "1", "2"]))
    assert texts(month, pack) == [before[0], before[2], before[1]]
    ask(address, data=plan_form(month, pack, gone=["0"], new_text="讨论", new_minutes="20"))
    assert texts(month, pack) == [before[2], before[1], "讨论"]


def test_an_approved_clip_is_offered_and_added_and_one_that_waits_is_not(asking, month) -> None:
    settings, sessions = month
    with sessions.begin() as session:
        ready = add_approved(session, settings.workspace).clip_id
        waiting = add_approved(session, settings.workspace, approved=False).clip_id
    pack = fresh(month)
    shown = asking["trainer"].get(f"/training/packs/{pack}").text
    assert f'name="add" value="{ready}"' in shown
    assert f'name="add" value="{waiting}"' not in shown
    asking["trainer"].post(f"/training/packs/{pack}/plan", data=plan_form(month, pack, add=[str(ready)]))
    assert texts(month, pack)[-1] == f"clip {ready}"
    refused = asking["trainer"].post(f"/training/packs/{pack}/plan", data=plan_form(month, pack, add=[str(waiting)]))
    assert refused.status_code == 409
    assert "不能加入课包" in refused.text


def test_the_second_of_two_who_edit_is_told_and_the_first_one_s_pack_stands(asking, month) -> None:
    pack = fresh(month)
    address = f"/training/packs/{pack}/plan"
    seen = plan_form(month, pack)
    asking["trainer"].post(address, data={**seen, "title": "培训师的"})
    late = asking["supervisor"].post(address, data={**seen, "title": "主管的"}, headers={"HX-Request": "true"})
    assert late.status_code == 409
    assert "刚刚改过这个课包" in late.text
    assert "培训师的" in asking["trainer"].get(f"/training/packs/{pack}").text


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"minutes": ["5", "x", "8"]}, "“分钟”写的“x”不是整数"),
        ({"minutes": ["5", "0", "8"]}, "的时间 0 分钟不对"),
        ({"seen": "abc"}, "“版本”写的“abc”不是整数"),
        ({"add": ["999999999999999"]}, "不是整数"),
        ({"title": "x" * 65}, "最多 64 个"),
    ],
)
def test_a_form_that_makes_no_sense_is_refused_with_its_reason(asking, month, changes, why) -> None:
    pack = fresh(month)
    refused = asking["trainer"].post(f"/training/packs/{pack}/plan", data=plan_form(month, pack, **changes))
    assert refused.status_code == 400
    assert why in refused.text


def test_a_card_is_suggested_for_a_scenario_saved_and_an_older_one_can_be_brought_back(asking, month) -> None:
    pack = fresh(month)
    address = f"/training/packs/{pack}/cards/{clips_of(month, pack)[0]}"
    suggested = asking["trainer"].get(f"{address}?scenario=grief&handling=calmed").text
    assert "讲到亲人去世" in suggested
    assert suggested.count('<span class="tag open">参考</span>') == 5
    form = {"seen": "0", "scenario": "grief", "handling": "calmed", "title": "甲稿", "goal": "要人体谅"}
    assert asking["trainer"].post(address, data=form).status_code == 200
    assert asking["trainer"].post(address, data={**form, "seen": "1", "title": "乙稿"}).status_code == 200
    assert "乙稿" in asking["trainer"].get(address).text
    assert 'value="甲稿"' in asking["trainer"].get(f"{address}?version=1").text
    assert asking["trainer"].get(f"{address}?version=9").status_code == 404
    stale = asking["supervisor"].post(address, data={**form, "seen": "1", "title": "丙稿"})
    assert stale.status_code == 409
    assert asking["trainer"].post(address, data={**form, "seen": "2", "scenario": "x"}).status_code == 400
    assert asking["operator"].get(address).status_code == 403


def test_a_zip_is_sent_and_its_taker_listed(asking, given) -> None:
    sent = asking["trainer"].post(f"/training/packs/{given}/zip")
    assert sent.headers["content-type"] == "application/zip"
    assert int(sent.headers["content-length"]) == len(sent.content)
    with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
        assert archive.testzip() is None
        assert "index.html" in archive.namelist()
    assert "培训师戊" in asking["trainer"].get(f"/training/packs/{given}").text.split("谁下载过")[1]
    assert asking["operator"].post(f"/training/packs/{given}/zip").status_code == 403


def test_a_zip_of_nothing_or_with_a_withdrawn_clip_is_refused_with_its_reason(asking, month) -> None:
    made = asking["trainer"].post("/training/packs", data={"title": "空课"}, follow_redirects=False)
    empty = asking["trainer"].post(made.headers["location"] + "/zip")
    assert (empty.status_code, "还没有剪辑" in empty.text) == (400, True)
    pack = fresh(month)
    with month[1].begin() as session:
        withdraw(session, pack_file(session, pack).plan.clips[0])
    refused = asking["trainer"].post(f"/training/packs/{pack}/zip")
    assert refused.status_code == 409
    assert "已撤回" in refused.text
    assert "称呼没有盖住" not in refused.text


def test_a_clip_withdrawn_between_making_and_sending_sends_no_byte(asking, month, monkeypatch) -> None:
    pack = fresh(month)
    made = pack_desk.pack_bundle

    def then_withdrawn(*args):
        plan = made(*args)
        session = args[0]
        withdraw(session, plan.clips[0])
        return plan

    monkeypatch.setattr(pack_desk, "pack_bundle", then_withdrawn)
    refused = asking["trainer"].post(f"/training/packs/{pack}/zip")
    assert refused.status_code == 409
    assert not refused.content.startswith(b"PK")


def test_a_clip_withdrawn_while_the_zip_is_sent_ends_it(asking, month, monkeypatch) -> None:
    pack = fresh(month)
    sending = pack_desk.sending

    def slowly(sessions, plan, out):
        blocks = sending(sessions, plan, out)
        with sessions.begin() as session:
            withdraw(session, plan.clips[0])
        yield from blocks

    monkeypatch.setattr(pack_desk, "sending", slowly)
    with pytest.raises(RuntimeError) as ended:
        asking["trainer"].post(f"/training/packs/{pack}/zip")
    assert isinstance(ended.value.__cause__, Conflict)


def test_a_withdrawn_clip_is_silent_for_operators_and_marked_for_trainers(asking, month) -> None:
    settings, sessions = month
    with sessions.begin() as session:
        plan = add_pack(session, settings.workspace)
        give_out(session, plan.pack_id, "", None, person(session), datetime.now())
        withdraw(session, plan.clips[0])
    address = f"/training/packs/{plan.pack_id}"
    assert asking["operator"].get(f"{address}/clips/{plan.clips[0]}/sound").status_code == 409
    shown = asking["operator"].get(f"{address}/read").text
    assert "已撤回" in shown
    assert "气死我了" not in shown
    assert "现在不能演练" in asking["operator"].get(f"{address}/play/1").text
    assert "不能用了" in asking["trainer"].get(address).text
    card = asking["trainer"].get(f"{address}/cards/{plan.clips[0]}").text
    assert "已撤回" in card
    assert "气死我了" not in card
    assert _send(plan.pack_id, plan.clips[0], asking["operator"]).status_code == 409


def test_a_sound_is_sent_in_parts_to_whoever_may_open_its_pack(asking, month, given) -> None:
    with month[1]() as session:
        clip = pack_file(session, given).plan.clips[0]
    address = f"/training/packs/{given}/clips/{clip}/sound"
    part = asking["operator"].get(address, headers={"Range": "bytes=0-99"})
    assert (part.status_code, len(part.content)) == (206, 100)
    assert part.headers["content-type"] == "audio/wav"
    assert asking["operator3"].get(address).status_code == 404
    other = fresh(month)
    assert asking["trainer"].get(f"/training/packs/{other}/clips/{clip}/sound").status_code == 404


def test_the_microphone_is_asked_for_on_the_page_of_role_play_and_nowhere_else(asking, given) -> None:
    play = asking["operator"].get(f"/training/packs/{given}/play/1").headers["permissions-policy"]
    assert "microphone=(self)" in play
    assert "camera=()" in play
    for path in ("read", "play/1/whole"):
        other = asking["operator"].get(f"/training/packs/{given}/{path}").headers["permissions-policy"]
        assert "microphone=()" in other


@pytest.fixture
def send(month: Month, given: int):
    """Send an answer to the first clip of the pack that is given out."""
    return partial(_send, given, clips_of(month, given)[0])


def _send(pack: int, clip: int, client: TestClient, sound: bytes = b"a sound", cue: int = 1, name: str = "a.webm"):
    return client.post(
        f"/training/packs/{pack}/play/1/answers",
        data={"cue": str(cue), "clip": str(clip)},
        files={"sound": (name, sound)},
        headers={"HX-Request": "true"},
    )


def test_an_answer_is_kept_and_waits_and_whatever_it_is_called_is_no_matter(asking, month, given, send) -> None:
    sent = send(asking["operator"], name="../../x.exe")
    assert sent.status_code == 200
    assert "正在识别" in sent.text
    assert "hx-trigger" in sent.text
    assert not list(month[0].workspace.parent.glob("x.exe"))
    plain = asking["operator"].post(
        f"/training/packs/{given}/play/1/answers",
        data={"cue": "1", "clip": str(clips_of(month, given)[0])},
        files={"sound": ("a", b"x")},
        follow_redirects=False,
    )
    assert plain.status_code == 303


def test_an_answer_to_a_clip_that_was_moved_meanwhile_is_not_taken_for_another_s(asking, month, given) -> None:
    other = _send(given, clips_of(month, given)[1], asking["operator"])
    assert (other.status_code, "刚刚改过" in other.text) == (409, True)


def test_an_answer_that_is_empty_too_large_or_of_no_round_is_refused(asking, given, send) -> None:
    assert "录音是空的" in send(asking["operator"], b"").text
    assert send(asking["operator"], b"x" * (MOST_BYTES + 100_000)).status_code == 413
    assert send(asking["operator"], cue=9).status_code == 404
    assert send(asking["operator3"]).status_code == 404
    missing = asking["operator"].post(f"/training/packs/{given}/play/1/answers", data={"cue": "1"})
    assert missing.status_code == 400


@pytest.fixture(scope="module")
def heard(month: Month, given: int) -> int:
    """An answer of an operator's that was listened to."""
    settings, sessions = month
    with sessions.begin() as session:
        clip = pack_file(session, given).plan.clips[0]
        one = keep_answer(session, settings, (given, clip, 1), [b"x"], person(session, "operator"), datetime.now())
        kept = settings.workspace / FOLDER / "kept.wav"
        kept.write_bytes(b"RIFF....WAVE")
        found = (
            PassageFinding("PH04", "A4", "致歉、安抚", Outcome.PASS, "有致歉或安抚：“别着急”"),
            PassageFinding("FE01", "V1", "疑似辱骂", Outcome.FAIL, "疑似", ("x",), advises=True),
        )
        used = (UsedPhrase("倾听", "我在听"),)
        result = Heard(f"您别着急{HOSTILE}", 2_000, 231.4, found, used, (("PH01", "开头语完整"),))
        ctx = call([("话", "您别着急")])
        rehearsal_heard(session, one.rehearsal_id, f"{FOLDER}/kept.wav", result, (ctx.transcript, ctx.acoustics))
    return one.rehearsal_id


def test_what_was_heard_stands_beside_the_operators_answer(asking, given, heard) -> None:
    for path in ("play/1?cue=2", "play/1/whole"):
        shown = asking["operator"].get(f"/training/packs/{given}/{path}").text
        assert 'title="有致歉或安抚' in shown
        assert "倾听：我在听" in shown
        assert "PH01 开头语完整" in shown
        assert "您别着急，我帮您记录转办" in shown
        assert HOSTILE not in shown
        assert '<span class="tag advise">' in shown


def test_rules_that_find_nothing_say_so_and_not_that_the_answer_was_good(asking, given, heard) -> None:
    shown = asking["operator"].get(f"/training/packs/{given}/play/1?cue=2").text
    mine = shown.split('class="card answer"')[1].split("</section>")[0]
    assert "未发现差错：" in mine
    assert "规则只查差错，不评答得好不好" in mine
    assert "通过" not in mine
    assert "No fault found: " in asking["operator"].get(f"/training/packs/{given}/play/1?cue=2&lang=en").text


def test_an_answer_that_is_covered_as_a_whole_says_so_and_shows_what_would_have_served(asking, month) -> None:
    settings, sessions = month
    talk = (
        (Role.CALLER, "我都说了三遍电话了！"),
        (Role.OPERATOR, "好的〔姓名〕。"),
        (Role.CALLER, "你们到底管不管！"),
        (Role.OPERATOR, "您别着急，我马上记录。"),
    )
    with sessions.begin() as session:
        plan = add_pack(session, settings.workspace, clips=0)
        found = (Scenario.REPEATED, Handling.HELD)
        clip = add_approved(session, settings.workspace, talk, found=found).clip_id
        save_plan(session, plan.pack_id, plan.version, plan.title, "", (Step(5, clip),), person(session), NOW)
    wanted = [one.text for one in standard_phrases(Scenario.REPEATED, load_ruleset())]
    assert wanted
    for path, count in (("play/1", 1), ("play/1?cue=2", 0), ("play/1/whole", 1)):
        shown = asking["trainer"].get(f"/training/packs/{plan.pack_id}/{path}").text
        assert shown.count("整句都遮盖了") == count, path
        assert (f"<li>{wanted[0]}</li>" in shown) is bool(count), path
    with sessions.begin() as session:
        card = Card(scenario=Scenario.REPEATED, phrases="您说的我都记下了")
        save_card(session, plan.pack_id, clip, 0, card, BASIS, person(session), NOW)
    shown = asking["trainer"].get(f"/training/packs/{plan.pack_id}/play/1").text
    assert "<li>您说的我都记下了</li>" in shown
    assert wanted[0] not in shown


def test_a_trainee_s_answer_is_heard_by_the_trainee_and_trainers_alone(asking, given, heard) -> None:
    sound = f"/training/rehearsals/{heard}/sound.wav"
    assert asking["operator"].get(sound).content == b"RIFF....WAVE"
    assert asking["trainer"].get(sound).status_code == 200
    assert asking["operator3"].get(sound).status_code == 404
    assert asking["supervisor"].get(sound).status_code == 404
    assert "陈晓雯" in asking["trainer"].get(f"/training/packs/{given}/rehearsals").text
    assert asking["supervisor"].get(f"/training/packs/{given}/rehearsals").status_code == 403


def test_a_trainer_reads_a_trainee_s_rehearsal_and_a_supervisor_does_not(asking, month, given, heard) -> None:
    with month[1]() as session:
        whose = person(session, "operator").account.account_id
    address = f"/training/packs/{given}/play/1/whole?of={whose}"
    assert "有致歉或安抚" in asking["trainer"].get(address).text
    assert asking["supervisor"].get(address).status_code == 404
    assert "有致歉或安抚" not in asking["trainer"].get(f"/training/packs/{given}/play/1/whole").text


def test_an_answer_is_deleted_by_its_trainee_and_by_nobody_else(asking, month, given) -> None:
    settings, sessions = month
    with sessions.begin() as session:
        clip = pack_file(session, given).plan.clips[0]
        one = keep_answer(session, settings, (given, clip, 0), [b"x"], person(session, "operator"), datetime.now())
    address = f"/training/rehearsals/{one.rehearsal_id}/deletion"
    assert asking["trainer"].post(address).status_code == 404
    gone = asking["operator"].post(address, data={"back": "1:2"}, follow_redirects=False)
    assert gone.headers["location"] == f"/training/packs/{given}/play/1?cue=2"
    assert not (settings.workspace / one.sound_path).exists()
    assert asking["operator"].post(address, data={"back": "http://elsewhere"}).status_code == 404


def test_an_answer_whose_term_is_over_is_shown_no_more(asking, month, given) -> None:
    settings, sessions = month
    with sessions.begin() as session:
        clip = pack_file(session, given).plan.clips[1]
        sent_at = datetime.now() - timedelta(days=settings.rehearsal_days + 1)
        keep_answer(session, settings, (given, clip, 0), [b"x"], person(session, "operator"), sent_at)
    assert "正在识别" not in asking["operator"].get(f"/training/packs/{given}/play/2").text


def test_a_round_or_a_clip_that_is_not_there_is_not_found(asking, given) -> None:
    for path in ("play/9", "play/0", "play/1?cue=9", "play/1?cue=0", "cards/999"):
        assert asking["trainer"].get(f"/training/packs/{given}/{path}").status_code == 404, path


def test_a_pack_is_given_to_a_team_until_a_day_and_taken_back(asking, month) -> None:
    pack = fresh(month)
    address, ask = f"/training/packs/{pack}", asking["trainer"].post
    last = datetime.now().date() + timedelta(days=3)
    assert ask(f"{address}/giving", data={"team": "二组", "until": str(last)}).status_code == 200
    assert f"/training/packs/{pack}/read" in asking["operator3"].get("/training/packs").text
    assert f"/training/packs/{pack}/read" not in asking["operator"].get("/training/packs").text
    assert "已发放：二组" in asking["supervisor"].get("/training/packs").text
    assert ask(f"{address}/taking-back").status_code == 200
    assert asking["operator3"].get(f"{address}/read").status_code == 404
    assert "已收回" in asking["trainer"].get(address).text
    assert ask(f"{address}/taking-back").status_code == 409


@pytest.mark.parametrize(
    ("form", "why"),
    [({"until": "昨天"}, "看不懂日期"), ({"team": "九组"}, "没有班组"), ({"until": "2020-01-01"}, "已经过去")],
)
def test_a_pack_is_not_given_to_nobody_or_to_a_day_that_is_none(asking, month, form, why) -> None:
    refused = asking["trainer"].post(f"/training/packs/{fresh(month)}/giving", data=form)
    assert (refused.status_code, why in refused.text) == (400, True)


def test_a_clip_whose_sound_is_gone_says_so(asking, month) -> None:
    pack = fresh(month)
    (clip,) = clips_of(month, pack)
    with month[1]() as session:
        (month[0].workspace / clip_file(session, clip).clip.sound_path).unlink()
    gone = asking["trainer"].get(f"/training/packs/{pack}/clips/{clip}/sound")
    assert (gone.status_code, "不在工作区" in gone.text) == (404, True)


def test_an_answer_that_waits_has_no_sound_to_play_and_one_whose_file_is_gone_says_so(asking, month, given) -> None:
    settings, sessions = month
    said = call([("话", "您别着急")])
    with sessions.begin() as session:
        where = (given, clips_of(month, given)[0], 0)
        one = keep_answer(session, settings, where, [b"x"], person(session, "operator"), datetime.now())
    sound = f"/training/rehearsals/{one.rehearsal_id}/sound.wav"
    assert "还没有识别" in asking["operator"].get(sound).text
    with sessions.begin() as session:
        heard = (said.transcript, said.acoustics)
        rehearsal_heard(session, one.rehearsal_id, f"{FOLDER}/gone.wav", Heard("您别着急", 1_000), heard)
    assert "已不在服务器上" in asking["operator"].get(sound).text
