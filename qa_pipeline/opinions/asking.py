"""Asks the language model about the exchanges of a call; what it answered once is kept and not asked again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from qa_pipeline.models import CallContext, Exchange, KnowledgeEntry, Opinion, Utterance
from qa_pipeline.opinions.client import ChatClient
from qa_pipeline.opinions.prompt import instructions, prompt_sha256, shown
from qa_pipeline.opinions.quotations import opinion
from qa_pipeline.settings import Settings


class Model(Protocol):
    """Something that answers a question in words."""

    @property
    def model(self) -> str:
        """Its name."""

    def ask(self, instructions: str, material: str) -> str:
        """Return its message."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A model and the folder in which its answers are kept, named by the hash of what was asked of whom."""

    model: Model
    kept: Path

    @property
    def stamp(self) -> str:
        """The model and the version of its prompt, as every opinion carries it and audits depend on it."""
        return _stamp(self.model.model)

    def opinions(self, ctx: CallContext) -> tuple[Opinion, ...]:
        """Return an opinion on every exchange that has an entry and an answer.

        Raises:
            SettingsError: The server refuses address, model or key.
            TransientError: It cannot be reached.
        """
        return tuple(
            self._of(place, exchange.entry, _said(exchange, ctx))
            for place, exchange in enumerate(ctx.exchanges)
            if exchange.entry is not None and exchange.answer
        )

    def _of(self, place: int, entry: KnowledgeEntry, said: Sequence[Utterance]) -> Opinion:
        return opinion(self._answer(shown(entry, said)), place, entry, said, self.stamp)

    def _answer(self, material: str) -> str:
        asked = json.dumps([self.model.model, instructions(), material], ensure_ascii=False)
        path = self.kept / f"{hashlib.sha256(asked.encode()).hexdigest()}.txt"
        if path.is_file():
            return path.read_text(encoding="utf-8")
        content = self.model.ask(instructions(), material)
        self.kept.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_text(content, encoding="utf-8")
        partial.replace(path)
        return content


def _said(exchange: Exchange, ctx: CallContext) -> tuple[Utterance, ...]:
    places = {*exchange.question, *exchange.answer}
    return tuple(u for u in ctx.transcript.utterances if u.index in places)


def _stamp(model: str) -> str:
    return f"{model}，提示词 {prompt_sha256()[:12]}"


def stamp_of(settings: Settings) -> str | None:
    """Return whose opinions a run with these settings asks for, None where nobody's."""
    return _stamp(settings.opinion_model) if settings.opinion_model else None


def client_of(settings: Settings) -> ChatClient | None:
    """Return the server of the settings, None where they name none."""
    url, model = settings.opinion_url, settings.opinion_model
    if url is None or model is None:
        return None
    return ChatClient(url, model, settings.opinion_key, settings.opinion_timeout_s)


def asker_of(settings: Settings) -> Asker | None:
    """Return who is asked for opinions, None where the settings name nobody."""
    client = client_of(settings)
    return None if client is None else Asker(client, settings.workspace / "cache" / "opinions")
