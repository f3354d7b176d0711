"""The documentation of the rules, made from their docstrings and parameters: ``CATALOGUE.md`` and "why was I marked?".

Run ``python -m qa_pipeline.rules.catalogue`` to write it and the examples anew; tests say when they are out of date.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo

from qa_pipeline.errors import NotFound
from qa_pipeline.models import Standing
from qa_pipeline.rules.base import AnyRule
from qa_pipeline.rules.conditions import ConditionParams
from qa_pipeline.rules.differences import Kind, differences
from qa_pipeline.rules.examples import CASES, EXAMPLES, examples, examples_of
from qa_pipeline.rules.matching import Phrase
from qa_pipeline.rules.registry import discover
from qa_pipeline.rules.ruleset import BoundRule, Ruleset, nearest
from qa_pipeline.rules.telling import told_plain

CATALOGUE = Path(__file__).parent / "CATALOGUE.md"
SECTIONS = {
    "What": "检查什么",
    "Why": "为什么",
    "Passes": "通过",
    "Fails": "不通过",
    "Undetermined": "存疑",
    "Not applicable": "不适用",
    "Source": "依据",
}
REQUIRED = tuple(name for name in SECTIONS if name != "Not applicable")
_FAMILIES = {
    "PH": "用语标准（A）",
    "TN": "语气适当（B）",
    "AN": "解答正确（C）",
    "RD": "记录完整（D）",
    "FE": "一票否决（V，只提示疑似）",
}
_STANDING = {Standing.DEDUCT: "直接扣分，可由人工撤销", Standing.ADVISE: "只提示人工复核，不直接扣分"}
_HEADING = re.compile(rf"^\s*({'|'.join(SECTIONS)}):\s*(.*)$")
_SHOWN = 12


def sections(doc: str) -> dict[str, str]:
    """Return the sections of a rule's docstring by their English names; continuation lines are joined."""
    found: dict[str, str] = {}
    current = ""
    for line in doc.splitlines():
        if heading := _HEADING.match(line):
            current = heading[1]
            found[current] = heading[2].strip()
        elif current and line.strip():
            found[current] += line.strip()
    return found


def explain(
    code: str,
    rules: Mapping[str, AnyRule] | None = None,
    ruleset: Ruleset | None = None,
    shipped: Ruleset | None = None,
) -> str:
    """Return what a rule checks, why, when it fails and with which parameters, in Chinese.

    Args:
        code: Of a rule of the product, or of an own condition of the ruleset.
        rules: The rules of the product; those that are discovered unless given.
        ruleset: The one in force, whose own conditions and differences are told; None leaves them out.
        shipped: What ``ruleset`` is compared with; None compares with nothing.

    Raises:
        NotFound: There is no such rule; the hint has the nearest code.
    """
    known = dict(discover() if rules is None else rules)
    bound = {one.code: one for one in ruleset.rules} if ruleset is not None else {}
    known |= {name: one.rule for name, one in bound.items()}
    if code not in known:
        raise NotFound(f'no rule "{code}"', nearest(code, tuple(known)))
    rule, in_force = known[code], bound.get(code)
    lines = [f"{rule.code} {rule.name}（评分项 {rule.item}）", ""]
    lines += [f"{SECTIONS[name]}：{text}" for name, text in sections(rule.doc).items()]
    lines += _conditions(in_force) if in_force is not None else []
    lines += [f"效力：{_standing(rule, in_force)}"]
    if not _is_own(rule):
        lines += ["", "参数：", *(f"  {name}：{text}" for name, text in _parameters(rule))]
    if ruleset is not None:
        lines += ["", *_against_shipped(code, ruleset, shipped)]
    return "\n".join([*lines, *examples_of(code)])


def _is_own(rule: AnyRule) -> bool:
    return issubclass(rule.params, ConditionParams)


def _conditions(bound: BoundRule) -> list[str]:
    """Return an own condition as sentences; nothing of a rule of the product."""
    params = bound.params
    if not isinstance(params, ConditionParams):
        return []
    applies = [f"只在这时适用：{told_plain(params.applies, params.named)}"] if params.applies else []
    return [*applies, f"命中即不通过：{told_plain(params.when, params.named)}"]


def _against_shipped(code: str, ruleset: Ruleset, shipped: Ruleset | None) -> list[str]:
    """Return in what the ruleset in force differs from the shipped one in this rule."""
    if shipped is None:
        return []
    change = next((one for one in differences(shipped, ruleset) if one.code == code), None)
    if change is None:
        return [f"现行规则集 {ruleset.version}：与出厂一致"]
    if change.kind is not Kind.CHANGED:
        return [f"现行规则集 {ruleset.version}：{'本中心自己的条件' if change.kind is Kind.ADDED else '已停用'}"]
    return [f"现行规则集 {ruleset.version} 与出厂（{shipped.version}）不同：", *(f"  {x}" for x in change.lines())]


def render() -> str:
    """Return the catalogue of all rules of the product as Markdown."""
    lines = ["# 规则目录", "", "由规则的说明自动生成，请勿手改：`python -m qa_pipeline.rules.catalogue`", ""]
    family = ""
    for rule in sorted(discover().values(), key=lambda one: (list(_FAMILIES).index(one.code[:2]), one.code)):
        if rule.code[:2] != family:
            family = rule.code[:2]
            lines += [f"## {_FAMILIES[family]}", ""]
        lines += _entry(rule)
    return "\n".join(lines).rstrip() + "\n"


def _entry(rule: AnyRule) -> list[str]:
    lines = [
        f"### {rule.code} {rule.name}",
        "",
        f"- **评分项**：{rule.item}",
        f"- **效力**：{_standing(rule)}",
    ]
    lines += [f"- **{SECTIONS[name]}**：{text}" for name, text in sections(rule.doc).items()]
    lines += ["", "| 参数 | 说明与默认值 |", "|---|---|"]
    lines += [f"| `{name}` | {text.replace('|', chr(92) + '|')} |" for name, text in _parameters(rule)]
    return [*lines, ""]


def _standing(rule: AnyRule, in_force: BoundRule | None = None) -> str:
    if rule.person_only or rule.item[0] == "V":
        return "一律由人工认定，从不直接扣分"
    return _STANDING[rule.standing if in_force is None else in_force.standing]


def _parameters(rule: AnyRule) -> list[tuple[str, str]]:
    return [(name, _described(info)) for name, info in rule.params.model_fields.items()]


def _described(info: FieldInfo) -> str:
    value = _shown(info.get_default(call_default_factory=True, validated_data={}))
    return f"{info.description}；默认 {value}" if info.description else f"默认 {value}"


def _shown(value: Any) -> str:
    if isinstance(value, tuple | list | frozenset):
        texts = [item.text if isinstance(item, Phrase) else str(item) for item in value]
        more = f" 等{len(texts)}个" if len(texts) > _SHOWN else ""
        return ("、".join(texts[:_SHOWN]) or "（空）") + more
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


if __name__ == "__main__":
    CATALOGUE.write_text(render(), encoding="utf-8")
    EXAMPLES.write_text(examples(CASES), encoding="utf-8")
