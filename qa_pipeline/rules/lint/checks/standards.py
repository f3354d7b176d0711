"""The ruleset as a whole: its version, what is switched off, what may take points."""

from __future__ import annotations

from collections.abc import Iterator

from qa_pipeline.checks import Level, lint_check
from qa_pipeline.models import Standing
from qa_pipeline.rules.lint.subject import Flaw, Subject

LOW = 0.5
"""Of words below it less than half of the characters are right (bench/RESULTS.md, Confidence)."""


@lint_check("same-version", Level.WARNING, "版本号与出厂的相同而内容不同")
def same_version(subject: Subject) -> Iterator[Flaw]:
    """A version that is the shipped one's, of another content."""
    version = subject.root.get("version")
    same = subject.ruleset.version == subject.shipped.version
    if version is not None and same and subject.ruleset.sha256 != subject.shipped.sha256:
        reason = f"版本号 {subject.ruleset.version} 与出厂的相同，内容却不同"
        yield Flaw("", version.line, reason, "换一个版本号，例如加上本中心的名称和日期")


@lint_check("switched-off", Level.NOTE, "停用了出厂的规则")
def switched_off(subject: Subject) -> Iterator[Flaw]:
    """Rules of the product that are switched off."""
    judged = {bound.item for bound in subject.ruleset.rules}
    on = {bound.code for bound in subject.ruleset.rules}
    for bound in subject.shipped.rules:
        node = subject.rules.get(bound.code)
        if bound.code not in on and node is not None:
            left = "" if bound.item in judged else f"，{bound.item} 再没有规则判，每通都待人工"
            yield Flaw(bound.code, node.line, f"停用了“{bound.name}”{left}", "确要停用的，不必理会")


@lint_check("no-cases", Level.WARNING, "自己写的规则直接扣分，却没有用例")
def no_cases(subject: Subject) -> Iterator[Flaw]:
    """Own rules that take points and have no cases."""
    for rule in subject.own:
        if rule.standing is Standing.DEDUCT and not rule.node.get("cases"):
            line = (rule.node.get("standing") or rule.node).line
            advice = "先写 standing: advise，复核证明可靠以后再扣分；或写出 cases（通过和不通过的对话）"
            yield Flaw(rule.code, line, "直接扣分（standing: deduct），而没有一个用例", advice)


@lint_check("low-confidence", Level.WARNING, "min_confidence 太低：识别多半有错的字也会算数")
def low_confidence(subject: Subject) -> Iterator[Flaw]:
    """A confidence under which more characters are wrong than right."""
    written = [*subject.rules.items(), *((rule.code, rule.node) for rule in subject.own)]
    for code, node in written:
        least = node.get("min_confidence")
        if least is not None and isinstance(least.value, int | float) and least.value < LOW:
            reason = f"min_confidence {least.value} 太低：这样的字一半以上是错的"
            yield Flaw(code, least.line, reason, "不要低于 0.6；拿不准的本来就会转人工")
