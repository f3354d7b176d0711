"""Is a ledger what was written? Looked at entry by entry; the first that is not is named."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qa_pipeline.errors import LedgerBroken
from qa_pipeline.ledger.chain import GENESIS, Entry, Kind, link

KEEP = "保留这个账本不动，与备份、已导出的文件和公布的哈希对照"
INSIDE = (Kind.FRAME, Kind.CALL, Kind.NOTICE, Kind.ADJUSTMENT, Kind.OPERATOR)


@dataclass(frozen=True, slots=True)
class Before:
    """What an entry must follow: its number and hash are known, or None where a month is looked at by itself."""

    seq: int = 0
    sha256: str = GENESIS


START = Before()


def checked(entries: Iterable[Entry], before: Before | None = START) -> Iterator[Entry]:
    """Hand on entries that are what was written, in order.

    Args:
        entries: A whole ledger, or from any month's first entry on.
        before: What the first must follow; None believes what it says of itself.

    Raises:
        LedgerBroken: At the first entry that was changed, is missing or out of order, or goes back in time.
    """
    order = _Order()
    for entry in entries:
        before = _said_before(entry) if before is None else before
        _follows(entry, before)
        order.take(entry)
        before = Before(entry.seq, entry.sha256)
        yield entry
    order.end()


def broken(entry: Entry, why: str) -> LedgerBroken:
    """Return what to say of an entry that is not what was written."""
    return LedgerBroken(f"账本{entry.about}：{why}", KEEP)


def _said_before(entry: Entry) -> Before:
    said = _said(entry)
    previous = said.get("previous")
    if said.get("kind") != Kind.MONTH or not isinstance(previous, str):
        raise broken(entry, "开头不是月首，前面的条目不见了")
    return Before(entry.seq - 1, previous)


def _follows(entry: Entry, before: Before) -> None:
    if entry.seq > before.seq + 1:
        raise LedgerBroken(f"账本缺第 {before.seq + 1} 条（其后是第 {entry.seq} 条）", KEEP)
    if entry.seq <= before.seq:
        raise broken(entry, f"次序错乱，应是第 {before.seq + 1} 条")
    if link(before.sha256, entry.body) != entry.sha256:
        raise broken(entry, "内容或哈希在写入之后被改动")


def _said(entry: Entry) -> Mapping[str, Any]:
    try:
        return entry.said
    except ValueError as error:
        raise broken(entry, "内容不是 JSON") from error


class _Order:
    """Whether entries come as a closing writes them."""

    def __init__(self) -> None:
        self._last: Entry | None = None
        self._month: Mapping[str, Any] | None = None
        self._at = self._name = self._operator = ""

    def take(self, entry: Entry) -> None:
        said = _said(entry)
        for name in ("seq", "month", "kind"):
            if said.get(name) != getattr(entry, name):
                raise broken(entry, f"内容里的 {name} 是 {said.get(name)!r}，表中是 {getattr(entry, name)!r}")
        if entry.kind == Kind.MONTH:
            self._begin(entry, said)
        elif self._month is None or entry.month != self._name:
            raise broken(entry, "不在任何一个月之内")
        elif entry.kind == Kind.CLOSE:
            self._close(entry, said)
        elif entry.kind in INSIDE:
            self._inside(entry, said)
        else:
            raise broken(entry, f"不认识的种类 {entry.kind!r}")
        self._last = entry

    def end(self) -> None:
        if self._month is not None and self._last is not None:
            raise broken(self._last, "之后的条目不见了，这个月没有月末")

    def _begin(self, entry: Entry, said: Mapping[str, Any]) -> None:
        if self._month is not None:
            raise broken(entry, f"{self._name} 还没有月末就开始了新的一个月")
        if entry.month <= self._name:
            raise broken(entry, f"月份排在 {self._name} 之后")
        if str(said.get("at")) < self._at:
            raise broken(entry, f"时间 {said.get('at')} 早于上一个月的结账 {self._at}，时钟倒退")
        self._month, self._name, self._at, self._operator = said, entry.month, str(said.get("at")), ""

    def _close(self, entry: Entry, said: Mapping[str, Any]) -> None:
        if self._month is None or said.get("at") != self._month.get("at") or said.get("by") != self._month.get("by"):
            raise broken(entry, "月末与月首的时间或结账人不同")
        self._month = None

    def _inside(self, entry: Entry, said: Mapping[str, Any]) -> None:
        who = str(said.get("operator"))
        if entry.kind == Kind.FRAME:
            if who <= self._operator:
                raise broken(entry, "话务员的次序错乱")
            self._operator = who
        elif who != self._operator:
            raise broken(entry, f"不是话务员 {self._operator} 的")
        if entry.kind == Kind.ADJUSTMENT and str(said.get("of")) >= entry.month:
            raise broken(entry, f"调整的月份 {said.get('of')} 不早于 {entry.month}")
