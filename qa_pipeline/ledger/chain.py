"""Entries and the hashes that chain them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

from qa_pipeline.ledger.canonical import Body, canonical

GENESIS = "0" * 64
"""What the first entry of all follows."""


class Kind(StrEnum):
    """What an entry is of: a month's head and end; of an operator the call log, a call, what else counts, the sum."""

    MONTH = "month"
    FRAME = "frame"
    CALL = "call"
    NOTICE = "notice"
    ADJUSTMENT = "adjustment"
    OPERATOR = "operator"
    CLOSE = "close"


@dataclass(frozen=True)
class Entry:
    """One entry: ``sha256`` is over the entry before it and the text ``body``, see `link`.

    ``seq`` counts all entries of the ledger from 1, over all months. It stands in the body, as do month and kind.
    """

    seq: int
    month: str
    kind: str
    body: str
    sha256: str

    @cached_property
    def said(self) -> Body:
        """What the body says.

        Raises:
            ValueError: It is not JSON.
        """
        said: Any = json.loads(self.body)
        if not isinstance(said, dict):
            raise ValueError(f"entry {self.seq} is {type(said).__name__} and not names with values")
        return said

    @property
    def about(self) -> str:
        """What it is about, in words (Chinese)."""
        try:
            said = self.said
        except ValueError:
            return f"第 {self.seq} 条（{self.month}）"
        what = {
            Kind.MONTH: "月首",
            Kind.FRAME: f"话务员 {said.get('operator')} 的话单",
            Kind.CALL: f"通话 {said.get('call')}",
            Kind.NOTICE: f"监督记录 {said.get('notice')}",
            Kind.ADJUSTMENT: f"话务员 {said.get('operator')} 对 {said.get('of')} 的调整",
            Kind.OPERATOR: f"话务员 {said.get('operator')}",
            Kind.CLOSE: "月末",
        }
        return f"第 {self.seq} 条（{self.month} {what.get(said.get('kind', ''), self.kind)}）"


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry: its number, hash and time. What a centre publishes is the hash."""

    seq: int
    sha256: str
    month: str
    at: datetime


def link(previous: str, body: str) -> str:
    """Return an entry's hash: SHA-256 over the hash before it (64 hex characters) and its body, both as UTF-8 text."""
    return hashlib.sha256(f"{previous}{body}".encode()).hexdigest()


def chained(bodies: Iterable[Body], month: str, seq: int = 0, previous: str = GENESIS) -> Iterator[Entry]:
    """Make entries of bodies, which lack ``seq`` and ``month``; the chain goes on after number ``seq``.

    A month's first entry also says which hash it follows, so that a month can be checked without those before it.
    """
    for number, said in enumerate(bodies, start=seq + 1):
        whole = {**said, "seq": number, "month": month}
        if said["kind"] == Kind.MONTH:
            whole["previous"] = previous
        body = canonical(whole)
        previous = link(previous, body)
        yield Entry(number, month, str(said["kind"]), body, previous)
