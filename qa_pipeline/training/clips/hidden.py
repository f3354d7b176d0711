"""Which characters of a call's transcript are covered, and as what."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from qa_pipeline.language.personal.finding import Kind
from qa_pipeline.language.personal.rows import muttered, rows
from qa_pipeline.language.personal.turns import find_in_call
from qa_pipeline.models import Operator, Role, Transcript, Utterance, WorkOrder
from qa_pipeline.models.clips import MaskKind
from qa_pipeline.training.clips.cues import asks_for_personal, read_back_from, said_after_cues
from qa_pipeline.training.clips.named import names_of, pieces, places_of, said_as, sounds_near

_DOUBTFUL = 0.2
"""From here on what may be personal is covered: one word too many costs little, one too few costs somebody a lot."""
_ROW, _TAIL = 4, 3
"""Digits in a row that are covered (三五七九 tells whose number it is as well as all of it), and after 尾号 or 车牌."""
_TAIL_CUE = re.compile(r"(?:尾号|[后前最][几三四3-4]位|车牌|车排|电话|手机|号码|工号|分机|卡号)[^，。]{0,8}$")
_ANSWER = 40
"""Characters of an answer that are covered where something personal was asked for; what comes after is other."""
_AHEM = 4
"""Characters with which whoever asked only waits for the answer: 嗯, 好的."""
_LINE = re.compile(r".?线")
"""What comes after the hotline's own number, however it was heard: 1235日线."""
_NAME_SYLLABLES, _PLACE_SYLLABLES = 2, 3
_SHORTEST = {True: 2, False: 4}


@dataclass(frozen=True, slots=True)
class Hidden:
    """Characters ``start`` to ``end`` of an utterance's text that are covered."""

    utterance: int
    start: int
    end: int
    kind: MaskKind


def hidden(
    transcript: Transcript,
    order: WorkOrder | None,
    operator: Operator | None,
    public: Collection[str],
) -> tuple[Hidden, ...]:
    """Return what of a call is covered, in order; parts may overlap.

    Args:
        transcript: As it was heard.
        order: What it names is covered wherever it is said.
        operator: Whose name and number are covered, too.
        public: Numbers and places that anybody may know.
    """
    found = [
        *_found(transcript, public),
        *_due(transcript.utterances),
        *(one for utterance in transcript.utterances for one in _in_text(utterance, public)),
    ]
    names, places = wanted(transcript, order, public)
    own = frozenset(name for name in (operator.name if operator is not None else "",) if len(name) >= _NAME_SYLLABLES)
    for utterance in transcript.utterances:
        text, index = utterance.text, utterance.index
        found += [Hidden(index, *at, MaskKind.NAME) for at in said_as(names, text, _NAME_SYLLABLES)]
        found += [Hidden(index, *at, MaskKind.ORDER) for at in said_as(places, text, _PLACE_SYLLABLES)]
        found += [Hidden(index, *at, MaskKind.ORDER) for at in sounds_near(pieces(places) | names, text)]
        found += [Hidden(index, *at, MaskKind.OPERATOR) for at in said_as(own, text, _NAME_SYLLABLES)]
    found += list(_read_back(transcript.utterances, found))
    return tuple(sorted(found, key=lambda one: (one.utterance, one.start, one.end)))


def _found(transcript: Transcript, public: Collection[str]) -> Iterator[Hidden]:
    for one in find_in_call(transcript, public, _DOUBTFUL):
        for part in one.parts:
            yield Hidden(part.utterance, part.start, part.end, MaskKind(one.found.kind.value))


def wanted(
    transcript: Transcript | None, order: WorkOrder | None, public: Collection[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names and the places of a call that are looked for: those of its order and those found in it."""
    fields: Mapping[str, str] = order.fields if order is not None else {}
    said = [one.found for one in find_in_call(transcript, public)] if transcript is not None else []
    names = {one.text for one in said if one.kind is Kind.NAME and len(one.text) >= _SHORTEST[True]}
    places = {one.text for one in said if one.kind is Kind.ADDRESS and len(one.text) >= _SHORTEST[False]}
    return names_of(fields, public) | names, places_of(fields, public) | places


def _in_text(utterance: Utterance, public: Collection[str]) -> Iterator[Hidden]:
    text, index = utterance.text, utterance.index
    for row in (*rows(text), *muttered(text)):
        read, start, end = "".join(group.digits for group in row), row[0].start, row[-1].end
        known = read in public or _LINE.match(text, end) or text[end : end + 1] == "年"
        least = _TAIL if _TAIL_CUE.search(text[:start]) else _ROW
        if len(read) >= least and not known:
            yield Hidden(index, start, end, MaskKind.NUMBER)
    for start, end, kind in said_after_cues(text):
        yield Hidden(index, start, end, kind)


def _due(utterances: Sequence[Utterance]) -> Iterator[Hidden]:
    """Yield the answers to what asks for something personal, as they came: a misheard name is still a name."""
    asked: tuple[object, ...] | None = None
    left = 0
    for one in utterances:
        side = (one.role, one.channel)
        if asked is not None and side != asked and left > 0:
            yield Hidden(one.index, 0, min(len(one.text), left), MaskKind.PERSONAL)
            left -= len(one.text)
        # What a caller asks for, the operator's name, is known from the roster and looked for as that.
        if one.role is not Role.CALLER and asks_for_personal(one.text):
            asked, left = side, _ANSWER
        elif side == asked and len(one.text) > _AHEM:
            asked = None


def _read_back(utterances: Sequence[Utterance], found: Sequence[Hidden]) -> Iterator[Hidden]:
    """Yield what stands between the beginning of a read-back and the last of what is covered in it."""
    last: defaultdict[int, int] = defaultdict(int)
    for one in found:
        last[one.utterance] = max(last[one.utterance], one.end)
    for utterance in utterances:
        begin, end = read_back_from(utterance.text), last[utterance.index]
        if begin is not None and end > begin:
            yield Hidden(utterance.index, begin, end, MaskKind.PERSONAL)
