"""Names of people: what LAC tags, less what is no full name, and what follows 我叫 where LAC found nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.language.names import names
from qa_pipeline.language.personal.finding import Kind, Personal
from qa_pipeline.language.personal.surnames import DOUBLE, SURNAME, surname_of

_TITLE = re.compile(
    r"(?:先生|女士|小姐|同志|师傅|老师|主任|经理|书记|局长|科长|处长|所长|站长|队长|院长|校长|村长|组长|社长|支书|医生|大夫|"
    r"妈妈|爸爸|夫人|太太|护士|警官|法官|律师|老板|会计|大爷|大妈|大叔|大姐|大哥|阿姨|叔叔|奶奶|爷爷|婆婆|总|工|哥|姐|叔|姨|婶)$"
)
# 张小泉公司, 中山路, 雷锋精神, 郭靖的郭: a shop, a street, a saying, the spelling of another name.
_THING_AFTER = re.compile(
    r"^(?:公司|集团|银行|保险|面馆|饭店|餐馆|火锅|超市|药店|诊所|理发|烧烤|装饰|装修|物流|路|街|巷|大道|广场|公园|小区|小学|中学|大学|"
    r"医院|[^，。的]{0,4}[店馆铺坊]|纪念|精神|故居|祠|庙|桥|牌|记|家(?:具|电)|杯)"
)
_FAMOUS = frozenset(("雷锋", "鲁迅", "毛泽东", "周恩来", "孙中山", "李白", "杜甫", "包青天", "秦始皇", "诸葛亮"))
# Words that begin with a surname's character and that the tagger took for people in entries and calls.
_WORDS = frozenset(
    (
        *(
            "王法",
            "王牌",
            "王八",
            "周几",
            "周末",
            "周边",
            "周围",
            "高峰",
            "高温",
            "高铁",
            "高新",
            "金额",
            "平安",
            "安全",
            "方便",
        ),
        *(
            "白天",
            "马上",
            "马路",
            "常年",
            "温度",
            "李子",
            "梅花",
            "华裔",
            "韩裔",
            "应该",
            "何必",
            "何时",
            "何况",
            "包装",
            "包子",
        ),
    )
)
_CJK = r"[\u4e00-\u9fff]"
_END = r"(?=[，。,.！？!?\s]|$|先生|女士|同志|的名字|这个名字)"
_CALLED = re.compile(
    rf"(?:我叫|名字叫做?|名字是|姓名是|姓名叫|名叫|(?<=[他她])叫|本人叫|本名叫|全名叫|全名是)(?P<name>{_CJK}{{2,4}}?){_END}"
)
# A surname with one or two characters more where a name is due and a pause or what goes with a name follows: names
# that are words, too (万里, 安然, 冷静), which the tagger takes for words.
_ROLE = r"(?:联系|投诉|举报|申请|当事|代理|委托|承包|负责)人|户主|车主|业主|法人|患者|签字的|登记的名字"
_KIN = r"[我他她名公婆子儿板理爸妈弟哥姐妹人东长友事主员]"
_NAMED = re.compile(
    rf"(?:(?:{_ROLE})就?[是叫为]?|(?<={_KIN})叫|姓名是?|名字[是叫])(?P<name>{SURNAME}{_CJK}{{1,2}}?)"
    r"(?=[，。,.！？!?\s]|$|先生|女士|同志|主任|对吧|对吗|吗|吧|今年|电话|手机|身份证)"
    rf"|(?:^|[是找，。]|一下)(?P<titled>{SURNAME}{_CJK}{{1,2}}?)(?:先生|女士|同志)"
    rf"|我是(?P<self>{SURNAME}{_CJK}{{1,2}}?)[，,](?=电话|手机|身份证|家?住|今年)"
)
_NO_GIVEN = re.compile(
    r"^(?:[那都全位应居和于]|这)|[位个们是的家区市县镇村路街局院校店厂办所部]$|某|什么|姓|^(?:居民|市民|业主|租户)"
)
_SURNAMED = re.compile(
    rf"姓(?P<surname>{_CJK}{{1,2}})的?[，,。\s]?(?:我?叫|名字叫|全名)?(?P<name>(?P=surname){_CJK}{{1,2}}){_END}"
)
_LIKE_A_NAME = re.compile(rf"(?![小老阿大])(?!.*[零一二三四五六七八九幺两]{{2}}){_CJK}{{2,4}}(?:·{_CJK}{{1,6}})?")
_DUE = re.compile(r"(?:叫|名字是|姓名是|我是|就是|联系人是?|举报人是?|投诉人是?|车主是?|户主是?|法人是?|本人)$")
_NO_NAME = re.compile(r"^(?:[你您他她它人车我救那这谁什啥外快一了不过出来去大家]|自己|小名|师傅|老师|警察)|什么|啥$")


def people(text: str) -> Iterator[Personal]:
    """Yield the full names of people in a text; a surname with a title (王女士) says too little to be one."""
    taken: set[int] = set()
    surest = (*_introduced(text, _SURNAMED), *_due(text))
    for one in (*surest, *_tagged(text), *_introduced(text, _CALLED)):
        if taken.isdisjoint(range(one.start, one.end)):
            taken.update(range(one.start, one.end))
            yield one


def _tagged(text: str) -> Iterator[Personal]:
    """Yield what the tagger takes for a person and is a full name.

    One whose surname is none was misheard (凡志刚) or is no Chinese name: it counts where a name is due.
    """
    for found in names(text):
        name = _TITLE.sub("", found.text)
        if found.kind != "person" or name in _FAMOUS or _is_thing(text, found.end, name):
            continue
        if _full(name):
            yield Personal(Kind.NAME, found.start, found.start + len(name), name, name, 0.93)
        elif (
            _LIKE_A_NAME.fullmatch(name)
            and name not in DOUBLE | _WORDS
            and (_DUE.search(text[: found.start]) or _titled(found.text, text, found.end))
        ):
            yield Personal(Kind.NAME, found.start, found.start + len(name), name, name, 0.6)


def _titled(word: str, text: str, end: int) -> bool:
    return bool(_TITLE.search(word) or re.match(r"先生|女士|同志|小姐", text[end:]))


def _introduced(text: str, pattern: re.Pattern[str]) -> Iterator[Personal]:
    """Yield what follows 我叫 and the like up to a pause, surname or not."""
    for match in pattern.finditer(text):
        start, end = match.span("name")
        name = match["name"]
        if not _NO_NAME.search(name):
            yield Personal(Kind.NAME, start, end, name, name, 0.8 if surname_of(name) else 0.55)


def _due(text: str) -> Iterator[Personal]:
    """Yield what stands where a name is due and begins with a surname."""
    for match in _NAMED.finditer(text):
        group = str(match.lastgroup)
        name, (start, end) = match[group], match.span(group)
        if _full(name) and not _NO_GIVEN.search(name) and not _TITLE.search(name) and not _is_thing(text, end, name):
            yield Personal(Kind.NAME, start, end, name, name, 0.75)


def _full(name: str) -> bool:
    """Whether a word is a surname with a given name of one or two characters."""
    if name in DOUBLE or name in _WORDS or "某" in name:
        return False
    surname = surname_of(name)
    given = len(name) - len(surname)
    return bool(surname) and 1 <= given <= 2 and all("\u4e00" <= c <= "\u9fff" for c in name)


def _is_thing(text: str, end: int, name: str) -> bool:
    rest = text[end:]
    return bool(_THING_AFTER.match(rest)) or (rest[:1] == "的" and rest[1:2] in set(name))
