"""The queue, lines, standards, rules, searches, exports, retraining, facts, errands by the API: as on the pages."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from qa_pipeline.accounts.managing import change_roles, create_program
from qa_pipeline.accounts.tokens import make_token
from qa_pipeline.models import Fact, Verdict
from qa_pipeline.models.accounts import Role
from qa_pipeline.models.errands import ErrandKind
from qa_pipeline.models.tokens import Scope
from qa_pipeline.review import decide
from qa_pipeline.settings import load_settings
from qa_pipeline.standards import scorecard_of
from qa_pipeline.store.queries.accounts import account_by_login
from qa_pipeline.store.queries.errands import add_errand
from qa_pipeline.store.queries.knowledge import entry_row
from qa_pipeline.store.queries.readings import has_read
from qa_pipeline.store.queries.search_index import rebuild_index
from qa_pipeline.store.queries.uploads import column_maps
from qa_pipeline.store.session import close_store
from qa_pipeline.worker import work
from qa_pipeline.workspace import init_workspace
from tests import centre
from tests.e2e.month import MAIN, MONTH, seed
from tests.programs import Programs

STANDARDS = (Scope.STANDARDS_READ, Scope.STANDARDS_WRITE, Scope.ERRANDS_WRITE, Scope.ERRANDS_READ)
SEARCHES = (Scope.CALLS_READ, Scope.SEARCHES_WRITE)
TRAINING = (Scope.TRAINING_READ, Scope.TRAINING_WRITE)
FACTS = (Scope.KNOWLEDGE_READ, Scope.KNOWLEDGE_WRITE)


@pytest.fixture
def programs(tmp_path) -> Iterator[Programs]:
    settings, sessions = seed(tmp_path)
    yield Programs(settings, sessions)
    close_store(sessions)


@pytest.fixture
def own_standards(tmp_path) -> Iterator[Programs]:
    _, sessions = seed(tmp_path)
    init_workspace(tmp_path)
    yield Programs(load_settings(tmp_path), sessions)
    close_store(sessions)


def day(after: int) -> str:
    return str(datetime.now().date() + timedelta(days=after))


def test_a_scorecard_is_read_checked_tried_and_put_in_force(own_standards: Programs) -> None:
    asking = own_standards.of("supervisor", *STANDARDS)
    now = asking.get("/standards/scorecard").json()
    assert asking.post("/standards/scorecard/check", json={"text": now["text"]}).json()["same"]
    text = re.sub(r"(?m)^version:.*$", 'version: "2027-own"', now["text"], count=1)
    text = text.replace("name: 开头语", "name: 开场白", 1)
    found = asking.post("/standards/scorecard/check", json={"text": text}).json()
    assert (found["version"], found["problems"]) == ("2027-own", [])
    assert any("开场白" in change for change in found["changes"])
    tried = asking.post("/standards/scorecard/try", json={"text": text, "month": MONTH})
    work(own_standards.settings, own_standards.sessions, until_idle=True)
    path = f"/errands/{tried.json()['errand_id']}"
    done = asking.get(path).json()
    assert (done["state"], done["report"]) == ("done", {}), "means and grades are for who may read months, too"
    months = own_standards.of("supervisor", Scope.ERRANDS_READ, Scope.MONTHS_READ)
    assert months.get(path).json()["report"] == {}
    told = own_standards.of("supervisor", Scope.ERRANDS_READ, Scope.MONTHS_READ, Scope.STANDARDS_READ)
    assert set(told.get(path).json()["report"]) >= {"old", "new", "operators"}
    assert [one["report"] for one in told.get("/errands").json()] == [{}]
    looked = ("supervisor", f"number={done['errand_id']}", 0)
    assert own_standards.logged("get_errand") == [looked] * 3, "a line for each token"
    word = {"text": text, "seen": now["version"]}
    assert asking.post("/standards/scorecard/adopt", json=word).json()["version"] == "2027-own"
    assert asking.get("/standards/scorecard").json()["text"] == text
    assert scorecard_of(own_standards.settings).version == "2027-own"
    assert asking.post("/standards/scorecard/adopt", json=word).status_code == 409
    assert own_standards.logged("adopt_standard")[0] == ("supervisor", f"seen={now['version']} which=scorecard", 200)


def test_a_standard_that_will_not_do_or_from_somebody_else_is_refused(own_standards: Programs) -> None:
    asking = own_standards.of("supervisor", *STANDARDS)
    seen = asking.get("/standards/ruleset").json()["version"]
    assert asking.post("/standards/ruleset/check", json={"text": "items: ["}).json()["problems"]
    assert asking.post("/standards/ruleset/try", json={"text": "items: [", "month": MONTH}).status_code == 400
    assert asking.post("/standards/ruleset/adopt", json={"text": "items: [", "seen": seen}).status_code == 400
    assert asking.get("/standards/king").status_code == 400
    boss = own_standards.of("administrator", *STANDARDS)
    text = boss.get("/standards/ruleset").json()["text"]
    assert boss.post("/standards/ruleset/adopt", json={"text": text, "seen": seen}).status_code == 403
    assert own_standards.of("reviewer", *STANDARDS).get("/standards/ruleset").status_code == 403


def test_a_rule_is_explained_with_its_parameters(programs: Programs) -> None:
    asking = programs.of("reviewer", Scope.STANDARDS_READ)
    rules = asking.get("/rules").json()
    short = next(rule for rule in rules["rules"] if rule["code"] == "PH05")
    told = asking.get("/rules/PH05").json()
    assert told["rule"] == short
    assert told["explanation"]["What"]
    assert all(one["name"] for one in told["parameters"])
    assert told["reviews"]["month"] == MONTH
    assert asking.get("/rules/XX99").status_code == 404


def test_a_search_is_kept_shared_and_forgotten(programs: Programs) -> None:
    mine, other = programs.of("reviewer", *SEARCHES), programs.of("reviewer2", *SEARCHES)
    asked = {"name": " 公积金  提取 ", "address": "/search?q=公积金", "shared_with": "reviewer"}
    made = mine.post("/searches", json=asked)
    assert made.status_code == 201, made.text
    assert made.json()["name"] == "公积金 提取"
    assert other.get("/searches").json() == [made.json()]
    assert programs.of("trainer", *SEARCHES).get("/searches").json() == []
    number = made.json()["search_id"]
    assert other.delete(f"/searches/{number}").status_code == 404
    assert mine.delete(f"/searches/{number}").status_code == 204
    assert mine.get("/searches").json() == []


@pytest.mark.parametrize(
    "changes",
    [{"address": "//evil.example/search?"}, {"name": " "}, {"shared_with": "operator"},
     {"address": "/search?q=13912345678", "shared_with": "trainer"}],
)  # fmt: skip
def test_a_search_that_will_not_do_is_refused(programs: Programs, changes: dict) -> None:
    asked = {"name": "落户", "address": "/search?q=落户", **changes}
    mine = programs.of("reviewer", *SEARCHES)
    assert mine.post("/searches", json=asked).status_code == 400
    assert mine.get("/searches").json() == []


def rows(content: bytes) -> list[tuple]:
    return list(load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))


def test_calls_and_what_was_found_are_exported_and_the_look_is_logged(programs: Programs) -> None:
    with programs.sessions.begin() as session:
        rebuild_index(session)
    asking = programs.of("reviewer", Scope.CALLS_READ)
    calls = rows(asking.get("/exports/calls.xlsx", params={"month": MONTH, "operator": "1003"}).content)
    assert MAIN in {row[0] for row in calls}
    assert {row[2] for row in calls[1:]} == {"1003"}
    found = rows(asking.get("/exports/search.xlsx", params={"q": "落户", "month": MONTH}).content)
    assert all("落户" in row[-1] for row in found[1:])
    assert len(found) > 1
    assert asking.get("/exports/search.xlsx").status_code == 400
    assert asking.get("/exports/calls.xlsx", params={"month": "2026-13"}).status_code == 400
    assert programs.logged("get_calls_export")[0][2] == 0
    assert programs.logged("get_search_export")


def test_who_exports_calls_has_read_what_was_decided_on_them(programs: Programs) -> None:
    with programs.sessions.begin() as session:
        decide(session, MAIN, "PH05", Verdict.CONFIRM, 1, "质检员乙", "", datetime(2026, 11, 2, 9))
        reviewer = account_by_login(session, "reviewer")
        assert reviewer is not None
    programs.of("reviewer", Scope.CALLS_READ).get("/exports/calls.xlsx", params={"month": MONTH})
    with programs.sessions() as session:
        assert has_read(session, MAIN, reviewer[0].account_id)


def test_a_retraining_is_offered_and_its_result_recorded_once(programs: Programs) -> None:
    asking = programs.of("trainer", *TRAINING)
    offered = asking.post("/retraining", json={"operator_id": "1003", "subject": "安抚话术", "planned_on": day(3)})
    assert offered.status_code == 201, offered.text
    number = offered.json()["retraining"]["retraining_id"]
    said = {"result": "held", "on_day": day(0), "reason": "两小时，已演练，电话13912345678"}
    assert asking.post(f"/retraining/{number}/result", json=said).status_code == 201
    assert asking.post(f"/retraining/{number}/result", json=said).status_code == 409
    assert asking.post("/retraining/999/result", json=said).status_code == 404
    told = programs.of("supervisor", Scope.TRAINING_READ).get("/retraining").json()
    (line,) = told["offers"]
    assert (line["word"]["by"], line["word"]["remark"], told["due"]) == ("培训师戊", said["reason"], [])
    assert "13912345678" not in asking.get("/retraining").text  # a trainer sees no personal data
    assert programs.of("reviewer", *TRAINING).get("/retraining").status_code == 403


def test_nobody_arranges_their_own_retraining(programs: Programs) -> None:
    with programs.sessions.begin() as session:
        change_roles(session, "trainer", [Role.TRAINER], "1003")
    asked = {"operator_id": "1003", "subject": "安抚话术", "planned_on": day(3)}
    assert programs.of("trainer", *TRAINING).post("/retraining", json=asked).status_code == 403
    late = programs.of("supervisor", *TRAINING).post("/retraining", json={**asked, "planned_on": "2026-01-01"})
    assert (late.status_code, "已经过去" in late.json()["detail"]) == (400, True)


def test_an_owner_confirms_and_corrects_facts_once(programs: Programs) -> None:
    answer = "带户口簿到派出所，工本费40元，20个工作日领取。"
    waiting = centre.entry("K1/补领", answer=answer, facts=(Fact("fee", "40", "yuan", confirmed=False),))
    with programs.sessions.begin() as session:
        session.add(entry_row(waiting, datetime(2026, 9, 1, 8)))
    asking = programs.of("reviewer", *FACTS)
    before = asking.get("/knowledge/K1/补领/facts").json()
    assert (before["facts"][0]["said"], before["facts"][0]["fact"]["confirmed"]) == ("40元", False)
    word = {"seen": before["seen"], "must_say": [1], "corrections": ["1=25元"]}
    after = asking.post("/knowledge/K1/补领/facts", json=word)
    assert after.status_code == 200, after.text
    fact = after.json()["facts"][0]
    assert (fact["fact"]["value"], fact["fact"]["must_say"], fact["otherwise"]) == ("25", True, True)
    assert after.json()["confirmed_by"] == "质检员甲"
    assert asking.get("/knowledge/K1/补领").json()[-1]["facts"][0]["value"] == "25"
    assert asking.post("/knowledge/K1/补领/facts", json=word).status_code == 409
    wrong = {"seen": after.json()["seen"], "must_say": [], "confirm": [99]}
    assert asking.post("/knowledge/K1/补领/facts", json=wrong).status_code == 400
    assert asking.get("/knowledge/K9/facts").status_code == 404
    assert programs.of("trainer", *FACTS).post("/knowledge/K1/补领/facts", json=word).status_code == 403


def test_a_centres_columns_are_told_once_and_remembered(programs: Programs) -> None:
    asking = programs.of("supervisor", Scope.FILES_WRITE, Scope.ERRANDS_READ)
    own = "员工编码,员工,班组,入职日期\n1009,周倩,三组,2024-03-01\n".encode()
    number = asking.post("/files", files={"file": ("员工.csv", own)}).json()["upload_id"]
    asked = asking.post("/imports", json={"uploads": [number], "preview": True}).json()["errand_id"]
    work(programs.settings, programs.sessions, until_idle=True)
    path = f"/errands/{asked}/columns"
    fields = {"员工编码": "operator_id", "员工": "name"}
    again = asking.post(path, json={"kind": "roster", "fields": fields})
    assert again.status_code == 202, again.text
    work(programs.settings, programs.sessions, until_idle=True)
    told = asking.get(f"/errands/{again.json()['errand_id']}").json()
    assert told["report"]["files"][0]["taken"] == 1
    with programs.sessions() as session:
        assert column_maps(session)["roster"] == fields
    assert asking.post(path, json={"kind": "king", "fields": fields}).status_code == 400
    doubled = asking.post(path, json={"kind": "roster", "fields": {"甲": "name", "乙": "name"}})
    assert (doubled.status_code, "两列都对应到" in doubled.json()["detail"]) == (400, True)
    assert asking.post("/errands/999/columns", json={"kind": "roster", "fields": fields}).status_code == 404


def test_what_columns_mean_is_said_by_no_program(programs: Programs) -> None:
    with programs.sessions.begin() as session:
        number = add_errand(session, ErrandKind.PREVIEW, {"uploads": ""}, "主管丁", datetime.now()).errand_id
        create_program(session, "sends", "传送", (Role.SUPERVISOR,), "管理员己", datetime.now())
        token, _ = make_token(session, "x", "sends", (Scope.FILES_WRITE,), 30, "管理员己", datetime.now())
    given = {"kind": "roster", "fields": {"员工": "name"}}
    refused = programs.by(token).post(f"/errands/{number}/columns", json=given)
    assert (refused.status_code, "程序账号不能定列" in refused.json()["detail"]) == (403, True)
    with programs.sessions() as session:
        assert column_maps(session) == {}


def test_entries_that_wait_for_their_owner_are_listed(programs: Programs) -> None:
    waiting = centre.entry("K1", facts=(Fact("fee", "40", "yuan", confirmed=False),), owner_department="市公安局")
    with programs.sessions.begin() as session:
        session.add(entry_row(waiting, datetime(2026, 9, 1, 8)))
    asking = programs.of("trainer", Scope.KNOWLEDGE_READ)
    (row,) = asking.get("/knowledge-waiting", params={"owner": "市公安局"}).json()
    assert (row["entry"]["entry_id"], row["waiting"]) == ("K1", 1)
    assert asking.get("/knowledge-waiting", params={"q": "没有这个"}).json() == []


def test_a_call_of_the_list_is_claimed_held_longer_and_nobody_elses(programs: Programs) -> None:
    mine = programs.of("reviewer", Scope.CALLS_READ, Scope.CALLS_WRITE)
    other = programs.of("reviewer2", Scope.CALLS_READ, Scope.CALLS_WRITE)
    assert mine.post(f"/queue/{MAIN}/claim").json() == {"call_id": MAIN, "work": "suspected"}
    assert [one["call_id"] for one in mine.get("/queue").json()["held"]] == [MAIN]
    refused = other.post(f"/queue/{MAIN}/claim")
    assert (refused.status_code, "质检员甲正在复核" in refused.json()["detail"]) == (409, True)
    assert mine.post(f"/queue/{MAIN}/renew").json()["claim"]["name"] == "质检员甲"
    assert other.post(f"/queue/{MAIN}/renew").json()["claim"]["name"] == "质检员甲"
    assert other.get("/queue").json()["other"]["to_answer"] == 0
    assert mine.post("/queue/H000000-000/claim").status_code == 404


def test_a_corrected_line_is_read_with_what_was_recognised_and_given_back(programs: Programs) -> None:
    asking = programs.of("reviewer", Scope.CALLS_READ, Scope.CALLS_WRITE)
    path = f"/calls/{MAIN}/utterances/0"
    before = asking.get(path).json()
    said = before["utterance"]
    assert (before["machine"], before["seen"]) == (None, 0)
    asking.post(path, json={"text": said["text"] + "好", "role": said["role"], "seen": 0})
    corrected = asking.get(path).json()
    assert (corrected["utterance"]["text"], corrected["machine"]["text"]) == (said["text"] + "好", said["text"])
    assert (corrected["made"]["author"], corrected["unread"]) == ("质检员甲", 1)
    assert asking.post(f"{path}/undo", json={"seen": 0}).status_code == 409
    assert asking.post(f"{path}/undo", json={"seen": corrected["seen"]}).status_code == 201
    assert asking.get(path).json()["utterance"]["text"] == said["text"]
    assert programs.of("trainer", Scope.CALLS_READ).get(path).status_code == 403


def test_who_does_not_set_up_sees_only_the_errands_that_they_asked_for(programs: Programs) -> None:
    with programs.sessions.begin() as session:
        theirs = add_errand(session, ErrandKind.DRAW, {"month": MONTH}, "主管丁", datetime.now()).errand_id
        own = add_errand(session, ErrandKind.CLIP, {"clip": "1"}, "培训师戊", datetime.now()).errand_id
    trainer = programs.of("trainer", Scope.ERRANDS_READ)
    assert [one["errand_id"] for one in trainer.get("/errands").json()] == [own]
    assert [trainer.get(f"/errands/{number}").status_code for number in (own, theirs)] == [200, 404]
    boss = programs.of("administrator", Scope.ERRANDS_READ)
    assert [one["errand_id"] for one in boss.get("/errands").json()] == [own, theirs]


def test_where_a_clip_is_cut_from_is_told_only_to_who_may_hear_the_call(programs: Programs) -> None:
    asked = {"call": MAIN, "start_ms": "0", "end_ms": "900", "masks": '[[1, 2, "培训师戊"]]', "cover": "tone"}
    with programs.sessions.begin() as session:
        number = add_errand(session, ErrandKind.CLIP, asked, "培训师戊", datetime.now()).errand_id
    for login, told in (("trainer", {"cover": "tone"}), ("administrator", {"cover": "tone"}), ("supervisor", asked)):
        asking = programs.of(login, Scope.ERRANDS_READ)
        assert asking.get(f"/errands/{number}").json()["parameters"] == told
        assert [one["parameters"] for one in asking.get("/errands").json()] == [told]
    boss = programs.of("administrator", Scope.ERRANDS_WRITE)
    for what in ("pause", "retry", "cancel"):
        assert boss.post(f"/errands/{number}/{what}").json()["parameters"] == {"cover": "tone"}


def test_search_and_list_take_the_filters_of_their_pages(programs: Programs) -> None:
    with programs.sessions.begin() as session:
        rebuild_index(session)
    asking = programs.of("reviewer", Scope.CALLS_READ)

    def total(path: str, **asked: str) -> int:
        answer = asking.get(path, params=asked)
        assert answer.status_code == 200, answer.text
        found: int = answer.json()["total"]
        return found

    assert total("/search", q="落户", item="A6") < total("/search", q="落户")
    assert total("/calls", month=MONTH, team="二组") < total("/calls", month=MONTH)
    assert total("/calls", month=MONTH, number=MAIN) == total("/calls", month=MONTH, rule="PH05", number=MAIN) == 1


def test_while_somebody_judges_a_call_again_blind_no_list_file_or_export_tells_what_was_decided(tmp_path) -> None:
    settings, sessions = seed(tmp_path)
    call = "H261005-001"
    with sessions.begin() as session:
        decide(session, call, "PH05", Verdict.OVERRULE, 1, "质检员甲", "已经道别", datetime(2026, 11, 2, 9))
    programs = Programs(settings.model_copy(update={"repeat_share": 1.0}), sessions)
    scopes = (Scope.CALLS_READ, Scope.CALLS_WRITE, Scope.MONTHS_READ, Scope.NOTICES_READ)
    asking, other = programs.of("reviewer2", *scopes), programs.of("reviewer3", *scopes)
    assert asking.post(f"/queue/{call}/claim").json()["work"] == "repeat"
    month = {"month": MONTH}

    def told(by: TestClient) -> tuple[bool, bool]:
        exported = {row[0] for row in rows(by.get("/exports/calls.xlsx", params=month).content)}
        return call in exported, call in by.get("/calls", params=month).text

    assert told(asking) == (False, False)
    assert told(other) == (True, True)
    for path in (f"/calls/{call}", f"/months/{MONTH}/workbook.xlsx", f"/months/{MONTH}/report.zip"):
        assert asking.get(path).status_code == 409, path
    close_store(sessions)
