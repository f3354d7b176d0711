"""Large files: refused before they are read where they can be, while they are read where not."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from sqlalchemy.orm import Session, sessionmaker
from starlette.testclient import TestClient

from qa_pipeline.accounts.tokens import make_token
from qa_pipeline.models.tokens import Scope
from qa_pipeline.settings import Settings
from qa_pipeline.web import bodies
from qa_pipeline.web.access import COOKIE
from qa_pipeline.web.app import create_app
from tests.people import HOME, NAMES, client_as, token_for

Month = tuple[Settings, sessionmaker[Session]]
MULTIPART = {"content-type": "multipart/form-data; boundary=x"}


def post(month: Month, settings: Settings, content: AsyncIterator[bytes], **headers: str) -> httpx.Response:
    """Send a body piece by piece, as a server reads it."""
    app = create_app(month[1], settings)
    sent = {**client_as(month[1], settings, "supervisor", app).headers, **MULTIPART, **headers}
    cookies = {COOKIE: token_for(month[1], "supervisor")}

    async def ask() -> httpx.Response:
        way = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=way, base_url=HOME, headers=sent, cookies=cookies) as client:
            return await client.post("/setup/files", content=content)

    return asyncio.run(ask())


def test_files_that_the_disks_have_no_room_for_are_refused_before_they_are_read(month: Month) -> None:
    settings, _ = month

    async def unread() -> AsyncIterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    free = shutil.disk_usage(settings.workspace).free
    full = settings.model_copy(update={"min_free_mb": max(0, free // 10**6 - 100)})
    answer = post(month, full, unread(), **{"content-length": str(10**9)})
    assert (answer.status_code, "磁盘剩余空间不足" in answer.text) == (503, True)


@pytest.mark.parametrize("place", ["workspace", "spool"])
def test_a_body_without_a_length_is_refused_when_a_disk_fills_while_it_is_read(
    month: Month, place: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings, _ = month
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(spool))
    filling = {"workspace": settings.workspace, "spool": spool}[place]
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.wav"\r\n\r\n'
        while sent < 100:
            sent += 1
            yield b"0" * 1024**2

    def usage(folder: Path) -> SimpleNamespace:
        return SimpleNamespace(free=10**12 if folder != filling or sent < 3 else 0)

    monkeypatch.setattr(bodies.shutil, "disk_usage", usage)
    monkeypatch.setattr(bodies, "LOOK_EVERY", 1024**2)
    answer = post(month, settings, endless())
    assert (answer.status_code, "磁盘剩余空间不足" in answer.text) == (503, True)
    assert list(spool.iterdir()) == []


def test_one_file_may_be_no_longer_than_the_settings_say_and_is_refused_before_it_is_read(month: Month) -> None:
    settings, sessions = month
    small = settings.model_copy(update={"max_upload_mb": 1})
    with sessions.begin() as session:
        token, _ = make_token(session, "x", "supervisor", [Scope.FILES_WRITE], 1, NAMES["supervisor"], datetime.now())
    program = TestClient(create_app(sessions, small), base_url=HOME, headers={"Authorization": f"Bearer {token}"})
    answer = program.post("/api/v1/files", files={"file": ("big.wav", b"\0" * (2 * 1024**2))})
    assert (answer.status_code, "超过 1.2 MB" in answer.json()["detail"]) == (413, True)


def test_what_is_sent_is_spooled_into_the_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", None)
    bodies.spool_into(tmp_path)
    assert tempfile.gettempdir() == str(tmp_path / "uploads")
