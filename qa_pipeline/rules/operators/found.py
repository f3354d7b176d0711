"""What an operator found, hit by hit, before anything was excused: one place makes three-valued answers of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import nextafter

from qa_pipeline.models import Evidence
from qa_pipeline.rules.operators.kleene import Answer, Place, no, unsure, yes
from qa_pipeline.rules.turns import Call, Window

__all__ = ["Found", "Place", "Seen", "decide", "doubted", "found_in"]


@dataclass(frozen=True, slots=True)
class Seen:
    """One hit. ``group``: hits of one group count once (the same phrase said twice is one phrase)."""

    evidence: tuple[Evidence, ...]
    confidence: float
    place: Place | None = None
    group: object = None


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a range of turns.

    Args:
        hits: In the order of the call.
        needed: How many make a YES; 0: none may be there.
        unheard: Something in the range was not understood, so that nothing can be called missing.
        looked: Where was looked, so that a NO can be played.
        heard: How sure a NO is.
    """

    hits: tuple[Seen, ...]
    needed: int = 1
    unheard: bool = False
    looked: tuple[Evidence, ...] = ()
    heard: float = 1.0


def found_in(call: Call, window: Window, hits: Sequence[Seen], needed: int = 1) -> Found:
    """Return what was found among the words of a range, with what its words tell of what was not found."""
    return Found(tuple(hits), needed, call.not_understood(window), window.looked, window.heard)


def decide(found: Found, sure: float) -> Answer:
    """Return what was found as an answer; hits less likely than ``sure`` leave it open."""
    if not found.needed:
        return _none(found, sure)
    groups = _grouped(found.hits)
    certain = sorted((hit.confidence for hit in groups if hit.confidence >= sure), reverse=True)
    evidence = [piece for hit in found.hits for piece in hit.evidence]
    places = tuple(replace(h.place, sure=h.confidence >= sure) for h in found.hits if h.place is not None)
    if len(certain) >= found.needed:
        return replace(yes(evidence, certain[found.needed - 1]), places=places)
    if len(groups) >= found.needed or found.unheard:
        return replace(unsure(evidence or found.looked), places=tuple(replace(place, sure=False) for place in places))
    return no(found.looked, found.heard)


def _none(found: Found, sure: float) -> Answer:
    certain = [hit for hit in found.hits if hit.confidence >= sure]
    if certain:
        best = max(hit.confidence for hit in certain)
        return no([piece for hit in certain for piece in hit.evidence], best)
    if found.hits or found.unheard:
        return unsure([piece for hit in found.hits for piece in hit.evidence] or found.looked)
    return yes(found.looked, found.heard)


def doubted(hit: Seen, sure: float) -> Seen:
    """Return a hit that something perhaps excuses: it no longer counts as sure."""
    return replace(hit, confidence=min(hit.confidence, nextafter(sure, -1.0)))


def _grouped(hits: Sequence[Seen]) -> list[Seen]:
    best: dict[object, Seen] = {}
    for number, hit in enumerate(hits):
        key = ("alone", number) if hit.group is None else ("group", hit.group)
        if key not in best or best[key].confidence < hit.confidence:
            best[key] = hit
    return list(best.values())
