"""Sentences without a number: what is needed or not, possible or not, held against an entry's own sentences.

An entry that waives something (无需预约) is contradicted by words that demand it (得先预约), one that forbids by words
that allow, and the other way round. Only what shares the thing itself is compared; the rest is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from qa_pipeline.knowledge.facts import said_words
from qa_pipeline.knowledge.reversals import reversals
from qa_pipeline.knowledge.written import text_of
from qa_pipeline.language.grammar.documents import read_documents
from qa_pipeline.language.script import simplify
from qa_pipeline.language.words import content_words
from qa_pipeline.models import Agreement, FactCheck, KnowledgeEntry, Utterance

SENTENCE_SLOT = "sentence"
"""The slot of a check whose expected value is a clause of the entry's text."""


class Mode(StrEnum):
    """What a clause says of a thing."""

    NEEDED = "needed"
    WAIVED = "waived"
    ALLOWED = "allowed"
    FORBIDDEN = "forbidden"


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause at ``start`` to ``end`` of a text, its mode, and the words that the mode is about."""

    mode: Mode
    about: str
    text: str
    start: int
    end: int


# The first that fits a clause is its mode.
_MODES = (
    (Mode.WAIVED, re.compile(r"无需|无须|不需要|不须|不用(?!说|客气|担心|着急)|不必|用不着|免于|免提交|"
        r"不(?:再)?要求|不再需要|免去|"
        r"不限(?:制)?|(?<!看)不(?:看|查|问)(?!清|见|懂|到|出)|甭|没必要|免了|"
        r"没(?:有|带)?(?=[^，。]{1,8}?(?:(?:也|都)(?:行|能|可以|成)|照样|没事|不要紧|不影响|不碍事))|"
        r"不(?=[^，。不]{1,5}?(?:也|都)(?:没关系|没事|行|可以|能|成|不要紧))|"
        r"(?:丢了?|不带)(?:也|都)?(?:行|没事|不要紧|不影响|不碍事|能|可以)|视同已")),
    (Mode.FORBIDDEN, re.compile(r"禁止|严禁|不得(?!低于|超过|少于|高于)|不能(?!超过|低于)|不可以|不允许|不准|"
        r"不许|不让|不予|不支持|不受理|没法|无法|办不了|(?<!行)不行(?=$|的|了|啊|呢)|不成(?=$|的|了)")),
    (Mode.NEEDED, re.compile(r"必须|凭(?=[^，,。]{1,8}[证卡单书票码件])|"
        r"须(?!知)|需要?(?!求)|应当|应(?=当|先|该|提|到|在|于|由|持|携)|"
        r"(?<![获取值懂显记觉只舍])得(?=先|要|去|到|带|回|有|本人|提前|亲自|交|把|在|跑|找|让|经|所有|全)|"
        r"(?<![获取值懂显记觉只舍])得(?=揣|拿|备|准备|出示|复印|上交|开|签|办|跟|附)|少不了|缺不[得了]|非得|"
        r"没(?:有)?(?=(?!问题|关系)[^，。]{1,8}?(?:是|就|可|根本)?(?:[\u4e00-\u9fff]不(?:了|成)|不给[办登领报]|不让[办登领进]))|"
        r"一定要|要(?=揣|拿|备|出示|先|带|提供|本人|提前|亲自|预约|去|到)|才(?:能|可以|行|给)")),
    (Mode.ALLOWED, re.compile(r"可以|可(?=委托|由|代办|代领|代为)|允许|能够?(?=办|在|放|养|装|停|提|申|报|带|"
        r"走|开|用|改|转|落|取|领|贷|搭|建|卖|租|买)|没问题|随便|[也都]行|[也都]成(?=$|的|了)|[也都]可以|[也都]没事")),
)  # fmt: skip
_OPPOSITE = {
    Mode.NEEDED: Mode.WAIVED,
    Mode.WAIVED: Mode.NEEDED,
    Mode.ALLOWED: Mode.FORBIDDEN,
    Mode.FORBIDDEN: Mode.ALLOWED,
}
_CLAUSE = re.compile(r"[^，。；！？,;!?]+")
# What the speaker does not assert, or asks.
_NOT_ASSERTED = re.compile(
    r"如果|的话|(?:身份证|手机|电话|车牌)号|(?:我|我们|咱们|这边)(?:还|就|先|也)?(?:需要?|得|要|可以|能|会|帮)|要是|假如|以前|原来(?!那|的)|过去|您(?:说|刚才)|是不是|吗$|是吧|对吧|有没有|需不需要|用不用|要不要|能不能|可不可以|不是说|除非|一般"
)
_THEN = re.compile(r"^(?:那|您)?(?:就|才|则|也)")
# Ways to say one thing, each brought to its first.
_CONCEPTS = (
    ("往返", re.compile(r"往返两地|两地往返|往返|来回跑|跑两趟|跑来跑去|回(?:到)?(?:原来(?:那个|的)?(?:地方|"
        r"单位)?|原籍|老家|户籍地|原参保地|原地|那边)|两头跑|再跑一趟")),
    ("到场", re.compile(r"亲自到场|亲自来|亲自去|本人到场|本人来|本人去|本人过来|本人到|双方到场|到现场|亲自")),
    ("预约", re.compile(r"预约|约号|约时间|提前约|网上约|挂号")),
    ("体检", re.compile(r"体检证明|体检报告|身体检查|体检")),
    ("担保", re.compile(r"担保人|担保|保人")),
    ("进入", re.compile(r"入园|进园|进公园|入内|进入|进去|进站")),
    ("付费", re.compile(r"缴费|交费|掏钱|交钱|花钱|付钱|付费")),
    ("照片", re.compile(r"照片|相片")),
    ("户口簿", re.compile(r"户口簿|户口本")),
    ("排队", re.compile(r"排队|取号")),
    ("代办", re.compile(r"代办|代为办理|代领|代取|代缴|委托(?:他人|别人|亲属|家人)?|托人|找人|"
        r"(?:别人|家里?人|家属|亲戚|朋友)(?:来|去|帮|替|代|拿着)")),
    ("公证", re.compile(r"公证书|公证")),
    ("盖章", re.compile(r"盖章|公章")),
    ("装修", re.compile(r"装修|施工|动工")),
    ("燃放", re.compile(r"燃放烟花爆竹|燃放|放鞭炮|放炮|放烟花|放(?=，|$|的|了|吗)")),
)  # fmt: skip
# Words that name what they are about: 办低保证明要带户口簿 may be of another matter than the entry's.
_MATTER = re.compile(r"(?:办理?|申请|申领|领取)(?P<what>[^，,。的需要须得带]{2,8})")
# 您可以投诉大型犬入园 allows to complain and nothing else.
_REPORTS = re.compile(r"投诉|举报|反映|拨打|打电话|打我们|联系|咨询|登记|记录")
_EMPTY = re.compile(
    r"办理?|申请|提供|提交|携带|材料|资料|手续|业务|直接|本人|您|我们|咱们?|这个|那个|就行|就可以|即可|一下|可以|时候|的话|什么|任何|其他|其它|先|再|都|也|才|能|来|去|到|带|在|给|把|开|的|了"
)
_SAME_EITHER_WAY = re.compile(
    r"(?P<x>[\u4e00-\u9fff]{1,2})不(?P=x)(?P<y>[\u4e00-\u9fff]{0,2})[^。；;]{0,10}?(?:都)?(?:是)?(?:一样|没(?:有|什么)*(?:区别|影响|差别|关系)|无所谓)"
)
_MUST_PAY = re.compile(
    r"(?:是|要|需要|得|都)(?:额外|另外)?(?:收|交|付|掏|花)(?:一点|点|一定的?|一些|少量)?(?:的?(?:费用?|钱|工本费|手续费)|费的)|半价|[五六七八九]折"
)
# 须本人到场, and 别人代办也行.
_IN_PERSON = re.compile(r"(?:须|必须|应当?|需要?)[^，。]{0,4}(?:本人|亲自)")
_REPRESENTED = re.compile(r"代办|委托|代理|代为|监护人|近亲属|他人")
_DEPUTY = re.compile(
    r"(?:代办|(?:别人|家里?人|家属|亲戚|朋友|儿女|子女|老伴)(?:来|去|帮|替|代)?|托人|找人)[^，。不没]{0,8}?(?:也行|可以|都行|就行|能办|没问题|也成)"
)
# 预约可以让别人帮您约: who comes for the matter itself is another thing.
_LESSER = re.compile(r"预约|约号|取号|排队|咨询|查询")
_NO_PAPERS = re.compile(r"(?:无需|无须|不需要?|不用|不必|免)(?:提交|提供|带|交|任何|其他)*(?:材料|资料|证明材料)")
# An entry that charges or reduces for some has said itself who pays.
_PRICED = re.compile(r"\d+(?:\.\d+)?元|\d折|[一二三四五六七八九]折|半价|减半")
_FREE = re.compile(r"免费|不收取?(?:任何)?(?:工本)?(?:费|钱)|无需缴费|免收")


def worded(entry: KnowledgeEntry, answer: Sequence[Utterance]) -> tuple[FactCheck, ...]:
    """Return a check for each clause of the entry's text that an utterance of the operator contradicts or repeats.

    ``expected_slot`` is `SENTENCE_SLOT` and ``expected_value`` the entry's clause. Whether it CONTRADICTS or is UNSURE
    depends on how much of what the clause is about was named.
    """
    text = text_of(entry)
    found = [check for utterance in answer for check in _of_utterance(text, utterance)]
    # Of one clause the strongest counts, the first of those.
    strongest = {check.expected_value: check for check in reversed(found) if check.agreement is Agreement.CONTRADICTS}
    return tuple(({check.expected_value: check for check in reversed(found)} | strongest).values())


def _of_utterance(text: str, utterance: Utterance) -> Iterator[FactCheck]:
    spoken = simplify(utterance.text)
    for clause in clauses(spoken):
        for other in clauses(text):
            if other.mode is clause.mode and _says_the_same(clause, other):
                yield _check(Agreement.AGREES, other.text, utterance, clause.start, clause.end)
            elif other.mode is _OPPOSITE[clause.mode] and (agreement := _agreement(clause, other, text)) is not None:
                yield _check(agreement, other.text, utterance, clause.start, clause.end)
    for found in _SAME_EITHER_WAY.finditer(spoken):
        if (differs := _differs(text, found["x"])) is not None:
            yield _check(Agreement.CONTRADICTS, differs, utterance, found.start(), found.end())
    yield from _who_and_whether_paid(text, spoken, utterance)
    for turned in reversals(simplify(text), spoken):
        yield _check(turned.agreement, turned.expected, utterance, turned.start, turned.end)


def _who_and_whether_paid(text: str, spoken: str, utterance: Utterance) -> Iterator[FactCheck]:
    """Yield what lets others come for whom the entry wants in person, and what charges where it charges nothing."""
    if (
        (deputy := _DEPUTY.search(spoken)) is not None
        and not _asked(spoken, deputy.start())
        and not _LESSER.search(spoken)
    ):
        in_person = [one[0] for one in _CLAUSE.finditer(text) if _IN_PERSON.search(one[0])]
        if in_person and not _REPRESENTED.search(text):
            yield _check(Agreement.CONTRADICTS, in_person[0], utterance, deputy.start(), deputy.end())
    if (paid := _MUST_PAY.search(spoken)) is not None and not _asked(spoken, paid.start()):
        free = [one[0] for one in _CLAUSE.finditer(text) if _FREE.search(one[0])]
        if free and not _PRICED.search(text):
            yield _check(Agreement.CONTRADICTS, free[0], utterance, paid.start(), paid.end())


@lru_cache(maxsize=8192)
def clauses(text: str) -> tuple[Clause, ...]:
    """Return the clauses of a text that have a mode, hypothetical ones and questions left out."""
    return tuple(_clauses(text))


def _clauses(text: str) -> Iterator[Clause]:
    supposed = -2
    for number, found in enumerate(_CLAUSE.finditer(text)):
        said = found[0]
        if _NOT_ASSERTED.search(said):
            supposed = number
            continue
        if supposed == number - 1 and _THEN.search(said):
            continue  # 如果丢了，就不用带身份证
        for mode, pattern in _MODES:
            if (cue := pattern.search(said)) is not None:
                about = said[cue.end() :] or said[: cue.start()]
                yield Clause(mode, about, said, found.start(), found.end())
                break


def _agreement(clause: Clause, other: Clause, text: str) -> Agreement | None:
    """Return what a spoken clause is to an opposite one of the entry; None where they are about other things.

    The whole of what the stricter one is about must be named by the other: 无需预约 by 得先在网上预约.
    """
    if clause.mode in {Mode.ALLOWED, Mode.FORBIDDEN}:
        return _permission(clause, other)
    waived, needed = (clause, other) if clause.mode is Mode.WAIVED else (other, clause)
    if _NO_PAPERS.search(waived.text) and next(iter(read_documents(needed.text)), None) is not None:
        return Agreement.CONTRADICTS  # 无需材料, and 得带租房合同
    things, named = _things(waived.about) or _things(waived.text), _things(needed.text)
    if not things or not (things & named or _part(things, named)):
        return None
    matter = _MATTER.search(needed.text if clause is needed else waived.text)
    if matter is not None and content_words(matter["what"]) and not _near(text, matter["what"]):
        return Agreement.UNSURE
    # What the entry both waives and demands (本地无需户口簿，外地须带) turns on a branch.
    same = clause.mode
    if any(c.mode is same and _things(c.text) & things for c in clauses(text)):
        return Agreement.UNSURE
    whole = things <= named or len(things & named) * 2 >= len(things) or _part(things, named)
    return Agreement.CONTRADICTS if whole else Agreement.UNSURE


def _says_the_same(clause: Clause, other: Clause) -> bool:
    """Whether both waive, or both forbid, the same: 不让放 and 禁止燃放."""
    if clause.mode not in {Mode.WAIVED, Mode.FORBIDDEN}:
        return False
    done = _things(other.about) or _things(other.text)
    concepts = {name for name, _ in _CONCEPTS} & done
    return bool(done) and ((concepts or done) <= _things(clause.text))


def _permission(clause: Clause, other: Clause) -> Agreement | None:
    """可以 against 禁止: what is done must be the same, and at least one more word of the clause."""
    done, others = _things(clause.about) or _things(clause.text), _things(other.text)
    if not done & others:
        return None
    shared = _things(clause.text) & others
    concept = {name for name, _ in _CONCEPTS} & done & others
    if _REPORTS.search(clause.about) or not done <= others:
        return None if len(done & others) * 2 < len(done) or _REPORTS.search(clause.about) else Agreement.UNSURE
    return Agreement.CONTRADICTS if concept or len(shared) >= 2 else Agreement.UNSURE


def _things(text: str) -> frozenset[str]:
    """Return the words of a clause that name things, ways to say one thing brought together."""
    rest = text
    for _, pattern in _MODES:
        rest = pattern.sub("，", rest)
    found = {name for name, pattern in _CONCEPTS if pattern.search(rest)}
    for _, pattern in _CONCEPTS:
        rest = pattern.sub("，", rest)
    return frozenset(found | {word for word in content_words(rest) if not _EMPTY.fullmatch(word)})


def _near(text: str, what: str) -> bool:
    """Whether a text has the words, or two characters of them: 驾照 is near 驾驶证."""
    return any(word in text or sum(c in text for c in word) >= 1 for word in content_words(what))


def _part(things: frozenset[str], named: frozenset[str]) -> bool:
    """Whether a thing is named in a longer word: 体检 in 体检证明."""
    return any(len(a) >= 2 and (a in b or b in a) and len(b) >= 2 for a in things for b in named)


def _differs(text: str, word: str) -> str | None:
    """Return the clause of an entry on those who do not (未备案的报销降低), None where there is none."""
    for found in _CLAUSE.finditer(text):
        if re.search(
            rf"(?:未|不|没有?){re.escape(word)}|(?:未|不|没有?)[^，,。]{{0,4}}{re.escape(word[-1])}", found[0]
        ):
            return found[0]
    return None


def _asked(text: str, place: int) -> bool:
    clause = next((c[0] for c in _CLAUSE.finditer(text) if c.start() <= place < c.end()), "")
    return bool(_NOT_ASSERTED.search(clause) or re.search(r"不(?:是|用|需|会)|没有", clause))


def _check(agreement: Agreement, expected: str, utterance: Utterance, start: int, end: int) -> FactCheck:
    said = said_words(utterance, start, end, SENTENCE_SLOT)
    return FactCheck(SENTENCE_SLOT, expected, "", False, agreement, said)
