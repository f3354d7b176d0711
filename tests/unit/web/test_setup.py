"""Set-up in the browser: files are looked at before they are taken, standards before they are put in force."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.errors import UserError
from qa_pipeline.settings import Settings, load_settings
from qa_pipeline.store.queries.uploads import column_maps
from qa_pipeline.store.schema import OperatorRow
from qa_pipeline.store.session import close_store
from qa_pipeline.uploading import receive
from qa_pipeline.worker import work
from qa_pipeline.workspace import init_workspace
from tests.e2e.month import MONTH, seed
from tests.people import client_as

ROSTER = "工号,姓名,班组,入职日期\n1009,周倩,三组,2024-03-01\n1010,吴敏,三组,不知道\n".encode()
OWN = "员工编码,员工,班组,入职日期\n1009,<b>周倩</b>,三组,2024-03-01\n".encode()
Centre = tuple[Settings, sessionmaker[Session], TestClient]


@pytest.fixture
def centre(tmp_path) -> Iterator[Centre]:
    settings, sessions = seed(tmp_path)
    init_workspace(tmp_path)
    settings = load_settings(tmp_path)
    with client_as(sessions, settings, "supervisor") as asking:
        yield settings, sessions, asking
    close_store(sessions)


def send(centre: Centre, *files: tuple[str, bytes]) -> str:
    """Send files, let the worker look, and return the address of what it saw."""
    answer = centre[2].post("/setup/files", files=[("files", file) for file in files], follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return done(centre, answer.headers["location"])


def done(centre: Centre, address: str) -> str:
    work(centre[0], centre[1], until_idle=True)
    return address


def people(centre: Centre) -> int:
    with centre[1]() as session:
        return session.scalar(select(func.count()).select_from(OperatorRow)) or 0


def test_what_would_be_refused_is_shown_before_anything_is_taken(centre: Centre) -> None:
    before = people(centre)
    address = send(centre, ("名册.csv", ROSTER))
    shown = centre[2].get(address).text
    assert "新增 1，已有 0，不收 1" in shown
    assert "不知道" in shown
    assert people(centre) == before
    taken = centre[2].post(f"{address}/import", follow_redirects=False)
    shown = centre[2].get(done(centre, taken.headers["location"])).text
    assert "新增 1，已有 0，不收 1" in shown
    assert people(centre) == before + 1


def test_a_centres_columns_are_told_once_and_remembered(centre: Centre) -> None:
    address = send(centre, ("员工.csv", OWN))
    shown = centre[2].get(address).text
    assert "缺少列：工号、姓名" in shown
    assert "员工编码" in centre[2].get(f"{address}?kind=roster").text
    form = {"kind": "roster", "title": ["员工编码", "员工"], "field": ["operator_id", "name"]}
    looked = centre[2].post(f"{address}/columns", data=form, follow_redirects=False)
    shown = centre[2].get(done(centre, looked.headers["location"])).text
    assert "新增 1" in shown
    assert "<b>周倩" not in shown
    with centre[1]() as session:
        assert column_maps(session)["roster"] == {"员工编码": "operator_id", "员工": "name"}


@pytest.mark.parametrize(
    ("form", "why"),
    [
        ({"kind": "king", "title": ["班组"], "field": ["team"]}, "不完整"),
        ({"kind": "roster", "title": ["班组"], "field": ["password"]}, "不完整"),
        ({"kind": "roster", "title": ["班组", "姓名"], "field": ["team"]}, "不完整"),
        ({"kind": "roster", "title": ["班组", "姓名"], "field": ["team", "team"]}, "两列都对应到"),
    ],
)
def test_columns_that_cannot_be_so_are_refused(centre: Centre, form: dict, why: str) -> None:
    address = send(centre, ("名册.csv", ROSTER))
    answer = centre[2].post(f"{address}/columns", data=form)
    assert (answer.status_code, why in answer.text) == (400, True)


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_zip_is_unpacked_by_bare_names_and_a_bomb_is_not(centre: Centre) -> None:
    good = zipped(**{"a/../../../名册.csv": ROSTER, ".hidden.csv": ROSTER, "inner.zip": zipped(x=b"x")})
    assert "新增 1，已有 0，不收 1" in centre[2].get(send(centre, ("全部.zip", good))).text
    bomb = zipped(**{"bomb.csv": b"0" * (60 * 1024**2)})
    assert len(bomb) < 100_000
    shown = centre[2].get(send(centre, ("bomb.zip", bomb))).text
    assert "大得不合常理" in shown
    as_workbook = centre[2].get(send(centre, ("bomb.xlsx", bomb))).text
    assert "大得不合常理" in as_workbook
    assert "不是完整的 zip" in centre[2].get(send(centre, ("broken.zip", b"PK nothing"))).text


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        *(("run.exe", b"MZ", "不是能导入的文件类型"), ("empty.csv", b"", "是空文件"), ("noname", b"x", "不是能导入")),
        *((f"{'名' * 200}.csv", b"x", "过长"), ("名册.csv\x00.exe", b"x", "不是能导入")),
    ],
)
def test_what_cannot_be_taken_is_refused_when_it_is_sent(centre: Centre, name: str, content: bytes, why: str) -> None:
    answer = centre[2].post("/setup/files", files={"files": (name, content)})
    assert (answer.status_code, why in answer.text) == (400, True)


def test_a_name_that_is_no_text_is_refused(centre: Centre) -> None:
    with pytest.raises(UserError, match="控制字符"):
        receive(centre[0], centre[1], "名\x01册.csv", [b"x"], "主管丁", datetime.now())


def test_a_file_that_is_too_large_is_refused_and_nothing_is_left_of_it(centre: Centre) -> None:
    settings, sessions, _ = centre
    small = settings.model_copy(update={"max_upload_mb": 1})
    with client_as(sessions, small, "supervisor") as asking:
        answer = asking.post("/setup/files", files={"files": ("big.wav", b"\0" * (1024**2 + 1))})
    assert (answer.status_code, "超过 1 MB" in answer.text) == (400, True)
    assert list((settings.workspace / "uploads").iterdir()) == []


def test_a_file_that_would_leave_the_store_no_room_is_refused_and_nothing_is_left_of_it(centre: Centre) -> None:
    settings, sessions, _ = centre
    full = settings.model_copy(update={"min_free_mb": 10**9})
    with client_as(sessions, full, "supervisor") as asking:
        answer = asking.post("/setup/files", files={"files": ("名册.csv", b"x")})
    assert (answer.status_code, "磁盘剩余空间不足" in answer.text) == (503, True)
    assert not (settings.workspace / "uploads").exists()


def test_a_draw_is_asked_for_paused_gone_on_with_and_says_why_it_failed(centre: Centre) -> None:
    asking = centre[2]
    asked = asking.post("/setup/errands", data={"kind": "draw", "month": MONTH}, follow_redirects=False)
    address = asked.headers["location"]
    assert "等待" in asking.get(address).text
    asking.post(f"{address}/pause")
    assert "已暂停" in asking.get("/setup/errands").text
    asking.post(f"{address}/retry")
    shown = asking.get(done(centre, address)).text
    assert "失败" in shown or "完成" in shown
    assert asking.get(f"{address}/progress").headers["hx-refresh"] == "true"
    assert asking.post("/setup/errands", data={"kind": "import", "month": MONTH}).status_code == 400
    assert asking.post("/setup/errands", data={"kind": "draw", "month": "1999-01"}).status_code == 400
    assert asking.post(f"{address}/explode").status_code == 400
    assert asking.get("/setup/errands/999").status_code == 404
