"""The operator's words of one exchange, as the comparisons look at them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from qa_pipeline.language.hedges import hedged
from qa_pipeline.language.script import simplify
from qa_pipeline.models import SpokenFact, Utterance

NOT_ASSERTED = frozenset({"quoted", "negated", "past", "hypothetical"})
"""Slots of what a speaker does not assert: somebody else's words, a condition, what used to be."""
_CORRECTION = re.compile(
    r"更正|纠正|说错|讲错|看错|记错|口误|不对[，,]?|[哦噢]不|等一下|应该是|应当是|准确(?:地|来)?说|刚才(?:说|讲)(?:的)?(?:不对|错|有误)|"
    r"不好意思|抱歉|对不起"
)
# What only guesses, and what tells of the usual case and not of the limit.
_GUESSED = re.compile(
    r"好像|听说|我觉得|我猜|我也?不(?:太|是很)?(?:确定|清楚)|记不(?:太)?清|可能(?:是|要|得)?|没准|说不准|估计"
)
_USUALLY = re.compile(
    r"一般|通常|平时|正常(?:情况)?|(?:快|早|顺|顺利|赶巧|凑巧|人少|材料齐)的?话?(?=[，,]|也|就|[一二两三四五六七八九十\d])|快的|最快|快则|少则|"
    r"多半|大多|大部分|多数|有的|个别|基本上|往往|实际上|运气好"
)
# Words of dialects that the grammar was not made for: what is said around them may mean something else.
_DIALECT = re.compile(
    r"几多|咋|啷个|侬|阿拉|冇|莫得|唔(?=使|系|好|得|知|要)|啥子|么子|嘛子|恁|(?<!请)勿(?=要|用|是|会)|廿|卅|晓不得|不消得|要得不"
)
# Who owns up to a mistake has corrected himself, which counts as such.
_OWNED = re.compile(r"[说讲看记]错|口误|更正|纠正")
_BREATH = 7
"""Characters between a value and the one that puts it right, in one breath."""
_CLAUSE = re.compile(r"[，。？！；,?!;]")


@dataclass(frozen=True, slots=True)
class Answer:
    """The values asserted, all values spoken, things named, and the utterances; ``day`` is the call's.

    ``confirmed`` are values of the caller's that the operator said yes to.
    """

    facts: tuple[SpokenFact, ...]
    spoken: tuple[SpokenFact, ...]
    things: tuple[SpokenFact, ...]
    utterances: tuple[Utterance, ...]
    day: date
    confirmed: tuple[SpokenFact, ...] = ()

    def corrected_between(self, wrong: SpokenFact, right: SpokenFact) -> bool:
        """Whether the speaker took a value back before saying the other."""
        words = "，".join(u.text for u in self.utterances if wrong.utterance <= u.index <= right.utterance)
        return right.start_ms > wrong.start_ms and bool(_CORRECTION.search(words))

    def guessed(self, said: SpokenFact) -> bool:
        """Whether a value was only an opinion: 好像是二十天."""
        return bool(_GUESSED.search(self.clause(said)))

    def hedged(self, said: SpokenFact) -> bool:
        """Whether the operator himself said that he was not sure of it, and did not look it up afterwards."""
        text = next((simplify(u.text) for u in self.utterances if u.index == said.utterance), "")
        later = [simplify(u.text) for u in self.utterances if u.index > said.utterance]
        place = max(0, text.find(said.text))
        return hedged(text, place, place + len(said.text), later)

    def usual(self, said: SpokenFact) -> bool:
        """Whether a value was told as what is usual: 一般七个工作日就好了."""
        return bool(_USUALLY.search(self.clause(said)))

    @property
    def in_dialect(self) -> bool:
        """Whether words of a dialect were used in the answer."""
        return any(_DIALECT.search(simplify(u.text)) for u in self.utterances)

    def clause(self, said: SpokenFact) -> str:
        """Return the clause in which a value was said; '' where its utterance is not among the answer's."""
        return self._clauses(said)[1]

    def clause_before(self, said: SpokenFact) -> str:
        """Return the clause before the one in which a value was said; '' where there is none in its utterance."""
        return self._clauses(said)[0]

    def clause_after(self, said: SpokenFact) -> str:
        """Return what follows the clause in which a value was said, to the end of the next clause; '' for nothing."""
        text = self.text(said)
        stop = _CLAUSE.search(text, text.find(said.text) + len(said.text))
        return _CLAUSE.split(text[stop.end() :])[0] if stop else ""

    def text(self, said: SpokenFact) -> str:
        """Return the simplified text of the utterance in which a value was said; '' where it is not the answer's."""
        return next((simplify(u.text) for u in self.utterances if u.index == said.utterance), "")

    def slip_of_the_tongue(self, wrong: SpokenFact, right: SpokenFact) -> bool:
        """Whether a value was taken back in the same breath: 三天，哎哟不对，三十天."""
        text = self.text(wrong)
        if wrong.utterance != right.utterance or _OWNED.search(text):
            return False
        start = text.find(wrong.text) + len(wrong.text)
        between = text[start : max(start, text.find(right.text, start))]
        return 0 < len(between) <= _BREATH and bool(_CORRECTION.search(between))

    def _clauses(self, said: SpokenFact) -> tuple[str, str]:
        text = self.text(said)
        place = text.find(said.text)
        if place < 0:
            return "", ""
        ends = [0, *(found.end() for found in _CLAUSE.finditer(text, 0, place))]
        stop = _CLAUSE.search(text, place + len(said.text))
        before = text[ends[-2] : ends[-1]] if len(ends) > 1 else ""
        return before, text[ends[-1] : stop.start() if stop else len(text)]
