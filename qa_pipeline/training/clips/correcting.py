"""What a person writes for a clip's turns: masked again as the machine's words were, and never less than those."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, UserError
from qa_pipeline.language.personal.public import public_words
from qa_pipeline.models import CallFile, Role, Transcript, Utterance
from qa_pipeline.models.accounts import Person
from qa_pipeline.models.clips import Clip, ClipFile, ClipPiece, ClipState, ClipStep, ClipWord, MaskKind
from qa_pipeline.store.queries.calls import call_file
from qa_pipeline.store.queries.clips import add_clip_corrections, clip_file, hold_clips
from qa_pipeline.store.queries.knowledge import entries
from qa_pipeline.training.clips.hidden import Hidden, hidden, wanted
from qa_pipeline.training.clips.named import said_as
from qa_pipeline.training.clips.spans import words_of
from qa_pipeline.training.clips.texts import stand_in, under

logger = logging.getLogger(__name__)
LONGEST_TURN = 2000
_OPEN = frozenset((ClipState.MADE, ClipState.APPROVED))
_TOKEN = re.compile(r"(〔[^〔〕]*〕)")
_NAME, _PLACE, _BY_HAND = 2, 3, 4
"""Syllables on end of a name, a place and of what a person covered that are masked wherever somebody writes them."""
_BLANK = "□" * 40
"""What stands for masked words while a text is looked through: as long as an answer that is covered as a whole, so that
what comes after it is no answer any more; and no word, letter or digit."""
_LABELS = {f"〔{kind.name_zh}〕": kind for kind in MaskKind}


@dataclass(frozen=True, slots=True)
class _Token:
    """A part of what was written: words, or (``mask``) a stand-in."""

    text: str
    mask: MaskKind | None = None


def correct_words(
    session: Session,
    clip_id: int,
    texts: Mapping[int, str],
    seen: int,
    person: Person,
    now: datetime,
    *,
    hears_all: bool,
) -> ClipFile:
    """Put words of a clip right; whatever was said of it before, it waits to be approved from then on.

    Args:
        session: The unit of work.
        clip_id: Which clip.
        texts: What a person wrote by the number of the turn (from 0), masked words as their stand-ins: 〔姓名〕.
        seen: How many words had been said of the clip when it was read.
        person: Who writes.
        now: The centre's wall clock.
        hears_all: Whether they may hear the call as it was. What is masked of a guess would tell anybody else whether
            the guess is right.

    Raises:
        NotFound: There is no such clip.
        Conflict: It was refused or withdrawn, or somebody said something of it meanwhile.
        UserError: The person may not hear the call, nothing was changed, a stand-in is missing or is none, or a text is
            empty or too long.
    """
    if not hears_all:
        raise UserError("更正文字要对照原声，您的角色不能听原声", "请质检员或主管更正")
    hold_clips(session, (clip_id,))
    file = clip_file(session, clip_id)
    clip = file.clip
    if len(file.words) != seen:
        raise Conflict(f"{clip_id} 号剪辑刚有人改过或说过话", "刷新页面，看过以后再更正")
    if file.state not in _OPEN:
        raise Conflict(f"{clip_id} 号剪辑{file.state.name_zh}，不能更正文字", "按“重新制作”，再更正新的一份")
    wished = {n: _plain(text) for n, text in texts.items() if 0 <= n < len(clip.turns)}
    changed = {n: text for n, text in wished.items() if text != _plain(clip.turns[n].text)}
    if not changed:
        raise UserError("没有改动文字", "改好以后再保存")
    tokens = {n: _tokens(text, heard_of(clip, n)) for n, text in changed.items()}
    written = remasked(clip, tokens, call_file(session, clip.call_id), public_words(entries(session)))
    word = ClipWord(clip_id, len(file.words), ClipStep.CORRECTED, person.name, "", now)
    add_clip_corrections(session, word, written)
    logger.info("clip %d corrected in %d turns", clip_id, len(written))
    return clip_file(session, clip_id)


def heard_of(clip: Clip, turn: int) -> tuple[ClipPiece, ...]:
    """Return the machine's masked text of a turn."""
    own = next((one.heard for one in clip.corrections if one.turn == turn), None)
    return clip.turns[turn].pieces if own is None else own


def still_masked(clip: Clip, file: CallFile, public: frozenset[str]) -> bool:
    """Whether what people wrote for a clip's turns is masked as it had to be by what is known of the call now."""
    tokens = {one.turn: tuple(_Token(p.text, p.mask) for p in one.pieces) for one in clip.corrections}
    return remasked(clip, tokens, file, public) == {one.turn: one.pieces for one in clip.corrections}


def remasked(
    clip: Clip, tokens: Mapping[int, Sequence[_Token]], file: CallFile, public: frozenset[str]
) -> dict[int, tuple[ClipPiece, ...]]:
    """Return turns as they were written with all masked that has to be, by the finders that look through a call.

    What is looked for besides are the names and places of the call and its order, however they were heard there, and
    what people covered in the clip by hand. A stand-in stays what it is.
    """
    every = {n: tokens.get(n) or tuple(_Token(p.text, p.mask) for p in t.pieces) for n, t in enumerate(clip.turns)}
    utterances = tuple(
        Utterance(n, turn.role, int(turn.role is Role.CALLER), turn.start_ms, turn.end_ms, _blanked(every[n]), (), 1.0)
        for n, turn in enumerate(clip.turns)
    )
    if file.transcript is None:
        raise UserError("通话的转写已经不在，更正的文字无法核对遮盖", "重新质检该通话，再重新制作剪辑")
    found = list(
        hidden(
            replace(file.transcript, utterances=utterances, speech=(), unintelligible=()),
            file.work_order, file.operator, public,
        )
    )  # fmt: skip
    names, places = wanted(file.transcript, file.work_order, public)
    for one in utterances:
        found += [Hidden(one.index, *at, MaskKind.NAME) for at in said_as(names, one.text, _NAME)]
        found += [Hidden(one.index, *at, MaskKind.ORDER) for at in said_as(places, one.text, _PLACE)]
        found += [Hidden(one.index, *at, MaskKind.HAND) for at in said_as(_by_hand(clip, file), one.text, _BY_HAND)]
    return {n: tuple(_pieces(every[n], [one for one in found if one.utterance == n])) for n in tokens}


def _by_hand(clip: Clip, file: CallFile) -> frozenset[str]:
    """Return the words that people covered in a clip, as they were heard; a single character is said everywhere."""
    masks = [mask for mask in clip.masks if mask.kind is MaskKind.HAND]
    transcript: Transcript | None = file.transcript
    runs: set[str] = set()
    for one in transcript.utterances if transcript is not None and masks else ():
        letters = [(one.text[place], bool(under(word, one, masks))) for place, word in words_of(one)]
        for covered, run in groupby(letters, key=lambda letter: letter[1]):
            if covered:
                runs.add("".join(letter for letter, _ in run))
    return frozenset(run for run in runs if len(run) > 1)


def _plain(text: str) -> str:
    """Return a text on one line, without space around it."""
    return " ".join(text.split())


def _tokens(text: str, heard: Sequence[ClipPiece]) -> tuple[_Token, ...]:
    """Return what was written as words and stand-ins.

    Raises:
        UserError: It is empty or too long, a stand-in of the machine's text is missing, or what stands in 〔〕 is none.
    """
    if not text or len(text) > LONGEST_TURN:
        raise UserError(f"更正的文字是空的，或超过 {LONGEST_TURN} 字", "写这一段听到的话")
    kept = {piece.text: piece.mask for piece in heard if piece.mask is not None}
    found: list[_Token] = []
    for part in filter(None, _TOKEN.split(text)):
        if not _TOKEN.fullmatch(part):
            found.append(_Token(part))
        elif (mask := kept.get(part) or _LABELS.get(part)) is not None:
            found.append(_Token(part, mask))
        else:
            raise UserError(f"“{part[:20]}”不是遮盖的写法", "〔〕只用来写遮盖，如〔姓名〕")
    stands = iter(token.text for token in found if token.mask is not None)
    missing = [piece.text for piece in heard if piece.mask is not None and piece.text not in stands]
    if missing:
        raise UserError(f"原来遮盖的{missing[0]}不见了，或换了次序；更正不能去掉遮盖", "把它写回原处，只改旁边的字")
    return tuple(found)


def _blanked(tokens: Sequence[_Token]) -> str:
    return "".join(_BLANK if token.mask is not None else token.text for token in tokens)


def _pieces(tokens: Sequence[_Token], found: Sequence[Hidden]) -> Iterator[ClipPiece]:
    """Yield what was written with stand-ins for what was found in it, and the stand-ins that it had."""
    at = 0
    for token in tokens:
        if token.mask is not None:
            yield ClipPiece(token.text, token.mask)
            at += len(_BLANK)
            continue
        kinds = [[one.kind for one in found if one.start <= at + n < one.end] for n in range(len(token.text))]
        for covered, run in groupby(range(len(token.text)), key=lambda n: bool(kinds[n])):
            places = list(run)
            if covered:
                yield stand_in(kind for n in places for kind in kinds[n])
            else:
                yield ClipPiece("".join(token.text[n] for n in places))
        at += len(token.text)
