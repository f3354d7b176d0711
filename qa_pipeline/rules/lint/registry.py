"""Runs the checks of a ruleset."""

from __future__ import annotations

from pathlib import Path

from qa_pipeline.checks import Check, checks_of
from qa_pipeline.checks import Found as AnyFound
from qa_pipeline.rules.lint import checks
from qa_pipeline.rules.lint.subject import Flaw, Subject
from qa_pipeline.rules.ruleset import load_ruleset
from qa_pipeline.rules.shipped import DEFAULT

Found = AnyFound[Flaw]
"""A flaw of a ruleset with the check that found it."""


def all_checks() -> tuple[Check[Subject, Flaw], ...]:
    """Return every check, by module and in its order there."""
    return checks_of(checks)


def lint(path: Path | None = None, *, shipped_too: bool = False) -> tuple[Found, ...]:
    """Check a ruleset; the findings by line.

    Args:
        path: YAML file; None for the shipped ruleset.
        shipped_too: Also what stands in the shipped ruleset just so.

    Raises:
        RulesetError: It does not load.
    """
    source = path or DEFAULT
    subject = Subject.of(source, load_ruleset(source), load_ruleset())
    found = [one for check in all_checks() for one in check.found(subject) if shipped_too or not one.flaw.shipped]
    return tuple(sorted(found, key=lambda one: (one.flaw.line, one.check)))
