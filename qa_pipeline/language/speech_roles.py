"""What part a value plays where it was said: the fee, a limit, a condition, somebody else's words."""

from __future__ import annotations

import re

_CLAUSE_END = re.compile(r"[，。？！；,?!;]")
_QUOTED = re.compile(
    r"(?:跟|和|给|对)[您你](?:说|讲|承诺|保证)过|(?:对方|物业|他们?|她|商家|老板|公司|单位|施工方|开发商|厂家|医院|学校|房东|中介)[^，。,]{0,4}(?:说|讲|保证|承诺|答应|告诉)|"
    r"您(?:说|是说|刚才说|刚才|反映|提到|讲)的?|(?:是吧|对吗|是吗|对吧|对不对|是不是)[？?]?$|跟您核对|我重复一下|我跟您确认"
)
_NEGATED = re.compile(
    r"(?:不是|并非|没有|不到|不再是|而非|不用等|不需要等?)(?:要|收|等|补|交|罚|给|退|扣)?(?:[您你])?$"
)
_PAST = re.compile(
    r"(?:(?<![底初末日号月年天点半岁])以前|原来|原先|过去|去年|前[几些两]年|早[些几]年|早先|往年|从前|那会儿|那时候|那阵儿|当年|改革前|调整前|旧(?:标准|政策|规定))[^，。,]*$"
)
_HYPOTHETICAL = re.compile(r"(?:如果|要是|假如|假设|比如|例如|譬如|万一)[^，。,]*$")

# A question of the speaker's own asserts nothing; 知道吗 does.
_ASKED = re.compile(
    r"(?<!知道)(?<!明白)(?<!清楚)(?<!可以)(?<!好)(?<!行)[吗么][？?，。]?$|(?:是不是|有没有|能不能)[^，,。]*$"
)
_REPLIES = re.compile(r"(?:回复|答复|回电|反馈|回访|联系)(?:您|你|给您)?的?[，,]?$")
# Three days that have gone by, or that the caller is asked to wait, are no limit; nor are the hours of a service.
_ELAPSED_BEFORE = re.compile(r"(?:等了|拖了|过了?|已经|停了|坏了|断了|再等|多等|先等|耐心等待?|都)(?:有|快|您|个|好)*$")
_ELAPSED_AFTER = re.compile(r"^(?:多)?(?:了|前(?!往)|以前|没[水电有人]|[以之]?后(?:[您你]|还|可以|要是|没有?)*再)")
_SERVICE = re.compile(r"^(?:都|全天|随时|内?都)?(?:有人|值班|受理|在线|服务|营业|开放|热线|接听|不休|为您|人工|轮班)")

# Slots by kind: the first whose cue stands in the clause. Conditions come before limits.
_DURATION_SLOTS = (
    (
        "validity",
        re.compile(r"有效期|有效$|管用|期限为|有效的?$|(?<!不)管$"),
        re.compile(r"^(?:之?内|以内)?(?:都)?(?:有效|管用)"),
    ),
    (
        "condition",
        re.compile(r"(?:满|连续|累计|缴存?|交够|居住|缴费|参保|工龄|(?<!不)超过|提前|每隔?|之前|以上|不足|未满|前$)$"),
        re.compile(r"^(?:以上|之前|前|未|没)"),
    ),
    (
        "reply_time",
        re.compile(r"工单|承办(?!人)|转交|派发|转派|反馈|受理单位|相关部门|回访|专人"),
        re.compile(
            r"^[^，。,]{0,12}(?:联系您|回复您?|答复您?|给您(?:一个)?(?:回复|答复|回电|反馈)|回访|反馈|与您联系|跟您联系|和您联系)"
        ),
    ),
)
_CAP = re.compile(r"最高|最多|封顶|限额|额度|上限|不超过|至多")
_OTHER_MONEY = re.compile(r"补贴|门槛|补助|奖励|起付|罚款?|赔|工资|低保|标准|待遇|津贴|押金|定金|余款|退|欠|扣")

# 三百块的高龄补贴
_GRANT = re.compile(r"(?:钱)?的[^，。,]{0,6}?(?:补贴|补助|奖励|津贴|奖金|慰问金|低保金|救助金)")


def slot_of(text: str, kind: str, start: int, end: int, value: str) -> str:
    """Return the slot of a value at ``start`` to ``end`` of a text.

    Beside the slots of `qa_pipeline.models.Fact`: condition (满六个月), period (每两年), reply_time (when the centre
    calls back), elapsed (等了三天), service (二十四小时有人), amount (money that is no fee), date, measure; and quoted
    (also what is asked), negated, past, hypothetical for what the speaker does not assert.
    """
    before, after = _clause(text, start, end)
    for slot, said in (
        ("negated", _NEGATED.search(before) and value != "0"),
        ("quoted", _QUOTED.search(before) or _QUOTED.search(after) or _ASKED.search(after) or _ASKED.search(before)),
        ("past", _PAST.search(before)),
        ("hypothetical", _HYPOTHETICAL.search(before)),
    ):
        if said:
            return slot
    if kind == "duration":
        if len(before) <= 1 and _REPLIES.search(_clause(text, start - len(before) - 1, end)[0]):
            return "reply_time"  # 肯定给您回复，五个工作日之内
        return _duration_slot(before, after)
    return _money_slot(before, after) if kind == "money" else kind


def _clause(text: str, start: int, end: int) -> tuple[str, str]:
    """Return what stands before and after a value in its clause."""
    before, after = text[:start], text[end:]
    breaks = [found.end() for found in _CLAUSE_END.finditer(before)]
    stop = _CLAUSE_END.search(after)
    return before[breaks[-1] if breaks else 0 :][-24:], after[: stop.end() if stop else 24][:24]


def _duration_slot(before: str, after: str) -> str:
    if _SERVICE.search(after):
        return "service"
    if _ELAPSED_BEFORE.search(before) or _ELAPSED_AFTER.search(after):
        return "elapsed"
    for slot, cue_before, cue_after in _DURATION_SLOTS:
        if cue_before.search(before) or (cue_after and cue_after.search(after)):
            return slot
    return "time_limit"


def _money_slot(before: str, after: str) -> str:
    if _CAP.search(before) or after.startswith("封顶"):
        return "amount_cap"
    return "amount" if _OTHER_MONEY.search(before) or _GRANT.match(after) else "fee"
