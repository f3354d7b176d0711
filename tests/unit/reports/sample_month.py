"""A month of three shifts and six operators with every state that a report must show."""

from __future__ import annotations

import math
import struct
from dataclasses import replace

from qa_pipeline.models import CallFile, DrawReason, Evidence, EvidenceKind, MonthData, Outcome, Verdict
from tests.month_builder import advice, call_file, clean, decision, month, operator, result, words_at

PEOPLE = [
    operator("1001", "王芳", "一组"),
    operator("1002", "李建国", "一组"),
    operator("1003", "陈思雨", "二组"),
    operator("1004", "欧阳晓明", "二组"),
    operator("1005", "赵磊", "三组"),
    operator("1006", "刘洋（休假）", "三组"),
]
OPENING = result(
    "PH01",
    "A1",
    faults=2,
    parts=3,
    reason="开头语缺少：报出热线名称、主动询问",
    evidence=(Evidence(EvidenceKind.ABSENCE, 0, 9500, note="在前两句中查找“12345”“请问有什么可以帮您”"),),
)
FORBIDDEN = result(
    "PH06", "A6", reason="说了一般禁语 1 处", evidence=(words_at(2, "不清楚", "一般禁语“不清楚”，其后没有协助查询"),)
)
WRONG = result(
    "AN02",
    "C2",
    reason="护照工本费说成 160 元，知识条目为 120 元",
    evidence=(words_at(4, "工本费是一百六十块", "应为 120 元（条目 K-017，第 3 版）"),),
    confidence=0.82,
)
PLACE = result(
    "RD02",
    "D2",
    reason="工单缺少事发地点",
    evidence=(Evidence(EvidenceKind.FIELD, 0, 0, text="事发地点：（空）", note="通话中说到“汉滨区兴安西路”"),),
)
IMPATIENT = advice("TN05", "B5", reason="疑似反问、不耐烦", evidence=(words_at(2, "你自己去问"),))
INSULT = advice("FE01", "V1", reason="疑似讽刺来电人", evidence=(words_at(2, "你自己去问"),))
UNSURE = result("AN03", "C3", Outcome.UNDETERMINED, reason="没有对应的知识条目，无法判断解答是否完整")
POLITE = result("PH02", "A2", reason="未听到“请”“谢谢”")
QUIET = result("TN04", "B4", Outcome.NOT_APPLICABLE)
KINDS = [
    clean(),
    clean(but=[OPENING]),
    clean(but=[FORBIDDEN, QUIET]),
    clean(but=[WRONG, UNSURE]),
    clean(but=[PLACE, POLITE]),
    clean(but=[OPENING, FORBIDDEN, WRONG, PLACE, IMPATIENT, UNSURE]),
]


def sample_month(*, closed: bool = False) -> MonthData:
    """Five operators with eleven calls each but one with three; one on leave; failures, risk calls, reviews."""
    files = [file for n, who in enumerate(PEOPLE[:5]) for file in _calls(n, who)]
    files[3] = call_file("20261004-0003", None, PEOPLE[0], failure="录音被截断：应有 62 秒，只解出 8 秒；请重新导入")
    risky = call_file("20261020-R1", KINDS[5], PEOPLE[1], reason=DrawReason.RISK, probability="1", day=20)
    data = month([*files, risky], PEOPLE, frame_per_call=4, closed=closed)
    return replace(data, frame=tuple(call for call in data.frame if call.operator_id != "1006"))


def _calls(n: int, who) -> list[CallFile]:
    count = 3 if n == 3 else 11
    return [_call(n, k, who) for k in range(count)]


def _call(n: int, k: int, who) -> CallFile:
    worse = {0: [0, 0, 0, 1], 1: [0, 1, 0, 2, 0, 4], 2: [0, 3, 0, 4], 3: [0, 1, 3], 4: [5, 5, 3, 5]}[n]
    results = KINDS[worse[k % len(worse)]]
    if n == 2 and k == 5:
        results = clean(but=[INSULT, IMPATIENT, FORBIDDEN])
    words = []
    if n == 4:
        words = [
            decision(c, i, Verdict.CONFIRM, who_, 2 * m + p)
            for m, (c, i) in enumerate([("PH01", "A1"), ("PH06", "A6"), ("AN02", "C2"), ("RD02", "D2")])
            for p, who_ in enumerate(["张敏", "周倩"])
        ]
        words.append(decision("TN05", "B5", Verdict.OVERRULE, "张敏", 40, reason="语气平和，只是告知办理方式"))
    return call_file(
        f"202610{k + 1:02d}-{n}{k:03d}",
        results,
        who,
        decisions=words,
        day=k + 1,
        probability="0.25",
        shift=("早班", "中班", "晚班")[k % 3],
    )


def tone(_file: CallFile, evidence: Evidence) -> bytes | None:
    """A wav of a second, so that the report's players have something to play."""
    if evidence.kind is EvidenceKind.SOUND:
        return None
    samples = b"".join(struct.pack("<h", int(8000 * math.sin(n / 6))) for n in range(8000))
    head = (
        b"RIFF"
        + struct.pack("<I", 36 + len(samples))
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
    )
    return head + b"data" + struct.pack("<I", len(samples)) + samples
