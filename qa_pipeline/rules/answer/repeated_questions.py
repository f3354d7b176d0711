"""AN01, item C1: the same question asked over and over."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field, field_validator

from qa_pipeline.language.nearness import Sounds, may_be_near
from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, Role, Standing, Utterance
from qa_pipeline.rules.base import Finding, Params, failed, passed, rule, undetermined
from qa_pipeline.rules.evidence import said
from qa_pipeline.rules.windows import heard_well, turns, unclear

_CLAUSE = re.compile(r"[，。？！；,?!;\s]+")
_PERHAPS_ASKS = re.compile(r"[那拿](?:个|儿|里|位|条|家|一)")
"""哪 as it is often written: what is repeated with these words alone may be no question, and goes to a person."""
_AROUND = 100
"""Clauses before and after: what is asked again later than that (some ten minutes) was forgotten, not ignored."""
_ASKS = re.compile(r"哪|什么|多少|几[个点号栋楼月年]|怎么|谁|贵姓|是不是|有没有|吗$|呢$|如何|称呼")


class RepeatedQuestionParams(Params):
    """How often, how alike, and which questions may be asked again."""

    times: int = Field(default=3, ge=2, le=10, description="同一个问题问到第几遍算重复追问")
    ignore_under: int = Field(default=4, ge=2, le=20, description="少于几个字的问话不算")
    distance: float = Field(default=0.2, ge=0, le=0.6, description="两句问话读音相差多少以内算同一个问题")
    exceptions: tuple[str, ...] = Field(
        default=(
            "还有",
            "还需要",
            "其他",
            "其它",
            "帮助",
            "帮您",
            "帮到",
            "听得",
            "听到",
            "在吗",
            "核对",
            "对吗",
            "确认",
            "方便",
        ),
        description="含有这些字的问话不算（复述核对、询问其他需求等）",
    )

    @field_validator("exceptions")
    @classmethod
    def _not_blank(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(not text.strip() for text in value):
            raise ValueError("an exception needs at least one character")
        return value


@dataclass(frozen=True, slots=True)
class _Clause:
    number: int
    turn: int
    text: str
    utterance: Utterance


@rule(code="AN01", item="C1", name="不重复追问", params=RepeatedQuestionParams, standing=Standing.DEDUCT)
def repeated_questions(ctx: CallContext, params: RepeatedQuestionParams) -> Finding:
    """Whether the operator asked one question three times or more.

    What: 取出话务员每一轮话里的问句，按读音比较，数同一个问题在几轮话里问过。
    Why: 来电人已经说过的，再三追问说明没有在听。
    Passes: 每个问题最多问两遍；复述核对、询问其他需求、确认线路不算。
    Fails: 同一个问题在三轮或更多轮话里问过。
    Undetermined: 重复追问之间来电人的话没有听清（可能来电人没有回答），或者问话识别把握不足；
        重复的话只是听起来像问话（“哪个”识别成“拿个”）。
    Source: 默认评分标准C1。
    """
    repeated = _most_repeated(_clauses(ctx, params), params)
    if len(repeated) < params.times:
        return passed("没有重复追问同一个问题", confidence=heard_well(ctx.transcript.of(Role.OPERATOR)))
    first, last = repeated[0].utterance, repeated[-1].utterance
    evidence = [said(q.utterance, f"第{number}次") for number, q in enumerate(repeated, 1)]
    reason = f"同一个问题问了{len(repeated)}遍：“{min((q.text for q in repeated), key=len)}”"
    if not any(_ASKS.search(q.text) for q in repeated):
        return undetermined(f"{reason}；听起来像问话，识别写的不是问话，请人工复核", evidence)
    if unclear(ctx, Role.CALLER, first.end_ms, last.start_ms):
        return undetermined(f"{reason}；其间来电人的话没有听清，请人工复核", evidence)
    return failed(reason, evidence, confidence=heard_well([q.utterance for q in repeated]))


def _clauses(ctx: CallContext, params: RepeatedQuestionParams) -> list[_Clause]:
    found = (
        (place, clause, utterance)
        for place, turn in enumerate(turns(ctx))
        if turn[0].role is Role.OPERATOR
        for utterance in turn
        for clause in _CLAUSE.split(simplify(utterance.text))
        if len(clause) >= params.ignore_under and not any(text in clause for text in params.exceptions)
    )
    return [_Clause(number, *one) for number, one in enumerate(found)]


def _most_repeated(clauses: Sequence[_Clause], params: RepeatedQuestionParams) -> list[_Clause]:
    """Return the question that was asked in most turns, each time it was.

    Short ones first, since a question is asked again inside of a longer one; what was found to be a repetition is not
    looked for again.
    """
    known: set[int] = set()
    best: list[_Clause] = []
    asking = [c for c in clauses if _ASKS.search(c.text) or _PERHAPS_ASKS.search(c.text)]
    for seed in sorted(asking, key=lambda c: (len(c.text), c.number)):
        if seed.number in known:
            continue
        same = _same(seed, clauses, params)
        known.update(clause.number for clause in same)
        best = max(best, same, key=len)
    return best


def _same(seed: _Clause, clauses: Sequence[_Clause], params: RepeatedQuestionParams) -> list[_Clause]:
    """Return the first clause of each turn that contains ``seed`` by its sound."""
    around = clauses[max(0, seed.number - _AROUND) : seed.number + _AROUND]
    possible = [clause for clause in around if may_be_near(seed.text, clause.text, params.distance)]
    distances = Sounds((seed.text,)).distances_to_each(*(clause.text for clause in possible))[0]
    found: dict[int, _Clause] = {}
    for clause, distance in zip(possible, distances, strict=True):
        if distance <= params.distance:
            found.setdefault(clause.turn, clause)
    return list(found.values())
