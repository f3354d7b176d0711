"""What was sent, laid out as an import wants it, and looked at without being taken."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import ImportRefused, NotFound, QaError
from qa_pipeline.ingest.archives import unpack
from qa_pipeline.ingest.batch import Batch, FileKind, FileReport, Refusal
from qa_pipeline.ingest.files import COLUMNS_OF, READABLE_SUFFIXES
from qa_pipeline.ingest.recordings import RECORDING_SUFFIXES
from qa_pipeline.models.errands import Errand, Upload
from qa_pipeline.models.files import ARCHIVE_SUFFIXES
from qa_pipeline.runs.importing import read_batches, registrar, unknown_type
from qa_pipeline.settings import Settings
from qa_pipeline.store.queries.imports import take
from qa_pipeline.store.queries.recordings import call_of_file
from qa_pipeline.store.queries.refused import Refused
from qa_pipeline.store.queries.uploads import column_maps, uploads
from qa_pipeline.store.scratch import scratch
from qa_pipeline.uploading import FOLDER

MOST_TOLD = 500
"""Refusals in a report; how many there are in all is told beside."""


def place_of(settings: Settings, upload: Upload) -> Path:
    """Return where a file lies that was sent: under its hash, never under a name that somebody chose."""
    return settings.workspace / FOLDER / upload.sha256


KEPT = timedelta(days=14)
"""So long a file that was sent lies there; what was taken of it is in the store and in ``recordings``."""
_LEFT_OVER = timedelta(days=1)


def clear_away(settings: Settings, now: datetime) -> int:
    """Remove uploads that are older than `KEPT` and what a killed worker or transfer left; return how many."""
    folder, gone = settings.workspace / FOLDER, 0
    for path in folder.iterdir() if folder.is_dir() else ():
        own = path.suffix == ".part" or path.name.startswith(("import-", "zip-"))
        sent_at = datetime.fromtimestamp(path.stat().st_mtime)  # noqa: DTZ006  # the centre's wall clock
        if now - sent_at > (_LEFT_OVER if own else KEPT):
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
            gone += 1
    return gone


@contextmanager
def staged(settings: Settings, sessions: sessionmaker[Session], errand: Errand) -> Iterator[Path]:
    """Lay out an errand's uploads in a folder under their own names, which refusals speak of and recordings go by.

    Raises:
        NotFound: An upload is not there any more.
        ImportRefused: Two have the same name; or as `unpack`.
    """
    numbers = [int(number) for number in errand.parameters.get("uploads", "").split(",") if number]
    with sessions() as session:
        sent = uploads(session, numbers)
    with tempfile.TemporaryDirectory(prefix="import-", dir=settings.workspace / FOLDER) as folder:
        for upload in {(u.sha256, u.name): u for u in sent}.values():
            source = place_of(settings, upload)
            if not source.is_file():
                raise NotFound(f"上传的文件 {upload.name} 已不在服务器上", "重新上传")
            _lay(source, Path(folder), upload.name)
        yield Path(folder)


def safe_name(name: str) -> str:
    r"""Return a file's name without any folder: ``../x`` and ``C:\\x`` are x."""
    plain = name.replace("\\", "/").rsplit("/", 1)[-1].replace("\x00", "").lstrip(".")
    return plain or "file"


def _lay(source: Path, folder: Path, name: str) -> None:
    target = folder / safe_name(name)
    if target.suffix.lower() not in ARCHIVE_SUFFIXES:
        _link(source, target)
        return
    with tempfile.TemporaryDirectory(prefix="zip-", dir=folder.parent) as aside:
        named = Path(aside) / target.name  # refusals speak of it by this name
        _link(source, named)
        unpack(named, folder)


def _link(source: Path, target: Path) -> None:
    if target.exists():  # never written over: it may be another upload itself, by another name
        raise ImportRefused(f"有两个文件都叫 {target.name}", "改名后重新上传，或分两次导入")
    try:
        target.hardlink_to(source)
    except OSError:
        shutil.copyfile(source, target)


def previewed(
    settings: Settings,
    sessions: sessionmaker[Session],
    folder: Path,
    now: datetime,
    tell: Callable[[int, int, str], None],
    by: str,
) -> dict[str, Any]:
    """Return what an import would take and refuse of a folder's files.

    Tables are taken on a copy, so that nobody who decides meanwhile waits; recordings may be of calls in those tables.
    ``by`` asks for it, and would confirm the import.
    """
    files = sorted(folder.iterdir())
    tables = [file for file in files if file.suffix.lower() in READABLE_SUFFIXES]
    others = [file for file in files if file not in tables]
    with sessions() as session:
        maps = column_maps(session)
    batches = read_batches(tables, len(files), tell, maps)
    who = registrar(settings, batches, by)
    with scratch(sessions, settings.workspace / FOLDER, settings.min_free_mb * 1_000_000) as trial:
        told = [_told_of_table(batch, take(trial, batch, now, who)) for batch in batches]
        strangers = {file: _stranger(trial, file) for file in others}
    check = partial(_probe, settings)
    for number, file in enumerate(others, start=len(tables)):
        tell(number, len(files), file.name)
        told.append(_recording(file, strangers[file], check))
    tell(len(files), len(files), "")
    return {"files": told}


def _told_of_table(batch: Batch, report: FileReport) -> dict[str, Any]:
    known = batch.kind is not None
    columns = {"titles": dict(batch.titles), "header": list(batch.header)}
    fields = COLUMNS_OF.get(batch.kind.value) if batch.kind is not None else None
    return told_of(report) | columns | {"fields": fields, "fields_of": {} if known or not batch.header else COLUMNS_OF}


def told_of(report: FileReport) -> dict[str, Any]:
    """Return what became of a file as a report tells it."""
    told = [asdict(refusal) for refusal in report.refusals[:MOST_TOLD]]
    return asdict(report) | {"refusals": told, "refusals_in_all": len(report.refusals)}


def _stranger(session: Session, file: Path) -> Refusal | None:
    """Return why a file is no recording of a call that is known, None where it may be one."""
    if file.suffix.lower() not in RECORDING_SUFFIXES:
        return unknown_type(file)
    try:
        call_of_file(session, file.name)
    except Refused as refused:
        return Refusal(file.name, None, refused.column, refused.what, refused.hint)
    return None


def _probe(settings: Settings, file: Path) -> None:
    from qa_pipeline.asr.audio import probe  # noqa: PLC0415  # a second that tables are spared

    probe(file, max_minutes=settings.max_recording_minutes)


def _recording(file: Path, refusal: Refusal | None, check: Callable[[Path], None]) -> dict[str, Any]:
    if refusal is None:
        try:
            check(file)
        except QaError as error:
            refusal = Refusal(file.name, None, "", error.message, error.hint)
    refusals = () if refusal is None else (refusal,)
    report = FileReport(file.name, FileKind.RECORDING, int(refusal is None), 0, refusals)
    return told_of(report) | {"titles": {}, "header": [], "fields": None, "fields_of": {}}
