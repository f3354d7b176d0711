"""Whose words they are: what a speaker reports of somebody else is not the speaker's own hostility."""

from __future__ import annotations

import re

from qa_pipeline.rules.hostility.kinds import Kind
from qa_pipeline.rules.matching import Hit

_SOMEBODY = (
    r"(?:他们?|她们?|它|对方|人家|邻居|楼上|楼下|隔壁|老板娘?|司机|师傅|物业|保安|房东|中介|店家|商家|老公|老婆|丈夫|媳妇|"
    r"妻子|婆婆|公公|儿子|女婿|前夫|前妻|那人|那个人|这个人|那家|这家|有人|别人|同事|领导|经理|男的|女的|业主|摊主|工头|包工头|窗口|工作人员|客服|"
    r"医生|护士|老师|学生|校长|村长|村主任|书记|队长|开发商|施工方|施工队|顾客|公司|单位|学校|医院|社区|城管|警察)"
)
_ME = r"(?:我们?|俺们?|咱们?|我家[^你您]{0,3}|我[爸妈娃儿女老][^你您]{0,3}|孩子|人)"
_SAYS = r"(?:说|叫|喊|吼|嚷|讲|回|冲|对|嫌|让|称)"
_REPORTS = (
    # 他骂我……、被人骂…… ; who says 我要骂你 speaks for himself.
    re.compile(r"(?<!我)(?<!我就)(?<!我想)(?<!我要)(?:辱骂|骂|侮辱|诅咒|诬蔑)(?!你|您)[^你您。！？!?]{0,8}$"),
    # 物业说我……、他冲我喊……、老板让我……
    re.compile(rf"{_SOMEBODY}[^你您。！？!?]{{0,8}}{_SAYS}(?:着|了|是|过)?{_ME}[^你您。！？!?]{{0,4}}$"),
    re.compile(rf"(?:说|叫|喊|称){_ME}(?:是|就是|像)?(?:个|一个|帮|群|条)?$"),
    re.compile(r"(?:被|遭)[^你您。！？!?]{0,6}(?:说成|叫成|叫做|称为|当成|威胁|恐吓)[^你您。！？!?]{0,4}$"),
)
# A threat may be reported without its object: 他说要……、扬言……
_THREATENS = (
    re.compile(rf"{_SOMEBODY}[^我俺咱你您。！？!?]{{0,6}}(?:{_SAYS}|扬言|威胁|放话|吓唬)[^我俺咱。！？!?]{{0,6}}$"),
    re.compile(rf"{_SOMEBODY}(?:还|就|也|真|都)?(?:要|会|想|敢|能)[^我俺咱。！？!?]{{0,3}}$"),
    re.compile(r"(?:扬言|放话|威胁我们?|恐吓我们?|吓唬我们?)[^你您。！？!?]{0,6}$"),
)
_THEN_TOLD = re.compile(r"^(?:这|这样|这么|这种|什么的|之类)[^。！？!?]{0,3}(?:骂|说|侮辱)(?:我|人|俺|咱)")
_DENIED = re.compile(
    r"(?:(?<!是)不是|没有?|没想|并非|不想|不会|别)(?:要|想|说|在)?(?:骂|说|讲)?(?:你们?|您)?(?:是|们)?$"
)
_ELSEWHERE = re.compile(
    rf"(?<!你)(?<!您)(?<!你们)(?:{_SOMEBODY}|那个|那些|那帮|那群|这个|这种|这些)[^你您。！？!?，,]{{0,6}}$"
)
_HERE = re.compile(r"^(?:你|您|你们|接线|热线|话务)")


def reported(hit: Hit, kind: Kind) -> bool:
    """Whether a hit's words are somebody else's that the speaker reports, or are denied (他骂我…, 我不是说你们…).

    Only insults and threats are looked at: who is angry tells what others said and is angry in the same breath.
    """
    if kind not in {Kind.INSULT, Kind.THREAT}:
        return False
    patterns = _REPORTS + (_THREATENS if kind is Kind.THREAT else ())
    if any(pattern.search(hit.before) for pattern in patterns) or _DENIED.search(hit.before):
        return True
    return bool(_THEN_TOLD.search(hit.after))


def about_another(hit: Hit) -> bool:
    """Whether an insult is about somebody who is not on the line (老板就是个…)."""
    return not hit.text.startswith(("你", "您")) and bool(_ELSEWHERE.search(hit.before)) and not _HERE.match(hit.after)
