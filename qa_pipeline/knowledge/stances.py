"""Whom or what a clause lets, serves or charges: its subject (a group, an act, a time) and its stance on it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class About(StrEnum):
    """What a stance is of: being let or served, or being charged."""

    LET = "let"
    CHARGED = "charged"


@dataclass(frozen=True, slots=True)
class Stance:
    """That ``subject`` is (``yes``) or is not let or charged, in the clause at ``start`` to ``end`` of a text.

    ``sentence`` is what the clause stands in, ``supposed`` whether the clause before it names a condition.
    """

    subject: str
    about: About
    yes: bool
    clause: str
    sentence: str
    start: int
    end: int
    supposed: bool = False


GROUPS = {
    "nonlocal": r"非本(?:市|地|省|县|区|村)(?:户籍|户口)?|外(?:地|省|市|来|县)(?!就医|医院|转)|流动人口",
    "self": r"(?:职工|员工|劳动者)(?:个人|本人|(?=或|可|自行|直接))|"
    r"个人(?!所得|信息|账户|名下|身份|征信)|(?:您|你)自己(?!的|掏|出)|(?<!您)本人",
    "disabled": r"残疾人?(?!证)|残障",
    "soldier": r"军人|退役|当兵的?|老兵",
    "poor": r"低保户?|特困|困难(?:户|家庭)|五保",
    "pregnant": r"孕妇|怀孕",
    "employer": r"用人单位|单位(?!证明|账户|时间)|公司|企业|老板",
    "child": r"未成年(?:人|子女)?|小孩(?:子|儿)?|小娃娃?|娃娃|孩子|儿童",
    "student": r"学生|在校生?",
    "elderly": r"老年人|老人|老头|老太",
    "retired": r"退休(?!金|证|年龄)|退了休",
    "flexible": r"灵活就业|自由职业|打零工",
    "rural": r"农村|农民|农业户口|村里的?",
    "tenant": r"租客|租房|租户|承租人|租的房",
    "trader": r"个体(?:工商)?户|个体",
    "foreigner": r"外籍|外国人|港澳台|老外",
    "night": r"夜间|夜里|晚上|半夜|大晚上",
    "weekend": r"周末|双休日|礼拜[六天]|周[六日]|星期[六天日]",
    "holiday": r"节假日|放假|过节|假期|黄金周",
    "emergency": r"急诊|抢救",
    "outpatient": r"门诊",
    "second hand": r"二手房?",
    "electric bike": r"电动自行车|电动车|电瓶车|电驴",
    "motorcycle": r"摩托车?",
    "new energy": r"新能源|绿牌|电车",
    "truck": r"货车|大车|卡车",
    "large dog": r"大型犬|烈性犬|大狗|烈性狗",
    "small dog": r"小型犬|小狗",
    "pet": r"宠物|猫狗|猫|(?<!大)(?<!小)(?<!性)狗|(?<![型性])犬",
    "shop": r"商业用?房|商铺|门面|商用|非住宅",
    "deputy": r"代办|代领|代取|代为|委托|替您|别人|他人|家里?人|家属|亲戚|朋友",
    "agency": r"中介",
    "new comer": r"首次|头一[次回]|第一[次回]",
    "undesignated": r"非定点|不是定点|没定点",
    "part": r"兼职|实习生?|临时工",
}
_ACTS = {
    "refund": r"退(?!休|役|伍|税|耕|了休|烧|出|群|保)",
    "renewal": r"续借|续期|续签|续租|续住|延期|延长",
    "both": r"叠加|同时(?:享受|领|申请|拿)|[重反]复(?:享受|领取?|申[请领]|报销|受理)|"
    r"兼得|两(?:头|份|样)都|都能(?:领|拿|享)|两头(?:领|拿|享)",
    "by post": r"邮寄|快递|寄(?!存|宿|养|托|生)",
    "early payment": r"提前还",
    "back payment": r"补缴|补交",
    "transfer": r"转让|转给|转手",
    "lease": r"出租|转租|租出去|租给",
    "sale": r"出售|卖掉|卖出|上市交易|买卖",
    "change": r"变更|更改|改名|改期|改号|改地址|改回|换回|变回",
    "replacement": r"补办|补领|补发",
    "instalments": r"分期|分次|分几次",
    "dropping in": r"随到随办|现场取号",
}
DONE_BY = frozenset({*_ACTS, "deputy"})
"""Subjects that are a doing themselves."""
_SUBJECTS = tuple((name, re.compile(pattern)) for name, pattern in (GROUPS | _ACTS).items())
NAMES = dict(_SUBJECTS)
# What the words of only one person or group shut out.
_SHUT_OUT = {"employer": "self", "self": "deputy"}
_ONLY = re.compile(r"(?:只能|只有|只可以|仅限|只限|必须)(?:由|是|让|靠)?(?:您|你)?$")
NOT_LET = re.compile(
    r"(?<![是要])不(?:能|可(?!否)|得(?!不)|准|许|让|给(?=[办报领免补发退享用进开登寄摆停租换改续]|$|的|了)|予|享受|受理|办理|适用|包括|含|接待|收(?!费|钱|取)|认|行|成|算|享|支持|退|寄)"
    r"(?!超过|低于|少于|高于|多于|晚于|早于|说|不)|除外|没份|没(?:有)?(?:这个?|这项|那个?)?(?:招|门|戏|份|资格|辙|法子|待遇)|"
    r"[\u4e00-\u9fff](?<![用要花免差忘少错离受对来搞弄看听找等赶避])不(?:了(?!解|多|几|[一两])|成|去|出)|[办领报申享轮沾评评进够]不[上到着]|轮不[上到着]|沾不[上到]|不在[^，。]{0,6}(?:范围|之列)|没法|无法|无权|不(?:再|重复)(?!要求|需要)|停止(?:办理|受理|申请)|概不|禁止|严禁"
)
LET = re.compile(
    r"一视同仁|(?:也|都|同样|照样|照旧|照常|一样|全|均)(?:是)?(?:能|可以|可|给(?!您说)|行|成(?!本)|算|享受|有份|免|报|补|发|办|接(?!到)|管|让|享|退|寄|续|受理)|"
    r"(?:就|直接|尽管|随时|随便)(?:就|都|也)*(?:能|可以|行|成(?!本)|给(?=[免办报发补退]))|没问题|允许|没(?:有)?限制|"
    r"(?<![不只才可])(?:可以|能够?(?=[给办报领申进用提享参退换改转续借上免补带养停寄租卖延代])|可(?![能否见是靠惜怕信爱不得要难没就]))|享受(?!不)|视同|同等对待|同等享受|由[^，。；]{1,8}代(?=办|领|为|取|缴)|自行(?=[办申缴选处报])|(?:对|向)[^，。]{1,8}开放|[办报领退续寄]得了"
)
FREE = re.compile(
    r"免费|不(?:再)?(?:收|要|用|花|计)(?:任何|一分|您|取|交|缴)*(?:费|钱)|免收|全免|一分钱?(?:都|也)?不|免缴|免交|不计费"
)
CHARGED = re.compile(
    r"(?:照样|照旧|照常|照|一样|也|都|还|要|得|是|另|正常|全天)+(?:是|要|得|会|会要)?(?:收费|计费|收钱|要钱|[交缴][\u4e00-\u9fff]{0,3}[费钱]|买票|投币|掏钱|花钱|付费|付钱|缴费|算钱|计时收)|收取[^，。]{0,8}(?:费|\d)|\d元"
)
# `simplify` makes punctuation narrow; places stay the same.
CLAUSE = re.compile(r"[^，,、；;。！？!?]+(?:、[^，,；;。！？!?]+)*")
_SENTENCE = re.compile(r"[^。；;！？!?]+")
ASKED = re.compile(
    r"吗$|的话|吧$|呢$|是不是|有没有|能不能|可不可以|是否|您(?:说|刚才)|听说|以前|原来|过去|除非|比如|别的|另外|其他"
)
SUPPOSED = re.compile(r"如果|要是|的话$|假如|万一|未[^，。]{1,6}的$|不[^，。]{1,6}的$")
# Doing that both sides must speak of: 申报 and 就能报 do.
DOING = frozenset("办报领申进用提享参退换改转续借养租卖买停登交缴免补签住乘坐加寄代")
# 您可以投诉大型犬入园 lets nobody in.
REPORTED = re.compile(r"投诉|举报|反映|拨打|打电话|打我们|联系|咨询|登记一下|帮您")


@lru_cache(maxsize=8192)
def stances(text: str) -> tuple[Stance, ...]:
    """Return the stances of a text, in order; questions and hearsay have none."""
    return tuple(one for sentence in _SENTENCE.finditer(text) for one in _of_sentence(sentence))


def _of_sentence(sentence: re.Match[str]) -> Iterator[Stance]:
    held: list[str] = []
    supposed = False
    for found in CLAUSE.finditer(sentence[0]):
        clause = found[0]
        named = named_in(clause)
        if ASKED.search(clause) or REPORTED.search(clause):
            held = []
            continue
        for about, yes, cue in cues(clause):
            before = [name for name, place in named if place <= cue.start()]
            subjects = before or [name for name, _ in named] or held[-1:]
            acts = [name for name, _ in named if name in _ACTS]
            span = sentence.start() + found.start(), sentence.start() + found.end()
            for subject in dict.fromkeys([*subjects, *(acts if about is About.LET else [])]):
                yield Stance(subject, about, yes, clause, sentence[0], *span, supposed)
        for name, place in named:
            if name in _SHUT_OUT and _ONLY.search(clause[:place]):
                span = sentence.start() + found.start(), sentence.start() + found.end()
                yield Stance(_SHUT_OUT[name], About.LET, False, clause, sentence[0], *span, supposed)
        supposed = bool(SUPPOSED.search(clause))
        held = [name for name, _ in named] or held


def cues(clause: str) -> Iterator[tuple[About, bool, re.Match[str]]]:
    """Yield the cues of a clause: what they are of, yes or no, and where; of each kind the first, a no before a yes."""
    for about, no, yes in ((About.LET, NOT_LET, LET), (About.CHARGED, FREE, CHARGED)):
        if (cue := no.search(clause)) is not None:
            yield about, False, cue
        elif (cue := yes.search(clause)) is not None:
            yield about, True, cue


def named_in(clause: str) -> list[tuple[str, int]]:
    """Return the subjects of a clause with the places at which they begin, in order."""
    found = [(name, one.start()) for name, pattern in _SUBJECTS for one in pattern.finditer(clause)]
    return sorted(found, key=lambda one: one[1])
