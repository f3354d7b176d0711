"""The call cut at the caller's questions: what was asked, what was answered, what only cleared up the question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from qa_pipeline.knowledge import questions
from qa_pipeline.knowledge.replies import Reply, offers, reply
from qa_pipeline.models import Role, Transcript, Utterance


@dataclass
class Part:
    """A question and what followed until the next turn that asks.

    Args:
        asked: The words that ask, without what was taken back.
        question: The utterances they stand in.
        group: The number of the turn that asks; questions of one turn share it, and the answers to it.
        answer: The operator's utterances that say something of the matter.
        clarified: Utterances that the operator asked back with, and what the caller replied to them.
        further: The caller said that this is something else.
    """

    asked: str
    question: list[Utterance]
    group: int
    answer: list[Utterance] = field(default_factory=list)
    clarified: list[Utterance] = field(default_factory=list)
    further: bool = False

    @property
    def answered(self) -> str:
        """What was answered, in one text."""
        return "，".join(u.text for u in self.answer)


def parts(transcript: Transcript) -> list[Part]:
    """Cut at every turn of the caller's that asks; the first that says what the matter is begins the first part.

    A question that the caller took back before it was answered is none.
    """
    cut: list[Part] = []
    offered = False
    for number, turn in enumerate(_turns(transcript)):
        if turn[0].role is Role.OPERATOR:
            offered = any(offers(u.text) for u in turn)
            if cut:
                _take_answer(cut[-1], turn)
        elif turn[0].role is Role.CALLER:
            text = "，".join(u.text for u in turn)
            if questions.takes_back(text):
                text = questions.without_taken_back(text)
                if cut and not cut[-1].answer:
                    cut.pop()
            _take_turn(cut, turn, text, number, offered=offered)
            offered = False
    return cut


def _take_answer(part: Part, turn: list[Utterance]) -> None:
    for utterance in turn:
        kind = reply(utterance.text)
        if kind is Reply.ANSWER:
            part.answer.append(utterance)
        elif kind is Reply.ASKS_BACK:
            part.clarified.append(utterance)


def _take_turn(cut: list[Part], turn: list[Utterance], text: str, number: int, *, offered: bool) -> None:
    """Begin the parts that a turn of the caller's asks, or take it as a reply to what the operator asked back."""
    further = questions.goes_further(text)
    if offered and questions.refuses(text):
        return
    another = further or (offered and questions.names_matter(text))
    if another or (questions.asks(text) if cut else questions.states_matter(text)):
        for place, asked in enumerate(questions.questions_in(text)):
            said = [u for u in turn if u.text in asked or asked in u.text] or turn
            cut.append(
                Part(asked, list(said), number, further=questions.goes_further(asked) or (another and place == 0))
            )
    elif cut and cut[-1].clarified:
        cut[-1].clarified.extend(turn)


def _turns(transcript: Transcript) -> Iterator[list[Utterance]]:
    turn: list[Utterance] = []
    for utterance in transcript.utterances:
        if turn and turn[-1].role is not utterance.role:
            yield turn
            turn = []
        turn.append(utterance)
    if turn:
        yield turn
