"""A pack as a file to take away: made of what was let out, and sent only while all of it may still leave."""

from __future__ import annotations

import logging
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import QaError
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.packs import Plan
from qa_pipeline.store.queries.clips import clip_files
from qa_pipeline.store.queries.packs import add_pack_download, pack_file
from qa_pipeline.training.clips.leaving import leave, sound_of, still_leaving
from qa_pipeline.training.packs.page import pack_page, sound_name
from qa_pipeline.training.packs.plans import require_clips

logger = logging.getLogger(__name__)
BLOCK = 256 * 1024
README = """{title}

怎么打开
  1. 先把整个压缩包解压到一个文件夹，不要在压缩包里直接打开。
  2. 双击 index.html，用浏览器打开。不需要安装程序，也不需要联网。
  3. 点录音下面文字前的时间，就从那一句开始播放。
  4. 打印：在浏览器里按 Ctrl+P，流程在第一页，每张场景卡一页。

里面有什么
  index.html   流程、场景卡、文字和播放器
  sound 文件夹  录音，按流程里的次序编号

注意
  录音来自真实通话，姓名、号码、住址等已经遮盖，来电人的声音已经改变，经人审听批准。
  只供本中心培训使用，不要外传。哪段录音的批准撤回了，请把这个文件夹删除，重新下载。

{made_on} 第 {version} 版
"""


def pack_bundle(session: Session, workspace: Path, pack_id: int, out: IO[bytes], person: Person, now: datetime) -> Plan:
    """Let a pack's clips out, write the pack as a zip, and write down who took it.

    Args:
        session: The unit of work in which the clips leave.
        workspace: Where sounds lie.
        pack_id: The pack.
        out: Where the zip is written to.
        person: Who takes it.
        now: The centre's wall clock.

    Returns:
        The plan that the zip holds.

    Raises:
        UserError: The pack holds no clip.
        Conflict: A clip may not leave.
        NotFound: A sound is gone.
    """
    file = pack_file(session, pack_id)
    plan = file.plan
    require_clips(plan)
    ready = leave(session, plan.clips, f"课包 {pack_id}", person, now)
    # Readers on Windows take a text for their own code page without the mark, and want both line ends.
    readme = README.format(title=plan.title, made_on=f"{now:%Y-%m-%d}", version=plan.version).replace("\n", "\r\n")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(archive, "README.txt", b"\xef\xbb\xbf" + readme.encode(), now)
        _write(archive, "index.html", pack_page(file, {one.clip_id: one for one in ready}, now).encode(), now)
        for number, one in enumerate(ready, 1):
            _write(archive, sound_name(number, one), sound_of(workspace, one), now, zipfile.ZIP_STORED)
    add_pack_download(session, plan, person.name, now)
    return plan


def sending(sessions: sessionmaker[Session], plan: Plan, made: IO[bytes]) -> Iterator[bytes]:
    """Yield a made zip block by block, asking before each whether all clips may still leave.

    What was withdrawn meanwhile ends it there: a zip without its end does not open.

    Raises:
        Conflict: A clip may leave no more.
    """
    with made:
        while block := made.read(BLOCK):
            try:
                with sessions() as session:
                    still_leaving(session, plan.clips, looked_through=True)
            except QaError:
                logger.warning("pack %d was not sent to its end: %s", plan.pack_id, _states(sessions, plan))
                raise
            yield block


def _states(sessions: sessionmaker[Session], plan: Plan) -> str:
    """Return how a pack's clips stand, for the log: why one was withdrawn may tell what was heard."""
    with sessions() as session:
        return ", ".join(f"clip {one.clip.clip_id} {one.state.value}" for one in clip_files(session, plan.clips))


def _write(archive: zipfile.ZipFile, name: str, content: bytes, now: datetime, how: int = zipfile.ZIP_DEFLATED) -> None:
    entry = zipfile.ZipInfo(name, (now.year, now.month, now.day, now.hour, now.minute, 0))
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content, how)
