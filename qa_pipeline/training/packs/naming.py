"""What would give away whom a clip is of, if somebody wrote it into a pack: names, places and numbers of its call."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from qa_pipeline.errors import UserError
from qa_pipeline.language.personal.public import public_words
from qa_pipeline.models.clips import Clip
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.knowledge import entries
from qa_pipeline.training.clips.named import names_of, places_of

_PLACE = 3
"""Characters of a place that lead somewhere; shorter ones are said everywhere."""
_NUMBER = 6


def names_in(session: Session, clip: Clip) -> frozenset[str]:
    """Return what the call of a clip and its order name: people, the operator, places, and the caller's number."""
    file = call_file(session, clip.call_id, speech=False)
    fields = file.work_order.fields if file.work_order is not None else {}
    public = public_words(entries(session))
    places = {place for place in places_of(fields, public) if len(place) >= _PLACE}
    number = file.call.caller_number
    own = {
        clip.call_id,
        *([number] if len(number) >= _NUMBER else []),
        *([file.operator.name] if file.operator else []),
    }
    return names_of(fields, public) | places | {word for word in own if word}


def refuse_names(texts: Iterable[tuple[str, str]], names: Iterable[str], known: str = "") -> None:
    """Refuse texts that name whom a clip is of, and do not say with which word: whoever writes may not know any.

    Args:
        texts: What each is (Chinese), and the text.
        names: As `names_in` gives them.
        known: What anybody may know, such as the quoted entry.

    Raises:
        UserError: A text holds one of the names.
    """
    wanted = [name for name in names if name not in known]
    for what, text in texts:
        if any(name in text for name in wanted):
            raise UserError(f"“{what}”里有这通电话的人、地点或号码", "课包会发出去：去掉，或换成“某人”“某小区”")
