"""A scorecard or ruleset as somebody writes it: what is wrong with it, what it would change, putting it in force."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, QaError, SettingsError, TransientError, UserError
from qa_pipeline.rules.differences import differences
from qa_pipeline.rules.ruleset import Ruleset, load_ruleset
from qa_pipeline.settings import Settings
from qa_pipeline.standards import DEFAULT, require_items, ruleset_of, scorecard_in, scorecard_of
from qa_pipeline.store.queries.documents import hold_standard, sha256_of
from scoring.card_changes import told
from scoring.card_lint import lint_card
from scoring.scorecard import Scorecard

MOST_BYTES = 512 * 1024
MOST_DEPTH = 60
TOO_DEEP = "括号或列表套得太深；拆开来写"
MOST_VERSION = 64
"""Characters of a version; audits keep no more."""
_IN_NO_FILE_NAME = re.compile(r"[/\\\x00-\x1f]")
_ONE_LINE_LISTS = re.compile(rf"(?:[-?]\s+){{{MOST_DEPTH}}}")


class Standard(StrEnum):
    """What may be written anew."""

    SCORECARD = "scorecard"
    RULESET = "ruleset"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text, looked at.

    Args:
        version: What it calls itself; '' where it cannot be read.
        problems: Why it cannot be used, in words; empty where it can.
        doubts: What is probably not meant.
        changes: What it changes of what is in force, a line each.
        same: It says what is in force.
        sha256: Of its content.
    """

    version: str
    problems: tuple[str, ...]
    doubts: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    same: bool = False
    sha256: str = ""


def text_in_force(settings: Settings, which: Standard) -> str:
    """Return the text of what is in force.

    Raises:
        SettingsError: The setting names no file of the workspace, so that there is nothing to write.
        TransientError: It cannot be read.
    """
    try:
        return _path(settings, which).read_text(encoding="utf-8")
    except OSError as error:
        raise TransientError(f"{_path(settings, which).name} 读不出来：{error.strerror}", "检查文件与权限") from error


def look_at(settings: Settings, which: Standard, text: str) -> Proposal:
    """Say what is wrong with a text, and what it would change; nothing is written."""
    if len(text.encode()) > MOST_BYTES:
        return Proposal("", (f"内容超过 {MOST_BYTES // 1024} KB",))
    if _is_too_deep(text):
        return Proposal("", (TOO_DEEP,))
    with TemporaryDirectory(prefix="proposal-") as folder:
        path = Path(folder) / f"{which.value}.yaml"
        path.write_text(text.replace("\r\n", "\n"), encoding="utf-8")
        try:
            return _card(settings, path) if which is Standard.SCORECARD else _ruleset(settings, path)
        except QaError as error:
            return Proposal("", _lines(error, path))
        except RecursionError:
            return Proposal("", (TOO_DEEP,))


def _is_too_deep(text: str) -> bool:
    """Whether brackets or lists stand in one another so deep that reading the text would take minutes."""
    depth = 0
    for char in text:
        depth = depth + 1 if char in "[{" else max(0, depth - 1) if char in "]}" else depth
        if depth > MOST_DEPTH:
            return True
    return _ONE_LINE_LISTS.search(text) is not None


def adopt(settings: Settings, session: Session, which: Standard, text: str, seen: str) -> Proposal:
    """Put a text in force: the workspace's file is replaced, the old one kept beside it under its version.

    Args:
        settings: The workspace.
        session: The unit of work; until it ends nobody else puts one in force, in whichever process.
        which: What it is.
        text: The new text.
        seen: The version that was in force when it was written.

    Raises:
        UserError: It has problems, or changes something without a version of its own: one that was in force before,
            or that calls were judged by, with other content.
        Conflict: Another one has been put in force meanwhile.
        SettingsError: The setting names no file.
        TransientError: The file cannot be written.
    """
    hold_standard(session, which.value)
    found = look_at(settings, which, text)
    if found.problems:
        raise UserError("；".join(found.problems), "改正后再启用")
    path, current = _path(settings, which), version_in_force(settings, which)
    if seen != current:
        raise Conflict(f"现行版本已是 {current}，不是您打开时的 {seen}", "重新打开，在现行版本上修改")
    if not found.same and found.version == current:
        raise UserError(f"内容有改动，版本号却仍是 {current}", "改 version，一个版本号只能有一种内容")
    if not found.same:
        _refuse_known(session, settings, which, found)
    kept = _beside(path, current)
    try:
        if not kept.exists():
            kept.write_bytes(path.read_bytes())
        _replace(path, text.replace("\r\n", "\n"))
    except OSError as error:
        raise TransientError(f"{path.name} 写不下来：{error.strerror}", "检查磁盘空间与权限后重试") from error
    return found


def _refuse_known(session: Session, settings: Settings, which: Standard, found: Proposal) -> None:
    """Refuse a version that stands for something else: in the store, or beside the file since it was in force."""
    beside = _beside(_path(settings, which), found.version)
    known = {sha256_of(session, which.value, found.version)}
    if beside.exists():
        known.add(_sha256_in(which, beside))
    if known - {None, found.sha256}:
        raise UserError(f"版本号 {found.version} 已用过，内容不同", "改 version，一个版本号只能有一种内容")


def _sha256_in(which: Standard, path: Path) -> str | None:
    try:
        return (scorecard_in(path) if which is Standard.SCORECARD else load_ruleset(path)).sha256
    except QaError:
        return ""  # it cannot be read any more, so that nobody knows whether it is the same


def _beside(path: Path, version: str) -> Path:
    """Return where the file of a version is kept when another takes its place."""
    return path.with_name(f"{path.stem}-{_IN_NO_FILE_NAME.sub('-', version)}{path.suffix}")


def version_in_force(settings: Settings, which: Standard) -> str:
    """Return the version of what is in force."""
    return scorecard_of(settings).version if which is Standard.SCORECARD else ruleset_of(settings).version


def _path(settings: Settings, which: Standard) -> Path:
    named = settings.scorecard if which is Standard.SCORECARD else settings.ruleset
    if named == DEFAULT:
        raise SettingsError(
            f"设置项 {which.value} 用的是程序自带的，没有可改的文件",
            f"在 settings.yaml 写 {which.value}: {which.value}.yaml，并运行 hotline-qa init 补上该文件",
        )
    return settings.workspace / named


def _card(settings: Settings, path: Path) -> Proposal:
    card, current = scorecard_in(path), scorecard_of(settings)
    problems = (*_unfit(ruleset_of(settings), card), *_unfit_version(card.version))
    same = card.sha256 == current.sha256
    changes = () if same else tuple(told(current, card))
    return Proposal(card.version, problems, tuple(lint_card(card)), changes, same, card.sha256)


def _ruleset(settings: Settings, path: Path) -> Proposal:
    rules, current = load_ruleset(path), ruleset_of(settings)
    problems = (*_unfit(rules, scorecard_of(settings)), *_unfit_version(rules.version))
    changes = []
    for change in differences(current, rules):
        changes.append(f"{change.code} {change.name}（{change.item}）：{change.short}")
        changes += [f"    {line}" for line in change.lines()]
    return Proposal(rules.version, problems, (), tuple(changes), rules.sha256 == current.sha256, rules.sha256)


def _unfit(rules: Ruleset, card: Scorecard) -> tuple[str, ...]:
    try:
        require_items(rules, card)
    except QaError as error:
        return (f"{error.message}；{error.hint}",)
    return ()


def _unfit_version(version: str) -> tuple[str, ...]:
    """Refuse a version that no file can be called after; the old one is kept beside the new under it."""
    if len(version) <= MOST_VERSION and not _IN_NO_FILE_NAME.search(version):
        return ()
    return (f"版本号“{version[:MOST_VERSION]}”不能用：最多 {MOST_VERSION} 个字，不含 / 和 \\",)


def _lines(error: QaError, path: Path) -> tuple[str, ...]:
    """Return what an error says without the place where the text lay for a moment."""
    text = error.message.replace(f"{path}", path.name)
    return tuple(line.strip() for line in text.splitlines() if line.strip()) + ((error.hint,) if error.hint else ())


def _replace(path: Path, text: str) -> None:
    with NamedTemporaryFile("w", dir=path.parent, suffix=".part", delete=False, encoding="utf-8", newline="") as part:
        part.write(text)
        part.flush()
        os.fsync(part.fileno())
    Path(part.name).replace(path)
