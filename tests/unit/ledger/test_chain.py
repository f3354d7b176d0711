"""What an entry's text and hash are, and what of a chain is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from qa_pipeline.errors import LedgerBroken
from qa_pipeline.ledger.canonical import canonical
from qa_pipeline.ledger.chain import GENESIS, Entry, chained, link
from qa_pipeline.ledger.checks import Before, checked

AT = "2026-11-02T09:00:00"


def head(**changes: Any) -> dict[str, Any]:
    return {"kind": "month", "at": AT, "by": "主管", **changes}


def end(**changes: Any) -> dict[str, Any]:
    return {"kind": "close", "at": AT, "by": "主管", **changes}


def inside(kind: str, operator: str = "1001", **more: Any) -> dict[str, Any]:
    return {"kind": kind, "operator": operator, **more}


def ledger(*months: tuple[str, Iterable[dict[str, Any]]]) -> list[Entry]:
    """Chain the bodies of some months, rightly hashed whatever they say."""
    found: list[Entry] = []
    for month, bodies in months:
        seq, previous = (found[-1].seq, found[-1].sha256) if found else (0, GENESIS)
        found += chained(bodies, month, seq, previous)
    return found


def test_the_text_of_a_value_is_one_and_the_same() -> None:
    assert canonical({"b": [1, None, True], "a": "您好\n"}) == '{"a":"您好\\n","b":[1,null,true]}'


@pytest.mark.parametrize("value", [1.5, {"points": 85.0}, [["A1", float("nan")]], {"a": {"b": [0.0]}}])
def test_a_float_has_no_place_in_the_ledger(value: object) -> None:
    with pytest.raises(TypeError, match="float"):
        canonical(value)


def test_what_is_not_plain_is_refused() -> None:
    with pytest.raises(TypeError, match="Decimal"):
        canonical({"points": Decimal("85.00")})


def test_a_hash_is_that_of_the_one_before_and_the_body_as_sha256sum_has_it() -> None:
    (first, second) = ledger(("2026-10", [head(), end()]))
    assert first.sha256 == hashlib.sha256(("0" * 64 + first.body).encode()).hexdigest()
    assert second.sha256 == hashlib.sha256((first.sha256 + second.body).encode()).hexdigest()
    assert json.loads(first.body)["previous"] == GENESIS
    assert (first.seq, second.seq, second.month, second.kind) == (1, 2, "2026-10", "close")


def test_a_whole_ledger_and_a_month_of_it_are_what_was_written() -> None:
    both = ledger(("2026-10", [head(), end()]), ("2026-11", [head(), inside("frame"), inside("operator"), end()]))
    assert list(checked(both)) == both
    assert list(checked(both[2:], None)) == both[2:]
    assert list(checked([])) == []


WRONG = [
    ([head(), head(), end()], "还没有月末就开始了"),
    ([end()], "不在任何一个月之内"),
    ([head()], "没有月末"),
    ([head(), inside("frame")], "没有月末"),
    ([head(), end(at="2026-11-03T09:00:00")], "月末与月首的时间或结账人不同"),
    ([head(), end(by="别人")], "月末与月首的时间或结账人不同"),
    ([head(), inside("frame", "1002"), inside("frame", "1001"), end()], "话务员的次序错乱"),
    ([head(), inside("frame"), inside("frame"), end()], "话务员的次序错乱"),
    ([head(), inside("frame"), inside("call", "1002"), end()], "不是话务员 1001 的"),
    ([head(), inside("bonus"), end()], "不认识的种类"),
    ([head(), inside("frame"), inside("adjustment", of="2026-10"), end()], "调整的月份 2026-10 不早于"),
    ([head(), end(), inside("frame")], "不在任何一个月之内"),
]


@pytest.mark.parametrize(("bodies", "words"), WRONG)
def test_an_order_that_no_closing_writes_is_found_though_every_hash_is_right(bodies: Any, words: str) -> None:
    with pytest.raises(LedgerBroken, match=words):
        list(checked(ledger(("2026-10", bodies))))


def test_a_clock_that_goes_back_is_found() -> None:
    later = [head(at="2026-11-01T00:00:00"), end(at="2026-11-01T00:00:00")]
    with pytest.raises(LedgerBroken, match="时钟倒退"):
        list(checked(ledger(("2026-10", [head(), end()]), ("2026-11", later))))


@pytest.mark.parametrize("month", ["2026-10", "2026-09"])
def test_a_month_that_is_not_later_than_the_one_before_is_found(month: str) -> None:
    with pytest.raises(LedgerBroken, match="月份排在 2026-10 之后"):
        list(checked(ledger(("2026-10", [head(), end()]), (month, [head(), end()]))))


def test_entries_out_of_order_are_found() -> None:
    both = ledger(("2026-10", [head(), inside("frame"), inside("operator"), end()]))
    with pytest.raises(LedgerBroken, match="缺第 2 条"):
        list(checked([both[0], both[2], both[1], both[3]]))
    with pytest.raises(LedgerBroken, match="次序错乱，应是第 3 条"):
        list(checked([both[0], both[1], both[1], both[3]]))


def test_a_month_by_itself_begins_with_its_head() -> None:
    both = ledger(("2026-10", [head(), inside("frame"), inside("operator"), end()]))
    with pytest.raises(LedgerBroken, match="前面的条目不见了"):
        list(checked(both[1:], None))


def test_a_month_does_not_follow_another_than_it_says() -> None:
    both = ledger(("2026-10", [head(), end()]))
    with pytest.raises(LedgerBroken, match="内容或哈希"):
        list(checked(both, Before(0, "1" * 64)))


@pytest.mark.parametrize("body", ["{", "[]", '"text"'])
def test_a_body_that_says_nothing_is_found(body: str) -> None:
    entry = Entry(1, "2026-10", "month", body, link(GENESIS, body))
    with pytest.raises(LedgerBroken, match="第 1 条"):
        list(checked([entry]))
