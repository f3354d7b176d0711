"""The rule pages say how often a rule was right, and why one that is written to deduct does not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.models import DEMOTED, Standing, Verdict
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries import add_decision
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.session import close_store, open_store
from tests.people import client_as
from tests.reviewed_rules import put_reviewed


@pytest.fixture
def reviewed(tmp_path) -> Iterator[tuple[TestClient, sessionmaker[Session]]]:
    settings = Settings(workspace=tmp_path)
    sessions = open_store(settings.url, create=True)
    with sessions.begin() as session:
        put_reviewed(session, "2026-09", {"PH06": "c" * 30 + "o" * 15, "PH01": "c" * 40 + "mpp" + "du"})
        put_reviewed(session, "2026-10", {"PH06": "cof"})
    with client_as(sessions, settings) as asking:
        yield asking, sessions
    close_store(sessions)


def test_the_list_shows_each_rules_precision_and_which_were_demoted(reviewed) -> None:
    page = reviewed[0].get("/rules").text
    assert page.count('<span class="tag fail"') == 1
    assert "已自动降为只提示" in page
    assert "66.7%" in page
    assert "52.1–78.6%" in page
    assert "已证实" in page
    assert "还差 20 次复核" in page
    assert "直接扣分的规则，复核过的扣分 40 次，维持 40 次" in page


LOWERED = {
    "zh": "PH06 自动降为只提示：近45次复核中确认30次，准确率66.7%（95%区间52.1%–78.6%）",
    "en": "PH06 lowered to advice: confirmed in 30 of the last 45 reviews, precision 66.7% (95% interval 52.1%–78.6%)",
}


@pytest.mark.parametrize(("language", "word"), [("zh", "未知"), ("en", "not known")])
def test_a_rules_page_says_why_it_only_advises_and_shows_its_months(reviewed, language, word) -> None:
    page = reviewed[0].get("/rules/PH06", params={"lang": language} if language == "en" else None).text
    assert LOWERED[language] in page
    assert "30 / 45 / 45" in page
    assert page.index("2026-10 <small") < page.index("2026-09</th>")
    assert word in page


def test_a_decision_shows_at_once(reviewed) -> None:
    asking, sessions = reviewed
    assert "1 / 2" in asking.get("/rules/PH06").text
    with sessions.begin() as session:
        file = call_file(session, "2026-10-002")
        at = file.call.started_at.replace(day=30)
        add_decision(session, file.audit.audit_id, "PH06", "A6", Verdict.CONFIRM, 0, "周倩", "", at)
    assert "2 / 3" in asking.get("/rules/PH06").text


def test_a_finding_of_a_demoted_rule_says_on_its_call_why_it_cost_nothing(reviewed) -> None:
    asking, sessions = reviewed
    with sessions.begin() as session:
        why = {DEMOTED: "PH06 自动降为只提示：近45次"}
        put_reviewed(session, "2026-11", {"PH06": "fp"}, details=why, standing=Standing.ADVISE)
    assert why[DEMOTED] in asking.get("/calls/2026-11-000").text
    assert why[DEMOTED] not in asking.get("/calls/2026-11-001").text
