"""Contexts of the sample calls as their scripts have them: reference words instead of recognised ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from qa_pipeline.knowledge.exchanges import exchanges
from qa_pipeline.knowledge.facts import spoken_facts
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import CallContext, Fact, KnowledgeEntry, Role
from tests.builders import call, read_yaml

SAMPLES = Path(__file__).parent.parent / "recordings_sample"
_ROLES = {"operator": Role.OPERATOR, "caller": Role.CALLER}


def entry(row: Mapping[str, Any]) -> KnowledgeEntry:
    """Make an entry of a mapping with the names of the knowledge schema; all but id and title may be left out."""
    facts = tuple(
        Fact(
            str(f["slot"]),
            str(f["value"]),
            str(f.get("unit") or ""),
            Decimal(str(f.get("tolerance") or 0)),
            bool(f.get("must_say", False)),
        )
        for f in row.get("facts") or ()
    )
    return KnowledgeEntry(
        entry_id=str(row["id"]),
        version=int(row.get("version", 1)),
        title=str(row["title"]),
        question=str(row.get("question") or ""),
        answer=str(row.get("answer") or ""),
        valid_from=_day(row.get("valid_from") or "2020-01-01"),
        valid_to=_day(row["valid_to"]) if row.get("valid_to") else None,
        paraphrases=tuple(row.get("paraphrases") or ()),
        facts=facts,
        hotwords=tuple(row.get("hotwords") or ()),
        owner_department=str(row.get("owner_department") or ""),
        details={n: str(row[n]) for n in ("time_limit", "fee", "hours", "phone", "place") if row.get(n)},
    )


def _day(value: Any) -> date:
    return value if isinstance(value, date) and not isinstance(value, datetime) else date.fromisoformat(str(value)[:10])


def sample_entries() -> tuple[KnowledgeEntry, ...]:
    loaded = read_yaml(SAMPLES / "knowledge.yaml")
    rows = loaded["entries"] if isinstance(loaded, dict) else loaded
    return tuple(entry(row) for row in rows)


def sample_scripts() -> tuple[dict[str, Any], ...]:
    return tuple(read_yaml(path) for path in sorted((SAMPLES / "scripts").glob("*.yaml")))


def sample_context(script: Mapping[str, Any], index: KnowledgeIndex, *, mono: bool = False) -> CallContext:
    """Make the context of a script; a pause becomes a silence. ``mono`` leaves roles unknown as a mono file does."""
    dialogue: list[tuple[Any, ...]] = []
    for turn in script["turns"]:
        if turn.get("pause_ms"):
            dialogue.append(("静", turn["pause_ms"] / 1000))
        dialogue.append((Role.UNKNOWN if mono else _ROLES[turn["who"]], turn["say"]))
    order = dict(script["work_order"]) if script["work_order"] else None
    if order is not None:
        order |= {"来电时间": str(script["started_at"]), "来电号码": str(script["caller_number"])}
    ctx = call(
        dialogue,
        work_order=order,
        call_id=script["call_id"],
        started_at=datetime.fromisoformat(str(script["started_at"])),
        caller_number=str(script["caller_number"]),
        hang_up_by=_ROLES[script["hang_up_by"]],
    )
    return with_knowledge(ctx, index)


def with_knowledge(ctx: CallContext, index: KnowledgeIndex) -> CallContext:
    return replace(
        ctx,
        exchanges=exchanges(ctx.transcript, index, ctx.call.started_at.date()),
        facts=spoken_facts(ctx.transcript),
    )


def jsonl(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
