"""Whether the facts of an entry can be held against what is said: there, whole, with units, as its text has them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from qa_pipeline.checks import Level, lint_check
from qa_pipeline.knowledge.base.lint.subject import Base, Fault, Filed
from qa_pipeline.knowledge.base.matters import SINGLE, same_value
from qa_pipeline.knowledge.base.proposals import FIELDS, Proposal, key, readable
from qa_pipeline.language.entry_fields import field_name
from qa_pipeline.language.numerals import digits
from qa_pipeline.language.pinyin import nearest
from qa_pipeline.language.quantities import NUMBER, parse_value
from qa_pipeline.language.values import values
from qa_pipeline.language.written_facts import SLOT_NAMES, in_words
from qa_pipeline.models import Fact

_NO_VALUE = re.compile(
    r"^[\W_]*$|待定|待补|暂无|未定|不详|见(?:答案|正文|附件|官网)|详见|另行通知|以.{0,8}为准|TBD|N/?A", re.IGNORECASE
)
_SHORTEST_PHONE, _LONGEST_PHONE = 3, 12
LONGEST_SAID = 600
"""Characters of an answer that take more than two minutes to say at 250 a minute (the scorecard's middle rate)."""

_BARE = re.compile(
    rf"(?P<cue>工本费|手续费|检测费|服务费|登记费|费用|收费|票价|押金|补贴|补助|罚款)(?:标准)?(?:为|是|：|:|，)?(?P<number>(?>{NUMBER}))"
    rf"(?![\d.]|\s*(?:万|亿|元|块|角|毛|分|%|％|％|折|倍|次|人|份|年|个|月|日|号|种|项|档|类|条|至|到|-|~))"
)
_BARE_TIME = re.compile(
    rf"(?P<cue>时限|期限|有效期|办理时间|办结时间)(?:为|是|：|:)?(?P<number>(?>{NUMBER}))(?=[，。；,;]|内|以内|$)"
)
_DAYS = re.compile(
    rf"(?P<number>(?>{NUMBER}))(?:天|日)(?:之?内|以内|左右)?(?:办结|办理完毕|办完|答复|发证|制证|出证|审核|领取|完成|到账|受理|处理)"
)
_OFFICES = frozenset({"phone", "hours"})
"""Slots of which the office has values of its own, beside those of the matter."""
_CLAUSE = re.compile(r"[，,。；;！？\n、]")
_SAYS_NOTHING = re.compile(r"工本费|手续费|费用|收费|缴纳|收取|电话|热线|拨打|请|内|左右|办结|办理|[\s\W_]")
_WHICH_DAYS = re.compile(r"自然日|日历[天日]|自然天|公历")


@lint_check("KB02", Level.WARNING, "同一要点有两个不同的值")
def two_values(base: Base) -> Iterator[Fault]:
    """Two facts of one slot with other values: either is taken as right, and nobody knows when which."""
    for one in base.current:
        by_slot: dict[str, list[Fact]] = defaultdict(list)
        for fact in base.stated(one):
            # Shares differ by hospital, term and person in most entries.
            if fact.slot in SINGLE - {"percent"} and (fact.slot not in _OFFICES or fact in one.entry.facts):
                by_slot[fact.slot].append(fact)
        for slot, facts in by_slot.items():
            others = [fact for fact in facts[1:] if not same_value(facts[0], fact)]
            if others and not _told_apart([facts[0], *others], base.read(one), one.entry.answer):
                told = "、".join(in_words(fact) for fact in (facts[0], *others))
                advice = "错的删去；各有适用情形的，拆成两个条目，或在答案里写明什么情形用哪个值"
                yield Fault(one, f"{SLOT_NAMES[slot]}有不同的值：{told}", advice)


def _told_apart(facts: Sequence[Fact], read: Sequence[Proposal], answer: str) -> bool:
    """Whether the answer says when each value holds: 首次免费，补领20元. What stands beside the values must differ."""
    beside = []
    for fact in facts:
        place = next((one for one in read if one.field == "answer" and key(one.fact) == key(fact)), None)
        if place is None:
            return False
        before, after = _CLAUSE.split(answer[: place.start])[-1], _CLAUSE.split(answer[place.end :])[0]
        beside.append(_SAYS_NOTHING.sub("", before + after))
    return len(set(beside)) == len(beside)


@lint_check("KB09", Level.WARNING, "数值没有写单位，或电话号码的位数不对")
def unclear_units(base: Base) -> Iterator[Fault]:
    """Numbers that may be read in two ways: 工本费二十, 时限为15, a phone of six digits."""
    for one in base.current:
        for field in FIELDS:
            for pattern in (_BARE, _BARE_TIME):
                for found in pattern.finditer(readable(one.entry, field)):
                    yield Fault(
                        one, f"{field_name(field)}“{found.group()}”没有写单位", "写明是元还是万元，是工作日、天还是月"
                    )
        for fact in one.entry.facts:
            if fact.slot == "phone" and not _SHORTEST_PHONE <= len(digits(fact.value)) <= _LONGEST_PHONE:
                yield Fault(one, f"电话“{fact.value}”不是 3 到 12 位数字", "核对号码，连同区号写全")
            elif fact.slot == "amount_cap" and not fact.unit and parse_value(fact.value) is not None:
                yield Fault(one, f"限额“{fact.value}”没有单位", "写明是元（yuan）还是 %（percent）")


@lint_check("KB10", Level.NOTE, "写的是“天”“日”，没有说是工作日还是自然日")
def which_days(base: Base) -> Iterator[Fault]:
    """Days without saying which: an operator who says 工作日 would contradict the entry."""
    for one in base.current:
        text = "。".join(readable(one.entry, field) for field in ("answer", "time_limit"))
        if _WHICH_DAYS.search(text):
            continue
        found = [hit.group() for hit in _DAYS.finditer(text) if (n := parse_value(hit["number"])) and n.high > 1]
        if found:
            yield Fault(one, f"“{found[0]}”是工作日还是自然日不清楚", "写成“个工作日”；是自然日的，写“个自然日”")


@lint_check("KB11", Level.WARNING, "必须告知的要点没有值")
def must_say_nothing(base: Base) -> Iterator[Fault]:
    """A fact that must be said and says nothing: every answer would lack it."""
    for one in base.current:
        for fact in one.entry.facts:
            if _NO_VALUE.search(fact.value) and (fact.must_say or not any(c.isalnum() for c in fact.value)):
                name = SLOT_NAMES.get(fact.slot, fact.slot)
                yield Fault(
                    one, f"必须告知的{name}没有可说的值（“{fact.value}”）", "写上话务员要说的值，或删去这个要点"
                )


@lint_check("KB12", Level.WARNING, "要点与正文不一致")
def text_and_facts(base: Base) -> Iterator[Fault]:
    """A fact that the text states otherwise: the operator reads the text and is judged by the fact."""
    for one in base.current:
        text = "。".join(readable(one.entry, field) for field in FIELDS)
        for fact in one.entry.facts:
            rivals = [
                read
                for read in base.read(one)
                if read.fact.slot == fact.slot and (fact.slot not in _OFFICES or read.field == "answer")
            ]
            if fact.slot in {"materials", "place"} or not rivals or _in_text(fact, text):
                continue
            if not any(same_value(fact, read.fact) for read in rivals):
                written = "、".join(dict.fromkeys(f"“{read.text}”" for read in rivals))
                reason = f"要点写{in_words(fact)}，正文写{written}"
                yield Fault(one, reason, "以正确的为准，改正要点或正文（登记为新版本，登记错了的用 --correct）")


@lint_check("KB13", Level.NOTE, "正文里找不到这个要点")
def fact_without_text(base: Base) -> Iterator[Fault]:
    """A fact that nothing in the text states: operators who read the text cannot know it."""
    for one in base.current:
        text = "。".join((one.entry.title, *(readable(one.entry, field) for field in FIELDS)))
        for fact in one.entry.facts:
            stated = any(read.fact.slot == fact.slot for read in base.read(one))
            in_text = _in_text(fact, text) or any(same_value(fact, read.fact) for read in base.read(one))
            if not in_text and (fact.slot in {"materials", "place"} or not stated):
                yield Fault(one, f"要点{in_words(fact)}在正文里没有", "在答案里写上，话务员才看得到")


@lint_check("KB14", Level.WARNING, "没有要点")
def no_facts(base: Base) -> Iterator[Fault]:
    """Nothing that an answer could be held against."""
    for one in base.current:
        if not one.entry.facts:
            read = base.read(one)
            advice = (
                f"正文里读出 {len(read)} 个，在网页“知识库”的这一条里勾选“确认”后按“记下”，或{_by_command(one)}"
                if read
                else "正文里没有可核对的时限、费用、电话、材料等，补上，或确认这条只用于检索"
            )
            yield Fault(one, "没有要点，这一条的解答无法核对", advice)


@lint_check("KB15", Level.NOTE, "有要点待责任部门确认")
def unconfirmed_facts(base: Base) -> Iterator[Fault]:
    """Facts that were read out of the text and that nobody has confirmed."""
    for one in base.current:
        if waiting := [fact for fact in one.entry.facts if not fact.confirmed]:
            told = "、".join(in_words(fact) for fact in waiting[:5])
            advice = f"在网页“知识库”的这一条里勾选“确认”（值不对的填“改为”），按“记下”；或{_by_command(one)}"
            yield Fault(one, f"{len(waiting)} 个要点待确认：{told}", advice)


def _by_command(one: Filed) -> str:
    return f"用 knowledge facts {one.entry.entry_id} 看过后加 --confirm 1,2（更正用 --correct）、--by 姓名"


@lint_check("KB16", Level.NOTE, "答案太长，电话里说不完")
def too_long_to_say(base: Base) -> Iterator[Fault]:
    """Answers that take more than two minutes to say. What is far too long or titled too long is refused at import."""
    for one in base.current:
        if (length := len(one.entry.answer)) > LONGEST_SAID:
            yield Fault(one, f"答案有 {length} 个字，说完要两分钟以上", "按来电人会问的拆成几条，每条答一件事")


def _in_text(fact: Fact, text: str) -> bool:
    """Whether a fact's words stand in the text, or sound there: 09:00-12:00 does not, 户口簿 may stand as 户口本."""
    if fact.slot == "phone":
        return digits(fact.value)[-7:] in re.sub(r"\D", "", text)
    if fact.value in text and not fact.unit and not fact.value.isdigit():
        return True
    if fact.slot not in {"materials", "place"}:
        return any((one.value, one.unit) == (fact.value, fact.unit) for one in values(text))
    hit = nearest(fact.value, text)
    return hit is not None and hit.distance <= 0.34  # a third of a name's syllables may differ: 户口簿, 户口本
