"""How a month's entries are written: in which format, and how free text is hashed in it.

A reason may quote a caller or name a file, so that only a hash of it is in the ledger. Short ones (属实, 无声) can be
guessed from a plain hash, as months of format 1 have it. From format 2 on the hash is keyed: each text by a key of its
own, made of the month's secret, which stays in the centre's store. Who is given the text and its key can check that
one text, and learns nothing of the others.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from qa_pipeline.ledger.canonical import sha256

UNKEYED, FORMAT = "1", "2"
"""Raised by hand when entries say something in another way, so that an old ledger is read as it was written."""
PLACES = ("decision", "notice", "excluded", "replaced")
"""What of a month has free text; a number or the id of a call follows."""


@dataclass(frozen=True, slots=True)
class Writing:
    """A month's format and its ``secret`` (64 hex characters; '' in format 1, where hashes have no key)."""

    format: str
    secret: str = ""

    def hashed(self, place: str, text: str) -> str:
        """Return the hash of free text; ``place`` tells one text of a month from the others, as in ``decision 12``."""
        if self.format == UNKEYED:
            return sha256(text)
        return hmac.new(bytes.fromhex(self.key_of(place)), text.encode(), hashlib.sha256).hexdigest()

    def key_of(self, place: str) -> str:
        """Return the key of one text, in hex: what is given to somebody who may check it."""
        return hmac.new(bytes.fromhex(self.secret), place.encode(), hashlib.sha256).hexdigest()

    @property
    def secret_sha256(self) -> str | None:
        """What a month's first entry says of its secret; None in format 1."""
        return None if self.format == UNKEYED else sha256(self.secret)
