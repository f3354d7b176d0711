"""How many copies or photographs were said to be enough, against an entry's: 复印件一人一份就够了 for 各2份."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.knowledge.answer import Answer
from qa_pipeline.knowledge.facts import said_words
from qa_pipeline.knowledge.written import written_things
from qa_pipeline.language.numerals import to_number
from qa_pipeline.language.script import simplify
from qa_pipeline.language.values import Value
from qa_pipeline.models import Agreement, FactCheck, KnowledgeEntry, Role, SpokenFact, Utterance

COPIES_SLOT = "copies"
_NUMBER = r"[一两二三四五六七八九十\d]{1,2}"
# The form alone: 复印件一人一份, 一张照片就够.
_FORM = re.compile(
    rf"(?P<form>复印件|照片|相片)(?:就|也|都|只|要|得|带|是|交|准备|需要)*(?:一人|每人|各|一式|一个人)?(?P<after>{_NUMBER})[份张]"
    rf"|(?P<before>{_NUMBER})[份张](?P<named>复印件|照片|相片)"
)
_PHOTOS = {"相片": "照片"}


def check_copies(entry: KnowledgeEntry, heard: Answer) -> tuple[FactCheck, ...]:
    """Return a check where fewer copies were said to be enough than the entry wants of that document or form.

    ``expected_value`` is the document, ``expected_unit`` empty; nothing is deducted for it.
    """
    counted = [v for v in written_things(entry) if v.kind == "materials" and v.unit.isdigit()]
    return tuple(dict.fromkeys(_checks(counted, heard))) if counted else ()


def _checks(counted: list[Value], heard: Answer) -> Iterator[FactCheck]:
    named = False
    for one in heard.things:
        alike = [v for v in counted if one.slot == "materials" and one.value == v.value and one.unit.isdigit()]
        named = named or bool(alike)
        if alike and all(int(one.unit) < int(v.unit) for v in alike):
            yield _check(alike[0], one)
    if named:
        return
    for utterance in heard.utterances:
        if utterance.role is not Role.CALLER:
            yield from _of_form(counted, utterance)


def _of_form(counted: list[Value], utterance: Utterance) -> Iterator[FactCheck]:
    for found in _FORM.finditer(simplify(utterance.text)):
        form = found["form"] or found["named"]
        alike = [v for v in counted if v.value.endswith(_PHOTOS.get(form, form))]
        number = to_number(found["after"] or found["before"])
        if alike and number is not None and all(number < int(v.unit) for v in alike):
            yield _check(alike[0], said_words(utterance, found.start(), found.end(), COPIES_SLOT))


def _check(wanted: Value, said: SpokenFact) -> FactCheck:
    return FactCheck(COPIES_SLOT, f"{wanted.value}{wanted.unit}份", "", False, Agreement.CONTRADICTS, said)
