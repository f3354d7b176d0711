"""What a ledger needs of the store beside a month's own records: its secret, and the texts that are kept."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from typing import TypeVar

from sqlalchemy.orm import Session

from qa_pipeline.ledger.canonical import Body, sha256
from qa_pipeline.ledger.writing import FORMAT, UNKEYED, Writing
from qa_pipeline.store.codec import decode
from qa_pipeline.store.queries.documents import document, save_document
from scoring.documents import mapping_sha256
from scoring.pay import PayScheme, scheme_mapping
from scoring.scorecard import Scorecard, scorecard_mapping

KEY_KIND = "ledger_secret"
T = TypeVar("T")


def new_writing(session: Session, month: str) -> Writing:
    """Return how a month that is being settled is written, by a secret that is made for it and kept in the store."""
    secret = document(session, KEY_KIND, month) or secrets.token_hex(32)
    save_document(session, KEY_KIND, month, sha256(secret), secret)
    return Writing(FORMAT, secret)


def writing_of(session: Session, head: Body) -> Writing | None:
    """Return how a month was written, by its first entry; None where the store does not have its secret any more."""
    if head["format"] == UNKEYED:
        return Writing(UNKEYED)
    secret = document(session, KEY_KIND, head["month"])
    if secret is None or sha256(secret) != head["reasons_key_sha256"]:
        return None
    return Writing(head["format"], secret)


def ruleset_texts(session: Session, versions: Collection[str]) -> dict[str, str | None]:
    """Return the SHA-256 of what is kept of rulesets, by version; None of one that is not kept."""
    texts = {version: document(session, "ruleset", version) for version in sorted(versions)}
    return {version: None if text is None else sha256(text) for version, text in texts.items()}


def standards_kept(session: Session, head: Body) -> Body:
    """Return what is kept of the scorecard and the pay scheme that a month's first entry has, as it has them.

    One that is not kept, since the month was settled by another version of the program, is taken as it stands.
    """
    card, scheme = head["scorecard"], head["pay_scheme"]
    return {
        "scorecard": _kept(session, "scorecard", Scorecard, scorecard_mapping, card),
        "pay_scheme": None if scheme is None else _kept(session, "pay_scheme", PayScheme, scheme_mapping, scheme),
    }


def _kept(session: Session, kind: str, of: type[T], mapping: Callable[[T], dict[str, object]], said: Body) -> Body:
    text = document(session, kind, said["body"]["version"])
    if text is None:
        return said
    found = decode(of, text)
    return {"sha256": mapping_sha256(mapping(found)), "body": mapping(found)}
