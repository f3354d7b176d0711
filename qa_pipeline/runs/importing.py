"""Imports files and folders: tables first, each kind after those it speaks of, recordings last."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session, sessionmaker

from qa_pipeline.errors import AudioError, ImportRefused
from qa_pipeline.ingest.batch import Batch, FileKind, FileReport, Refusal
from qa_pipeline.ingest.files import (
    READABLE_SUFFIXES,
    YAML_SUFFIXES,
    ColumnMaps,
    is_knowledge,
    load_yaml,
    read_file,
)
from qa_pipeline.ingest.recordings import (
    RECORDING_SUFFIXES,
    Probe,
    file_sha256,
    keep_recording,
    restore_recording,
    true_suffix,
)
from qa_pipeline.ingest.report import ImportReport
from qa_pipeline.settings import Settings
from qa_pipeline.standards import scorecard_of
from qa_pipeline.store.errors import translate_errors, translated
from qa_pipeline.store.queries.imports import note_import, take
from qa_pipeline.store.queries.recordings import add_recording, call_of_file, is_kept, path_of
from qa_pipeline.store.queries.refused import Refused
from qa_pipeline.store.queries.training_import import IMPORTED, Registrar

logger = logging.getLogger(__name__)
Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class _Found:
    """Files by what can be done with them."""

    tables: list[Path] = field(default_factory=list)
    recordings: list[Path] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def import_paths(
    settings: Settings,
    sessions: sessionmaker[Session],
    paths: Sequence[Path],
    now: datetime,
    probe: Probe,
    progress: Progress | None = None,
    maps: ColumnMaps | None = None,
    by: str = IMPORTED,
) -> ImportReport:
    """Take everything in files and folders that can be taken; each file is a transaction of its own.

    Args:
        settings: The workspace that recordings are copied to.
        sessions: The store.
        paths: Files, and folders that are walked.
        now: The centre's wall clock.
        probe: Looks at a recording's audio, see `qa_pipeline.ingest.recordings.keep_recording`.
        progress: Told how many files are done, of how many, and the name of the next.
        maps: By kind of file what the centre's own column titles mean, see `qa_pipeline.ingest.files.read_file`.
        by: Who confirmed the import.

    Returns:
        What was taken, what was there already and what was refused, row by row.

    Raises:
        TransientError: The disk is full or the database locked; what was taken until then is kept.
    """
    found = _Found()
    for path in paths:
        _sort_in(path, found, settings)
    total = len(found.tables) + len(found.recordings)
    tell = progress or (lambda _done, _total, _what: None)
    reports = [FileReport(refusal.file, None, 0, 0, (refusal,)) for refusal in found.refused]
    with translate_errors():
        batches = read_batches(found.tables, total, tell, maps or {})
        who = registrar(settings, batches, by)
        for batch in batches:
            with sessions.begin() as session:
                reports.append(take(session, batch, now, who))
        for number, path in enumerate(found.recordings, start=len(found.tables)):
            tell(number, total, path.name)
            reports.append(_take_recording(settings, sessions, path, now, probe))
    tell(total, total, "")
    return ImportReport(tuple(reports), tuple(found.ignored))


def read_batches(tables: Sequence[Path], total: int, tell: Progress, maps: ColumnMaps) -> list[Batch]:
    """Read tables, of ``total`` files in all, and return what is in them in the order in which it must be taken."""
    batches: list[Batch] = []
    for number, path in enumerate(tables):
        tell(number, total, path.name)
        batches.extend(read_file(path, maps))
    return sorted(batches, key=lambda batch: batch.kind.order if batch.kind is not None else -1)


def registrar(settings: Settings, batches: Sequence[Batch], by: str) -> Registrar:
    """Return who vouches for attendance; the scorecard is read only where there is any.

    Raises:
        ScorecardInvalid: See `qa_pipeline.standards.scorecard_of`.
    """
    if all(batch.kind is not FileKind.ATTENDANCE for batch in batches):
        return Registrar(by)
    return Registrar(by, frozenset(item.code for item in scorecard_of(settings).items))


def _sort_in(path: Path, found: _Found, settings: Settings) -> None:
    """Sort a named file, or all files of a named folder, by what can be done with them."""
    if path.is_dir():
        for file in _walk(path, settings):
            _sort_in_walked(file, found)
    elif not path.exists():
        found.refused.append(Refusal(str(path), None, "", "没有这个文件或文件夹", "核对路径"))
    elif path.suffix.lower() in READABLE_SUFFIXES:
        found.tables.append(path)
    elif path.suffix.lower() in RECORDING_SUFFIXES:
        found.recordings.append(path)
    else:
        found.refused.append(unknown_type(path))


def unknown_type(path: Path) -> Refusal:
    """Return why a file is not taken whose ending says nothing."""
    known = " ".join(sorted(READABLE_SUFFIXES | RECORDING_SUFFIXES))
    return Refusal(path.name, None, "", f"不认识的文件类型“{path.suffix}”", f"可导入：{known}")


def _sort_in_walked(file: Path, found: _Found) -> None:
    suffix = file.suffix.lower()
    if suffix in RECORDING_SUFFIXES:
        found.recordings.append(file)
    elif suffix in YAML_SUFFIXES:
        # Folders hold other YAML too; what was not named by the user and is no knowledge is none of our business.
        if _holds_knowledge(file):
            found.tables.append(file)
        else:
            found.ignored.append(str(file))
    elif suffix in READABLE_SUFFIXES and suffix != ".txt":
        found.tables.append(file)
    else:
        found.ignored.append(str(file))


def _holds_knowledge(file: Path) -> bool:
    try:
        return is_knowledge(load_yaml(file))
    except (ImportRefused, OSError):
        return True  # broken or not to be read: let the import say so


def _walk(folder: Path, settings: Settings) -> Iterator[Path]:
    own = {settings.recordings_dir.resolve(), settings.reports_dir.resolve()}
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and (Path(place) / f).resolve() not in own)
        for name in sorted(files):
            if not name.startswith((".", "~$")):
                yield Path(place) / name


def _take_recording(
    settings: Settings, sessions: sessionmaker[Session], path: Path, now: datetime, probe: Probe
) -> FileReport:
    try:
        report = _keep(settings, sessions, path, now, probe)
    except Refused as refused:
        refusal = Refusal(path.name, None, refused.column, refused.what, refused.hint)
    except AudioError as error:
        refusal = Refusal(path.name, None, "", error.message, error.hint)
    except PermissionError:
        refusal = Refusal(path.name, None, "", "没有读这个文件的权限", "改文件权限后再导入")
    except OSError as error:
        if translated(error) is not None:  # a full disk: the next recording would fare no better
            raise
        reason = error.strerror or type(error).__name__
        refusal = Refusal(path.name, None, "", f"读不出来（{reason}）", "检查文件或链接是否还在、磁盘是否正常，再导入")
    else:
        return _noted(sessions, report, now)
    logger.info("recording refused: %s", path.name)
    return _noted(sessions, FileReport(path.name, FileKind.RECORDING, 0, 0, (refusal,)), now)


def _keep(settings: Settings, sessions: sessionmaker[Session], path: Path, now: datetime, probe: Probe) -> FileReport:
    """Take a recording that is new; one that is known is only copied again where the workspace's file is gone."""
    known = FileReport(path.name, FileKind.RECORDING, 0, 1, ())
    with sessions() as session:
        call_id, sha256 = call_of_file(session, path.name), file_sha256(path)
        kept_as = path_of(session, sha256) if is_kept(session, sha256, call_id) else None
    if kept_as is not None:
        if restore_recording(path, settings.workspace / kept_as, sha256):
            return replace(known, notes=("工作区里的这段录音已丢失或损坏，已重新复制",))
        return known
    recording = keep_recording(path, settings.recordings_dir, probe)
    with sessions.begin() as session:
        if is_kept(session, recording.recording_id, call_id):
            return known
        add_recording(session, recording, call_id, path.name, now)
    suffix = true_suffix(path)
    notes = (f"扩展名与内容不符：实为 {suffix[1:]}（{recording.codec}），已按内容收下",) if suffix else ()
    return replace(known, taken=1, unchanged=0, notes=notes)


def _noted(sessions: sessionmaker[Session], report: FileReport, now: datetime) -> FileReport:
    with sessions.begin() as session:
        note_import(session, report, now)
    return report
