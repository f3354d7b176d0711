"""Sentences turned round: whom an entry takes in or shuts out, who acts, what comes first, all of them or any one.

Neither side has a number. A clause is brought to a subject (a group, a person, an act, a time, an office) and a stance
on it; the same subject with the opposite stance contradicts, where both sides speak of the same doing. Such a
contradiction costs nobody points by itself: only figures do (`qa_pipeline.rules.answer.correct`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from qa_pipeline.knowledge.alone import Reversal, all_or_any, by_itself, grown_up, this_alone
from qa_pipeline.knowledge.charges import charged_otherwise
from qa_pipeline.knowledge.negations import done_after_all, owned_after_all
from qa_pipeline.knowledge.offices import other_office
from qa_pipeline.knowledge.quotas import another_quota
from qa_pipeline.knowledge.sequence import turned_round
from qa_pipeline.knowledge.stances import (
    ASKED,
    CHARGED,
    CLAUSE,
    DOING,
    DONE_BY,
    FREE,
    GROUPS,
    LET,
    NAMES,
    NOT_LET,
    REPORTED,
    SUPPOSED,
    About,
    Stance,
    cues,
    named_in,
    stances,
)
from qa_pipeline.knowledge.whereabouts import elsewhere_or_paid
from qa_pipeline.language.words import content_words
from qa_pipeline.models import Agreement

# `simplify` makes punctuation narrow; places stay the same.
_WIDE = str.maketrans({",": "，", ";": "；", "?": "？", "!": "！", ":": "："})
_GENERIC = re.compile(
    r"同等对待|不予受理|除外$|一视同仁|都一样|没份|也行|都行|也可以|都可以|也能行|没(?:招|门|戏|辙)|轮不[上到着]|沾不[上到]|不行|不认"
)


def reversals(text: str, spoken: str) -> Iterator[Reversal]:
    """Yield what a simplified utterance turns round of a simplified entry's text."""
    text, spoken = text.translate(_WIDE), spoken.translate(_WIDE)
    held = stances(text)
    for said in stances(spoken):
        if (found := _against(said, held)) is not None:
            yield found
    for part in (all_or_any, grown_up, by_itself, this_alone, _opposed):
        if (found := part(text, spoken)) is not None:
            yield found
    for other in (turned_round, another_quota, done_after_all, owned_after_all, charged_otherwise, elsewhere_or_paid):
        if (words := other(text, spoken)) is not None:
            yield Reversal(Agreement.CONTRADICTS, *words)
    if (office := other_office(text, spoken)) is not None:
        yield Reversal(*office)


def _against(said: Stance, held: tuple[Stance, ...]) -> Reversal | None:
    of_subject = [one for one in held if one.subject == said.subject and one.about is said.about]
    opposite = [one for one in of_subject if one.yes != said.yes]
    if not opposite:
        return None
    doing = [one for one in opposite if _same_doing(said, one) and not _lesser(said, one)]
    if not doing:
        return None
    # What the entry says both of (首次免费，补办收费) turns on what its stance does not hold.
    both = any(one.yes == said.yes for one in of_subject)
    supposed = said.supposed and not doing[0].supposed
    agreement = Agreement.UNSURE if both or supposed else Agreement.CONTRADICTS
    return Reversal(agreement, doing[0].clause, said.start, said.end)


def _lesser(said: Stance, written: Stance) -> bool:
    """Whether only something about the matter is spoken of (预约可以让别人帮您约) that the entry's sentence has not."""
    return any(found[0] not in written.sentence for found in _ABOUT_IT.finditer(said.clause))


_ABOUT_IT = re.compile(r"预约|约号|取号|排队|咨询|查询|打印|填表|查进度|打听|帮您?问")


def _same_doing(said: Stance, written: Stance) -> bool:
    if (
        _GENERIC.search(written.clause)
        or said.subject in DONE_BY
        or said.about is About.CHARGED
        or _GENERIC.search(said.clause)
    ):
        return True
    shared = set(content_words(said.clause)) & set(content_words(written.clause))
    rest = {word for word in shared if not NAMES[said.subject].search(word)}
    alike = _characters(said) & _characters(written)
    return bool(rest or alike)


def _characters(stance: Stance) -> frozenset[str]:
    """Return the characters of a clause that may tell what is done, without its subject's and its cues'."""
    bare = NAMES[stance.subject].sub("", stance.clause)
    for cue in (NOT_LET, LET):
        bare = cue.sub(lambda found: "".join(c for c in found[0] if c in DOING), bare)
    return frozenset(c for c in bare if "\u4e00" <= c <= "\u9fff") - _FUNCTION


_FUNCTION = frozenset(
    "的了是在有也都就还要得能可以不没无个这那您你我他它们自己本人由向对到去来上下里中时候后前一两二三四五六七八九十给把被让用从和与及或其所之为于等样些么呢啊吧嘛哈再又很最更太只才便将会应须需"
)


def _opposed(text: str, spoken: str) -> Reversal | None:
    """不能再申请复查 for 可在30日内请求复查: opposite stances on the same words, whoever they are of."""
    written = _worded(text)
    for mine, yes, about, groups, start, end in _worded(spoken):
        alike = [one for one in written if one[2] is about and mine & one[0]]
        if not alike:
            continue
        best = max(alike, key=lambda one: (len(mine & one[0]), one[1] != yes))
        shared = mine & best[0]
        enough = shared == mine or (about is About.CHARGED and shared == best[0])
        enough = enough or len(shared) > max(1, len(mine - shared))
        if best[1] == yes or not enough or any(one[1] == yes and one[0] & shared == shared for one in alike):
            continue
        agreement = Agreement.CONTRADICTS if groups == best[3] else Agreement.UNSURE
        return Reversal(agreement, text[best[4] : best[5]], start, end)
    return None


_Worded = tuple[frozenset[str], bool, About, frozenset[str], int, int]


@lru_cache(maxsize=8192)
def _worded(text: str) -> tuple[_Worded, ...]:
    found = []
    for clause in CLAUSE.finditer(text):
        if ASKED.search(clause[0]) or SUPPOSED.search(clause[0]) or REPORTED.search(clause[0]):
            continue
        for about, yes, _ in cues(clause[0]):
            words = _words(clause[0], about)
            groups = frozenset(name for name, _ in named_in(clause[0]) if name in GROUPS)
            found.append((words, yes, about, groups, clause.start(), clause.end()))
    return tuple(found)


def _words(clause: str, about: About) -> frozenset[str]:
    patterns = (NOT_LET, LET) if about is About.LET else (FREE, CHARGED)
    for cue in patterns:
        clause = cue.sub(lambda found: "，" if len(found[0]) > 1 else "", clause, count=1)
    return frozenset(word for word in content_words(clause) if word not in _COMMON and not word.isdigit())


_COMMON = frozenset({
    "办理", "申请", "提交", "时候", "这个", "那个", "我们", "咱们", "他们", "现在", "直接", "自己", "本人",
    "方可", "按照", "规定",
    "一个", "可以", "不能", "业务", "情况", "的话", "以后", "之后", "以内", "之内", "之前", "继续",
    "相关", "一下", "他人", "个人",
    "人员", "费用", "收费", "免费", "标准",
})  # fmt: skip
