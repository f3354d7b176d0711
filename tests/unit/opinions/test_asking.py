"""Asking a chat server for opinions, as far as it answers."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from fastapi import Response

from qa_pipeline.doctor import Symptom, second_opinion
from qa_pipeline.errors import SettingsError, TransientError
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import CallContext, OpinionVerdict
from qa_pipeline.opinions.asking import Asker, asker_of, stamp_of
from qa_pipeline.opinions.client import ChatClient
from qa_pipeline.opinions.prompt import prompt_sha256
from qa_pipeline.settings import Settings, load_settings
from tests.builders import call
from tests.chat_server import Chat, message, verdict
from tests.samples import entry, with_knowledge
from tests.transcription_server import serve

pytestmark = pytest.mark.server

ENTRY = entry(
    {
        "id": "K1",
        "title": "居住证",
        "question": "居住证怎么办，几天能拿到",
        "answer": "到派出所申请，15个工作日内发证。",
    }
)
AGREES = verdict("agrees", "十五个工作日", "15个工作日内发证", "时限一致")


def context() -> CallContext:
    dialogue = [("来", "居住证怎么办，几天能拿到"), ("话", "到派出所，十五个工作日"), ("来", "好的")]
    return with_knowledge(call(dialogue), KnowledgeIndex([ENTRY]))


def client(url: str, key: str | None = None) -> ChatClient:
    return ChatClient(url, "qwen", key, timeout_s=5, pause=lambda _: None)


def test_each_answered_exchange_is_asked_about_once_and_kept(tmp_path: Path) -> None:
    chat = Chat([AGREES])
    with serve(chat.app()) as url:
        asker = Asker(client(url, "k-1"), tmp_path / "kept")
        (first,), (again,) = asker.opinions(context()), asker.opinions(context())
    assert first == again
    assert (first.exchange, first.verdict, first.utterance) == (0, OpinionVerdict.AGREES, 1)
    assert first.by == f"qwen，提示词 {prompt_sha256()[:12]}"
    (asked,) = chat.asked
    assert chat.keys == ["Bearer k-1"]
    assert (asked["model"], asked["temperature"], asked["seed"]) == ("qwen", 0, 0)
    material = asked["messages"][1]["content"]
    assert "正文：到派出所申请，15个工作日内发证。" in material
    assert "[1] 话务员：到派出所,十五个工作日" in material


def test_a_call_without_answers_is_not_asked_about(tmp_path: Path) -> None:
    chat = Chat([AGREES])
    with serve(chat.app()) as url:
        silent = with_knowledge(call([("话", "您好"), ("来", "喂")]), KnowledgeIndex([ENTRY]))
        assert Asker(client(url), tmp_path).opinions(silent) == ()
    assert chat.asked == []


def test_a_server_without_json_mode_is_asked_in_plain_words(tmp_path: Path) -> None:
    with serve(Chat([AGREES], json_mode=False).app()) as url:
        (found,) = Asker(client(url), tmp_path).opinions(context())
    assert found.verdict is OpinionVerdict.AGREES


@pytest.mark.parametrize("reply", [message("我不知道"), Response("{}"), Response("<html>", 200)])
def test_an_answer_in_other_words_is_no_opinion(tmp_path: Path, reply: Response) -> None:
    with serve(Chat([reply]).app()) as url:
        (found,) = Asker(client(url), tmp_path).opinions(context())
    assert found.verdict is OpinionVerdict.UNSURE


def test_a_busy_server_is_asked_again(tmp_path: Path) -> None:
    with serve(Chat([Response("busy", 503), AGREES]).app()) as url:
        (found,) = Asker(client(url), tmp_path).opinions(context())
    assert found.verdict is OpinionVerdict.AGREES


def test_a_server_that_stays_busy_or_is_down_postpones_the_call_and_keeps_nothing(tmp_path: Path) -> None:
    with serve(Chat([Response("busy", 503)]).app()) as url, pytest.raises(TransientError, match="503"):
        Asker(client(url), tmp_path / "kept").opinions(context())
    with pytest.raises(TransientError, match="opinion_url") as caught:
        Asker(client(url), tmp_path / "kept").opinions(context())
    assert "take opinion_url out" in caught.value.hint
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(("status", "told"), [(401, "API key"), (404, "opinion_model")])
def test_what_the_server_refuses_is_named(tmp_path: Path, status: int, told: str) -> None:
    with serve(Chat([Response("no", status)]).app()) as url, pytest.raises(SettingsError, match=told):
        Asker(client(url), tmp_path).opinions(context())


def test_without_a_setting_nobody_is_asked(tmp_path: Path) -> None:
    assert asker_of(Settings(workspace=tmp_path)) is None
    assert stamp_of(Settings(workspace=tmp_path)) is None


def test_address_and_model_go_together(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="go together"):
        load_settings(tmp_path, opinion_url="http://127.0.0.1:1/v1")


def test_the_doctor_names_the_server_and_a_model_that_it_lacks(tmp_path: Path) -> None:
    with serve(Chat([AGREES]).app()) as url:
        known = second_opinion(Settings(workspace=tmp_path, opinion_url=url, opinion_model="qwen"))
        other = second_opinion(Settings(workspace=tmp_path, opinion_url=url, opinion_model="glm"))
    assert isinstance(known, str)
    assert "不能扣分" in known
    assert isinstance(other, Symptom)
    assert "qwen" in other.advice


def test_nothing_of_the_environment_leads_elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with serve(Chat([AGREES]).app()) as url:
        assert Asker(client(url), tmp_path).opinions(context())
    assert httpx.URL(url).host == "127.0.0.1"
