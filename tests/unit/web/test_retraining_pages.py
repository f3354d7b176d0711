"""Retraining in the browser: who is due, what was offered, what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from qa_pipeline.store.queries.month import save_closing
from qa_pipeline.store.queries.retraining import retraining_file
from qa_pipeline.store.session import close_store
from tests.e2e.month import seed
from tests.unit.web.browsers import Centre


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    settings, sessions = seed(tmp_path)
    yield Centre(settings, sessions)
    close_store(sessions)


def day(after: int) -> str:
    return str(datetime.now().date() + timedelta(days=after))


def test_a_retraining_is_offered_and_its_result_recorded_once(centre: Centre) -> None:
    centre.taken("trainer", "/retraining", operator="1003", subject="安抚话术", planned_on=day(3))
    assert "安抚话术" in centre.page("operator3", "/me")
    centre.taken("trainer", "/retraining/1/result", result="held", on_day=day(0), reason="两小时，已演练")
    with centre.sessions() as session:
        word = retraining_file(session, 1).word
    assert word is not None
    assert (word.by, word.on_day, word.remark) == ("培训师戊", date.fromisoformat(day(0)), "两小时，已演练")
    assert "两小时，已演练" in centre.page("supervisor", "/retraining?lang=en")
    status, text = centre.send("trainer", "/retraining/1/result", result="declined", on_day=day(0), reason="又不去了")
    assert (status, "不能重复登记" in text) == (409, True)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"operator": "1003", "subject": "话术", "planned_on": "下周"}, "没有填写日期"),
        ({"operator": "1003", "subject": "话术", "planned_on": "2026-01-01"}, "已经过去"),
        ({"operator": "1003", "subject": "", "planned_on": "2099-01-01"}, "没有写明培训内容"),
        ({"operator": "", "subject": "话术", "planned_on": "2099-01-01"}, "花名册上没有"),
    ],
)
def test_an_offer_that_says_too_little_is_refused(centre: Centre, fields, words: str) -> None:
    status, text = centre.send("supervisor", "/retraining", **fields)
    assert status in {400, 404}
    assert words in text


def test_a_result_must_be_one(centre: Centre) -> None:
    centre.taken("trainer", "/retraining", operator="1003", subject="话术", planned_on=day(3))
    status, text = centre.send("trainer", "/retraining/1/result", result="maybe", on_day=day(0), reason="不清楚")
    assert (status, "没有选择结果" in text) == (400, True)


def test_who_failed_two_months_in_a_row_is_due(centre: Centre) -> None:
    line = {
        "operator_id": "1003", "n_heard": 20, "n_frame": 40, "mean": "60.00", "mean_low": "60.00",
        "mean_high": "60.00", "interval_low": "55.00", "interval_high": "65.00", "grade": "不合格", "factor": "0.70",
        "provisional": False, "assessed": True, "failed": True, "enough": True, "below": True, "confirmed": True,
    }  # fmt: skip
    with centre.sessions.begin() as session:
        for month in ("2026-08", "2026-09"):
            save_closing(session, month, [{"month": month, **line}], "主管丁", datetime(2026, 10, 1))
    text = centre.page("trainer", "/retraining")
    assert "连续 2 个月不合格" in text
    assert "/retraining?operator=1003#offer" in text
