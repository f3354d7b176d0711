"""Is everything here that a run needs? Each answer says what was found and what a QA lead can do about it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qa_pipeline.errors import QaError, SettingsError
from qa_pipeline.settings import SETTINGS_FILE, Settings, load_settings
from qa_pipeline.standards import ruleset_of, scorecard_of
from qa_pipeline.store.session import open_store

CODECS = {"pcm_alaw": "G.711 A 律", "pcm_mulaw": "G.711 μ 律", "pcm_s16le": "PCM", "mp3": "MP3", "opus": "Opus"}
# A month of 10,000 calls of three minutes in G.711 stereo; below it the advice is to make room before importing.
COMFORTABLE_FREE_MB = 2000


@dataclass(frozen=True, slots=True)
class Symptom:
    """One thing that was looked at; ``advice`` is empty where it is well."""

    name: str
    ok: bool
    found: str
    advice: str = ""


def examine(workspace: Path) -> tuple[Symptom, ...]:
    """Look at settings, standards, model, codecs, database and disk; never raises for what it finds."""
    if not (workspace / SETTINGS_FILE).is_file():
        advice = "先运行 hotline-qa init 建立工作区，或用 -w 指定工作区文件夹"
        where = Symptom("工作区", ok=False, found=f"{workspace.resolve()} 里没有 {SETTINGS_FILE}", advice=advice)
        return (where, codecs())
    try:
        settings = load_settings(workspace)
    except QaError as error:
        return (Symptom("设置", ok=False, found=error.message, advice=error.hint),)
    return (
        Symptom("工作区", ok=True, found=str(workspace.resolve())),
        *(guarded(name, look, settings) for name, look in LOOKS.items()),
        codecs(),
    )


def guarded(name: str, look: Callable[[Settings], str | Symptom], settings: Settings) -> Symptom:
    """Make a symptom of an error of the program; anything else is a bug and is let through."""
    try:
        found = look(settings)
    except QaError as error:
        return Symptom(name, ok=False, found=error.message, advice=error.hint or "请把这一行发给维护人员")
    return found if isinstance(found, Symptom) else Symptom(name, ok=True, found=found)


def standards(settings: Settings) -> str:
    """Read the scorecard and the ruleset."""
    card, ruleset = scorecard_of(settings), ruleset_of(settings)
    return f"评分标准 {card.version}（{len(card.items)} 项），规则集 {ruleset.version}（{len(ruleset.rules)} 条）"


def model(settings: Settings) -> str:
    """Find the recogniser's weights and compare their SHA-256."""
    from qa_pipeline.asr.device import pick_device  # noqa: PLC0415  # torch takes seconds to load
    from qa_pipeline.asr.weights import default_cache, locate, verify  # noqa: PLC0415

    weights = locate(settings.model, default_cache())
    if not verify(weights):
        raise SettingsError(f"模型文件 {weights.path} 的 SHA-256 与登记的不符", "删除该文件夹后重新运行，会重新生成")
    device = pick_device(settings.device)
    return f"{weights.name}（SHA-256 {weights.sha256[:12]}…），设备 {device}，{settings.threads} 线程"


def database(settings: Settings) -> str:
    """Open the database; it is written to and rolled back."""
    sessions = open_store(settings.url)
    with sessions() as session:
        bind = session.get_bind()
        return f"{bind.dialect.name}，可读写"


def disk(settings: Settings) -> Symptom:
    """Compare the free space with what a run and a month want."""
    free_mb = shutil.disk_usage(settings.workspace).free // 2**20
    if free_mb < settings.min_free_mb:
        advice = f"少于 {settings.min_free_mb} MB 时质检会停下；请清理磁盘或把工作区移到更大的盘"
        return Symptom("磁盘", ok=False, found=f"剩余 {free_mb} MB", advice=advice)
    note = "" if free_mb >= COMFORTABLE_FREE_MB else "（偏少，导入整月录音前请先腾出空间）"
    return Symptom("磁盘", ok=True, found=f"剩余 {free_mb} MB{note}")


LOOKS: dict[str, Callable[[Settings], str | Symptom]] = {
    "评分标准与规则": standards,
    "识别模型": model,
    "数据库": database,
    "磁盘": disk,
}


def codecs() -> Symptom:
    """Encode and decode a second of sound in each format that call platforms write."""
    missing = [label for codec, label in CODECS.items() if not _decodes(codec)]
    if missing:
        advice = "请用 pip 重新安装 av（PyAV 自带解码器，不依赖系统的 ffmpeg）"
        return Symptom("音频解码", ok=False, found=f"不能解码：{'、'.join(missing)}", advice=advice)
    return Symptom("音频解码", ok=True, found="、".join(CODECS.values()))


def _decodes(codec: str) -> bool:
    import av  # noqa: PLC0415  # takes a second to load

    try:
        av.codec.Codec(codec, "r")
    except ValueError:
        return False
    return True
