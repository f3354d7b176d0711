"""Standards in the browser: checked, compared and put in force; a version stands for one content."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.adopting import Standard, adopt
from qa_pipeline.errors import Conflict
from qa_pipeline.settings import Settings, load_settings
from qa_pipeline.standards import scorecard_of
from qa_pipeline.store.queries.documents import hold_standard, save_document
from qa_pipeline.store.session import close_store, open_store
from qa_pipeline.worker import work
from qa_pipeline.workspace import init_workspace
from tests.e2e.month import MONTH, seed
from tests.people import client_as

Centre = tuple[Settings, sessionmaker[Session], TestClient]


@pytest.fixture
def centre(tmp_path) -> Iterator[Centre]:
    settings, sessions = seed(tmp_path)
    init_workspace(tmp_path)
    settings = load_settings(tmp_path)
    with client_as(sessions, settings, "supervisor") as asking:
        yield settings, sessions, asking
    close_store(sessions)


def changed(text: str, version: str = "2027-own") -> str:
    return re.sub(r"(?m)^version:.*$", f'version: "{version}"', text, count=1)


def test_a_scorecard_is_checked_compared_tried_and_put_in_force(centre: Centre) -> None:
    settings, _, asking = centre
    current = scorecard_of(settings)
    text = (settings.workspace / "scorecard.yaml").read_text(encoding="utf-8")
    assert "完全相同" in asking.post("/setup/standards/scorecard/check", data={"text": text}).text
    new = changed(text).replace("name: 使用禁语", "name: 说了禁语", 1)
    found = asking.post("/setup/standards/scorecard/check", data={"text": new, "seen": current.version}).text
    assert "2027-own 可以使用" in found
    tried = asking.post("/setup/standards/scorecard/try", data={"text": new, "month": MONTH}, follow_redirects=False)
    work(centre[0], centre[1], until_idle=True)
    shown = asking.get(tried.headers["location"]).text
    assert "试算" in shown
    assert "没有人的等次会变" in shown
    adopted = asking.post("/setup/standards/scorecard/adopt", data={"text": new, "seen": current.version})
    assert "已启用" in adopted.text
    assert scorecard_of(settings).version == "2027-own"
    kept = settings.workspace / f"scorecard-{current.version}.yaml"
    assert kept.read_text(encoding="utf-8") == text
    stale = asking.post("/setup/standards/scorecard/adopt", data={"text": changed(text, "x"), "seen": current.version})
    assert stale.status_code == 409
    assert "不是您打开时的" in stale.text


def test_a_scorecard_with_problems_or_without_its_own_version_is_not_put_in_force(centre: Centre) -> None:
    settings, _, asking = centre
    path = settings.workspace / "scorecard.yaml"
    text, current = path.read_text(encoding="utf-8"), scorecard_of(settings).version
    for wrong in (text.replace("points:", "points: -", 1), "items: [", "version: x", "", "x" * 600_000):
        answer = asking.post("/setup/standards/scorecard/adopt", data={"text": wrong, "seen": current})
        assert answer.status_code == 400, answer.text[:200]
    same = text.replace("per_fault: 2, all_missing: 5", "per_fault: 1, all_missing: 5", 1)
    answer = asking.post("/setup/standards/scorecard/adopt", data={"text": same, "seen": current})
    assert answer.status_code == 400
    assert path.read_text(encoding="utf-8") == text
    assert asking.get("/setup/standards/king").status_code == 404


def test_a_version_that_no_file_can_be_called_after_is_refused_and_one_in_force_can_be_left(centre: Centre) -> None:
    settings, _, asking = centre
    path, address = settings.workspace / "scorecard.yaml", "/setup/standards/scorecard/adopt"
    text, seen = path.read_text(encoding="utf-8"), scorecard_of(settings).version
    for version in ("2027/01", "2027" * 17):
        refused = asking.post(address, data={"text": changed(text, version), "seen": seen})
        assert (refused.status_code, "不能用" in refused.text) == (400, True)
    path.write_text(changed(text, "2027/01"), encoding="utf-8")  # by hand, on the machine
    assert "已启用" in asking.post(address, data={"text": changed(text), "seen": "2027/01"}).text
    assert (settings.workspace / "scorecard-2027-01.yaml").exists()


def test_a_ruleset_is_checked_and_says_what_it_changes(centre: Centre) -> None:
    settings, _, asking = centre
    text = (settings.workspace / "ruleset.yaml").read_text(encoding="utf-8")
    found = asking.post("/setup/standards/ruleset/check", data={"text": changed(text) + "\nnonsense: 1\n"}).text
    assert 'class="bad"' in found
    assert asking.post("/setup/standards/ruleset/check", data={"text": text}).text.count("完全相同") == 1


def test_an_administrator_may_try_a_standard_and_not_put_it_in_force(centre: Centre) -> None:
    settings, sessions, _ = centre
    with client_as(sessions, settings, "administrator") as asking:
        assert 'formaction="/setup/standards/scorecard/adopt"' not in asking.get("/setup/standards/scorecard").text
        assert asking.post("/setup/standards/scorecard/adopt", data={"text": "x"}).status_code == 403


def adopted(asking: TestClient, text: str, seen: str) -> str:
    answer = asking.post("/setup/standards/scorecard/adopt", data={"text": text, "seen": seen})
    return "ok" if "已启用" in answer.text else f"{answer.status_code} {'已用过' in answer.text}"


def test_a_version_that_calls_were_judged_by_is_not_given_to_another_content(centre: Centre) -> None:
    settings, sessions, asking = centre
    text, seen = (settings.workspace / "scorecard.yaml").read_text(encoding="utf-8"), scorecard_of(settings).version
    with sessions.begin() as session:
        save_document(session, "scorecard", "2027-own", "0" * 64, "{}")
    assert adopted(asking, changed(text), seen) == "400 True"
    assert scorecard_of(settings).version == seen
    assert adopted(asking, changed(text, "2027-next"), seen) == "ok"


def test_a_version_that_was_in_force_before_comes_back_only_as_it_was(centre: Centre) -> None:
    settings, _, asking = centre
    text, seen = (settings.workspace / "scorecard.yaml").read_text(encoding="utf-8"), scorecard_of(settings).version
    assert adopted(asking, changed(text), seen) == "ok"
    other = text.replace("per_fault: 2, all_missing: 5", "per_fault: 1, all_missing: 5", 1)
    assert adopted(asking, other, "2027-own") == "400 True"
    assert adopted(asking, text, "2027-own") == "ok"


def test_two_processes_do_not_put_two_standards_in_force_at_once(centre: Centre) -> None:
    settings, sessions, _ = centre
    text, seen = (settings.workspace / "scorecard.yaml").read_text(encoding="utf-8"), scorecard_of(settings).version
    came: list[str] = []

    def later() -> None:
        other = open_store(settings.url)
        try:
            with other.begin() as session:
                adopt(settings, session, Standard.SCORECARD, changed(text, "2027-b"), seen)
        except Conflict as late:
            came.append(late.message)
        finally:
            close_store(other)

    beside = threading.Thread(target=later)
    with sessions.begin() as session:
        hold_standard(session, Standard.SCORECARD.value)
        beside.start()
        time.sleep(0.2)
        adopt(settings, session, Standard.SCORECARD, changed(text, "2027-a"), seen)
    beside.join()
    assert len(came) == 1
    assert scorecard_of(settings).version == "2027-a"
