"""What people write into packs: of a length, and without anybody's number in it, since a pack is taken away."""

from __future__ import annotations

from collections.abc import Collection

from qa_pipeline.errors import UserError
from qa_pipeline.language.personal.finder import LIKELY, find_numbers
from qa_pipeline.language.personal.finding import Kind

_NOBODY_MAY_TAKE = frozenset({Kind.MOBILE, Kind.IDENTITY, Kind.PLATE, Kind.BANK, Kind.EMAIL, Kind.WECHAT, Kind.QQ})
_LOCAL = 7
"""Digits of a landline without its area code."""


def clean(text: str, what: str, most: int, known: str = "", public: Collection[str] = ()) -> str:
    """Return a text without space around it.

    Args:
        text: As it was written.
        what: What it is, for the refusal (Chinese).
        most: The most characters that it may have.
        known: What anybody may know, such as an entry of the knowledge base: numbers that stand in it are no one's own.
        public: Bare digits of numbers that anybody may know; a landline is an office's only if it is among them.

    Raises:
        UserError: It is too long, holds control characters, or what looks like somebody's number, plate or account.
    """
    tidy = text.replace("\r\n", "\n").strip()
    if len(tidy) > most:
        raise UserError(f"“{what}”有 {len(tidy)} 个字，最多 {most} 个", "写短些")
    if any(c < " " and c not in "\n\t" for c in tidy):
        raise UserError(f"“{what}”里有控制字符", "重新输入，不要从别处粘贴")
    for one in find_numbers(tidy):
        likely = one.kind in _NOBODY_MAY_TAKE and one.probability >= LIKELY
        home = one.kind is Kind.LANDLINE and not _office(one.value, public)
        if (likely or home) and one.text not in known:
            raise UserError(
                f"“{what}”里的“{one.text}”像是{one.kind.name_zh}", "课包会发出去：去掉，或换成“某人”“某号码”"
            )
    return tidy


def _office(number: str, public: Collection[str]) -> bool:
    """Whether a landline is known to be an office's, with its area code or without."""
    local = [one for one in public if one.isdigit() and len(one) >= _LOCAL]
    return any(number.endswith(one) or one.endswith(number) for one in local)
