"""Errands as somebody may see them: not all may know which call a clip is cut from, or what a trial says of people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from qa_pipeline.errors import QaError
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.errands import Errand, ErrandKind
from qa_pipeline.models.tokens import Scope
from qa_pipeline.web.desk import Desk

WHERE = frozenset({"call", "start_ms", "end_ms", "masks"})
"""Parameters of a clip's errand that say where it is cut from; masks have their times in the call."""
TRIAL_SCOPES = frozenset({Scope.MONTHS_READ, Scope.STANDARDS_READ})
"""What a token needs for the report of a trial: operators' means and grades, by a standard."""
UNNAMED = "…"


def errand_seen(desk: Desk, person: Person, errand: Errand) -> Errand:
    """Return an errand without what its person, or the token that acts for them, may not know."""
    if errand.kind is ErrandKind.CLIP and not desk.sees_all(person):
        call = errand.parameters.get("call", "")
        told = {name: value for name, value in errand.parameters.items() if name not in WHERE}
        return replace(errand, parameters=told, error=_unnamed(errand.error, call), hint=_unnamed(errand.hint, call))
    if errand.kind is ErrandKind.WHAT_IF and person.lacks(TRIAL_SCOPES):
        return replace(errand, report={})
    return errand


@contextmanager
def call_unnamed(desk: Desk, person: Person, call_id: str) -> Iterator[None]:
    """Let a refusal go on to who may not hear a call without the number of it; others read it as it is."""
    try:
        yield
    except QaError as refused:
        if desk.sees_all(person) or call_id not in f"{refused.message}{refused.hint}":
            raise
        raise type(refused)(_unnamed(refused.message, call_id), _unnamed(refused.hint, call_id)) from None


def _unnamed(text: str, call_id: str) -> str:
    return text.replace(call_id, UNNAMED) if call_id else text
