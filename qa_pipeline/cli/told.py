"""What rules said of a call, as lines of text and as plain values for programs: evidence with its words marked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qa_pipeline.cli.show import ROLES
from qa_pipeline.models import CallContext, Evidence, EvidenceKind, Outcome, RuleResult, Standing, Utterance
from qa_pipeline.rules.differences import STANDINGS

OUTCOMES = {
    Outcome.PASS: "通过",
    Outcome.FAIL: "扣分",
    Outcome.NOT_APPLICABLE: "不适用",
    Outcome.UNDETERMINED: "存疑",
}
# What is in doubt costs nobody anything, however its rule stands.
_EFFECTS = {Outcome.UNDETERMINED: "待人工，不扣分"}
_AROUND = 24
_LONGEST = 60


def label(result: RuleResult | None) -> str:
    """Return an outcome as people call it; a fault of a rule that only advises is put forward, not taken."""
    if result is None:
        return "（无此规则）"
    if result.outcome is Outcome.FAIL and result.standing is Standing.ADVISE:
        return "提请复核"
    return OUTCOMES[result.outcome]


def clock(ms: int) -> str:
    """Return a time in the call as minutes and seconds."""
    return f"{ms // 60_000:02d}:{ms % 60_000 // 1000:02d}"


def finding_lines(result: RuleResult, name: str, ctx: CallContext) -> list[str]:
    """Return a result with its reason, and a line for each piece of evidence."""
    effect = STANDINGS[result.standing] if result.outcome is Outcome.FAIL else _EFFECTS.get(result.outcome, "")
    standing = f"，{effect}" if effect else ""
    head = f"  {label(result)}  {result.item} {result.code} {name}（把握 {result.confidence:.0%}{standing}）"
    return [head, f"      {result.reason}", *(f"      {evidence_line(e, ctx)}" for e in result.evidence)]


def evidence_line(evidence: Evidence, ctx: CallContext) -> str:
    """Return a piece of evidence: ``[mm:ss] 话务员：…words…`` with the words that it rests on marked by 【】."""
    note = f"  ←{evidence.note}" if evidence.note else ""
    if evidence.kind is EvidenceKind.FIELD:
        return f"［字段］{evidence.text}{note}"
    if evidence.kind is EvidenceKind.WORDS:
        return f"[{clock(evidence.start_ms)}] {ROLES[evidence.role]}：{marked(evidence, ctx)}{note}"
    span = f"[{clock(evidence.start_ms)}–{clock(evidence.end_ms)}]"
    if evidence.kind is EvidenceKind.ABSENCE:
        return f"{span} 在{ROLES[evidence.role]}的这一段里找过：{_cut(evidence.text)}{note}"
    return " ".join(part for part in (span, ROLES[evidence.role], evidence.text) if part) + note


def marked(evidence: Evidence, ctx: CallContext) -> str:
    """Return what was said around a piece of evidence, with its words in 【】.

    Where evidence reads otherwise than the transcript (a value that was mended), it stands behind it.
    """
    text = "".join(u.text for u in _spoken(evidence, ctx))
    place = text.find(evidence.text)
    if not evidence.text or place < 0:
        return f"{_cut(text)}〔{evidence.text}〕" if text else f"【{evidence.text}】"
    end = place + len(evidence.text)
    before, after = text[max(0, place - _AROUND) : place], text[end : end + _AROUND]
    return (
        f"{'…' if place > _AROUND else ''}{before}【{evidence.text}】{after}{'…' if len(text) - end > _AROUND else ''}"
    )


def _spoken(evidence: Evidence, ctx: CallContext) -> Sequence[Utterance]:
    """Return the utterances of one speaker that the evidence touches, from that in which it begins."""
    first = evidence.utterance
    return [
        u
        for u in ctx.transcript.utterances
        if u.role is evidence.role
        and u.start_ms < max(evidence.end_ms, evidence.start_ms + 1)
        and (u.index >= first if first is not None else u.end_ms > evidence.start_ms)
    ]


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def result_values(result: RuleResult, name: str, ctx: CallContext) -> dict[str, Any]:
    """Return a result as plain values."""
    return {
        "code": result.code,
        "item": result.item,
        "name": name,
        "outcome": result.outcome.value,
        "standing": result.standing.value,
        "confidence": result.confidence,
        "faults": result.faults,
        "reason": result.reason,
        "evidence": [
            {
                "kind": e.kind.value,
                "start_ms": e.start_ms,
                "end_ms": e.end_ms,
                "role": e.role.value,
                "utterance": e.utterance,
                "text": e.text,
                "note": e.note,
                "confidence": e.confidence,
                "line": evidence_line(e, ctx),
            }
            for e in result.evidence
        ],
    }
