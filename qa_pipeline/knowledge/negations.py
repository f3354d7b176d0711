"""What an entry does not do or want that words do: 发现金 for 不发放现金, 有一套小的也能 for 须无自有住房."""

from __future__ import annotations

import re

from qa_pipeline.language.words import content_words

_CLAUSE = re.compile(r"[^，,。；;！？!?]+")
_NOT_DONE = re.compile(
    r"(?<!得)(?<!是)不(?:再|另行|单独|直接|予)?(?P<verb>发放?|提供|接受|支持|包含?|含|设立?|开放|计入|退还?|承担|核发|安排|出具|寄送|办理|受理|配送|代收|代办)"
    r"(?P<what>[\u4e00-\u9fff]{2,8})"
)
_NO = re.compile(r"[不没无别非未]|免")
_DONE = re.compile(r"(?:都|也|就|直接|可以|能|会|给您?|帮您|全)+")
_ASKED = re.compile(r"吗|是不是|以前|原来|如果|要是|别的|其他|听说|另外")
# What somebody must not have: how an entry demands its lack, and how words let it be there.
_LACK = tuple(
    (
        re.compile(lack),
        re.compile(
            rf"(?<!没)(?<!无)有[^，。]{{0,4}}(?:{there})[^，。]{{0,6}}?(?:也|都|照样|一样|不影响|没关系|不要紧)"
        ),
    )
    for lack, there in (
        (r"(?:无|没有|未拥有)(?:自有)?(?:住房|产权房|房产|房屋)", r"房|一套|住处"),
        (r"无(?:违法)?犯罪记录", r"案底|前科|犯罪|犯过"),
        (r"无(?:不良)?(?:征信|信用)记录|信用(?:记录)?良好", r"逾期|不良|污点"),
        (r"无(?:拖欠|欠费|欠缴|欠税)|结清|缴清", r"欠|没交清"),
        (r"无(?:违法|违章|未处理的?违[法章])|违[法章][^，。；]{0,6}处理完毕", r"违章|罚单|没处理"),
        (r"无(?:固定)?(?:工作|职业|业)|未就业|失业", r"工作|单位|活干"),
        (r"无(?:机动)?车", r"车"),
        (r"未(?:婚|登记结婚)|单身|无配偶", r"老公|老婆|对象|配偶"),
    )
)


def done_after_all(text: str, spoken: str) -> tuple[str, int, int] | None:
    """Return the clause of an entry that says something is not done or given, and where it is said to be; or None."""
    for written in _NOT_DONE.finditer(text):
        things = [word for word in content_words(written["what"]) if len(word) > 1]
        for clause in _CLAUSE.finditer(spoken):
            said = clause[0]
            if not things or _NO.search(said) or _ASKED.search(said) or not any(word in said for word in things[:1]):
                continue
            if written["verb"][0] in said or (_DONE.search(said) and said.endswith(things[0])):
                return _clause_at(text, written.start()), clause.start(), clause.end()
    return None


def owned_after_all(text: str, spoken: str) -> tuple[str, int, int] | None:
    """Return the clause of an entry that wants somebody to be without something that words let them have; or None."""
    for lack, there in _LACK:
        written, found = lack.search(text), there.search(spoken)
        if written is None or found is None or _ASKED.search(spoken):
            continue
        return _clause_at(text, written.start()), found.start(), found.end()
    return None


def _clause_at(text: str, place: int) -> str:
    return next((one[0] for one in _CLAUSE.finditer(text) if one.start() <= place < one.end()), "")
