"""Fees by name that an entry waives and words demand, or the other way round: 要罚违约金 for 不收违约金."""

from __future__ import annotations

import re

_BARE = re.compile(
    r"违约金|滞纳金|押金|保证金|定金|手续费|工本费|服务费|登记费|检测费|鉴定费|挂号费|报名费|考试费|管理费|开户费|安装费|利息|罚息|门票|学费|书本费|餐费|停车费|邮费|快递费|物业费|材料费"
)
_WAIVED = re.compile(
    r"(?:不(?:再|得|予|会|用|需|必|须)?(?:另行|另外|您)?(?:收取?|交|缴纳?|付|罚|扣|计|支付|要|算|产生)?|无需?(?:缴纳|支付|交)?|免(?:收|缴|交|除|去|了)?|取消|没有?|省了?)(?:任何|一切|什么|您的?|这个|取)*$"
)
_DUE = re.compile(
    r"(?:(?:要|得|须|应|需|会|还|也|照样|先|再)+(?:先|另外|另行|再|得|要|您|给|会)*(?:收取?|交纳?|缴纳?|付|罚|扣|计|支付|押|掏|出|买|加收|算)?|收取|缴纳|交纳|支付|加收|另收|扣|罚|交)(?:您|一笔|一点|一定的?|百分之[\u4e00-\u9fff]{1,3}的?|[\d一二两三四五六七八九十百千]+(?:元|块钱?)的?|[\d.]+[%‰]的?|个|点儿?)*$"
)
_CLAUSE = re.compile(r"[^，,。；;！？!?]+")
_ASKED = re.compile(r"吗$|是不是|以前|原来|过去|别的|其他|另外那|听说")


def charged_otherwise(text: str, spoken: str) -> tuple[str, int, int] | None:
    """Return the clause of an entry whose fee words charge that it waives, or waive that it charges, and where."""
    written = {name: (due, clause) for name, due, clause, _, _ in _fees(text)}
    twice = {name for name, due, _, _, _ in _fees(text) if written[name][0] != due}
    for name, due, _, start, end in _fees(spoken):
        if name in written and name not in twice and written[name][0] != due:
            return written[name][1], start, end
    return None


def _fees(text: str) -> list[tuple[str, bool, str, int, int]]:
    found = []
    for clause in _CLAUSE.finditer(text):
        if _ASKED.search(clause[0]):
            continue
        for one in _BARE.finditer(clause[0]):
            before = clause[0][: one.start()]
            due = False if _WAIVED.search(before) else True if _DUE.search(before) else None
            after = clause[0][one.end() :]
            if due is None and re.match(r"(?:是|也|都|就)*(?:不(?:收|用|要|交)|免|没有)", after):
                due = False
            if due is not None:
                found.append((one[0], due, clause[0], clause.start(), clause.end()))
    return found
