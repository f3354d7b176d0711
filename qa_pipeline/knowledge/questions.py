"""What the caller's turns are: questions, several in one, further ones, taken back, or answers to the operator."""

from __future__ import annotations

import re

from qa_pipeline.language.script import simplify
from qa_pipeline.language.words import matter

_ASKS = re.compile(
    r"吗|呢|怎么|咋|什么|啥|多少|几(?!乎)|哪|如何|能不能|可不可以|可以不|想问|问一下|问下|想问问|咨询|要不要|用不用|是不是|有没有|行不行|"
    r"能否|是否|多久|多长|多大|谁|为何|凭什么|了没|没有[？?]|中不中|成不成|[要收免交用去带]不[？?，。]?$"
)
# Anger and surprise in the form of a question, and questions of who is speaking or whether the line is up.
_NO_QUESTION = re.compile(
    r"管不管|还有没有王法|没有没有|没了没了|你们?(?:是|这是)(?:什么|干什么|干啥)|什么态度|听(?:得|的)?(?:到|见)吗|喂|你说什么|再说一遍|你叫什么|工号|真的[啊吗]|"
    r"什么时候说过|怎么说话|怎么[回这]|谁跟|干什么吃|摆设|还有理|是吧|对吧|好吗$|行吗$|要这么久|没事吧|不是吗"
)
# What an angry caller throws at the operator or at the office in the form of a question, and who is speaking: with its
# particle, so that nothing is left of it and a question beside it stays (你什么态度啊，我问医保怎么报销).
_AT_SOMEBODY = re.compile(
    r"(?:你们?)?(?:这)?(?:是)?怎么(?:跟我)?说话(?:的|呢|啊|吗)*|什么态度[啊呢吗]?|(?:你们?)?(?:都|就)?是?(?:不是)?(?:个)?摆设[吗啊呢嘛]?|"
    r"(?:你们?)?(?:倒|还)?有理了[吗啊]?|干什么吃的[吗啊]?|[冲朝]谁[喊嚷吼发]?|(?<![\w])人呢|不就是[^，。？！]{0,12}[吗嘛]|"
    r"(?:你|您)?的?工号(?:是)?(?:多少|什么|几号)?[呢啊]?|(?:你|您)(?:姓|叫)什么(?:名字)?|"
    r"(?:还)?(?:有没有|没)人管(?:了)?[吗啊呢]?|(?:还)?有没有(?:王法|良心)[了啊]?"
)
_FURTHER = re.compile(
    r"(?:还有(?:一个|个|一件|件)?(?:问题|事|就是|那个|呢)?|另外|再(?:问|咨询|打听)(?!问?别人)(?:一下|一个|个|你|您)?|再一个|再有|还想(?:再)?(?:问|咨询|反映)|"
    r"顺便(?:再)?(?:问|说)?|最后(?:再)?(?:问|一个)|第[二三]个?(?:问题|事|是)?|[二三]是|其次|对了)"
)
_TAKEN_BACK = re.compile(
    r"(?:先)?不(?:问|说|查|办|咨询)(?:这个|那个|了|这|它)|不是(?:要)?(?:问|说|办|咨询)[^，。]*|(?:问|说|讲)错了|搞错了|弄错了|算了"
)
_REFUSES = re.compile(r"没有?了|^没有|没有?别的|没事了|不用了|不需要|没有?其他|就这些|就这样")
# What is said of no matter at all: a wrong number, thanks, good-bye.
_NOTHING = re.compile(
    r"(?:我)?打错(?:电话)?了?|没事了?|我?查到了|知道了|明白了|不好意思|麻烦(?:你|您)了?|谢谢|再见|[哦嗯啊]"
)
# What is asked of any matter.
_DETAILS = re.compile(
    r"材料|东西|证件|原件|复印件|照片|时间|时候|多长|多久|几天|几个|几点|工作日|钱|费用|收费|免费|手续|预约|电话|号码|地址|地方|窗口|网上|手机|"
    r"上班|周末|周六|周日|本人|亲自|代办|家人|别人|拿到|下来|办好|办完|办理|能办|到账|带|交|拿|办|收|必须|一定|自己|一般|大概|准备|提前|具体|直接|[几天等零一二三四五六七八九十百千万半能才再又得行会用去到好完好办不咋还请问讲张块号点有多各共人家两下想这那]"
)
# What leads to a question that is still to come.
_LEADS = re.compile(
    r"(?:我)?(?:就|先|再)?想?(?:问问|问一下|问下|咨询一下|咨询|打听一下|了解一下|想问)(?:一下|你们?|您|问)?"
)
_CLAUSE = re.compile(r"(?<=[，,。？！?!；;])")
_OPENS = 6
_FOLLOWS = 3
_NAMES = 3
_WORD = 2


def asks(text: str) -> bool:
    """Return whether a caller's turn asks for information."""
    said = simplify(text)
    return bool(_ASKS.search(_NO_QUESTION.sub("，", said))) and spoken_length(said) >= _FOLLOWS


def enquires(text: str) -> bool:
    """Return whether a caller's turn asks what an entry could answer, beside what anger asks of the operator."""
    return asks(_AT_SOMEBODY.sub("，", simplify(text)))


def states_matter(text: str) -> bool:
    """Return whether a turn says enough to be what the call is about."""
    return spoken_length(matter(_NOTHING.sub("", simplify(text)))) >= _OPENS or asks(text)


def goes_further(text: str) -> bool:
    """Return whether a turn says itself that it comes to something else: 还有那个路灯也不亮."""
    found = _FURTHER.search(simplify(text)[: _OPENS * 2])
    return found is not None and names_matter(simplify(text)[found.end() :])


def names_matter(text: str) -> bool:
    """Return whether a turn that is said to be of something else says of what: 路灯坏了."""
    return spoken_length(matter(_NOTHING.sub("", simplify(text)))) >= _NAMES


def asks_only_details(text: str) -> bool:
    """Return whether a question names nothing but what is asked of any matter: 还有，要带什么材料."""
    left = _DETAILS.sub("", matter(_NOTHING.sub("", _FURTHER.sub("", simplify(text)))))
    return spoken_length(left) < _WORD


def refuses(text: str) -> bool:
    """Return whether a caller says that there is nothing else."""
    return bool(_REFUSES.search(simplify(text))) and not asks(_REFUSES.sub("", simplify(text)))


def takes_back(text: str) -> bool:
    """Return whether a caller takes back what was asked before: 不问这个了, 我不是问老年证."""
    return bool(_TAKEN_BACK.search(simplify(text)))


def without_taken_back(text: str) -> str:
    """Return a turn without the clauses that take something back."""
    return "，".join(c for c in re.split(r"[，。！？,!?]", simplify(text)) if c and not _TAKEN_BACK.search(c))


def windows(text: str, most: int) -> list[str]:
    """Return runs of neighbouring clauses of at most so many characters; [] where the text is no longer than one."""
    cut = [clause for clause in _clauses(simplify(text)) if spoken_length(clause)]
    if spoken_length(text) <= most:
        return []
    found: list[str] = []
    for clause in cut:
        if found and spoken_length(found[-1] + clause) <= most:
            found[-1] += clause
        else:
            found.append(clause)
    return found


def questions_in(text: str) -> list[str]:
    """Return the questions of a turn, in order, each with what was said to it; the turn whole where it is one.

    It is cut after a clause that asks, and before 还有, 另外 and their like. A piece that names no matter of its own
    (我想问一下; 要多少钱) belongs to its neighbour, and what asks nothing to the question after it.
    """
    found: list[str] = []
    waiting = ""
    for clause in _clauses(simplify(text)):
        if _FURTHER.match(clause) and spoken_length(matter(waiting)) >= _OPENS:
            found.append(waiting)
            waiting = ""
        waiting += clause
        asking = asks(_LEADS.sub("", clause))
        if asking and not asks_only_details(waiting):
            found.append(waiting)
            waiting = ""
        elif asking and found and not _FURTHER.match(waiting):
            found[-1] += waiting
            waiting = ""
    if found and not (spoken_length(waiting) >= _OPENS and _FURTHER.match(waiting)):
        return [*found[:-1], found[-1] + waiting]
    return [*found, waiting] if waiting else found


def _clauses(text: str) -> list[str]:
    """Return the clauses of a text with the marks after them, cut before 还有 and the like too."""
    cut: list[str] = []
    for clause in filter(None, _CLAUSE.split(text)):
        places = [m.start() for m in _FURTHER.finditer(clause) if m.start() and not clause[m.start() - 1].isalnum()]
        cut += [clause[a:b] for a, b in zip([0, *places], [*places, len(clause)], strict=True)]
    return cut


def spoken_length(text: str) -> int:
    """Return how many characters of a text are spoken."""
    return sum(c.isalnum() for c in text)
