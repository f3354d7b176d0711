"""A call as those see it who need not know whom it is about: stand-ins for personal data, said or written.

The one place that decides what of a call's file is hidden from whom; screens, exports and commands show what it gives.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from qa_pipeline.language.personal.finder import LIKELY
from qa_pipeline.language.personal.finding import Kind
from qa_pipeline.language.personal.masking import Mask, mask_of, masked, masked_name, masked_number, stand_in
from qa_pipeline.language.personal.turns import JOINT, SpokenPersonal, find_in_call
from qa_pipeline.language.personal.viewers import WHO_JUDGES, Viewer, may_see
from qa_pipeline.models import (
    CallAudit,
    CallFile,
    Decision,
    Evidence,
    Role,
    RuleResult,
    TermCorrection,
    Transcript,
    Utterance,
    WorkOrder,
)

CONTACT = "D1"
"""The item whose evidence is a phone number: to be contested it must be read, so its operator sees it as it is."""
NAME_FIELD, PHONE_FIELDS = "姓名或称谓", ("联系方式", "来电号码")
_DOUBTFUL = 0.2  # hidden, too: who sees stand-ins loses little by one too many
_SHORTEST = {True: 2, False: 5}  # characters of a name, and of anything else, that is hidden wherever it stands


@dataclass(frozen=True, slots=True)
class Veil:
    """What of one call is hidden.

    ``letters`` are, by utterance, what each spoken character (punctuation aside) is shown as; ``known`` personal words
    of the call, hidden wherever they stand; ``public`` what anybody may know.
    """

    letters: Mapping[int, tuple[str, ...]]
    known: frozenset[str] = frozenset()
    public: frozenset[str] = frozenset()
    shows: frozenset[str] = frozenset()

    def utterance(self, index: int, text: str) -> Mask:
        """Return the mask of an utterance's text: as recognised, corrected or punctuated, its letters are the same."""
        shown = self.letters.get(index, ())
        if sum(c.isalnum() for c in text) != len(shown):
            return mask_of(text, known=self.known, public=self.public)
        letters = iter(shown)
        laid: list[str] = []
        pause: list[int] = []
        for place, character in enumerate(text):
            laid.append(next(letters) if character.isalnum() else character)
            if not laid[place]:  # within a stand-in for an address nothing stays, not even its pauses
                for dropped in pause:
                    laid[dropped] = ""
            pause = [] if character.isalnum() else [*pause, place]
        return Mask(tuple(laid))

    def text(self, text: str, *, strict: bool = True, but: Collection[Kind] = ()) -> str:
        """Return any text about the call with stand-ins."""
        return masked(text, known=self.known, public=self.public, strict=strict, but=but)

    def evidence(self, evidence: Evidence, item: str) -> Evidence:
        """Return a piece of evidence with stand-ins; an office's number may be what the operator told wrongly."""
        if item in self.shows:
            return evidence
        but = (Kind.LANDLINE,) if evidence.role is Role.OPERATOR else ()
        text = self.text(evidence.text, strict=False, but=but)
        return replace(evidence, text=text, note=self.text(evidence.note, strict=False, but=but))

    def decision(self, decision: Decision) -> Decision:
        """Return a reviewer's word with stand-ins."""
        confirmed = None if decision.confirmed is None else self.result(decision.confirmed)
        return replace(decision, reason=self.text(decision.reason), confirmed=confirmed)

    def correction(self, made: TermCorrection) -> TermCorrection | None:
        """Return a correction with its place among the letters that are left; None where it is hidden itself."""
        shown = self.letters.get(made.utterance, ())
        end = made.start + len(made.heard)
        if "".join(shown[made.start : end]) != made.heard:
            return None
        return replace(made, start=sum(c.isalnum() for text in shown[: made.start] for c in text))

    def result(self, result: RuleResult) -> RuleResult:
        """Return what a rule said with stand-ins."""
        details = {name: self.text(value, strict=False) for name, value in result.details.items()}
        evidence = tuple(self.evidence(e, result.item) for e in result.evidence)
        shown = result.item in self.shows
        reason = result.reason if shown else self.text(result.reason, strict=False, but=(Kind.LANDLINE,))
        return replace(result, reason=reason, evidence=evidence, details=details)


def veil_of(file: CallFile, viewer: Viewer, public: Collection[str] = ()) -> Veil:
    """Return what of a call a viewer does not see; for its operator the contact item stays readable."""
    transcript = file.transcript
    found = find_in_call(transcript, public, _DOUBTFUL) if transcript is not None else ()
    known = frozenset(_known(found)) | frozenset(_written(file.work_order)) - frozenset(public)
    utterances = transcript.utterances if transcript is not None else ()
    letters = {u.index: list(mask_of(u.text, (), known=known, public=public).letters) for u in utterances}
    for one in found:
        _lay(one, letters)
    spoken = {
        u.index: tuple(s for c, s in zip(u.text, letters[u.index], strict=True) if c.isalnum()) for u in utterances
    }
    shows = frozenset((CONTACT,)) if viewer is Viewer.OPERATOR else frozenset()
    return Veil(spoken, known, frozenset(public), shows)


def _known(found: Sequence[SpokenPersonal]) -> Iterator[str]:
    """Yield personal words that are hidden wherever else they stand in the call's file."""
    for one in found:
        if one.found.probability >= LIKELY and len(one.found.text) >= _SHORTEST[one.found.kind is Kind.NAME]:
            yield one.found.text


def _written(order: WorkOrder | None) -> Iterator[str]:
    """Yield whom a work order names and its phone numbers: 工单联系方式是… reads like an order's own number."""
    if order is None:
        return
    name = order.get(NAME_FIELD).strip()
    if masked_name(name) != name:
        yield name
    numbers = (order.get(field).strip() for field in PHONE_FIELDS)
    yield from (number for number in numbers if number.isdigit() and len(number) >= _SHORTEST[False])


def _lay(one: SpokenPersonal, letters: dict[int, list[str]]) -> None:
    """Put a finding's stand-in over its characters in each of its utterances."""
    shown = stand_in(one.found)
    place = 0
    for part in one.parts:
        length = part.end - part.start
        letters[part.utterance][part.start : part.end] = shown[place : place + length]
        place += length + len(JOINT)


def veiled(
    file: CallFile, viewer: Viewer, allowed: Collection[str] = WHO_JUDGES, public: Collection[str] = ()
) -> CallFile:
    """Return a call's file as a viewer sees it; the same file for those who judge.

    Args:
        file: The call; its voice and figures stay as they are.
        viewer: Who looks.
        allowed: The roles that see everything.
        public: Numbers and places that anybody may know, such as the knowledge base's.
    """
    if may_see(viewer, allowed):
        return file
    veil = veil_of(file, viewer, public)
    return replace(
        file,
        call=replace(file.call, caller_number=masked_number(file.call.caller_number)),
        transcript=None if file.transcript is None else veiled_transcript(file.transcript, veil),
        work_order=None if file.work_order is None else _order(file.work_order, veil),
        audit=None if file.audit is None else _audit(file.audit, veil),
        decisions=tuple(veil.decision(d) for d in file.decisions),
    )


def veiled_transcript(transcript: Transcript, veil: Veil) -> Transcript:
    """Return a transcript with stand-ins; the veil must be of it, or of one with as many letters in each utterance."""
    return replace(transcript, utterances=tuple(_utterance(u, veil) for u in transcript.utterances))


def _utterance(utterance: Utterance, veil: Veil) -> Utterance:
    shown = veil.letters[utterance.index]
    if sum(c.isalnum() for word in utterance.words for c in word.text) != len(shown):
        words = [replace(w, text=veil.text(w.text), original=None) for w in utterance.words]
    else:
        letters = iter(shown)
        texts = ["".join(next(letters) if c.isalnum() else c for c in word.text) for word in utterance.words]
        words = [replace(w, text=text) for w, text in zip(utterance.words, texts, strict=True)]
    text = str(veil.utterance(utterance.index, utterance.text))
    return replace(utterance, text=text, words=tuple(word for word in words if word.text))


def _order(order: WorkOrder, veil: Veil) -> WorkOrder:
    return replace(order, fields={name: _field(name, value, veil) for name, value in order.fields.items()})


def _field(name: str, value: str, veil: Veil) -> str:
    if name == NAME_FIELD:
        return masked_name(value)
    return masked_number(value) if name in PHONE_FIELDS and value.isdigit() else veil.text(value)


def _audit(audit: CallAudit, veil: Veil) -> CallAudit:
    results = tuple(veil.result(result) for result in audit.results)
    made = (veil.correction(one) for one in audit.corrections)
    return replace(audit, results=results, corrections=tuple(one for one in made if one is not None))
