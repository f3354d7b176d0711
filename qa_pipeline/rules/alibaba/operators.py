"""Their operator types, one function each, and which parameters each type reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from rapidfuzz import process

from qa_pipeline.rules.alibaba import sound_operators as sound
from qa_pipeline.rules.alibaba import word_operators as words
from qa_pipeline.rules.alibaba.carried import Carried
from qa_pipeline.rules.alibaba.notes import NotCarriedError, Remark, assumed
from qa_pipeline.rules.alibaba.schema import CheckRange, Operator, Param
from qa_pipeline.rules.operators.table import OPERATORS


@dataclass(frozen=True, slots=True)
class Type:
    """An operator type: its Chinese name, what carries it over, and the parameters that it reads."""

    name: str
    carry: Callable[[Param, CheckRange], Carried]
    reads: frozenset[str]


def _type(name: str, carry: Callable[[Param, CheckRange], Carried], reads: str) -> Type:
    return Type(name, carry, frozenset(reads.split()))


_KEYWORDS = (
    "keywords context_chat_match in_sentence keyword_match_size keyword_extension synonyms threshold case_sensitive"
)
TYPES: Mapping[str, Type] = {
    "HIT_ANY_KEYWORDS": _type("包含任意一个关键词", words.hit_any_keywords, _KEYWORDS),
    "INCLUDE_KEYWORDS": _type("包含全部、任意N个、全部不包含关键词", words.include_keywords, _KEYWORDS),
    "REGULAR_EXPRESSION": _type("正则表达式检查", words.regular_expression, "regex not_regex in_sentence"),
    "SIMILAR_MATCH": _type("文本相似度检查", words.similar_match, "similarly_sentences score"),
    "ADVANCED_REPEAT_DETECT": _type(
        "上下文重复", words.repetition, "first hit_time threshold excludes similarity_threshold target_role"
    ),
    "INTERVAL_GREATER": _type(
        "通话静音检查",
        sound.silence,
        "interval interval_end different_role target from_end compare_operator near_dialogue check_first_sentence",
    ),
    "SPEECH_SPEED_CHECK": _type(
        "语速检查", sound.speech_rate, "velocity_in_mint velocity min_word_size average compare_operator"
    ),
    "GRAB_WORDS": _type("抢话检查", sound.talk_over, "interval threshold delay_time"),
    "ROLE_CHECK": _type("角色判断", sound.role_check, "target_role"),
    "DURATION": _type(
        "录音时长检查、非正常挂机", sound.duration, "interval compare_operator begin_type end_type target_role"
    ),
    "ASR_EMOTION": _type("能量检测", sound.loudness, "max_emotion_change_value check_type compare_operator"),
    "EMOTION_MODEL": _type("通用检测模型", sound.abuse, "pvalues"),
    "CUSTOMER_CHECK_MODEL": _type("客户检测模型", sound.their_model, "pvalues"),
    "ABUSE_MODEL": _type("客服检测模型", sound.their_model, "pvalues"),
    "NER_MODEL": _type("信息实体检查", sound.entity, "customerparam datatype"),
}
# Types whose names are not on the pages that we know, told by a parameter that only they have.
_FAMILIES = {
    "customerparam": (
        "随录参数检查: its comparisons are numbers that no page explains",
        "write field: {name, test, value}",
    ),
    "questionthreshold": ("a check against a knowledge base of theirs", "write knowledge: {verdict}"),
    "knowledgetargetid": ("a check against a knowledge base of theirs", "write knowledge: {verdict}"),
    "llmmodelcode": ("a language model of theirs", "name its words: any_keywords or similar"),
    "dimensions": ("a language model of theirs", "name its words: any_keywords or similar"),
}


def carry(operator: Operator, there: CheckRange) -> Carried:
    """Return an operator in our words.

    Raises:
        NotCarriedError: Its type is unknown, it has no counterpart here, or its values are none that we take.
    """
    kind = TYPES.get(operator.type.strip().upper())
    if kind is None:
        raise _unknown(operator)
    carried = kind.carry(operator.param, there)
    _accepted(carried.node)
    if carried.excuse:
        _valid("regex", {"pattern": carried.excuse})
    ignored = sorted(set(operator.param.given()) - kind.reads - {"in_sentence"})
    extra: tuple[Remark, ...] = tuple(assumed(name, f"not a parameter of {kind.name}: left out") for name in ignored)
    return replace(carried, remarks=(*carried.remarks, *extra))


def _unknown(operator: Operator) -> NotCarriedError:
    if not operator.type:
        return NotCarriedError("type", "the operator has no type", f"known: {', '.join(TYPES)}")
    for name, (message, hint) in _FAMILIES.items():
        if name in (operator.param.model_extra or {}):
            return NotCarriedError("type", f'"{operator.type}": {message}', hint)
    best = process.extractOne(operator.type.upper(), list(TYPES))
    near = f"did you mean {best[0]}?" if best and best[1] >= 80 else "write the condition by hand"
    return NotCarriedError("type", f'"{operator.type}" is no operator type of the published schema', near)


def _accepted(node: Mapping[str, Any]) -> None:
    """Hold values against the limits of our own operators: one of them must not make the whole file unreadable."""
    for name, inner in node.items():
        if name in {"and", "or"}:
            for part in inner:
                _accepted(part)
        elif name in OPERATORS:
            _valid(name, inner)


def _valid(name: str, given: Any) -> None:
    ours = OPERATORS[name]
    values = given if isinstance(given, dict) else {ours.short or "": given}
    try:
        ours.params.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in (name, *first["loc"]))
        raise NotCarriedError(str(first["loc"][0] if first["loc"] else name), f"{where}: {first['msg']}") from error
