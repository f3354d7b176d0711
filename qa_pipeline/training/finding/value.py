"""How much is to be learnt of a passage: a sum of seven parts, each 0 to 1, with its reason in Chinese.

======================  ======  =================================================================================
part                    weight  full marks
======================  ======  =================================================================================
handling is clear         0.25  reviewers confirmed it, or what shows it is sure; held counts 0.8, unclear 0
words are clear           0.20  95 % of the passage's characters are expected to be right (none below 60 %)
both are heard            0.15  neither says less than 30 % of it
scenario is clear         0.10  what shows it is sure
length                    0.10  20 to 90 s
reviewed                  0.10  reviewers confirmed what the operator did (0.5 where nobody has looked)
little personal data      0.10  none; nothing is left from a fifth of its characters on: so much would be masked
======================  ======  =================================================================================

The weights are set, not measured: a trainer ranks by what makes a clip usable, and sees the parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_pipeline.language.personal.finding import Kind
from qa_pipeline.language.personal.turns import SpokenPersonal, find_in_call
from qa_pipeline.models import Role, Utterance
from qa_pipeline.models.passages import Handling, Mark
from qa_pipeline.rules.windows import heard_well
from qa_pipeline.training.finding.call import Heard
from qa_pipeline.training.finding.handling import Handled

_HANDLED = {Handling.CALMED: 1.0, Handling.ESCALATED: 1.0, Handling.GAVE_IN: 1.0, Handling.HELD: 0.8}
_EXAMPLE = {
    Handling.CALMED: "正面示范",
    Handling.HELD: "正面示范",
    Handling.ESCALATED: "反面例子",
    Handling.GAVE_IN: "反面例子",
}
_LIKELY = 0.5


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the value: its weight, 0 to 1 of it, and why in Chinese."""

    weight: float
    share: float
    why: str


def parts(call: Heard, within: Sequence[Utterance], marks: Sequence[Mark], how: Handled) -> tuple[Part, ...]:
    """Return the parts of a passage's value, the weightiest first."""
    return (
        _handling(how),
        _heard(within),
        _both(within),
        _scenario(marks),
        _length(within),
        _reviewed(how),
        _personal(call, within),
    )


def value_of(found: Sequence[Part]) -> float:
    """Return the value, 0 to 1."""
    return round(sum(part.weight * part.share for part in found), 3)


def _handling(how: Handled) -> Part:
    if how.handling is Handling.UNCLEAR:
        return Part(0.25, 0.0, "听不出话务员怎样处置")
    example = _EXAMPLE[how.handling]
    return Part(0.25, _HANDLED[how.handling] * how.confidence, f"处置清楚：{how.handling.name_zh}（{example}）")


def _heard(within: Sequence[Utterance]) -> Part:
    share = heard_well(within)
    return Part(0.20, _within(share, 0.6, 0.95), f"识别把握 {share:.0%}")


def _both(within: Sequence[Utterance]) -> Part:
    said = {role: sum(len(u.text) for u in within if u.role is role) for role in (Role.CALLER, Role.OPERATOR)}
    least = min(said.values()) / max(1, sum(said.values()))
    return Part(0.15, _within(least, 0.0, 0.3), f"来电人说了 {said[Role.CALLER]} 字，话务员 {said[Role.OPERATOR]} 字")


def _scenario(marks: Sequence[Mark]) -> Part:
    surest = max(marks, key=lambda mark: mark.confidence)
    return Part(0.10, surest.confidence, f"{surest.why}（把握 {surest.confidence:.0%}）")


def _length(within: Sequence[Utterance]) -> Part:
    seconds = (max(u.end_ms for u in within) - within[0].start_ms) / 1000
    share = min(_within(seconds, 5, 20), 1 - 0.5 * _within(seconds, 90, 120))
    return Part(0.10, share, f"长 {seconds:.0f} 秒")


def _reviewed(how: Handled) -> Part:
    return Part(0.10, 1.0, "质检员已确认") if how.confirmed else Part(0.10, 0.5, "质检员没有就此下结论")


def _personal(call: Heard, within: Sequence[Utterance]) -> Part:
    inside = {u.index for u in within}
    found = [one for one in find_in_call(call.ctx.transcript, (), _LIKELY) if not _told(one)]
    hidden = sum(p.end - p.start for one in found for p in one.parts if p.utterance in inside)
    density = hidden / max(1, sum(len(u.text) for u in within))
    return Part(0.10, 1 - _within(density, 0.0, 0.2), f"个人信息占 {density:.0%} 的字" if hidden else "没有个人信息")


def _told(one: SpokenPersonal) -> bool:
    """Whether it is a landline that the operator told: an office's, most likely (assessment.bleeps)."""
    return one.found.kind is Kind.LANDLINE and one.role is Role.OPERATOR


def _within(value: float, low: float, high: float) -> float:
    """Return where a value lies between two, 0 to 1."""
    return min(1.0, max(0.0, (value - low) / (high - low)))
