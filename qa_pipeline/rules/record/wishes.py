"""What callers ask for, and how orders put it: kinds of wishes that are told apart in speech and in writing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa_pipeline.language.pinyin import syllables
from qa_pipeline.language.script import simplify
from qa_pipeline.models import CallContext, Role, Utterance

# What is wished: how callers say it where they ask for something, and how an order may put it. Wider in writing than in
# speech: an order that puts a wish in other words must not be taken to leave it out.
_KINDS: tuple[tuple[str, str, str], ...] = (
    ("退款", r"退(?![休伍出])", r"退(?!休)|返还"),
    ("归还", r"(?<!归)还(?:给)?我|还回来|拿回来", r"还"),
    (
        "赔偿",
        (
            r"赔(?!个?不是|礼)|补偿|把[^，。,]{1,8}(?:报了|报销)|(?:费|钱)[^，。,]{0,5}(?:报了|报销|掏|出了|负责|承担)|(?:运费|路费|医药费|"
            r"损失)[^，。]{0,4}(?:他们|他|商家|物业)?出"
        ),
        r"赔|补偿|承担|负担",
    ),
    ("道歉", r"道歉|赔(?:礼|个?不是)|认错", r"道歉|赔礼|致歉"),
    ("安装", (r"(?:安|加)?装(?:上|个|一?个|一下|起来|隔音|监控|路灯|摄像|护栏|净化|油烟)|加装|安装|画(?:个|条)|划线|"
    r"设(?:个|置)"), r"装|设置|增设|增加|施划|划|配备"),
    ("拆除", r"拆(?:掉|了|除|走)", r"拆"),
    ("清理", r"清(?:理|走|了|干净|掉|运)|打扫|搬走|拖走|运走|抓走|收走|挪(?:车|走|开)|扫", (r"清|打扫|保洁|搬|拖|运|"
    r"捕|抓|挪|移|处置|处理")),
    ("停止", (r"停(?:工|业|产|下来|止|掉|了)|(?:别|不要|不许|不准|(?<!能)不能|不让)(?:再|给我|他)?(?:砸(?!到|着)|敲|搞|"
    r"烧|停放|"
    r"充电|营业|干|放|排|施工|收|在|停|弄|吵|"
    r"叫|堆|占)|关(?:掉|了|门|停)"), r"停(?!车|放|靠)|禁止|制止|不得|不再|不要|关停|关闭|取缔|整改|规范"),
    (
        "处罚",
        r"(?<!说)罚|处分|严惩|批评|教育一下|处理(?:他|她|司机|店)|吊销|曝光|抓起来|法办",
        r"罚|处分|惩|批评|严肃处理|依[法规]处理|处置|教育|查处|追究|吊销|整改",
    ),
    ("查处", r"(?<!帮我)(?<!帮忙)(?<!帮您)(?<!给我)查(?:一查|一下|清|查|处|他们|这家|得)|(?:你们|去)查|立案|检查",
     (r"查|立案|调查|核实|检查|处理|监管|"
    r"整治|执法")),
    ("恢复", r"恢复|(?:来|通|供)(?:水|电|气|暖)|到账", r"恢复|供|通|到账|解决|抢修|维修|修"),
    (
        "维修",
        r"修(?!的|过)|弄好|整好|换(?:个|掉|上|一|新|了)|补(?:上|好|一下|平)|填(?:上|平)|装上|更换|铺",
        r"修|换|补|更|铺|填|安装|处理|恢复|解决",
    ),
    ("发放", r"发(?:给我|下来|工资|了|放)|结(?:清|算|了)|要回来|补(?:发|缴|交|给)|还(?:给)?我", (r"发|结|支付|补|"
    r"偿还|退还|返还|追讨|给付|缴|讨")),
    ("办理", r"办(?:下来|好|了|成|理|证)|开(?:给我|出来|证明|发票)|补给我|报(?:了|销)", r"办|开|补|出具|报销|解决"),
    (
        "答复",
        (
            r"准话|告诉我|卡在哪|咋回事|为[啥什]么?|说法|说清楚|解释|答复|回个(?:话|电话)|给(?:我)?(?:个)?(?:结果|"
            r"交代)|啥时候能|什么时候能|怎么回事"
        ),
        r"答复|说法|解释|说明|回复|时间|核实|核查|告知|原因|何时|确认|查|依据|政策|文件|书面",
    ),
    ("减免", r"(?:给我)?减(?:了|免|掉)|降(?:回来|下来|价|低)|免(?:了|掉)|便宜", r"减|免|降|恢复原|原.{0,5}标准|扣除"),
    ("上门", r"上门|派人|来人|过来看|来(?:看看|查|管)|来一趟", r"上门|派|现场|查看|维修|修|处理|检修|管理|到场|查"),
)  # fmt: skip
_ASKS = re.compile(
    r"希望|要求|必须|要么|要不(?!然)|外加|还(?:要|得)(?=[^，。]{0,4}(?:赔|给|退|补))|给(?:个|点|补|赔|换|修)|"
    r"留(?:个|出|一)|赶紧|赶快|快点|尽快|早点|抓紧|请(?:你们|帮)|帮我|帮忙|给我|让(?!.{0,4}(?:等|我等))|叫(?:他|"
    r"物业|你|供|开)|想让|能不能|可不可以|你们(?:要|得|去|快|给)|快来|派人|应该|得(?:给|把|让)"
    r"|催|把[^，。]{1,14}(?:退|修|清|装|拆|赔|办|补|还|换|罚|抓|处理|弄|画|画上|开|减|关|停|要回来|工资|说清)|"
    r"^(?:退|赔|查|修|罚|清|不许|别|批评|再|该罚|多收|尽快|剩下)"
)
_KIND = {name: (re.compile(said), re.compile(written)) for name, said, written in _KINDS}
# What a kind of wish also rests on, without asking for it: a sum for damages is 赔偿, what is torn down was built.
_BEARS_OUT = {
    "赔偿": re.compile(r"损失费|误工费|医药费|营养费|违约金|[一两二三四五六七八九十\d]倍|补偿|出钱|负责|承担"),
    "处罚": re.compile(r"查|管|封|抓|取缔|扣"),
    "停止": re.compile(r"扰|吵|别|不让|不许|取缔|封|关|停"),
    "拆除": re.compile(r"拆|违建|私搭|乱搭"),
    "退款": re.compile(r"退|钱|费|押金"),
    "道歉": re.compile(r"道歉|赔.{0,2}(?:不是|礼)|认错|对不起"),
}
_SOUNDS = {
    "退款": {"tui"},
    "赔偿": {"pei", "bu"},
    "道歉": {"qian"},
    "拆除": {"chai"},
    "处罚": {"fa", "cheng"},
    "停止": {"ting"},
}
_ASKED_FOR_WISH = re.compile(r"诉求|希望(?:怎么|我们)?|想要?(?:怎么|什么)|要求(?:是)?|什么结果|怎么处理|怎么解决")
_DIRECTS = re.compile(r"得(?:给|把|让)|让(?:他们?|她|平台|物业|店里|公司)(?:给|把)|要求|必须")
_RETRACTS = re.compile(r"^(?:本来|原来|要不是)|^别")
_GOES_ON = re.compile(r"^(?:好|嗯|还有|行|可以|明白|了解|记)")
_OF_THE_CALLER = re.compile(r"贵姓|称呼|姓名|电话|号码|联系方式")
_GREETS = re.compile(r"您好|你好|12345|热线")
_LEAST = 4  # characters of a wish
_REFUSED = re.compile(r"(?:不|没|不肯|拒绝|说)(?:给|让|肯|能)?(?:我|我们)?(?:退|赔|修|换|办|开|发|道歉)")
# 说让他装净化器 is what somebody said, 装是装了 what has been done, 换个大夫给我看 what others did to the caller.
_TOLD_OF_OTHERS = re.compile(r"^(?:他|她|他们|对方|人家|上次|上回|之前|结果|窗口|老板|物业|城管|客服)?"
                             r"(?:就|还|老|总|都)?说|"
                             r"(?P<verb>\w)是(?P=verb)了|给我(?:看|打|听|瞧|脸色)|^结果|"
                             r"^上(?:[次回]|个?(?:月|周|礼拜|星期))|^(?:去年|前天|昨天|当时|后来|开始)")  # fmt: skip
_CLAUSE = re.compile(r"[，。！？；,.!?;]")


@dataclass(frozen=True, slots=True)
class Wish:
    """One kind of wish that a caller uttered, with its clause; ``asked`` where it answers what is wanted."""

    kind: str
    clause: str
    utterance: Utterance
    asked: bool


def asks_for_wish(text: str) -> bool:
    """Whether an operator's words ask what the caller wants; 请问您有什么诉求 of the greeting asks what it is about."""
    return _ASKED_FOR_WISH.search(text) is not None and _GREETS.search(text) is None


def goes_on(text: str) -> bool:
    """Whether an operator's words only acknowledge (好的, 还有吗): what follows is still of the same question."""
    return _GOES_ON.search(text) is not None and _OF_THE_CALLER.search(text) is None


def wishes(ctx: CallContext) -> tuple[Wish, ...]:
    """Return what the caller asks for, each kind once, the last place first found.

    A clause counts that asks (要求, 让, 把…), one that follows such a clause in the same breath, and what answers the
    operator's question for it.
    """
    found: dict[str, Wish] = {}
    asked = False
    for utterance in ctx.transcript.utterances:
        if utterance.role is Role.OPERATOR:
            asked = asks_for_wish(simplify(utterance.text))
            continue
        for clause in _asking(simplify(utterance.text), asked=asked):
            for kind in kinds_said(clause):
                found.setdefault(kind, Wish(kind, clause, utterance, asked))
    return tuple(found.values())


_COUNTS_OFF = re.compile(
    r"^(?:然后|还)?(?:第[一二三四]个?|[一二三]是|一个是?|一来|二来|再一个|再(?=把|给|让|派|叫)|再就是|再者|再有|还有(?:就是|一个)?|然后|另外|顺便|外加|其次|"
    r"最好(?:是|能)?)(?:呢|吧|嘛|就是|是)?"
)


def counted_off(ctx: CallContext) -> tuple[tuple[str, Utterance], ...]:
    """Return the clauses in which the caller counts off wishes after the operator asked for them."""
    found: list[tuple[str, Utterance]] = []
    asked = False
    for utterance in ctx.transcript.utterances:
        text = simplify(utterance.text)
        if utterance.role is Role.OPERATOR:
            asked = (asked and _GOES_ON.search(text) is not None) or asks_for_wish(text)
            continue
        for clause in _CLAUSE.split(text) if asked else ():
            cue = _COUNTS_OFF.match(clause)
            rest = clause[cue.end() :] if cue else ""
            rest = rest or (clause if _DIRECTS.search(clause) else "")
            if _RETRACTS.match(rest):
                continue
            if len(rest) >= _LEAST and not _REFUSED.search(rest):
                found.append((rest, utterance))
    return tuple(found)


def _asking(text: str, *, asked: bool) -> Iterator[str]:
    """Yield the clauses of an utterance that ask for something."""
    going_on = asked
    for clause in _CLAUSE.split(text):
        if not clause or _TOLD_OF_OTHERS.search(clause):
            going_on = False if clause else going_on
            continue
        if _ASKS.search(clause) and not _REFUSED.search(clause):
            going_on = True
            yield clause
        elif going_on and not _REFUSED.search(clause):
            yield clause


def kinds_said(clause: str) -> tuple[str, ...]:
    """Return the kinds of wishes that a spoken clause names; one that another word covers is left out."""
    return tuple(kind for kind, (said, _) in _KIND.items() if said.search(clause))


def kinds_written(text: str) -> frozenset[str]:
    """Return the kinds of wishes that a written text may hold."""
    return frozenset(kind for kind, (_, written) in _KIND.items() if written.search(text))


def strictly_written(text: str) -> tuple[str, ...]:
    """Return the kinds of wishes that a written text names in the words that callers use."""
    return kinds_said(text)


def sayings(spoken: Sequence[str], kind: str) -> bool:
    """Whether anything of a kind, in its words of speech or of writing, stands in what was said."""
    said, written = _KIND[kind]
    more = _BEARS_OUT.get(kind)
    if any(said.search(text) or written.search(text) or (more and more.search(text)) for text in spoken):
        return True
    # One syllable of it, however it was written: 陪我 is 赔我.
    return bool(_SOUNDS.get(kind, set()) & {syllable for text in spoken for syllable in syllables(text)})
