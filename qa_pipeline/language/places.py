"""Names of places in a text: by the centre's gazetteer where it has one, and by how names of places are formed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import ahocorasick

from qa_pipeline.language.script import simplify
from qa_pipeline.models import Gazetteer, Place


@dataclass(frozen=True, slots=True)
class Named:
    """A name at characters ``start`` to ``end`` of a text; ``kind`` is 区, 路, 小区, 门 or the gazetteer's."""

    start: int
    end: int
    text: str
    kind: str
    places: tuple[Place, ...] = ()


_NOT_IN_A_NAME = (
    r"[^，。、！？；,.!?;\s()（）0-9A-Za-z一二三四五六七八九十两第的在到从去住是叫那这和与就往靠号我们你他咱跟把被有个条段"
    r"每了至及没又还后面半请问上下说找给让]"
)
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("区", re.compile(r"[\u4e00-\u9fff]{2}(?<![小社园校景院厂库])(?:区|县)(?![域别分划间长委县])")),
    ("镇", re.compile(rf"{_NOT_IN_A_NAME}{{2}}(?:镇|乡)(?![政长])")),
    (
        "路",
        re.compile(
            rf"{_NOT_IN_A_NAME}{{2,4}}?(?:大道|(?<![马公铁小半同一条出线电网管思套退活走跑迷让赶拦绕修断短堵挡带水车岔后销财门生顺问认])路|大街|街(?!道)|巷|"
            rf"胡同)(?:[东南西北中]段)?(?![上灯边过口人面费由标障])"
        ),
    ),
    (
        "小区",
        re.compile(
            rf"{_NOT_IN_A_NAME}{{2,6}}?(?:小区|家园|花园|花苑|华庭|家属院|新村|新苑|公寓|大厦|广场|[苑湾府园]|华府|"
            rf"天城|国际|佳园|名邸|社区)"
            r"(?![区路街])(?:[一二三四五六七八九十\d]期)?"
        ),
    ),
    (
        "地",
        re.compile(
            rf"{_NOT_IN_A_NAME}{{2,6}}?(?:公园|菜市场|市场|超市|医院|小学|中学|学院|大学|幼儿园|派出所|火车站|车站|"
            rf"村)(?![民长口])"
        ),
    ),
    ("门", re.compile(r"(?:[东南西北正后前侧][大]?门)(?![口窗])?|[东南西北]侧(?!门)|对面")),
)
_ADMIN = frozenset("区县市镇乡")


@lru_cache(maxsize=4096)
def formed(text: str) -> tuple[Named, ...]:
    """Return what is formed like the name of a place, in order; none overlapping another."""
    rest = simplify(text)
    found: list[Named] = []
    for kind, pattern in _FORMS:
        found += [Named(*hit.span(), hit[0], kind) for hit in pattern.finditer(rest)]
        # What has been found is out of the way of the next: 河东区 of 河东区解放路.
        for one in found:
            rest = rest[: one.start] + "，" * (one.end - one.start) + rest[one.end :]
    return tuple(sorted(found, key=lambda one: one.start))


@lru_cache(maxsize=4)
def _automaton(gazetteer: Gazetteer) -> Any:
    automaton = ahocorasick.Automaton()
    for name in gazetteer.by_name:
        if len(name) >= 2:
            automaton.add_word(simplify(name), name)
    automaton.make_automaton()
    return automaton if len(automaton) else None


def listed(text: str, gazetteer: Gazetteer) -> tuple[Named, ...]:
    """Return the gazetteer's names that stand in a text, the longest where they overlap."""
    automaton = _automaton(gazetteer)
    if automaton is None:
        return ()
    hits = [(last - len(simplify(name)) + 1, last + 1, name) for last, name in automaton.iter(simplify(text))]
    return tuple(sorted(_longest(hits, gazetteer), key=lambda one: one.start))


def _longest(hits: list[tuple[int, int, str]], gazetteer: Gazetteer) -> Iterator[Named]:
    taken: set[int] = set()
    for start, end, name in sorted(hits, key=lambda hit: hit[0] - hit[1]):
        if not taken & set(range(start, end)):
            taken.update(range(start, end))
            places = gazetteer.named(name)
            yield Named(start, end, name, places[0].kind, places)


def names_of(text: str, gazetteer: Gazetteer) -> tuple[Named, ...]:
    """Return the names of places in a text: the gazetteer's, and between them what is formed like one."""
    known = listed(text, gazetteer)
    taken = {place for one in known for place in range(one.start, one.end)}
    others = [one for one in formed(text) if not taken & set(range(one.start, one.end))]
    return tuple(sorted([*known, *others], key=lambda one: one.start))


def is_administrative(name: str) -> bool:
    """Whether a name is of a district, a county or a town, which callers leave out."""
    return name[-1:] in _ADMIN


def out_of_place(named: tuple[Named, ...], gazetteer: Gazetteer) -> tuple[Named, Named] | None:
    """Return a place and the district named with it that it does not lie in; None where all of it may be.

    Only what the gazetteer has is judged, and only where it knows what every bearer of the name lies in.
    """
    districts = [one for one in named if one.places and is_administrative(one.text)]
    for one in named:
        around = [set(gazetteer.around(place)) for place in one.places]
        if is_administrative(one.text) or not around or not all(around):
            continue
        for district in districts:
            same_kind = [n for names in around for n in names if n[-1] == district.text[-1]]
            known = {p.name for p in district.places} | {district.text}
            if same_kind and not any(known & names for names in around):
                return one, district
    return None
