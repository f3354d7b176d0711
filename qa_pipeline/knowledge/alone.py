"""All of them or any one, with somebody or alone, of itself or only when asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa_pipeline.knowledge.stances import ASKED, CLAUSE
from qa_pipeline.language.grammar.documents import read_documents
from qa_pipeline.models import Agreement


@dataclass(frozen=True, slots=True)
class Reversal:
    """What characters ``start`` to ``end`` of an utterance are to a clause of an entry."""

    agreement: Agreement
    expected: str
    start: int
    end: int


_EVERY = re.compile(
    r"均(?:须|应|需|无|未|已|为|有|在|可)|(?:夫妻|父母|买卖|男女|当事人)?双方(?:须|应|必须|需|均|共同|到场|本人|亲自|携带|持)|[须应需](?:由)?(?:双方|夫妻|父母|全体|共同|同时)|缺一不可|全体(?:业主|股东|共有人)|及配偶"
)
_ANY_SAID = re.compile(
    r"(?:(?:有|其中|随便|任意|任何|里头?有?|来|去)一(?:个|方|位|样|人)|一(?:个人|方|口子|位)(?:来|去|到场|签字?|带|过来|拿)|(?:男方|女方|一方|老公|媳妇|丈夫|妻子|您)(?:自己|一个人?)?(?:来|到场?|去|过来)(?:了|一趟|签字?)*(?=就)|单方|谁来|哪个来|随便谁|随便哪)[^。]{0,14}?(?:就(?:行|够|可以|能|成|中)|也(?:行|可以|能|成)|够了|够条件|都(?:行|可以|能|成)|符合)"
)
_ANY = re.compile(r"之一|任一|任意一|其中一|任何一|一方(?=本人|即可|可|到场|申请|持)")
_EVERY_SAID = re.compile(
    r"缺一不可|(?:两|三|几)(?:样|个|口子|个人|人|种|份)(?:全)?都(?:得|要|必须)|双方都?(?:得|要|必须)|(?:俩|两)(?:个)?人?(?:必须|都得|一起|得一块)|一样(?:都)?不能少"
)


def all_or_any(text: str, spoken: str) -> Reversal | None:
    """两口子有一个就够 for 本人及配偶均; 两样都得带 for 任一."""
    for entry, said, other in ((_EVERY, _ANY_SAID, _ANY), (_ANY, _EVERY_SAID, _EVERY)):
        written, found = entry.search(text), said.search(spoken)
        if written is None or found is None or other.search(text) or ASKED.search(found[0]):
            continue
        return Reversal(Agreement.CONTRADICTS, _clause_at(text, written.start()), found.start(), found.end())
    return None


_BY_ITSELF = re.compile(
    r"自动(?!售|取|扶|化|柜|挡|体)|免申(?:即享|请)|(?:无需|无须|不需要?|不用|不必|免)(?:本人|个人|您|再|自己|另行|另外|单独)*(?:申请|申报|报名)"
)
_HAS_TO_ASK = re.compile(
    r"(?:得|要|必须|须|需要|应当?)(?:您|你|自己|本人|个人|再|先|亲自|主动)*(?:[来去到跑往][^，。]{0,8}?)?(?:递|交|写|提出?)?(?:个)?申[请报]|不(?:去)?申[请报](?:的话)?(?:就|是)?(?:不给|没有|拿不|领不|不发)"
)
_ITSELF_SAID = re.compile(
    r"(?:系统|到时候?|到期|到岁数|到点)?(?:会|就)?自动(?:就|会|给|发|续|转|到|扣|打)|(?:不用|不需要|无需|用不着|甭)(?:您|你|自己|再|单独|专门)*(?:申请|申报|去报|跑)"
)
_HAS_TO_ASK_WRITTEN = re.compile(r"(?<![无不])(?:须|应当?|需|必须)(?:由)?[^，。；]{0,12}?(?:提出)?(?:书面)?申[请报]")


def by_itself(text: str, spoken: str) -> Reversal | None:
    """不申请不给发 for what is paid without being asked for; 到期自动就续 for what has to be asked for."""
    pairs = ((_BY_ITSELF, _HAS_TO_ASK, _HAS_TO_ASK_WRITTEN), (_HAS_TO_ASK_WRITTEN, _ITSELF_SAID, _BY_ITSELF))
    for entry, said, other in pairs:
        written, found = entry.search(text), said.search(spoken)
        if written is None or found is None or other.search(text) or ASKED.search(spoken):
            continue
        if not _NEGATED_BEFORE.search(spoken[: found.start()]):
            return Reversal(Agreement.CONTRADICTS, _clause_at(text, written.start()), found.start(), found.end())
    return None


_NEGATED_BEFORE = re.compile(r"(?:不|没|别|未必|不一定)[^，。]{0,3}$")
_ALONE = re.compile(
    r"(?:就|只|光|单)?(?:带|拿|凭|有|要|用)(?:上|着|个|张|一张|一个|本|您的?|好)*(?P<what>[^，。,]{2,7}?)(?:一样|一个|一张|这一样)?(?:就(?:行|够|能|可以|成|好使)|够)(?!.*(?:还得|还要|另外|以及|和))"
)
_LISTED = re.compile(r"(?:须|需|应|凭|持|携带?|提供|提交|带)[^，。；]{0,40}")
_BRANCHED = re.compile(r"或者?|之一|任一|的，|无需|不再|免交|免于")


def this_alone(text: str, spoken: str) -> Reversal | None:
    """拿张身份证就够 where the entry wants more papers in one list."""
    found = _ALONE.search(spoken)
    if found is None or ASKED.search(found[0]):
        return None
    named = {one.value for one in read_documents(spoken)}
    if len(named) != 1 or _AND.search(found["what"]):
        return None
    (alone,) = named
    for listed in _LISTED.finditer(text):
        papers = {one.value for one in read_documents(listed[0])}
        if len(papers) > 1 and any(_same_paper(alone, one) for one in papers) and not _BRANCHED.search(listed[0]):
            return Reversal(Agreement.CONTRADICTS, listed[0], found.start(), found.end())
    return None


_AND = re.compile(r"[和跟、加]|还有|复印")


def _same_paper(said: str, written: str) -> bool:
    return said in written or written in said


_GROWN_UP = re.compile(
    r"(?:须|应|需要?|必须|要)[^，。；]{0,8}?(?<!未)(?:成年人|成年家属|监护人|家长|大人)[^，。；]{0,8}?(?:在场|陪同|陪|看护|到场|带领|签字|代)"
)
_CHILD_ALONE = re.compile(
    r"(?:小孩子?|小娃娃?|娃娃?|孩子|未成年人?)[^。]{0,10}?(?:就行|也行|就够|就可以|也可以|就能|也能|就成|都行|自己(?:来|去|办))"
)
_WITH_GROWN_UP = re.compile(r"大人|家长|监护人|您陪|陪着|成年")


def grown_up(text: str, spoken: str) -> Reversal | None:
    """孩子自己来就行 for what a grown-up has to be there for."""
    written, found = _GROWN_UP.search(text), _CHILD_ALONE.search(spoken)
    if written is None or found is None or _WITH_GROWN_UP.search(spoken):
        return None
    return Reversal(Agreement.CONTRADICTS, _clause_at(text, written.start()), found.start(), found.end())


def _clause_at(text: str, place: int) -> str:
    return next((one[0] for one in CLAUSE.finditer(text) if one.start() <= place < one.end()), "")
