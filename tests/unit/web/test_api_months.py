"""A month by the API: settled with a person's word and password, its parts, its files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime

import pytest
from openpyxl import load_workbook

from qa_pipeline.models.tokens import Scope
from qa_pipeline.store.queries.month import closing_of
from qa_pipeline.store.session import close_store
from tests.e2e.month import FAILED, seed
from tests.e2e.month import MONTH as SEEDED
from tests.people import PASSWORD, add_people
from tests.programs import Programs
from tests.settled import MONTH, close, judged_month, settled_centre, tamper

CLOSING = f"/months/{MONTH}/closing"
SETTLES = (Scope.MONTHS_READ, Scope.MONTHS_WRITE)
FILES = (Scope.MONTHS_READ, Scope.CALLS_READ, Scope.NOTICES_READ)


@pytest.fixture
def judged(tmp_path) -> Iterator[Programs]:
    settings, sessions = judged_month(tmp_path)
    with sessions.begin() as session:
        add_people(session, datetime(2026, 10, 1), operators=False)
    yield Programs(settings, sessions)
    close_store(sessions)


@pytest.fixture(scope="module")
def settled(tmp_path_factory) -> Iterator[Programs]:
    settings, sessions = settled_centre(tmp_path_factory.mktemp("settled"))
    with sessions.begin() as session:
        add_people(session, datetime(2026, 10, 1), operators=False)
    yield Programs(settings, sessions)
    close_store(sessions)


@pytest.fixture(scope="module")
def seeded(tmp_path_factory) -> Iterator[Programs]:
    settings, sessions = seed(tmp_path_factory.mktemp("month"))
    yield Programs(settings, sessions)
    close_store(sessions)


def is_open(programs: Programs) -> bool:
    with programs.sessions() as session:
        return closing_of(session, MONTH) is None


def test_a_month_is_settled_as_seen_accepted_and_signed(judged: Programs) -> None:
    asking = judged.of("supervisor", *SETTLES)
    before = asking.get(CLOSING).json()
    assert (before["settled"], before["forbidden"]) == (None, False)
    assert {line["point"] for line in before["checklist"] if line["weight"] == "accept"} >= {"suspected"}
    word = {"seen": before["seen"], "accept": True, "password": PASSWORD}
    made = asking.post(CLOSING, json=word)
    assert made.status_code == 201, made.text
    after = asking.get(CLOSING).json()["settled"]
    assert after == made.json()
    assert (after["closed_by"], len(after["head"])) == ("主管丁", 64)
    assert "1200.00" not in made.text
    assert {"1001", "1002"} <= {line["operator_id"] for line in after["operators"]}
    held = asking.get(f"{CLOSING}/verified").json()
    assert (held["broken"], held["entries"] > 3) == (None, True)
    assert asking.get(f"/months/{MONTH}").json()["closed_by"] == "主管丁"
    assert asking.post(CLOSING, json=word).status_code == 409
    assert [outcome for *_, outcome in judged.logged("settle_month")] == [201, 409]


@pytest.mark.parametrize(
    ("changes", "status", "why"),
    [
        ({"password": "not it at all"}, 400, "密码不对"),
        ({"accept": False}, 400, "没有勾选认可未决内容"),
        ({"seen": "0" * 64}, 409, "看过之后变了"),
    ],
)
def test_a_month_is_settled_neither_unseen_nor_unproved(judged: Programs, changes: dict, status: int, why: str) -> None:
    asking = judged.of("supervisor", *SETTLES)
    word = {"seen": asking.get(CLOSING).json()["seen"], "accept": True, "password": PASSWORD, **changes}
    answer = asking.post(CLOSING, json=word)
    assert (answer.status_code, why in answer.json()["detail"]) == (status, True)
    assert is_open(judged)


def test_nobody_else_settles_a_month(judged: Programs) -> None:
    word = {"seen": "", "accept": True, "password": PASSWORD}
    assert judged.of("reviewer", *SETTLES).post(CLOSING, json=word).status_code == 403
    assert judged.of("supervisor", Scope.MONTHS_READ).post(CLOSING, json=word).status_code == 403
    assert judged.of("trainer", *SETTLES).get(CLOSING).status_code == 403
    assert is_open(judged)


def test_a_draw_is_drawn_again_and_a_ledger_that_somebody_changed_is_told(judged: Programs) -> None:
    asking = judged.of("supervisor", *SETTLES)
    assert asking.get(f"{CLOSING}/draw").json() == {"fault": None}
    close(judged.settings, judged.sessions)
    tamper(judged.sessions, 'UPDATE closing_lines SET body = replace(body, \'"grade":"\', \'"grade":"x\')')
    held = asking.get(f"{CLOSING}/verified").json()
    assert held["broken"]
    assert asking.get("/months/1999-01/closing/draw").status_code == 400


def test_a_months_parts_are_those_of_its_pages(seeded: Programs) -> None:
    asking = seeded.of("trainer", Scope.MONTHS_READ)
    team = asking.get(f"/months/{SEEDED}/teams/一组").json()
    assert (team["figures"]["kind"], [line["operator_id"] for line in team["operators"]]) == ("team", ["1001", "1002"])
    shift = asking.get(f"/months/{SEEDED}/shifts/早班").json()
    assert (shift["operators"], shift["figures"]["drawn"] > 0) == ([], True)
    one = asking.get(f"/months/{SEEDED}/operators/1003").json()
    assert (one["name"], one["team"], one["months"][-1]["month"]) == ("王海燕", "二组", SEEDED)
    assert one["line"] == next(
        line for line in asking.get(f"/months/{SEEDED}").json()["operators"] if line["operator_id"] == "1003"
    )
    for nothing in ("teams/九组", "shifts/夜班", "operators/9999"):
        assert asking.get(f"/months/{SEEDED}/{nothing}").status_code == 404
    assert seeded.logged("get_operator")[0] == ("trainer", f"month={SEEDED} operator_id=1003", 0)
    assert seeded.of("administrator", Scope.MONTHS_READ).get(f"/months/{SEEDED}/teams/一组").status_code == 403


def test_a_months_figures_name_its_teams_and_shifts_and_reviewers_only_of_the_centre(seeded: Programs) -> None:
    asking = seeded.of("reviewer", Scope.MONTHS_READ)
    centre = asking.get(f"/months/{SEEDED}/figures").json()
    parts = {(part["scope"]["kind"], part["scope"]["name"]) for part in centre["parts"]}
    assert {("team", "一组"), ("team", "二组"), ("shift", "早班")} <= parts
    assert centre["figures"]["drawn"] == asking.get(f"/months/{SEEDED}").json()["drawn"]
    assert {one["kind"] for one in centre["figures"]["accuracies"]}
    assert asking.get(f"/months/{SEEDED}/teams/一组").json()["figures"]["agreement"]["people"] == []
    assert asking.get("/months/1999-01/figures").status_code == 404


def test_what_could_not_be_audited_is_told_to_who_reviews(seeded: Programs) -> None:
    found = seeded.of("reviewer", Scope.MONTHS_READ).get(f"/months/{SEEDED}/failures").json()
    assert {one["call_id"]: one["drawn"] for one in found}[FAILED]
    assert all(one["reason"] for one in found)
    assert seeded.of("trainer", Scope.MONTHS_READ).get(f"/months/{SEEDED}/failures").status_code == 403


def test_a_months_files_need_every_scope_that_reads_what_is_in_them(settled: Programs) -> None:
    asking = settled.of("supervisor", *FILES, Scope.PAYROLL_READ)
    payroll = asking.get(f"/months/{MONTH}/payroll.xlsx")
    assert "绩效" in load_workbook(io.BytesIO(payroll.content)).sheetnames
    workbook = asking.get(f"/months/{MONTH}/workbook.xlsx")
    assert "话务员" in load_workbook(io.BytesIO(workbook.content)).sheetnames
    assert asking.get(f"/months/{MONTH}/ledger.jsonl.gz").content.startswith(b"\x1f\x8b")
    assert settled.logged("get_ledger") == [("supervisor", f"month={MONTH}", 0)]
    for lacking in FILES:
        few = settled.of("supervisor", *(scope for scope in FILES if scope is not lacking), Scope.PAYROLL_READ)
        refused = few.get(f"/months/{MONTH}/workbook.xlsx")
        assert (refused.status_code, lacking in refused.json()["detail"]) == (403, True)
    without = settled.of("supervisor", *FILES)
    assert without.get(f"/months/{MONTH}/ledger.jsonl.gz").status_code == 403
    assert without.get(f"/months/{MONTH}/payroll.xlsx").status_code == 403
    assert settled.of("trainer", *FILES, Scope.PAYROLL_READ).get(f"/months/{MONTH}/payroll.xlsx").status_code == 403
    assert asking.get("/months/1999-01/ledger.jsonl.gz").status_code == 404


@pytest.mark.large
def test_a_report_hides_callers_from_whose_account_may_not_see_them(settled: Programs) -> None:
    texts = {}
    for login in ("reviewer", "trainer"):
        answer = settled.of(login, *FILES).get(f"/months/{MONTH}/report.zip")
        archive = zipfile.ZipFile(io.BytesIO(answer.content))
        texts[login] = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".html"))
    assert "13900001234" in texts["reviewer"]
    assert "13900001234" not in texts["trainer"]
