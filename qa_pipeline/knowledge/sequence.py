"""What must be done first: 领完证再去打疫苗 turns 须先接种疫苗 round."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.language.words import content_words

_PIECE = r"[^，,。；;！？!?]{1,18}?"
_END = r"(?=[，,。；;！？!?]|$)"
# What an entry has before what.
_WRITTEN = (
    re.compile(rf"(?P<second>{_PIECE})(?:必?须|应当?|需|要)先(?:行)?(?P<first>{_PIECE}){_END}"),
    re.compile(
        rf"先(?:行)?(?P<first>{_PIECE})[，,]?(?:[^，,。；;]{{1,10}}(?:后|以后|之后))?(?:再|后|然后|方可|才能?)(?P<second>{_PIECE}){_END}"
    ),
    re.compile(rf"(?P<first>{_PIECE})(?:之|以)?后[，,]?(?:方可|再|才能?|方能)(?P<second>{_PIECE}){_END}"),
    re.compile(rf"(?P<second>{_PIECE})(?:之|以)?前[，,]?(?:必?须|应当?|需)(?:先)?(?P<first>{_PIECE}){_END}"),
)
_SAID = (
    re.compile(
        rf"(?P<first>[^，,。；;！？!?]{{2,10}}?)(?:可以|能|您)?先[^，,。；;]{{1,4}}[，,](?:回头|以后|之后|完了|过后|后面)(?:再|慢慢)?[补考办交做打拿去]*(?P<second>{_PIECE}){_END}"
    ),
    re.compile(
        rf"先(?P<first>{_PIECE})[，,](?P<second>{_PIECE})(?:回头|以后|之后|完了|过后|后面)(?:再|慢慢)?[补办交做打拿]{_END}"
    ),
    re.compile(
        rf"先(?P<first>{_PIECE})[，,](?:{_PIECE}[，,])?(?:[^，,。；;]{{0,8}})(?:再|然后|回头|之后|以后|完了)(?:再|去|来)*(?P<second>{_PIECE}){_END}"
    ),
    re.compile(
        rf"(?P<first>{_PIECE}(?:完|好|下来|到手|了))(?:了)?(?:证|之?以?后)?[，,]?(?:以后|之后)?(?:再|回头|然后)(?:再|去|来)*(?P<second>{_PIECE}){_END}"
    ),
)
_EMPTY = frozenset({"办理", "申请", "手续", "可以", "以后", "之后", "然后", "过来", "直接", "进行", "需要"})
# 领证 is 办理登记 as far as what comes first goes; 付款 is 缴费.
_WAYS = (
    (re.compile(r"领证|领完?证|把证领|上证|办证|登记"), "登记"),
    (re.compile(r"疫苗|接种|打针"), "疫苗"),
    (re.compile(r"缴费|交费|交钱|付款|付钱|缴纳"), "缴费"),
    (re.compile(r"施工|动工|装修|开工|干活|干着|装着|装完|装好|先装|开干|先干"), "施工"),
    (re.compile(r"住院|入院"), "住院"),
    (re.compile(r"备案|报备"), "备案"),
    (re.compile(r"签合同|签约|签订"), "签约"),
    (re.compile(r"体检"), "体检"),
    (re.compile(r"过户|转移登记"), "过户"),
    (re.compile(r"预约|约号|挂号"), "预约"),
    (re.compile(r"批准|许可|批下来|批文"), "批准"),
    (re.compile(r"验收"), "验收"),
    *((re.compile(f"科目{number}"), f"科目{number}") for number in "一二三四"),
)


def turned_round(text: str, spoken: str) -> tuple[str, int, int] | None:
    """Return the words of an entry that an utterance turns round, and where; None where it turns nothing round.

    Both what comes first and what comes second must be named on both sides, the other way round.
    """
    written = [(_names(one["first"]), _names(one["second"]), one[0]) for one in _matches(_WRITTEN, text)]
    for said in _matches(_SAID, spoken) if written else ():
        first, second = _names(said["first"]), _names(said["second"])
        for before, after, words in written:
            if second & before and first & after and not (first & before or second & after):
                return words, said.start(), said.end()
    return None


def _matches(patterns: tuple[re.Pattern[str], ...], text: str) -> Iterator[re.Match[str]]:
    for pattern in patterns:
        yield from pattern.finditer(text)


def _names(piece: str) -> frozenset[str]:
    ways = [(found.end(), name) for pattern, name in _WAYS for found in pattern.finditer(piece)]
    if ways:
        return frozenset({max(ways)[1]})  # 施工许可 is the permit
    return frozenset({word for word in content_words(piece) if word not in _EMPTY})
