"""What a condition says of a call: yes, no, or not enough evidence.

Under a ``not`` a test is asked whether something is missing, and leans the other way where nothing is there to judge:
where there are no turns, or an anchor was never hit, nothing was said and nothing is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa_pipeline.rules.conditions.excusing import excuse, excused
from qa_pipeline.rules.conditions.language import (
    ANY,
    EVERY,
    Anchor,
    Branch,
    Check,
    Expression,
    Named,
    Test,
    Unless,
    Where,
    parts_of,
)
from qa_pipeline.rules.conditions.ranges import from_place, in_call
from qa_pipeline.rules.operators.found import Found, decide
from qa_pipeline.rules.operators.kleene import Answer, Place, Truth, all_of, any_of, negate, no, opened, unsure, yes
from qa_pipeline.rules.operators.table import OPERATORS
from qa_pipeline.rules.turns import Call, Window


def evaluate(expression: Expression, call: Call, at: Place | None = None, *, missing: bool = False) -> Answer:
    """Return what an expression says of a call.

    Args:
        expression: The condition.
        call: The call.
        at: The hit that an exception is asked about.
        missing: Whether it stands under an odd number of ``not``.
    """
    match expression:
        case Named(name=name, body=body):
            if at is not None:
                return evaluate(body, call, at, missing=missing)
            return call.once((name, missing), lambda: evaluate(body, call, missing=missing))
        case Branch(kind=kind, parts=parts):
            under = missing is not (kind == "not")
            return _joined(kind, [evaluate(part, call, at, missing=under) for part in parts])
        case Check():
            return _check(expression, call, at, missing=missing)
        case Test():
            return _test(expression, call, call.window(call.turns), Unless(), missing=missing)


def _joined(kind: str, answers: Sequence[Answer]) -> Answer:
    if kind == "not":
        return negate(answers[0])
    return all_of(answers) if kind == "and" else any_of(answers)


def _check(check: Check, call: Call, at: Place | None, *, missing: bool) -> Answer:
    if check.anchor is None:
        return _over(check, in_call(check, call), call, missing=missing)
    anchor = check.anchor
    if anchor.condition is None:
        return no() if at is None else _over(check, from_place(check, anchor.where, at, call), call, missing=missing)
    return _anchored(check, anchor, evaluate(anchor.condition, call, at), call, missing=missing)


def _anchored(check: Check, anchor: Anchor, found: Answer, call: Call, *, missing: bool) -> Answer:
    """Return what a check says beside the hits of its anchor; an anchor that may have been hit leaves it open."""
    if found.truth is Truth.NO:
        return _nothing(found, missing=missing)
    sure = found.truth is Truth.YES
    places = sorted({replace(p, sure=p.sure and sure) for p in found.places}, key=lambda p: (p.first, p.last, p.sure))
    if anchor.hit == ANY:
        places = _deciding(places, check, anchor)
    said = [(p, _over(check, from_place(check, anchor.where, p, call), call, missing=missing)) for p in places]
    if not said:
        return unsure(found.evidence)
    if anchor.hit == ANY:
        answer = any_of([_only_if(place, one) for place, one in said])
    elif anchor.hit == EVERY:
        answer = all_of([_where_it_was(place, one) for place, one in said])
        if not any(place.sure for place in places) and answer.truth is Truth.YES:
            answer = opened(answer)
    else:
        answer = _nth(said, anchor.hit, missing=missing)
    return _beside(answer, found)


def _nothing(found: Answer, *, missing: bool) -> Answer:
    return yes(found.evidence, found.confidence) if missing else no(found.evidence, found.confidence)


def _deciding(places: list[Place], check: Check, anchor: Anchor) -> list[Place]:
    """Return the hits whose ranges hold those of all others, where more turns can only mean more hits."""
    grows = isinstance(check.body, Test) and check.body.operator != "n_keywords" and not check.every
    if not grows or (check.first, check.last) != (1, -1) or anchor.where not in {Where.BEFORE, Where.AFTER}:
        return places
    outer = reversed(places) if anchor.where is Where.BEFORE else iter(places)
    kept: dict[bool, Place] = {}
    for place in outer:
        kept.setdefault(place.sure, place)
    return sorted(kept.values(), key=lambda place: (place.first, place.last))


def _only_if(place: Place, answer: Answer) -> Answer:
    """A hit that is not sure makes no YES."""
    return answer if place.sure or answer.truth is not Truth.YES else opened(answer)


def _where_it_was(place: Place, answer: Answer) -> Answer:
    """Where there was perhaps no hit, what does not hold beside it speaks against nothing."""
    return answer if place.sure or answer.truth is not Truth.NO else opened(answer)


def _nth(said: Sequence[tuple[Place, Answer]], number: int, *, missing: bool) -> Answer:
    if len(said) < number:
        return yes(()) if missing else no()
    answer = said[number - 1][1]
    if all(place.sure for place, _ in said[:number]):
        return answer
    # Which hit is the nth is not known: it holds only if it holds beside each that may be.
    none = {Truth.YES if missing else Truth.NO} if len(said) == number else set()
    possible = {one.truth for _, one in said[number - 1 :]} | none
    return answer if possible == {answer.truth} else opened(answer)


def _beside(answer: Answer, anchor: Answer) -> Answer:
    """Return the answer with what it is anchored to as evidence; it is no surer than that."""
    if answer.truth is Truth.NO:
        return answer
    evidence = tuple(dict.fromkeys((*answer.evidence, *anchor.evidence)))
    return replace(answer, evidence=evidence, confidence=min(answer.confidence, anchor.confidence))


def _over(check: Check, window: Window, call: Call, *, missing: bool) -> Answer:
    """Return what a check says of a range."""
    if not window and (nothing := _of_no_turns(check, call, missing=missing)) is not None:
        return nothing
    if check.every:
        return all_of([_whole(check, call.window((turn,)), call, missing=missing) for turn in window])
    if check.by_turn:
        return any_of([_whole(check, call.window((turn,)), call, missing=missing) for turn in window])
    return _whole(check, window, call, missing=missing)


def _of_no_turns(check: Check, call: Call, *, missing: bool) -> Answer | None:
    """Return the answer where there is nothing to look at; None where the operators speak of the call all the same."""
    tests = [one for one in parts_of(check.body) if isinstance(one, Test)]
    if all(OPERATORS[one.operator].of_call for one in tests) and not (check.every or check.by_turn):
        return None
    if check.role is not None and call.turns and not call.of(check.role):
        return unsure()  # nothing was heard of that role: who knows what it said
    return _nothing(no(), missing=missing)


def _whole(check: Check, window: Window, call: Call, *, missing: bool) -> Answer:
    """Return what a check says of some turns, exceptions of what it misses taken into account."""
    answer = _body(check, check.body, window, call, missing=missing, denied=False)
    if not check.unless or not any(isinstance(one, Branch) and one.kind == "not" for one in parts_of(check.body)):
        return answer
    return excused(answer, check.unless, call, window, evaluate)


def _body(check: Check, body: Expression, window: Window, call: Call, *, missing: bool, denied: bool) -> Answer:
    match body:
        case Branch(kind=kind, parts=parts):
            turn = kind == "not"
            return _joined(
                kind,
                [
                    _body(check, part, window, call, missing=missing is not turn, denied=denied is not turn)
                    for part in parts
                ],
            )
        case Test():
            # An exception to what a check denies excuses the whole check, never the hits that speak for somebody.
            return _test(body, call, window, Unless() if denied else check.unless, missing=missing)
        case _:
            return evaluate(body, call, missing=missing)


def _test(test: Test, call: Call, window: Window, unless: Unless, *, missing: bool) -> Answer:
    operator = OPERATORS[test.operator]
    asked = operator.missing if missing and operator.missing is not None else operator.test
    found = asked(call, window, test.params)
    if isinstance(found, Found) and found.needed:
        return decide(replace(found, hits=excuse(found.hits, unless, call, evaluate)), call.sure)
    answer = decide(found, call.sure) if isinstance(found, Found) else found
    return excused(answer, unless, call, window, evaluate)
