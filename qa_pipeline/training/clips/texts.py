"""The masked text of a clip: what is covered in the sound is covered in the text, and the other way round."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from qa_pipeline.models import Utterance, Word
from qa_pipeline.models.clips import ClipMask, ClipPiece, ClipTurn, MaskKind
from qa_pipeline.training.clips.hidden import Hidden
from qa_pipeline.training.clips.spans import words_of

_PLAINEST = (MaskKind.NUMBER, MaskKind.PERSONAL, MaskKind.ORDER, MaskKind.UNHEARD, MaskKind.HAND)
"""Named last, or where nothing more is known of what is covered."""
_PAUSES = "，。！？,.!?；;、 "


def turns_of(
    utterances: Sequence[Utterance], found: Iterable[Hidden], masks: Sequence[ClipMask], start_ms: int
) -> tuple[ClipTurn, ...]:
    """Return the turns of a passage with stand-ins.

    Args:
        utterances: Of the passage, in order.
        found: What of them is covered.
        masks: What of the sound is covered.
        start_ms: Where the clip begins in the call; the turns' times count from there.
    """
    hidden = list(found)
    turns = []
    for role, same in groupby(utterances, key=lambda u: u.role):
        said = list(same)
        pieces = tuple(_joined(piece for one in said for piece in _pieces(one, hidden, masks)))
        begin, end = min(u.start_ms for u in said), max(u.end_ms for u in said)
        turns.append(ClipTurn(role, begin - start_ms, end - start_ms, pieces))
    return tuple(turns)


def _pieces(utterance: Utterance, found: Sequence[Hidden], masks: Sequence[ClipMask]) -> Iterator[ClipPiece]:
    kinds: list[list[MaskKind]] = [[] for _ in utterance.text]
    for one in found:
        if one.utterance == utterance.index:
            for place in range(one.start, min(one.end, len(kinds))):
                kinds[place].append(one.kind)
    owners = dict(words_of(utterance))
    for place in range(len(kinds)):
        kinds[place] += under(owners.get(place), utterance, masks)
    _close(utterance.text, kinds)
    for covered, run in groupby(range(len(kinds)), key=lambda place: bool(kinds[place])):
        places = list(run)
        if covered:
            yield stand_in(kind for place in places for kind in kinds[place])
        else:
            yield ClipPiece("".join(utterance.text[place] for place in places))
    if utterance.text and not kinds[-1] and utterance.text[-1] not in _PAUSES:
        yield ClipPiece("，")


def under(word: Word | None, utterance: Utterance, masks: Sequence[ClipMask]) -> list[MaskKind]:
    """Return the kinds of the masks that cover the half of a word, or of an utterance whose words have no times."""
    start, end = (word.start_ms, word.end_ms) if word is not None else (utterance.start_ms, utterance.end_ms)
    half = max(1, (end - start) // 2)
    return [mask.kind for mask in masks if min(end, mask.end_ms) - max(start, mask.start_ms) >= half]


def _close(text: str, kinds: list[list[MaskKind]]) -> None:
    """Cover the pauses between covered characters, too, and letters of which only the neighbours are covered."""
    for place in range(1, len(kinds) - 1):
        if not kinds[place] and kinds[place - 1] and kinds[place + 1]:
            kinds[place] = list(kinds[place - 1])
    for place, letter in enumerate(text):
        if kinds[place] and letter in _PAUSES and (place + 1 == len(text) or not kinds[place + 1]):
            kinds[place] = []


def stand_in(kinds: Iterable[MaskKind]) -> ClipPiece:
    """Return what stands for a stretch: the kinds of data in it, or that it is something personal."""
    named = list(dict.fromkeys(kinds))
    told = [kind for kind in named if kind not in _PLAINEST] or named[:1]
    return ClipPiece(f"〔{'、'.join(kind.name_zh for kind in told)}〕", told[0])


def _joined(pieces: Iterable[ClipPiece]) -> Iterator[ClipPiece]:
    """Yield pieces; stand-ins that say the same twice on end say it once, and plain ones are one."""
    last: ClipPiece | None = None
    for piece in pieces:
        if last is not None and last.mask is None and piece.mask is None:
            last = ClipPiece(last.text + piece.text)
        elif last is not None and last == piece:
            continue
        else:
            if last is not None:
                yield last
            last = piece
    if last is not None:
        yield ClipPiece(last.text.rstrip("，")) if last.mask is None and last.text.rstrip("，") else last
