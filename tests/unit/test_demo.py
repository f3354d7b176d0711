"""The demo clears its own folder and no other, and its month is over whatever the clock says."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from qa_pipeline.demo import MARKER, MONTH_OVER, _clear, _clock, run_demo
from qa_pipeline.errors import UserError
from tests.workspaces import empty_centre

SAMPLES = Path(__file__).parents[2] / "recordings_sample"


def test_a_real_workspace_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    empty_centre(tmp_path / "centre")
    before = sorted((tmp_path / "centre").rglob("*"))
    with pytest.raises(UserError, match="was not made by the demo") as caught:
        run_demo(SAMPLES, tmp_path / "centre", lambda *_: None, lambda _: None)
    assert "--out" in caught.value.hint
    assert sorted((tmp_path / "centre").rglob("*")) == before


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("mine", encoding="utf-8")
    with pytest.raises(UserError, match="was not made by the demo"):
        _clear(tmp_path / "demo")


def test_an_earlier_demo_is_replaced(tmp_path: Path) -> None:
    _clear(tmp_path / "demo")
    (tmp_path / "demo" / "report.html").write_text("old", encoding="utf-8")
    _clear(tmp_path / "demo")
    assert [path.name for path in (tmp_path / "demo").iterdir()] == [MARKER]


@pytest.mark.parametrize(
    ("wall", "told"),
    [
        (datetime(2026, 10, 15), MONTH_OVER),
        (datetime(2020, 1, 1), MONTH_OVER),
        (datetime(2026, 12, 24, 8), datetime(2026, 12, 24, 8)),
    ],
)
def test_the_sample_month_is_over_whatever_the_clock_says(wall: datetime, told: datetime) -> None:
    assert _clock(lambda: wall)() == told
