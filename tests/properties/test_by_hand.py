"""A person's words in a transcript: nothing is lost, times stay in order, and giving back is giving back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.language.by_hand import by_hand
from qa_pipeline.models import HandCorrection, Role, Transcript
from tests.builders import call

SAID = st.text("您好请问落户要几天12，。", min_size=1, max_size=12).filter(lambda text: any(c.isalnum() for c in text))
DIALOGUES = st.lists(st.tuples(st.sampled_from("话来"), SAID), min_size=1, max_size=4)


def correction(number: int, utterance: int, text: str, role: Role) -> HandCorrection:
    return HandCorrection(number, "H1", "r", "s", utterance, text, role, "质检员甲", datetime(2026, 10, 31))


def letters(text: str) -> str:
    return "".join(c for c in text if c.isalnum())


@given(DIALOGUES, SAID, st.sampled_from(list(Role)), st.data())
def test_the_words_are_what_was_written_each_in_its_time(dialogue, text: str, role: Role, data) -> None:
    heard = call(dialogue).transcript
    index = data.draw(st.integers(0, len(heard.utterances) - 1))
    read = by_hand(heard, [correction(1, index, text, role)])
    said, before = read.utterances[index], heard.utterances[index]
    assert (said.text, said.role) == (text, role)
    assert letters("".join(word.text for word in said.words)) == letters(text)
    starts = [word.start_ms for word in said.words]
    assert starts == sorted(starts)
    assert all(word.start_ms < word.end_ms for word in said.words)
    assert starts[0] >= before.start_ms
    assert [u for u in read.utterances if u.index != index] == [u for u in heard.utterances if u.index != index]


@given(DIALOGUES, SAID, st.sampled_from(list(Role)))
def test_the_recognisers_words_once_given_back_are_as_they_were(dialogue, text: str, role: Role) -> None:
    heard: Transcript = call(dialogue).transcript
    first = heard.utterances[0]
    made = [correction(1, 0, text, role), correction(2, 0, first.text, first.role)]
    assert by_hand(heard, made) == heard


def test_what_was_left_alone_keeps_its_times_and_how_sure_it_was() -> None:
    heard = call([("话", "工本费是160元", None, None, 0.5)]).transcript
    said = by_hand(heard, [correction(1, 0, "工本费是120元", Role.OPERATOR)]).utterances[0]
    changed = [word for word in said.words if word not in heard.utterances[0].words]
    assert "".join(word.text for word in said.words) == "工本费是120元"
    assert [word.text for word in changed if word.confidence == 1.0] == ["2"]
    assert said.words[0] == heard.utterances[0].words[0]
    assert said.words[-1].end_ms == heard.utterances[0].words[-1].end_ms


def test_more_words_than_were_recognised_stand_in_the_pause_where_they_were_put() -> None:
    heard = call([("话", "去派出所")]).transcript
    said = by_hand(heard, [correction(1, 0, "去派出所办", Role.OPERATOR)]).utterances[0]
    assert said.words[-1].text == "办"
    assert said.words[-1].start_ms >= heard.utterances[0].words[-1].end_ms


def test_words_and_text_that_do_not_agree_are_no_obstacle() -> None:
    heard = call([("话", "去派出所")]).transcript
    torn = replace(heard, utterances=(replace(heard.utterances[0], words=heard.utterances[0].words[:1]),))
    said = by_hand(torn, [correction(1, 0, "去居委会", Role.CALLER)]).utterances[0]
    assert "".join(word.text for word in said.words) == "去居委会"
    assert said.role is Role.CALLER
