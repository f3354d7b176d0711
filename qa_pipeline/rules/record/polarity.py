"""Whether something was done: an order that says 已同意 where the caller said 不同意, and the other way round.

Only words whose sense the word before them turns (同意, 承认, 签合同), and only where everything that was said of them
goes one way and the order the other: what a text says of a thing otherwise cannot be told without understanding it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, Role, Utterance, WorkOrder
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.orders import by_caller
from qa_pipeline.rules.record.standing import standing
from qa_pipeline.rules.record.text import text_of

_FIELD = "主要内容"
# How an order puts it, how callers do, each without the 不 or 没 before it.
_ACTS: tuple[tuple[str, str, str], ...] = (
    # Whoever gives, lets or pays nothing has not agreed; 说退 and 保证 promise it.
    (
        "同意",
        r"(?<![仅只初先原曾])(?:同意|答应)(?!最多|仅|部分)",
        r"同意|答应|松口|肯(?!定)|承诺|保证(?!金)|说好|说[^，。,]{0,4}(?:退|给|赔|修|办|换|交|可以)|(?:不|拒绝?)(?:给|让|认|愿|肯|退|赔|办)",
    ),
    ("承认", r"承认|认可", r"承认|认账"),
    (
        "签合同",
        r"签订?(?:了)?[^，。]{0,4}(?:合同|协议)",
        r"签(?:了|过)?[^，。]{0,4}(?:合同|协议)|(?:合同|协议)[^，。]{0,3}签",
    ),
    ("报警", r"报警|报案", r"报(?:了|过)?警|报(?:了|过)?案"),
    ("办证", r"(?:办理|取得|持有)[^，。]{0,4}(?:证|执照|许可)", r"办(?:了|过|理)?[^，。]{0,3}(?:证|执照|许可)"),
    ("受伤", r"受伤", r"受伤|伤着|伤到"),
    ("通知", r"(?:提前|事先)[^，。]{0,4}(?:通知|告知)", r"(?:通知|告诉|吱声|打招呼|说一声)"),
    ("拴绳", r"[拴栓牵系][^，。]{0,2}绳", r"[拴栓牵系][^，。]{0,3}绳"),
)  # fmt: skip
_NOT = re.compile(r"(?:不|没|未|无|拒|非|别|莫|休|从来不|死活不)[^，。]{0,3}$")
# What the caller does not agree to or has not admitted is another matter than what the other side has.
_OWN = re.compile(r"(?:我|我们|咱们?|其|来电人|市民)[^，。]{0,3}$")
_REPLY = re.compile(r"(?:嗯|哦|呃|那|，|,)*(?:(?P<no>没|还没|不|未)|(?P<yes>有|是|对|嗯|报了|签了|办了|说了|通知了))")
_OPEN = re.compile(r"吗|没有[？?]?$|是不是|有没有|能不能|会不会|要求|希望|让|如果|要是|除非|才|等")
_DEEDS = ("退", "赔", "修", "到账", "解决", "恢复", "清理", "拆", "答复", "回复", "发放")
_OPEN_WISH = re.compile(r"才|再|要|得")
_OF_OTHERS = frozenset({"同意", "承认"})
_COMPILED = tuple((name, re.compile(written), re.compile(spoken)) for name, written, spoken in _ACTS)


def turned_round(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """Yield acts that the order denies and the caller told of, or the other way round; all doubts."""
    text = text_of(order, _FIELD)
    heard = {one.utterance.index: one.text for one in standing(ctx)}
    told = [(u, heard.get(u.index, simplify(u.text))) for u in by_caller(ctx)]
    for name, written, spoken in _COMPILED:
        in_order = list(_ways(text, written, name))
        in_call = [(u, way, words) for u, t in told for way, words in _ways(t, spoken, name)]
        in_call += _answers(ctx, spoken)
        ways = {way for _, way, _ in in_call}
        if len({way for way, _ in in_order}) != 1 or len(ways) != 1 or in_order[0][0] in ways:
            continue
        utterance, _, words = in_call[0]
        reason = f"工单写“{in_order[0][1]}”，通话里说的是“{words}”（{name}）"
        evidence = (field_value(ctx, _FIELD, text, "工单所记"), said(utterance, f"说的是{words}"))
        yield Discrepancy(Kind.CONFLICT, _FIELD, reason, evidence, confidence=0.6)


def done_or_not(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """Yield what the order says is still undone (未退) and the caller said was done (退了), or the other way round."""
    text = text_of(order, _FIELD)
    texts = [(u, simplify(u.text)) for u in by_caller(ctx)]
    for act in _DEEDS:
        undone, done = (
            re.search(rf"(?:未|没有?)(?:予)?(?:能)?{act}", text),
            re.search(rf"已(?:经)?(?:全部)?{act}", text),
        )
        was = [(u, m[0]) for u, t in texts for m in re.finditer(rf"(?<![没不未别要得该]){act}(?:了|过了|好了|完了)", t)]
        was_not = [(u, m[0]) for u, t in texts for m in re.finditer(rf"(?:没|不|未|别|拒)[^，。,]{{0,3}}{act}", t)]
        written, told = (undone, was) if undone and not done else (done, was_not) if done and not undone else (None, [])
        if written is None or not told or (was and was_not) or _OPEN_WISH.search(told[0][1]):
            continue
        reason = f"工单写“{written[0]}”，通话里说的是“{told[0][1]}”"
        evidence = (field_value(ctx, _FIELD, text, "工单所记"), said(told[0][0], f"说的是{told[0][1]}"))
        yield Discrepancy(Kind.CONFLICT, _FIELD, reason, evidence, confidence=0.6)


def _answers(ctx: CallContext, act: re.Pattern[str]) -> Iterator[tuple[Utterance, bool, str]]:
    """Yield how the caller answered the operator's question for an act (报警了吗？没报)."""
    for before, after in pairwise(ctx.transcript.utterances):
        if before.role is not Role.OPERATOR or after.role is not Role.CALLER:
            continue
        asked, reply = simplify(before.text), simplify(after.text)
        found = act.search(asked)
        way = _REPLY.match(reply)
        if found is not None and re.search(r"吗|没有|有没有", asked) and way is not None:
            yield after, way["no"] is None, re.split(r"[，。,.]", reply)[0]


def _ways(text: str, act: re.Pattern[str], name: str) -> Iterator[tuple[bool, str]]:
    """Yield whether an act is told as done, with its words; where it is asked for or open, nothing."""
    for clause in re.split(r"[，。；！？,.;!?]", text):
        found = act.search(clause)
        if found is None or _OPEN.search(clause):
            continue
        before, after = clause[: found.start()], clause[found.end() :]
        if name in _OF_OTHERS and _OWN.search(re.sub(r"[不没未无]\w?$", "", before)):
            continue
        denied = bool(_NOT.search(before) or re.search(r"没|不|未", found[0]) or re.match(r"没|不|未", after))
        yield not denied, clause[max(0, found.start() - 4) : found.end() + 4]
