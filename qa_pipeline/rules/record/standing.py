"""What of a call stands: without what a speaker took back and what the caller denied when it was read back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, Role, SpokenFact, Utterance

_NUMERAL = r"[\d零〇一二两三四五六七八九十百千万幺]"
_VALUE = re.compile(rf"{_NUMERAL}+|[今昨前]天|[今昨前]晚|半")
# 不是，三千六百八 puts right; 不是我不愿意 does not.
_DENIES = re.compile(
    r"^(?:哎|诶|唉|啊|哦|噢|嗯|呃|，|,)*(?:不是|不对|错了|错啦|不不|没有没有|搞错|记错|说错|弄错|写错|听错)(?!我|说|因为)"
)
# Between two values: 七点，不对，八点. 不是 alone may ask (不是吗).
_TAKES_BACK = re.compile(r"^(?:哦|啊|呃|诶|哎)?(?:不对|不是|不不|(?<=[哦噢啊])不|说错了?|记错了?|错了|口误)+$")
_CLAUSE = re.compile(r"[^，。！？；…,.!?;]+")


_SOON = 3
"""Clauses after 不对 in which the right value follows."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An utterance with its simplified text, in which commas stand for what was taken back."""

    utterance: Utterance
    text: str


def standing(ctx: CallContext) -> tuple[Standing, ...]:
    """Return the utterances of a call as they stand, in order; one that was denied has an empty text."""
    return _standing(ctx.transcript.utterances)


@lru_cache(maxsize=16)
def _standing(spoken: tuple[Utterance, ...]) -> tuple[Standing, ...]:
    denied = {before.index for before, _ in _put_right(spoken)}
    return tuple(Standing(u, "" if u.index in denied else without_slips(simplify(u.text))) for u in spoken)


def stands(fact: SpokenFact, texts: tuple[Standing, ...]) -> bool:
    """Whether a fact was neither taken back nor denied; one that runs over a pause is taken as it is."""
    owner = next((one for one in texts if one.utterance.index == fact.utterance), None)
    return owner is None or fact.text in owner.text or fact.text not in simplify(owner.utterance.text)


def put_right(ctx: CallContext) -> tuple[tuple[Utterance, Utterance], ...]:
    """Return each utterance of the operator's that the caller denied, with the reply that puts it right."""
    return _put_right(ctx.transcript.utterances)


@lru_cache(maxsize=16)
def _put_right(spoken: tuple[Utterance, ...]) -> tuple[tuple[Utterance, Utterance], ...]:
    return tuple((before, after) for before, after in pairwise(spoken) if _denied(before, after))


def without_slips(text: str) -> str:
    """Return a text in which a value that its speaker put right at once is blanked (六五年，不是，七零年)."""
    clauses = list(_CLAUSE.finditer(text))
    for place, clause in enumerate(clauses[:-1]):
        later = any(_VALUE.search(one[0]) for one in clauses[place + 1 :])
        if later and re.match(r"(?:这)?不是", clause[0]) and _VALUE.search(clause[0]):
            text = text[: clause.start()] + "，" * len(clause[0]) + text[clause.end() :]
    for place, (before, between) in enumerate(pairwise(clauses)):
        after = clauses[place + 2 : place + 2 + _SOON]
        # 晚上七点……不对，现在天黑得早，六点半: the value may come a clause or two later.
        if _TAKES_BACK.match(between[0]) and _VALUE.search(before[0]) and any(_VALUE.search(one[0]) for one in after):
            text = text[: before.start()] + "，" * len(before[0]) + text[before.end() :]
    return text


def _denied(before: Utterance, after: Utterance) -> bool:
    """Whether the caller put right with a value what the operator had just said with one."""
    if before.role is not Role.OPERATOR or after.role is not Role.CALLER:
        return False
    reply = simplify(after.text)
    return bool(_DENIES.search(reply) and _VALUE.search(reply) and _VALUE.search(simplify(before.text)))
