"""What a card may say, to begin with: by what the operator faced and how it went; a person makes it the card's own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from qa_pipeline.models.packs import CARD_TEXTS, Card
from qa_pipeline.models.passages import Handling, Scenario
from qa_pipeline.models.records import KnowledgeEntry
from qa_pipeline.rules.matching import Phrase
from qa_pipeline.rules.ruleset import Ruleset
from qa_pipeline.training.packs.saying import heard_in

DATA = Path(__file__).with_name("suggestions.yaml")
SAID_LISTS: Mapping[str, str] = {
    "PH04.soothing": "致歉、安抚",
    "TN06.listening": "倾听",
    "PH03.hold": "请稍候",
    "PH03.thanks": "等待后致谢",
    "PH05.other_needs": "询问其他需求",
    "PH05.thanks": "致谢",
    "PH05.farewell": "道别",
}
"""The ruleset's lists of what an operator should say, as rule.parameter, with their Chinese names."""
_FEW = 3


@dataclass(frozen=True, slots=True)
class StandardPhrase:
    """A sentence that a list of the ruleset takes for said; ``kind`` is the list's Chinese name."""

    text: str
    kind: str


def suggested_card(
    scenario: Scenario | None,
    handling: Handling | None,
    ruleset: Ruleset,
    entries: Sequence[KnowledgeEntry] = (),
    found: Sequence[str] = (),
) -> Card:
    """Return what a card may say of a clip.

    Args:
        scenario: What the operator faced; None: only what needs none is suggested.
        handling: What became of it.
        ruleset: In force: only sentences that it takes for said are suggested.
        entries: What the answer was held against, as it was in force that day.
        found: The items on which something was found there.
    """
    faced = _data()["scenarios"].get(scenario, {}) if scenario else {}
    dealt = _data()["handlings"].get(handling, {}) if handling else {}
    card = Card(
        scenario=scenario,
        handling=handling,
        situation=faced.get("situation", ""),
        goal=faced.get("goal", ""),
        judged="\n".join(filter(None, [dealt.get("judged", ""), _found(found)])),
        phrases="\n".join(one.text for one in standard_phrases(scenario, ruleset)),
        knowledge="\n\n".join(entry_text(entry) for entry in entries),
        questions="\n".join([*faced.get("questions", ()), *dealt.get("questions", ())]),
    )
    return replace(card, suggested=tuple(name for name in CARD_TEXTS if getattr(card, name)))


def filled(card: Card, suggestion: Card) -> Card:
    """Return a card whose empty fields are as suggested, to be looked at; ``suggested`` says which these are."""
    empty = [name for name in CARD_TEXTS if not getattr(card, name).strip() and getattr(suggestion, name)]
    kept = tuple(name for name in CARD_TEXTS if name in {*empty, *card.suggested})
    return replace(card, **{name: getattr(suggestion, name) for name in empty}, suggested=kept)


def as_written(card: Card, suggestion: Card) -> Card:
    """Return a card that was filled in, saying which of its texts stand as they were suggested."""
    same = tuple(
        n for n in CARD_TEXTS if _plain(getattr(card, n)) and _plain(getattr(card, n)) == _plain(getattr(suggestion, n))
    )
    return replace(card, suggested=same)


def standard_phrases(scenario: Scenario | None, ruleset: Ruleset) -> tuple[StandardPhrase, ...]:
    """Return whole sentences for a scenario; where a list of the ruleset takes none of ours, the list's own words."""
    lists = said_lists(ruleset)
    found: list[StandardPhrase] = []
    wanted = [one for one in _data()["phrases"] if scenario is not None and scenario.value in one["for"]]
    for name in dict.fromkeys(one["from"] for one in wanted):
        phrases = lists.get(name, ())
        ours = [one["text"] for one in wanted if one["from"] == name and heard_in(phrases, one["text"])]
        found += [StandardPhrase(text, SAID_LISTS[name]) for text in ours or [p.text for p in phrases[:_FEW]]]
    return tuple(found)


def said_lists(ruleset: Ruleset) -> dict[str, tuple[Phrase, ...]]:
    """Return the lists of `SAID_LISTS` that a ruleset has, with its own phrases."""
    return dict(_lists(ruleset))


def entry_text(entry: KnowledgeEntry) -> str:
    """Return an entry as a card quotes it."""
    until = f"至{entry.valid_to}" if entry.valid_to is not None else "起"
    return f"{entry.title}（{entry.entry_id} 第{entry.version}版，{entry.valid_from}{until}有效）\n{entry.answer}"


def _found(items: Sequence[str]) -> str:
    return f"质检提示过（没有经人复核的，先听再写）：{'、'.join(items)}。" if items else ""


def _lists(ruleset: Ruleset) -> Iterator[tuple[str, tuple[Phrase, ...]]]:
    params = {bound.code: bound.params for bound in ruleset.rules}
    for name in SAID_LISTS:
        code, _, field = name.partition(".")
        if code in params:
            yield name, tuple(getattr(params[code], field))


def _plain(text: str) -> str:
    return "\n".join(_stripped(text.splitlines()))


def _stripped(lines: Iterable[str]) -> Iterator[str]:
    return (line.strip() for line in lines if line.strip())


@cache
def _data() -> Any:
    return YAML(typ="safe").load(DATA.read_text(encoding="utf-8"))
