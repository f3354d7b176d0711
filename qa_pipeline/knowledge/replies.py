"""What the operator's words are to a question: an answer, asking back, or courtesy."""

from __future__ import annotations

import re
from enum import Enum

from qa_pipeline.language.script import simplify
from qa_pipeline.language.values import values

_CLAUSES = re.compile(r"[，。？！；,?!;]+")
_OFFERS = re.compile(
    r"(?:还|其他|其它|别的)[^，。]{0,8}(?:帮助|帮您|需要|问题|咨询|事情)|还有(?:什么|啥)(?:需要|问题|事)"
)
# What is said on any call. What stays when it is taken away is what the operator says of the matter.
_COURTESY = re.compile(
    r"您好|你好|喂|欢迎(?:拨打|致电)[^，。]*|这里是[^，。]*热线|(?:江安市?)?(?:幺二三四五|12345)[^，。]*|请问有什么(?:可以)?帮[^，。]*|"
    r"很高兴为您服务|感谢(?:您的)?(?:来电|等待|耐心等待|理解)|谢谢(?:您|你)?(?:的来电|的理解|的等待)?|再见|不客气|祝您[^，。]*|没关系|"
    r"请您?(?:稍等|稍候|讲|说|不要挂机|别挂机)(?:一下)?|稍等(?:一下)?|让您久等了?|久等了|"
    r"(?:非常|很|实在)?(?:抱歉|对不起|不好意思)(?:给您[^，。]*)?|"
    r"我(?:来|马上|这就|先)?(?:帮|为|给)您(?:查询?|查看|核实)(?:一下|一查)?|您?(?:先)?别(?:着急|担心)|请?您?(?:先)?消消气|(?:您的)?心情我(?:很)?理解|"
    r"请问您?|好的?|嗯|是的?|对|那|行|可以的?|没问题|明白|清楚|您|先生|女士|[啊吧呢哦呀了]"
)
_TAGS = re.compile(r"^(?:可以|行|好|对|是|明白|清楚|听清|记下|听清楚|记住|您看行|您看可以)(?:了)?(?:吗|吧|不|么)$")
_CHECKS = re.compile(r"核对|确认一下|重复一下|您(?:是)?说(?:您|的)?|您刚才说")
_YES_NO = re.compile(r"(?:吗|么|对吧|是吧)$")
# 决定是否受理 asks nobody: such words ask where they are said to the caller.
_CHOICE = re.compile(r"(?:没有|没)$|是不是|有没有|是否|还是|能不能|方便")
_TO_CALLER = re.compile(r"您|你|请问|家里|现场|当时|那边|孩子|老人")
_OPEN = re.compile(r"什么|啥|哪|几(?!乎)|多少|多久|怎么称呼|贵姓|谁|呢$")
_ASKED_FOR = re.compile(
    r"^(?:请问|您|你|那|具体|大概|是|当时|家里|现场|几)|(?:什么(?:时候|位置|地方|时间)|哪里|哪儿|贵姓|称呼|多少|几[^，]{0,3})$"
)
_EITHER = re.compile(r"(?:[^，。]{0,4}，)?(?:请问)?[您你][^，。]{0,16}，?还是[^，。]{1,16}")
_DEPENDS = re.compile(r"要看|看[您你是]|取决于|都(?:可以|行|能)|不管|无论")
_LEFT = 3


class Reply(Enum):
    """What an utterance of the operator's is."""

    ANSWER = "answer"
    ASKS_BACK = "asks back"
    COURTESY = "courtesy"


def reply(text: str) -> Reply:
    """Return what an utterance is; where it may be an answer it is one."""
    clauses = [clause for clause in _CLAUSES.split(simplify(text)) if _matter(clause)]
    clauses = [clause for clause in clauses if not _OFFERS.search(clause) and not _TAGS.match(clause)]
    if not clauses:
        return Reply.COURTESY
    if _reads_back(text) or _gives_choice(text) or all(map(_asks, clauses)):
        return Reply.ASKS_BACK
    return Reply.ANSWER


def offers(text: str) -> bool:
    """Whether the operator asks if there is anything else."""
    return bool(_OFFERS.search(simplify(text)))


def _matter(clause: str) -> bool:
    return len(_COURTESY.sub("", clause)) >= _LEFT or bool(
        (_YES_NO.search(clause) or _CHOICE.search(clause)) and len(clause) > _LEFT
    )


def _asks(clause: str) -> bool:
    if _YES_NO.search(clause):
        return True
    if values(clause) or _DEPENDS.search(clause):
        return False  # 要看是哪一类，几天都可以: it states a value, or says that it depends
    if _CHOICE.search(clause) and _TO_CALLER.search(clause):
        return True
    return bool(_OPEN.search(clause) and _ASKED_FOR.search(clause))


def _gives_choice(text: str) -> bool:
    """Whether a text is 您是丢了，还是到期了 and no more, which is cut into clauses that ask nothing each."""
    return (
        bool(_EITHER.fullmatch(simplify(text).strip("，。？！?, "))) and not values(text) and not _DEPENDS.search(text)
    )


def _reads_back(text: str) -> bool:
    said = simplify(text).rstrip("？?。，, ")
    return bool(_CHECKS.search(said)) and said.endswith(("对吗", "是吗", "对吧", "是吧", "没错吧", "对不对", "是不是"))
