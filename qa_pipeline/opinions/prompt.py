"""What the language model is told and shown."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from qa_pipeline.language.script import simplify
from qa_pipeline.models import KnowledgeEntry, Role, Utterance

_WHO = {Role.OPERATOR: "话务员", Role.CALLER: "来电人", Role.UNKNOWN: "不明"}
_DETAILS = {"time_limit": "时限", "fee": "费用", "hours": "时间", "phone": "电话", "place": "地点"}


@cache
def instructions() -> str:
    """Return what the model is told; a change of it is another version (`prompt_sha256`)."""
    return files("qa_pipeline.opinions").joinpath("prompt.md").read_text(encoding="utf-8")


@cache
def prompt_sha256() -> str:
    """Return the SHA-256 of the instructions: which version of the prompt an opinion was asked with."""
    return hashlib.sha256(instructions().encode()).hexdigest()


def written(entry: KnowledgeEntry) -> str:
    """Return what an entry says, as the model is shown it and may quote it."""
    details = [f"{name}：{entry.details[key]}" for key, name in _DETAILS.items() if entry.details.get(key)]
    return "\n".join([f"标题：{entry.title}", f"正文：{entry.answer}", *details])


def shown(entry: KnowledgeEntry, said: Sequence[Utterance]) -> str:
    """Return the material of one exchange: the entry and the lines that were said, each with its number."""
    lines = "\n".join(f"[{u.index}] {_WHO[u.role]}：{simplify(u.text)}" for u in said)
    return f"知识条目：\n{written(entry)}\n\n通话：\n{lines}"
