"""The one text that a value has in the ledger, so that a hash over it means something.

JSON as RFC 8785 has it, for the values that the ledger uses: keys sorted, nothing padded, characters as they are in
UTF-8. There are no floats, whose text depends on who writes it: decimals and times are text, hashes hex.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

Body = dict[str, Any]


def canonical(value: object) -> str:
    """Return the text of plain values: mappings with text keys, lists, text, whole numbers, true, false and null.

    Raises:
        TypeError: There is a float in it, or something that is not plain.
    """
    _refuse_floats(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def sha256(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def _refuse_floats(value: object) -> None:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in parts:
        # Most of a month's million entries is text in lists: looked at without a call each.
        if type(part) is not str:
            _refuse_floats(part)
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a float; the ledger keeps decimals as text")


def text_or_none(value: object) -> str | None:
    """Return a value as an entry has it; what is not known stays so."""
    return None if value is None else str(value)
