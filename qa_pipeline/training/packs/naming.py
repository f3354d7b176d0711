"""What would give away whom a clip is of, if somebody wrote it into a pack: names, places and numbers of its call."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from qa_pipeline.errors import UserError
from qa_pipeline.language.personal.public import public_words
from qa_pipeline.language.personal.rows import rows
from qa_pipeline.models.clips import Clip
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.knowledge import entries
from qa_pipeline.store.queries.people import operators
from qa_pipeline.training.clips.hidden import wanted
from qa_pipeline.training.clips.named import NAME_FIELD

_NAME = 2
_PLACE = 3
"""Characters of a place that lead somewhere; shorter ones are said everywhere."""
_NUMBER = 6
_HINT = "课包会发出去：去掉，或换成“某人”“某小区”"


@dataclass(frozen=True, slots=True)
class Named:
    """What must not stand in a pack: of the clip's call, and the centre's own people.

    ``numbers`` are bare digits, compared with the digits of a text however they are parted or written.
    """

    words: frozenset[str]
    numbers: frozenset[str]
    colleagues: frozenset[str]


def names_in(session: Session, clip: Clip) -> Named:
    """Return what the call of a clip and its order name: people, places and the caller's number; and all operators."""
    file = call_file(session, clip.call_id)
    public = public_words(entries(session))
    people, places = wanted(file.transcript, file.work_order, public)
    fields = file.work_order.fields if file.work_order is not None else {}
    # With its title, too: 李女士 is whom the order is of as well as 李建国.
    addressed = fields.get(NAME_FIELD, "").strip()
    words = {*people, addressed, *(place for place in places if len(place) >= _PLACE), clip.call_id}
    number = re.sub(r"\D", "", file.call.caller_number)
    team = {one.name for one in operators(session)} | ({file.operator.name} if file.operator else set())
    return Named(
        words=frozenset(word for word in words if len(word) >= _NAME),
        numbers=frozenset({number} if len(number) >= _NUMBER else ()),
        colleagues=frozenset(name for name in team if len(name) >= _NAME),
    )


def refuse_names(texts: Iterable[tuple[str, str]], named: Named, known: str = "", *, sees_all: bool = False) -> None:
    """Refuse texts that name whom a clip is of.

    Args:
        texts: What each is (Chinese), and the text.
        named: As `names_in` gives it.
        known: What anybody may know, such as the quoted entry.
        sees_all: Whether who writes may see personal data: nobody else is told which word it was, since that would
            say of any guess whether it is in the call.

    Raises:
        UserError: A text names somebody.
    """
    for what, text in texts:
        if name := _first(named.colleagues, text, known):
            raise UserError(f"“{what}”里有话务员“{name}”", _HINT)
        if found := _first(named.words, text, known) or _number(named.numbers, text):
            told = f"里的“{found}”是" if sees_all else "里有"
            raise UserError(f"“{what}”{told}这通电话的人、地点或号码", _HINT)


def _first(words: Iterable[str], text: str, known: str) -> str:
    return next((word for word in sorted(words) if word in text and word not in known), "")


def _number(numbers: Iterable[str], text: str) -> str:
    told = ["".join(group.digits for group in row) for row in rows(text)]
    told.append(re.sub(r"\D", "", text))
    return next((number for number in sorted(numbers) if any(number in one for one in told)), "")
