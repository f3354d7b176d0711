"""What a work order, and the call itself, names: looked for wherever it is said, by characters and by sound."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise

from qa_pipeline.language.personal.finder import find
from qa_pipeline.language.personal.finding import Kind
from qa_pipeline.language.pinyin import keys, nearest, positions

NAME_FIELD = "姓名或称谓"
PLACE_FIELDS = ("事发地点", "被反映对象")
TEXT_FIELDS = ("标题", "主要内容", "具体诉求")
_RUN = 3
"""Syllables of a place that are enough to know it by; two are said everywhere (小区, 路口)."""
_NEAR = 0.3
"""So far a name may be from what was heard, by sound (`language.pinyin.nearest`)."""
_SHORTEST_NEAR = 3
_CLAUSE = re.compile(r"[^，。！？,.!?；;、]+")
_TITLE = re.compile(r"(?:先生|女士|小姐|同志|某+)$")
_EVERYWHERE = re.compile(r"火车站|汽车站|公交站|停车场|工地|物业|小区|公交车|出租车|司机|方向|路口|旁边?|门口|对面")
"""Words of places that are said everywhere and lead nowhere."""
_DISTRICT = re.compile(r"^.{2,3}[区县市](?!场)")
_OFFICIAL = re.compile(r"(?:局|集团|大队|委员会|政府|中心|办事处|单位|公司)$")
_NUMBERED = re.compile(r"[\d零一二三四五六七八九十百]+(?:栋|幢|号楼?|单元|路)?")


def names_of(fields: Mapping[str, str], public: Collection[str]) -> frozenset[str]:
    """Return whom a work order names: its caller, and people named in its texts."""
    own = _TITLE.sub("", fields.get(NAME_FIELD, "").strip())
    told = (one for name in TEXT_FIELDS for one in find(fields.get(name, ""), public=public, floor=0.5))
    found = {own, *(one.text for one in told if one.kind is Kind.NAME)}
    return frozenset(name for name in found if len(name) >= 2)


def places_of(fields: Mapping[str, str], public: Collection[str]) -> frozenset[str]:
    """Return the places and things that a work order is about, less what anybody may know."""
    told = (one for name in TEXT_FIELDS for one in find(fields.get(name, ""), public=public, floor=0.2))
    given = {*(fields.get(name, "") for name in PLACE_FIELDS), *(one.text for one in told if one.kind is Kind.ADDRESS)}
    cut = (part for place in given for part in re.split(r"[（）()，,、；;\s]+", _EVERYWHERE.sub("，", place)))
    parts = {_DISTRICT.sub("", part) for part in cut if not _OFFICIAL.search(part)}
    return frozenset(part for part in parts if len(part) >= 2 and not _known(part, public))


def _known(place: str, public: Collection[str]) -> bool:
    return any(len(word) > 3 and not word.isdigit() and place in word for word in public)


def said_as(phrases: Collection[str], text: str, run: int) -> Iterator[tuple[int, int]]:
    """Yield where a text says ``run`` syllables or more of one of some phrases on end, by sound.

    Args:
        phrases: Names or places; shorter ones than ``run`` as a whole.
        text: What was heard.
        run: How many syllables are enough.
    """
    heard, places = keys(text), positions(text)
    for phrase in phrases:
        wanted = keys(phrase)
        size = min(run, len(wanted))
        parts = {wanted[at : at + size] for at in range(len(wanted) - size + 1)} if size else set()
        for at in range(len(heard) - size + 1 if parts else 0):
            if heard[at : at + size] in parts:
                yield places[at], places[at + size - 1] + 1


def sounds_near(phrases: Collection[str], text: str) -> Iterator[tuple[int, int]]:
    """Yield where a clause of a text sounds nearly like one of some phrases of three syllables and more."""
    for clause in _CLAUSE.finditer(text):
        for phrase in phrases:
            near = nearest(phrase, clause[0]) if len(phrase) >= _SHORTEST_NEAR else None
            if near is not None and near.distance <= _NEAR:
                yield clause.start() + near.start, clause.start() + near.end


def pieces(places: Collection[str]) -> frozenset[str]:
    """Return the named parts of places: streets, estates, shops; what is left of each, too."""
    return frozenset(piece for place in places for piece in _pieces(place))


_ENDS = re.compile(r"(?:[区县市]|路|街|大道|巷|弄|道|小区|花园|家园|华庭|广场|公寓|苑|里|村|镇|\d+[栋幢号]楼?|\d+单元)")


def _pieces(place: str) -> Sequence[str]:
    cut = [0, *(match.end() for match in _ENDS.finditer(place)), len(place)]
    parts = [place[start:end] for start, end in pairwise(cut)]
    return [part for part in parts if len(part) >= _SHORTEST_NEAR and not _NUMBERED.fullmatch(part)]
