"""Anywhere or only in one place, and who pays: 只能回老家办 for 可异地办理, 邮费我们出 for 邮费自付."""

from __future__ import annotations

import re

_DOES = r"(?:都|也|就)(?:行|能|可以|成|给办|受理|认|好使)"
_PAIRS = (
    (
        re.compile(
            r"(?:可|能|均可|可以|实行|支持)[^，。；]{0,8}(?:异地|就近|任[一意何]|全[市省国]|跨[省市区])[^，。；]{0,8}(?:办|领|申|交|缴|购|检|取|查|结|用)|(?:全[市省国]|跨[省市区域])通办|(?:任[一意何])[^，。；]{0,8}(?:均可|可|都可|即可|购|办|领)"
        ),
        re.compile(
            r"(?:只能|必须|非得|得|要|只有)(?:回|到|去|在|是)?[^，。]{0,6}?(?:户籍(?:所在)?地|户口所在地|老家|原籍|车籍地|参保地|发证地|指定的?|原来|原先|开户|开卡|本地|户口那边)|(?:异地|外地|跨[省市]|别处|换个地方|别家)[^，。]{0,4}(?:办不了|不给办|不能办|不行|不认|不受理)"
        ),
    ),
    (
        re.compile(
            r"(?:须|应|只能|必须|限|由)(?:由|回|到|在|向)?[^，。；]{0,8}(?:户籍(?:所在)?地|户口所在地|参保地|经常居住地|原(?:发证|参保|签发|登记)[^，。；]{0,3}|发证地|所在地|定点|指定)"
        ),
        re.compile(
            rf"(?:哪儿|哪里|哪个?[^，。]{{0,5}}|随便哪[^，。]{{0,5}}|任何[^，。]{{0,6}}|就近[^，。]{{0,4}}|全[国省市][^，。]{{0,6}}){_DOES}"
        ),
    ),
    (
        re.compile(
            r"自付|自理|自费|自行承担|由(?:申请人|本人|个人|业主|承租人|用户|住户|产权人|当事人)(?:自行)?(?:承担|负担|支付)"
        ),
        re.compile(
            r"(?:我们|咱们|公家|政府|单位|财政|物业|公司|国家|社区|中心)(?:这边|那边)?(?:都|全|就|会|来|给您?|帮您)*(?:出(?:钱|的|了)?(?=$|[，。])|掏(?:钱|的)?|报销|承担|付|包了)|不用您(?:自己)?(?:出|掏|花|承担)"
        ),
    ),
    (
        re.compile(
            r"(?:由|从)(?:财政|政府|用人单位|单位|物业|供[热水气电][^，。；]{0,3}|公司|企业|国家|社区|医保|基金)[^，。；]{0,6}(?:承担|负担|支付|列支|补贴|出资)|(?:财政|政府)(?:全额)?(?:补贴|承担|负担)"
        ),
        re.compile(
            r"(?:得|要|都是|还是|全是|只能)?(?:您|你|自己|个人|住户|业主)+(?:得|要|来|全)*(?:自己)?(?:掏|出钱|出这|出的|承担|付钱|花钱|担着|垫)(?!了再)"
        ),
    ),
)
_CLAUSE = re.compile(r"[^，,。；;！？!?]+")
_DENIED = re.compile(r"(?:不|没|无需|别|甭|免)(?:用|要|必|需要)?$")
_ASKED = re.compile(r"吗|是不是|以前|原来|如果|要是|的话|先垫")


def elsewhere_or_paid(text: str, spoken: str) -> tuple[str, int, int] | None:
    """Return the clause of an entry whose place or payer an utterance has otherwise, and where; None for nothing.

    An entry that itself has both (先自付，后由基金支付) is left alone.
    """
    for entry, said in _PAIRS:
        written, found = entry.search(text), said.search(spoken)
        if written is None or found is None or said.search(text) or _ASKED.search(spoken):
            continue
        if _DENIED.search(spoken[: found.start()]):
            continue
        clause = next(one[0] for one in _CLAUSE.finditer(text) if one.start() <= written.start() < one.end())
        return clause, found.start(), found.end()
    return None
