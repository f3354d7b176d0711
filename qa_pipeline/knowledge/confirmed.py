"""What the caller took away: a value that the caller said back, and the operator only said yes to.

是十天对吧？ and 对。 are the operator's word as much as ten days of his own would be.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from qa_pipeline.knowledge.facts import values_of
from qa_pipeline.language.script import simplify
from qa_pipeline.models import Role, SpokenFact, Utterance

_ASKS_BACK = re.compile(
    r"^(?:那|哦|噢|嗯)*[，,]?(?:就是说?|也就是说?)|[，,]?(?:对吧|是吧|对吗|是吗|对不对|是不是(?:啊|呀)?|没错吧|行吧|吗|吧|呗|么)[呀啊哈]?[？?。！!]*$"
)
_YES = re.compile(
    r"^(?:嗯|啊|哎|诶|欸|好的?|[，,。])*(?:对(?![面方口于不着比象应])|是的|是啊|没错|正确|就是这样|是这样)"
)
_YES_BUT = re.compile(r"不(?:是|对|止|用|到)|但是?|其实|不过|更正|应该")


def confirmed(utterances: Sequence[Utterance], places: Collection[int]) -> tuple[SpokenFact, ...]:
    """Return the values that the caller said back at ``places`` and that the operator's next words only said yes to.

    Args:
        utterances: Of the call, in order.
        places: Indices of what was asked about one entry, and of what lies between its answers.
    """
    return tuple(_confirmed(utterances, places))


def _confirmed(utterances: Sequence[Utterance], places: Collection[int]) -> Iterator[SpokenFact]:
    for asked, reply in pairwise(utterances):
        if asked.role is not Role.CALLER or reply.role is not Role.OPERATOR or asked.index not in places:
            continue
        said, yes = simplify(asked.text), simplify(reply.text)
        if _ASKS_BACK.search(said) is None or _YES.match(yes) is None or _YES_BUT.search(yes):
            continue
        kinds = {fact.slot for fact in values_of(reply)}
        stated = replace(asked, text=_ASKS_BACK.sub("", said))
        yield from (fact for fact in values_of(stated) if fact.slot not in kinds)
