"""Their rules in our words: which item, what for, under which condition, and why one is only written as a comment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from qa_pipeline.rules.alibaba.notes import Place, Remark, approximated, dropped
from qa_pipeline.rules.alibaba.schema import Rule, line_of

UNCHOSEN = "待定"
"""Stands where an item must be chosen; a ruleset with it is refused when it is loaded."""

_ALL_BUSINESS = {"全部", "所有", "所有业务", "全部业务"}
_BONUS, _DEDUCTION = 1, 3
_ABOUT_THE_CALLER = 3
_FLOW_RULE = 11
_LEVELS = {0: "重度违规", 1: "中度违规", 2: "轻度违规"}
# What runs the service and says nothing about what a rule checks.
ADMINISTRATIVE = frozenset(
    (
        "status", "starttime", "endtime", "weight", "isonline", "createempid", "createempname", "createtime",
        "lastupdatetime", "lastupdateempid", "lastupdateempname", "deny", "scoresubid", "scoreid",
        "scoredeleted", "operationmode", "meet", "taskflowtype", "schemeid", "schemerulemappingid",
        "modifytype", "sortindex", "ruletype", "taskflowid", "externalproperty", "type", "autoreview",
        "scorerulehittype", "configtype", "usergroup", "isselect",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person who imports decides.

    ``item``: for every rule that ``items`` (by rule id, rule name, or name of its score or group) does not name.
    ``any_business``: take rules that are limited to lines of business as rules for every call.
    """

    item: str = ""
    items: Mapping[str, str] | None = None
    any_business: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What a rule says of itself: its name and reasons, and why (if anything) it must not run as it stands."""

    name: str
    item: str
    why: str
    source: str
    stops: tuple[Remark, ...]
    remarks: tuple[Remark, ...]


def told(rule: Rule, place: Place, choices: Choices) -> Told:
    """Read everything of a rule but its condition."""
    name = line_of(rule.name) or f"规则{rule.rid or place.path}"
    item = _item(rule, choices)
    remarks = [*_scores(rule), *_asides(rule), *_unknown(rule)]
    scheme = f"，质检方案“{line_of(rule.scheme_name)}”" if rule.scheme_name else ""
    source = f"阿里云智能对话分析，规则 {line_of(rule.rid) or '（无编号）'}{scheme}"
    return Told(name, item or UNCHOSEN, line_of(rule.comments), source, tuple(_stops(rule, choices)), tuple(remarks))


def _item(rule: Rule, choices: Choices) -> str:
    group = rule.scheme_check_type.check_name if rule.scheme_check_type else ""
    for key in (rule.rid, rule.name, rule.score_sub_name, rule.score_name, group, rule.rule_category_name):
        if key and key in (choices.items or {}):
            return (choices.items or {})[key]
    return choices.item


def _stops(rule: Rule, choices: Choices) -> Iterator[Remark]:
    """Yield why a rule must not run: it would accuse where theirs does not."""
    if rule.target_type == _FLOW_RULE or rule.graph_flow:
        yield dropped("graphFlow", "流程规则: a flow of nodes has no counterpart", "write its steps with anchors")
    if rule.preq_rule:
        yield dropped("preqRule", "a rule that only counts after another", "write the other's condition as applies")
    if rule.is_delete or rule.effective == 0:
        yield dropped("effective", "it is switched off or deleted there", "uncomment it if it is wanted")
    if rule.full_cycle == 0 and (rule.effective_start_time or rule.effective_end_time):
        span = f"{rule.effective_start_time or '…'} – {rule.effective_end_time or '…'}"
        yield dropped(
            "effectiveStartTime", f"it holds for {line_of(span)} only", "put it into the ruleset of those months"
        )
    if rule.score_type == _BONUS or "正向" in rule.rule_category_name:
        hint = "if its absence is a fault, uncomment it with when: {not: ...}"
        yield dropped("scoreType", "a hit gives points there; here a rule says what is wrong", hint)
    if rule.check_type == _ABOUT_THE_CALLER:
        hint = "use its conditions as anchors, or uncomment it"
        yield dropped("checkType", "客户态度检测: it is about the caller, no fault of the operator's", hint)
    lines = [one for one in _business(rule) if one not in _ALL_BUSINESS]
    if lines and not choices.any_business:
        message = f"it holds for {', '.join(lines[:5])} only, and calls have no line of business here"
        yield dropped("business", message, "import with --any-business if all calls of the centre are meant")


def _business(rule: Rule) -> list[str]:
    found = list(rule.business_category_name_list)
    for one in rule.business:
        if isinstance(one, Mapping):
            names = {str(key).lower().replace("_", ""): value for key, value in one.items()}
            found.append(str(names.get("businessname") or names.get("name") or names.get("bid") or ""))
        else:
            found.append(str(one))
    return [line_of(one) for one in found if one]


def _scores(rule: Rule) -> Iterator[Remark]:
    if rule.score_num:
        how = "takes" if rule.score_type == _DEDUCTION else "is worth"
        item = line_of(rule.score_sub_name or rule.score_name)
        message = f"it {how} {rule.score_num:g} points there{f' ({item})' if item else ''}"
        yield dropped("scoreNum", message, "here the scorecard's item has the points")


def _asides(rule: Rule) -> Iterator[Remark]:
    if rule.level is not None:
        yield dropped("level", f"重要程度 {_LEVELS.get(rule.level, str(rule.level))} has no counterpart")
    if rule.quality_check_type == 1:
        yield approximated("qualityCheckType", "a rule for calls that are going on: here it sees the whole call")
    if rule.dialogues:
        hint = "add cases with the outcome that is right"
        yield dropped("dialogues", f"{len(rule.dialogues)} test dialogues, which do not say what should come out", hint)


def _unknown(rule: Rule) -> Iterator[Remark]:
    for name, value in (rule.model_extra or {}).items():
        if name not in ADMINISTRATIVE and name != "conditions" and value not in ("", 0, False, [], {}):
            yield dropped(name, "an unknown field")
