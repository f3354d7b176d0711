"""Runs the checks of a knowledge base."""

from __future__ import annotations

from qa_pipeline.checks import Check, checks_of
from qa_pipeline.checks import Found as AnyFound
from qa_pipeline.knowledge.base.lint import checks
from qa_pipeline.knowledge.base.lint.subject import Base, Fault

Found = AnyFound[Fault]
"""A fault of a base with the check that found it; the check's name is its code."""


def all_checks() -> tuple[Check[Base, Fault], ...]:
    """Return every check by its code."""
    return tuple(sorted(checks_of(checks), key=lambda check: check.name))


def lint(base: Base) -> tuple[Found, ...]:
    """Check a base; the findings by entry, version and code."""
    return tuple(sorted((one for check in all_checks() for one in check.found(base)), key=_order))


def _order(found: Found) -> tuple[str, int, str]:
    entry = found.flaw.filed.entry
    return entry.entry_id, entry.version, found.check
