"""What speaks for hostility where no words of it were heard: never more than a reason for a person to listen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa_pipeline.models import CallContext, Evidence, Role, Utterance
from qa_pipeline.rules.evidence import said
from qa_pipeline.rules.hostility.kinds import How, Kind, Moment
from qa_pipeline.rules.hostility.model import THRESHOLD, offensive
from qa_pipeline.rules.hostility.voice import middle_db, raised
from qa_pipeline.rules.matching import passage_text, passages
from qa_pipeline.rules.windows import heard_well, murky

POORLY_HEARD = 0.65
POOR_SHARE = 0.25
"""With more than this share of a caller's characters in turns less sure than that, calm is not known.

Of 26 sample calls the calm ones have at most 0.16, the one whose 气死我了 was heard as 起司午乐屋 has 0.33.
"""

OVER_OTHER_DB = 3.0
"""A caller no louder than the operator does not shout, whatever his own calm."""

UNSURE = 0.3
"""The confidence of a doubt, below all that takes points. A convention: in the sample calls voices are synthetic and
were made louder by hand, so that nothing can be measured by them of how often a raised voice is an angry one."""


def doubts_of(ctx: CallContext, role: Role, known: Sequence[Moment] = ()) -> tuple[Moment, ...]:
    """Return the turns in which a role was clearly loud without words of hostility, where something else says so too.

    Level is above the speaker's own calm, the line's floor and the other's voice; the second sign is pitch, another
    such turn, words that were heard poorly, or what the model says of them. None of them is looked at alone.
    """
    loud = _loud_turns(ctx, role)
    voice = raised(ctx, role) if loud else None
    shown = {index for moment in known for index in moment.utterances}
    found = []
    for turn in loud:
        # Cheap signs first: the model is asked only where nothing else has spoken.
        other = len(loud) > 1 or heard_well(turn) < POORLY_HEARD or any(u.index in voice.voice for u in turn if voice)
        offends = not other and offensive(passage_text(turn)) >= THRESHOLD
        if (other or offends) and not shown & {u.index for u in turn}:
            found.append(_doubt(turn, offends))
    return tuple(found)


def _loud_turns(ctx: CallContext, role: Role) -> tuple[tuple[Utterance, ...], ...]:
    """Return the turns of a role that hold something louder than its own calm and than the other."""
    other = middle_db(ctx, Role.CALLER if role is Role.OPERATOR else Role.OPERATOR)
    louder = raised(ctx, role).louder
    if other is None or not louder:
        return ()
    level = {m.index: m.loudness_db for m in ctx.acoustics.utterances}
    over = {index for index in louder if level[index] >= other + OVER_OTHER_DB}
    return tuple(turn for turn in passages(ctx.transcript.of(role)) if any(u.index in over for u in turn))


def _doubt(turn: tuple[Utterance, ...], offends: bool) -> Moment:
    return Moment(
        level=1,
        kinds=(Kind.SHOUTING,),
        start_ms=turn[0].start_ms,
        end_ms=max(u.end_ms for u in turn),
        role=turn[0].role,
        utterances=tuple(u.index for u in turn),
        hits=(),
        how=(How.SOUND, How.MODEL) if offends else (How.SOUND,),
        confidence=UNSURE,
    )


@dataclass(frozen=True, slots=True)
class Calm:
    """How sure it is that a caller in whose words no hostility was found was calm.

    ``doubt`` says in Chinese why a person should listen, "" where nothing speaks against it; ``confidence`` is the
    share of the caller's characters that are expected to be right.
    """

    doubt: str
    evidence: tuple[Evidence, ...]
    confidence: float


def calm(ctx: CallContext) -> Calm:
    """Return what is to be thought of a caller who said nothing hostile as far as was heard."""
    spoken = ctx.transcript.of(Role.CALLER)
    poor = [turn for turn in passages(spoken) if heard_well(turn) < POORLY_HEARD]
    share = sum(len(u.text) for turn in poor for u in turn) / max(1, sum(len(u.text) for u in spoken))
    sure = heard_well(spoken) if spoken else 0.5
    if share > POOR_SHARE or murky(ctx, Role.CALLER):
        longest = sorted((u for turn in poor for u in turn), key=lambda u: -len(u.text))[:2]
        return Calm("来电人的话有不少没有听清", tuple(said(u, "没有听清") for u in longest), sure)
    if loud := doubts_of(ctx, Role.CALLER):
        by_index = {u.index: u for u in spoken}
        return Calm(
            "来电人比自己平时和话务员都明显大声",
            tuple(said(by_index[moment.utterances[0]], "明显大声") for moment in loud[:2]),
            sure,
        )
    return Calm("", (), sure)
