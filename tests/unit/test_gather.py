"""What is gathered before rules look: corrected words of the trade, and a language model's opinions where wanted."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from qa_pipeline.audit import gather
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.language.corrected import PRECISION
from qa_pipeline.models import CallContext, KnowledgeEntry, Outcome, Role
from qa_pipeline.opinions.asking import stamp_of
from qa_pipeline.rules.ruleset import load_ruleset
from qa_pipeline.runs.stages import Judged, real_stages
from qa_pipeline.settings import Settings
from scoring.scorecard import default_scorecard
from tests.builders import STAMP, Line, call
from tests.chat_server import Chat, verdict
from tests.month_builder import call_file, clean
from tests.transcription_server import serve

ENTRY = KnowledgeEntry(
    "K1",
    1,
    "异地就医备案",
    "异地就医备案怎么办？",
    "凭居住证到便民服务中心申请，5个工作日办结。",
    date(2026, 1, 1),
    hotwords=("异地就医", "便民服务中心"),
)
INDEX = KnowledgeIndex([ENTRY])
HEARD = call(
    [
        Line(Role.CALLER, "请问移地就一备案怎么办", confidence=0.5),
        Line(Role.OPERATOR, "到辩名服务中心申请，五个工作日办结", confidence=0.5),
    ]
)


def gathered(ctx: CallContext, *, corrects: bool) -> CallContext:
    lexicon = INDEX.lexicon if corrects else None
    return gather(ctx.call, ctx.recording, ctx.transcript, ctx.acoustics, None, INDEX, lexicon)


def test_what_is_judged_is_corrected_and_what_was_changed_is_told() -> None:
    ctx = gathered(HEARD, corrects=True)
    assert [u.text for u in ctx.transcript.utterances] == [
        "请问异地就医备案怎么办",
        "到便民服务中心申请，五个工作日办结",
    ]
    assert [(c.heard, c.written) for c in ctx.corrections] == [
        ("移地就一备案", "异地就医备案"),
        ("辩名服务中心", "便民服务中心"),
    ]
    assert HEARD.transcript.utterances[0].text == "请问移地就一备案怎么办"


def test_an_entry_that_was_found_by_corrected_words_is_less_sure() -> None:
    as_said = call(
        [Line(Role.CALLER, "请问异地就医备案怎么办"), Line(Role.OPERATOR, "到便民服务中心申请，五个工作日办结")]
    )
    (sure,), (found,) = gathered(as_said, corrects=True).exchanges, gathered(HEARD, corrects=True).exchanges
    assert found.entry == sure.entry == ENTRY
    assert found.score == pytest.approx(sure.score * PRECISION)


def test_without_a_lexicon_the_transcript_stays_as_it_was_recognised() -> None:
    ctx = gathered(HEARD, corrects=False)
    assert (ctx.transcript, ctx.corrections) == (HEARD.transcript, ())


@pytest.mark.parametrize("on", [True, False])
def test_the_setting_switches_it(tmp_path: Path, on: bool) -> None:
    settings = Settings(workspace=tmp_path, correct_terms=on)
    transcriber: Any = SimpleNamespace(stamp=STAMP)
    stages = real_stages(settings, transcriber, default_scorecard(), load_ruleset())
    judged: Judged = stages.judge(
        call_file("C1", clean()), HEARD.recording, HEARD.transcript, HEARD.acoustics, INDEX, None
    )
    assert len(judged[2]) == (2 if on else 0)


@pytest.mark.server
def test_a_language_model_is_asked_where_the_settings_name_one(tmp_path: Path) -> None:
    said = call(
        [Line(Role.CALLER, "请问异地就医备案怎么办"), Line(Role.OPERATOR, "到便民服务中心申请，五个工作日办结")]
    )
    chat = Chat([verdict("contradicts", "五个工作日", ENTRY.title, "时限不同")])
    transcriber: Any = SimpleNamespace(stamp=STAMP)
    with serve(chat.app()) as url:
        settings = Settings(workspace=tmp_path, opinion_url=url, opinion_model="qwen")
        stages = real_stages(settings, transcriber, default_scorecard(), load_ruleset())
        results, _, _ = stages.judge(
            call_file("C1", clean()), said.recording, said.transcript, said.acoustics, INDEX, None
        )
    (answer,) = [result for result in results if result.code == "AN02"]
    assert answer.outcome is Outcome.UNDETERMINED
    assert "时限不同" in answer.reason
    assert answer.details["opinion_by"] == stamp_of(settings)
    assert answer.evidence[0].text == "五个工作日"
