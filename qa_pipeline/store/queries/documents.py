"""Scorecards and rulesets in the versions that were used."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa_pipeline.errors import UserError
from qa_pipeline.store.rows import insert_if_absent
from qa_pipeline.store.schema import DocumentRow


def save_document(session: Session, kind: str, version: str, sha256: str, body: str) -> bool:
    """Keep a ``scorecard`` or ``ruleset`` in one version; False where it is already kept.

    Raises:
        UserError: The version is kept with other content.
    """
    is_new = session.get(DocumentRow, (kind, version)) is None
    if is_new:
        insert_if_absent(session, DocumentRow, {"kind": kind, "version": version, "sha256": sha256, "body": body})
    kept = session.get_one(DocumentRow, (kind, version))
    if kept.sha256 != sha256:
        raise UserError(
            f"{kind} {version} is in use with other content ({kept.sha256[:12]}, now {sha256[:12]})",
            f"give the changed {kind} a new version; what calls were judged by must stay as it was",
        )
    return is_new


def document(session: Session, kind: str, version: str) -> str | None:
    """Return the text of a kept document, None where there is none."""
    kept = session.get(DocumentRow, (kind, version))
    return None if kept is None else kept.body


def versions_of(session: Session, kind: str) -> tuple[str, ...]:
    """Return the versions of a kind of document that are kept, sorted."""
    return tuple(session.scalars(select(DocumentRow.version).where(DocumentRow.kind == kind).order_by("version")))
