"""Scorecards and rulesets in the versions that were used."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from qa_pipeline.errors import UserError
from qa_pipeline.store.rows import hold_rows, insert_if_absent
from qa_pipeline.store.schema import AuditRow, DocumentRow

_AUDITED_BY = {"scorecard": AuditRow.scorecard_version, "ruleset": AuditRow.ruleset_version}


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
            f"{kind} {version} is in use with other content ({kept.sha256[:12]}, now {sha256[:12]}); "
            f"{_first_use(session, kind, version)}",
            f"write another `version` at the head of the {kind} file. What calls were judged by stays as it was. If "
            "you changed nothing, an update of the program did (a new default or parameter): give it a new version too",
        )
    return is_new


def hold_standard(session: Session, kind: str) -> None:
    """Let one at a time put a standard in force, in all processes, until this unit of work ends."""
    its = {"kind": "in_force", "version": kind}
    insert_if_absent(session, DocumentRow, {**its, "sha256": "", "body": ""})
    hold_rows(session, DocumentRow, DocumentRow.kind == its["kind"], DocumentRow.version == its["version"])


def sha256_of(session: Session, kind: str, version: str) -> str | None:
    """Return the hash of a kept document, None where there is none."""
    return session.scalar(select(DocumentRow.sha256).where(DocumentRow.kind == kind, DocumentRow.version == version))


def document(session: Session, kind: str, version: str) -> str | None:
    """Return the text of a kept document, None where there is none."""
    kept = session.get(DocumentRow, (kind, version))
    return None if kept is None else kept.body


def versions_of(session: Session, kind: str) -> tuple[str, ...]:
    """Return the versions of a kind of document that are kept, sorted."""
    return tuple(session.scalars(select(DocumentRow.version).where(DocumentRow.kind == kind).order_by("version")))


def _first_use(session: Session, kind: str, version: str) -> str:
    if kind not in _AUDITED_BY:
        return "it never changes once it is kept"
    column = _AUDITED_BY[kind]
    first, calls = session.execute(
        select(func.min(AuditRow.created_at), func.count(AuditRow.call_id.distinct())).where(column == version)
    ).one()
    if not calls:
        return "no call has been judged by it yet, but a run or a closing has taken it"
    return f"first used on {first:%Y-%m-%d %H:%M}, {calls} calls were judged by it"
