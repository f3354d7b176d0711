"""What a condition says of a call: yes, no, or not enough evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa_pipeline.rules.conditions.excusing import excuse, excused
from qa_pipeline.rules.conditions.language import ANY, EVERY, Anchor, Branch, Check, Expression, Named, Test
from qa_pipeline.rules.conditions.ranges import from_place, in_call
from qa_pipeline.rules.operators.found import Found, decide
from qa_pipeline.rules.operators.kleene import Answer, Place, Truth, all_of, any_of, negate, no, unsure
from qa_pipeline.rules.operators.table import OPERATORS
from qa_pipeline.rules.turns import Call, Window


def evaluate(expression: Expression, call: Call, at: Place | None = None) -> Answer:
    """Return what an expression says of a call; ``at`` is the hit that an exception is asked about."""
    match expression:
        case Named(body=body):
            return evaluate(body, call, at)
        case Branch(kind=kind, parts=parts):
            return _joined(kind, [evaluate(part, call, at) for part in parts])
        case Check():
            return _check(expression, call, at)
        case Test():
            return _test(expression, call, call.window(call.turns))


def _joined(kind: str, answers: Sequence[Answer]) -> Answer:
    if kind == "not":
        return negate(answers[0])
    return all_of(answers) if kind == "and" else any_of(answers)


def _check(check: Check, call: Call, at: Place | None) -> Answer:
    if check.anchor is None:
        return _over(check, in_call(check, call), call)
    anchor = check.anchor
    if anchor.condition is None:
        return no() if at is None else _over(check, from_place(check, anchor.where, at, call), call)
    return _anchored(check, anchor, evaluate(anchor.condition, call, at), call)


def _anchored(check: Check, anchor: Anchor, found: Answer, call: Call) -> Answer:
    """Return what a check says beside the hits of its anchor; an anchor that may have been hit leaves it open."""
    if found.truth is Truth.NO:
        return no(found.evidence, found.confidence)
    places = sorted(set(found.places), key=lambda place: (place.first, place.last))
    said = [(place, _over(check, from_place(check, anchor.where, place, call), call)) for place in places]
    if not said:
        return unsure(found.evidence)
    if anchor.hit == ANY:
        answer = any_of([_only_if(place, one) for place, one in said])
    elif anchor.hit == EVERY:
        answer = all_of([_where_it_was(place, one) for place, one in said])
        if not any(place.sure for place in places) and answer.truth is Truth.YES:
            answer = unsure(answer.evidence)
    else:
        answer = _nth(said, anchor.hit)
    return _beside(answer, found)


def _only_if(place: Place, answer: Answer) -> Answer:
    """A hit that is not sure makes no YES."""
    return answer if place.sure or answer.truth is not Truth.YES else unsure(answer.evidence)


def _where_it_was(place: Place, answer: Answer) -> Answer:
    """Where there was perhaps no hit, what does not hold beside it speaks against nothing."""
    return answer if place.sure or answer.truth is not Truth.NO else unsure(answer.evidence)


def _nth(said: Sequence[tuple[Place, Answer]], number: int) -> Answer:
    if len(said) < number:
        return no()
    answer = said[number - 1][1]
    if all(place.sure for place, _ in said[:number]):
        return answer
    # Which hit is the nth is not known: it holds only if it holds beside each that may be.
    possible = {one.truth for _, one in said[number - 1 :]} | ({Truth.NO} if len(said) == number else set())
    return answer if possible == {answer.truth} else unsure(answer.evidence)


def _beside(answer: Answer, anchor: Answer) -> Answer:
    """Return the answer with what it is anchored to as evidence; it is no surer than that."""
    if answer.truth is Truth.NO:
        return answer
    evidence = tuple(dict.fromkeys((*answer.evidence, *anchor.evidence)))
    return replace(answer, evidence=evidence, confidence=min(answer.confidence, anchor.confidence))


def _over(check: Check, window: Window, call: Call) -> Answer:
    """Return what a check says of a range; of no turns at all it holds nothing."""
    if check.every:
        answer = all_of([_body(check, check.body, call.window((turn,)), call) for turn in window]) if window else no()
    elif check.by_turn:
        answer = any_of([_body(check, check.body, call.window((turn,)), call) for turn in window])
    else:
        answer = _body(check, check.body, window, call)
    return answer


def _body(check: Check, body: Expression, window: Window, call: Call) -> Answer:
    match body:
        case Branch(kind=kind, parts=parts):
            return _joined(kind, [_body(check, part, window, call) for part in parts])
        case Test():
            return _test(body, call, window, check)
        case _:
            return evaluate(body, call)


def _test(test: Test, call: Call, window: Window, check: Check | None = None) -> Answer:
    found = OPERATORS[test.operator].test(call, window, test.params)
    unless = check.unless if check is not None else None
    if isinstance(found, Found):
        hits = found.hits if unless is None or not found.needed else excuse(found.hits, unless, call, evaluate)
        answer = decide(replace(found, hits=hits), call.sure)
        whole = unless if not found.needed else None
    else:
        answer, whole = found, unless
    return answer if whole is None else excused(answer, whole, call, window, evaluate)
