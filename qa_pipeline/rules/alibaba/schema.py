"""The objects of the published schema, in any of its spellings; fields that it does not name are kept apart.

The same object is spelt ``check_range``, ``Check_range`` or ``CheckRange`` by different interfaces, and some fields
have other names altogether (``ConditionInfoCid`` is ``cid``). Every field is optional here: what is missing is told by
whoever needs it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, model_validator


def squeezed(name: str) -> str:
    """Return a field's name without case and underscores."""
    return name.replace("_", "").lower()


def line_of(text: str, longest: int = 200) -> str:
    """Return a text on one line, without anything that cannot be printed: it goes into names and comments."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:longest]


def as_list(value: Any) -> Any:
    """Return a list that may be wrapped in an object of one field, or be JSON in a text."""
    if isinstance(value, Mapping) and len(value) == 1:
        (inner,) = value.values()
        return as_list(inner) if isinstance(inner, list | str) else value
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except ValueError:
            return [value]
    if isinstance(value, str | int | float) and not isinstance(value, bool) and value != "":
        return [value]
    return [] if value == "" else value


Texts = Annotated[tuple[str, ...], BeforeValidator(as_list)]


class Tolerant(BaseModel):
    """Reads a field under any spelling; what it does not know is in ``model_extra`` under the squeezed name."""

    model_config = ConfigDict(frozen=True, extra="allow", coerce_numbers_to_str=True)
    also: ClassVar[Mapping[str, str]] = {}

    @model_validator(mode="before")
    @classmethod
    def _respelt(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return value
        known = {squeezed(name): name for name in cls.model_fields} | dict(cls.also)
        return {known.get(squeezed(str(k)), squeezed(str(k))): v for k, v in value.items() if v is not None}

    def given(self) -> dict[str, Any]:
        """Return the fields that say something: not absent, empty, false or zero."""
        values = {name: getattr(self, name) for name in self.model_fields_set if name in type(self).model_fields}
        return {name: value for name, value in (values | (self.model_extra or {})).items() if value not in _NOTHING}


_NOTHING: tuple[Any, ...] = ("", 0, False, (), [], {})


class Anchor(Tolerant):
    """前置条件: the condition whose hits a range is counted from."""

    also = {"anchorcid": "cid"}
    cid: str = ""
    location: str = ""
    hit_time: int | None = None


class Range(Tolerant):
    """检测范围: from and to, counted in sentences."""

    also = {"from": "first", "to": "last"}
    first: int | None = None
    last: int | None = None


def _object(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) and value.lstrip().startswith("{") else value or None


class CheckRange(Tolerant):
    """检查范围 of a condition. The documentation itself once spells ``alSentencesSatisfy``."""

    also = {"alsentencessatisfy": "all_sentences_satisfy"}
    role: str = ""
    role_id: int | None = None
    anchor: Annotated[Anchor | None, BeforeValidator(_object)] = None
    range: Annotated[Range | None, BeforeValidator(_object)] = None
    absolute: bool = False
    all_sentences_satisfy: bool = False


class Param(Tolerant):
    """The parameters of all operators in one; each operator reads its own."""

    also = {"operkeywords": "keywords", "from": "first", "similarlysentence": "similarly_sentences"}
    keywords: Texts = ()
    context_chat_match: bool = False
    in_sentence: bool = False
    keyword_match_size: int | None = None
    keyword_extension: int = 0
    synonyms: dict[str, tuple[str, ...]] = {}
    case_sensitive: bool = False
    threshold: float | None = None
    regex: str = ""
    not_regex: str = ""
    score: float | None = None
    similarly_sentences: Texts = ()
    similarity_threshold: float | None = None
    first: int | None = None
    hit_time: int | None = None
    excludes: Texts = ()
    target_role: str = ""
    interval: int | None = None
    interval_end: int | None = None
    different_role: bool = False
    target: int | None = None
    from_end: bool = False
    compare_operator: str = ""
    near_dialogue: bool = False
    check_first_sentence: bool = False
    velocity_in_mint: int | None = None
    velocity: float | None = None
    min_word_size: int | None = None
    average: bool = False
    delay_time: int | None = None
    begin_type: str = ""
    end_type: str = ""
    max_emotion_change_value: int | None = None
    check_type: int | None = None
    pvalues: Texts = ()


class Operator(Tolerant):
    """算子: a type and its parameters."""

    also = {"opername": "name"}
    oid: str = ""
    id: str = ""
    name: str = ""
    type: str = ""
    param: Param = Param()


class Condition(Tolerant):
    """条件: a check range and operators, which are read one by one so that a wrong one leaves the others."""

    also = {"conditioninfocid": "cid", "operlambda": "expression", "lambda": "expression"}
    cid: str = ""
    id: str = ""
    rid: str = ""
    name: str = ""
    check_range: CheckRange = CheckRange()
    operators: Annotated[list[Any], BeforeValidator(as_list)] = []
    expression: str = ""
    exclusion: int = 0


class CheckName(Tolerant):
    """质检维度: the group of a scheme that a rule belongs to."""

    check_name: str = ""


class Rule(Tolerant):
    """规则: conditions joined by a lambda, and what a hit is worth."""

    also = {"rulelambda": "expression", "lambda": "expression", "rulename": "name", "businesscategories": "business"}
    rid: str = ""
    name: str = ""
    expression: str = ""
    triggers: Texts = ()
    comments: str = ""
    business: Annotated[list[Any], BeforeValidator(as_list)] = []
    business_category_name_list: Texts = ()
    check_type: int | None = None
    scheme_check_type: CheckName | None = None
    scheme_name: str = ""
    rule_category_name: str = ""
    target_type: int | None = None
    graph_flow: Any = None
    preq_rule: Any = None
    effective: int | None = None
    is_delete: int = 0
    full_cycle: int | None = None
    effective_start_time: str = ""
    effective_end_time: str = ""
    quality_check_type: int = 0
    level: int | None = None
    rule_score_type: int | None = None
    score_type: int | None = None
    score_num: float | None = None
    score_num_type: int | None = None
    score_name: str = ""
    score_sub_name: str = ""
    dialogues: list[Any] = []
