"""The centre's places: read from gazetteer.csv, kept, and given to rules with the orders of months before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.background import background_of
from qa_pipeline.ingest.batch import FileKind
from qa_pipeline.ingest.files import read_file
from qa_pipeline.models import Place
from qa_pipeline.store.queries.imports import take
from qa_pipeline.store.queries.places import places
from tests import centre

Sessions = sessionmaker[Session]


def test_a_gazetteer_is_known_by_its_header_and_its_faults_are_told(tmp_path: Path) -> None:
    path = tmp_path / "gazetteer.csv"
    rows = ["名称,别名,上级,类别", "临江区,,,区", "和平路,老马路、大马路,临江区,路", "文化路,,文化路,路", ",,临江区,路"]
    path.write_text("\n".join(rows), encoding="utf-8")
    (batch,) = read_file(path)
    assert batch.kind is FileKind.GAZETTEER
    assert [row.value for row in batch.rows][1] == Place("和平路", "路", "临江区", ("老马路", "大马路"))
    assert ["自己的上级" in r.what or "是空的" in r.what for r in batch.refusals] == [True, True]


def test_places_are_kept_changed_and_refused_without_their_parent(sessions: Sessions) -> None:
    district, road = Place("临江区", "区"), Place("和平路", "路", "临江区")
    with sessions.begin() as session:
        assert centre.put(session, FileKind.GAZETTEER, road, district).taken == 2
        assert centre.put(session, FileKind.GAZETTEER, road).unchanged == 1
        centre.put(session, FileKind.GAZETTEER, replace(road, aliases=("大马路",)))
        report = take(session, centre.batch(FileKind.GAZETTEER, Place("天河路", "路", "无此区")), centre.NOW)
        assert "没有“无此区”" in report.refusals[0].what
    with sessions() as session:
        assert places(session) == (district, replace(road, aliases=("大马路",)))


def test_a_month_is_judged_by_the_orders_of_months_before(sessions: Sessions) -> None:
    earlier = replace(centre.call("H0"), started_at=datetime(2026, 9, 1, 9), recording_file="H0.wav")
    with sessions.begin() as session:
        centre.put_calls(session, [earlier, centre.call()], recorded=False)
        kept = {"问题分类": "城市管理/路灯", "承办单位": "城市管理局"}
        centre.put(session, FileKind.WORK_ORDERS, centre.order("W0", "H0", **kept), centre.order("W1", "H1", **kept))
    with sessions() as session:
        known = background_of(session, "2026-10")
        assert [one.order_id for one in known.like(centre.order("W1"))] == ["W0"]
        assert known.sha256
        assert background_of(session, "2026-09").sha256 == ""
