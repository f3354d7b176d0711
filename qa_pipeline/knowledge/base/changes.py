"""What an incoming entry changes in the base: told field by field before it is written, and written as it was told.

A version that was judged by is not rewritten by the way: another answer is another version. What only describes an
entry (owner, review dates, other ways to ask) may change; what was recorded wrongly is corrected when that is said.
Nothing is ever overwritten: the store keeps what the base said before, and when.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from enum import StrEnum

from qa_pipeline.knowledge.base.carrying import kept_by_owner
from qa_pipeline.language.entry_fields import field_name
from qa_pipeline.language.written_facts import in_words
from qa_pipeline.models import Fact, KnowledgeEntry

DESCRIBING = frozenset(
    {
        *("paraphrases", "category_path", "hotwords", "owner_department", "owner", "reviewed_at", "review_by"),
        *("secrecy", "supersedes", "issuing_unit", "legal_basis", "facts_confirmed_by", "facts_confirmed_at"),
    }
)
"""Fields that no answer is judged by."""


class ChangeKind(StrEnum):
    """What becomes of an incoming entry."""

    NEW = "new"
    NEW_VERSION = "new_version"
    CLOSED = "closed"
    CHANGED = "changed"
    CORRECTED = "corrected"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of an entry, before and after, as people read it; '' where it is empty."""

    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """What one version of an entry becomes. ``entry`` is what is to be recorded, as it would stand then.

    ``fields`` are those that differ from what is recorded. ``column``, ``what`` and ``hint`` say why it was REFUSED.
    """

    kind: ChangeKind
    entry: KnowledgeEntry
    fields: tuple[FieldChange, ...] = ()
    column: str = ""
    what: str = ""
    hint: str = ""


def changes_of(
    entry: KnowledgeEntry, versions: Mapping[int, KnowledgeEntry], *, correcting: bool = False
) -> tuple[Change, ...]:
    """Return what an entry changes, in the order of writing: one change, or two where it closes the version before.

    Args:
        entry: As it came in.
        versions: What is recorded of the same entry, by version.
        correcting: What was recorded wrongly may be recorded anew.
    """
    before = versions.get(entry.version)
    entry = kept_by_owner(entry, versions)
    if before is not None:
        return (_of_known(before, entry, versions, correcting=correcting),)
    closed = _closed_by(entry, versions)
    others = [closed.entry if closed and v.version == closed.entry.version else v for v in versions.values()]
    if (refused := _overlap(entry, others)) is not None:
        return (refused,)
    kind = ChangeKind.NEW_VERSION if versions else ChangeKind.NEW
    latest = versions[max(versions)] if versions else None
    new = Change(kind, entry, () if latest is None else differences(latest, entry))
    return (new,) if closed is None else (closed, new)


def overlapping(entry: KnowledgeEntry, others: Iterable[KnowledgeEntry]) -> KnowledgeEntry | None:
    """Return another version of the same entry that is valid on a day of this one's."""
    for other in others:
        same = other.entry_id == entry.entry_id and other.version != entry.version
        begins_in_time = entry.valid_to is None or other.valid_from <= entry.valid_to
        ends_too_late = other.valid_to is None or other.valid_to >= entry.valid_from
        if same and begins_in_time and ends_too_late:
            return other
    return None


def differences(before: KnowledgeEntry, after: KnowledgeEntry) -> tuple[FieldChange, ...]:
    """Return the fields in which two records of an entry differ."""
    old, new = _as_texts(before), _as_texts(after)
    names = dict.fromkeys((*old, *new))
    return tuple(
        FieldChange(name, old.get(name, ""), new.get(name, ""))
        for name in names
        if old.get(name, "") != new.get(name, "")
    )


def _of_known(
    before: KnowledgeEntry, entry: KnowledgeEntry, versions: Mapping[int, KnowledgeEntry], *, correcting: bool
) -> Change:
    if before == entry:
        return Change(ChangeKind.UNCHANGED, before)
    changed = differences(before, entry)
    if _only_ends(before, entry):
        kind = ChangeKind.CLOSED
    elif all(one.field in DESCRIBING for one in changed):
        kind = ChangeKind.CHANGED
    elif correcting:
        kind = ChangeKind.CORRECTED
    else:
        names = "、".join(field_name(one.field) for one in changed)
        return Change(
            ChangeKind.REFUSED, entry, changed, "version",
            f"条目“{entry.entry_id}”第 {entry.version} 版已经登记，内容不同（{names}）",
            f"改动要用新的版本号（如 {max(versions) + 1}），已登记的版本只能填失效日期；"
            "当初就登记错了的，用 knowledge import --correct 更正",
        )  # fmt: skip
    return _overlap(entry, versions.values()) or Change(kind, entry, changed)


def _overlap(entry: KnowledgeEntry, others: Iterable[KnowledgeEntry]) -> Change | None:
    other = overlapping(entry, others)
    if other is None:
        return None
    what = f"条目“{entry.entry_id}”第 {entry.version} 版与第 {other.version} 版的有效期重叠"
    earlier = min(entry.version, other.version)
    return Change(
        ChangeKind.REFUSED, entry, (), "valid_from", what,
        f"给第 {earlier} 版填上较早的失效日期，"
        f"或在新版的“替代”（supersedes）一栏写 {entry.entry_id}@{earlier}，由系统截止旧版",
    )  # fmt: skip


def _closed_by(entry: KnowledgeEntry, versions: Mapping[int, KnowledgeEntry]) -> Change | None:
    """Return the end of the version that a new one says it supersedes: the day before the new one begins."""
    name, _, number = entry.details.get("supersedes", "").partition("@")
    before = versions.get(int(number)) if name.strip() == entry.entry_id and number.strip().isdecimal() else None
    if before is None or before.valid_from >= entry.valid_from or not overlapping(entry, [before]):
        return None
    ended = replace(before, valid_to=entry.valid_from - timedelta(days=1))
    return Change(ChangeKind.CLOSED, ended, differences(before, ended))


def _only_ends(before: KnowledgeEntry, after: KnowledgeEntry) -> bool:
    ends_earlier = after.valid_to is not None and (before.valid_to is None or after.valid_to < before.valid_to)
    return ends_earlier and replace(before, valid_to=after.valid_to) == after


def _as_texts(entry: KnowledgeEntry) -> dict[str, str]:
    skipped = {"entry_id", "version", "details"}
    own = {f.name: _text(getattr(entry, f.name)) for f in fields(entry) if f.name not in skipped}
    return own | dict(entry.details)


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return "；".join(_fact(one) if isinstance(one, Fact) else str(one) for one in value)
    return "" if value is None else str(value)


def _fact(fact: Fact) -> str:
    marks = ("必告" if fact.must_say else "", f"±{fact.tolerance}" if fact.tolerance else "",
             "" if fact.confirmed else "待确认")  # fmt: skip
    told = "，".join(mark for mark in marks if mark)
    return in_words(fact) + (f"（{told}）" if told else "")
