"""Operators on the call log and the work order, and on the size of the call."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Literal

from pydantic import Field, model_validator

from qa_pipeline.models import Role
from qa_pipeline.rules.evidence import field_value, said, said_in
from qa_pipeline.rules.hanging_up import who_hung_up
from qa_pipeline.rules.matching import Phrase, find
from qa_pipeline.rules.operators.kleene import Answer, no, unsure, yes
from qa_pipeline.rules.operators.strict import Strict
from qa_pipeline.rules.turns import Call, Turn, Window

_CALL_FIELDS = {
    "工号": "operator_id",
    "班次": "shift",
    "来电号码": "caller_number",
    "满意度": "satisfaction",
    "时长秒": "duration_s",
}


class FieldTest(Strict):
    """A field of the work order (or, ``of: call``, of the call log) under its Chinese name, and a test on it."""

    name: str = Field(min_length=1)
    of: Literal["work_order", "call"] = "work_order"
    test: Literal["==", "!=", ">", "<", ">=", "<=", "in", "contains", "empty"]
    value: str | int | tuple[str, ...] = ""

    @model_validator(mode="after")
    def _makes_sense(self) -> FieldTest:
        if self.of == "call" and self.name not in _CALL_FIELDS:
            raise ValueError(f"the call log has {', '.join(_CALL_FIELDS)}")
        if self.test == "in" and not isinstance(self.value, tuple):
            raise ValueError("test in needs a list of values")
        if self.test != "empty" and self.value == "":
            raise ValueError(f"test {self.test} needs a value")
        if self.test in {">", "<", ">=", "<="} and number_of(str(self.value)) is None:
            raise ValueError(f"test {self.test} needs a number, not {self.value!r}")
        return self


class HangUp(Strict):
    """Who ended the call, ``after`` whose words; ``without``: words that nobody said in the last ``last`` turns."""

    who: Role
    after: Role | None = None
    without: tuple[Phrase, ...] = ()
    last: int = Field(default=4, ge=1, le=20)


class Size(Strict):
    """A number that is more or less than a bound."""

    above: int | None = Field(default=None, ge=0)
    below: int | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _has_a_bound(self) -> Size:
        if self.above is None and self.below is None:
            raise ValueError("give above, below or both")
        if self.above is not None and self.below is not None and self.below > self.above:
            raise ValueError(f"every number is below {self.below} or above {self.above}")
        return self


def field(call: Call, window: Window, wanted: FieldTest) -> Answer:
    """Whether a field passes a test; unsure without a work order, or where a number was wanted and none is there."""
    del window
    ctx = call.ctx
    if wanted.of == "work_order" and ctx.work_order is None:
        return unsure()
    if wanted.of == "call":
        raw = getattr(ctx.call, _CALL_FIELDS[wanted.name])
        text = "" if raw is None else str(raw)
    else:
        text = ctx.work_order.get(wanted.name).strip() if ctx.work_order else ""
    held = _holds(text, wanted)
    evidence = [field_value(ctx, wanted.name, text, f"{wanted.test} {wanted.value}".strip())]
    return unsure(evidence) if held is None else yes(evidence) if held else no(evidence)


def _holds(text: str, wanted: FieldTest) -> bool | None:
    match wanted.test:
        case "empty":
            return not text
        case "contains":
            return str(wanted.value) in text
        case "in":
            return isinstance(wanted.value, tuple) and text in wanted.value
        case "==":
            return text == str(wanted.value)
        case "!=":
            return text != str(wanted.value)
    number, bound = number_of(text), number_of(str(wanted.value))
    if number is None or bound is None:
        return None
    return {">": number > bound, "<": number < bound, ">=": number >= bound, "<=": number <= bound}[wanted.test]


def number_of(text: str) -> Decimal | None:
    """Return the number that a field holds; None where it holds none."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def hang_up(call: Call, window: Window, wanted: HangUp) -> Answer:
    """Whether somebody ended the call, without parting words if those are named.

    Unsure where the log is silent and only the sound says that the operator did: it is too little to accuse by.
    """
    del window
    ctx = call.ctx
    who, _ = who_hung_up(ctx)
    if who is Role.UNKNOWN:
        return unsure()
    if who is not wanted.who:
        return no()
    if wanted.after is not None and (not call.turns or call.turns[-1].role is not wanted.after):
        return no([said_in(turn.passage, note="最后的话") for turn in call.turns[-1:]])
    ending = call.utterances(call.turns[-wanted.last :])
    parted = wanted.without and find(wanted.without, ending)
    if parted:
        return no([hit.evidence() for hit in parted])
    evidence = [said(u, "挂机前的话") for u in ending]
    last = call.window(call.turns[-wanted.last :])
    if wanted.without and (call.not_understood(last) or not last or last.heard < call.sure):
        return unsure(evidence)
    accused_by_sound = who is Role.OPERATOR and ctx.call.hang_up_by is Role.UNKNOWN
    return unsure(evidence) if accused_by_sound else yes(evidence)


def duration(call: Call, window: Window, wanted: Size) -> Answer:
    """Whether the call's length in seconds lies outside of its bounds."""
    return _outside(call.ctx.recording.duration_ms / 1000, window or call.turns, wanted)


def utterance_count(call: Call, window: Window, wanted: Size) -> Answer:
    """Whether the number of turns in the range lies outside of its bounds."""
    return _outside(len(window), window or call.turns, wanted)


def _outside(number: float, window: Sequence[Turn], wanted: Size) -> Answer:
    above = wanted.above is not None and number > wanted.above
    below = wanted.below is not None and number < wanted.below
    return yes([said_in(turn.passage) for turn in window[:1]]) if above or below else no()
