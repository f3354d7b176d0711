"""A pack as one page that opens without the program: its style and script inside, the sounds beside it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import accumulate

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from qa_pipeline.models.clips import ClipTurn, ReadyClip, changes_operator
from qa_pipeline.models.packs import CARD_TEXTS, Card, PackFile, Plan, Step
from qa_pipeline.models.speech import Role
from qa_pipeline.training.packs.cards import NAMES

ROLES = {Role.OPERATOR: "话务员", Role.CALLER: "来电人", Role.UNKNOWN: "未分清"}


@dataclass(frozen=True, slots=True)
class PageClip:
    """A clip on the page: ``number`` counts from 1 and is all that its file is called by."""

    number: int
    title: str
    card: Card
    written: bool
    file: str
    length: str
    changed: str
    operator_disguised: bool
    turns: tuple[ClipTurn, ...]


@dataclass(frozen=True, slots=True)
class PageRow:
    """A row of the running order: ``begins`` minutes after the start; ``clip`` where it plays one."""

    begins: int
    step: Step
    clip: PageClip | None


def pack_page(file: PackFile, ready: Mapping[int, ReadyClip], now: datetime) -> str:
    """Return the page of a pack.

    Args:
        file: The pack.
        ready: Its clips, let out, by their numbers.
        now: The centre's wall clock.
    """
    plan = file.plan
    clips = {clip_id: _clip(place, file.card(clip_id), ready[clip_id]) for place, clip_id in enumerate(plan.clips, 1)}
    style, script = (_inline(name) for name in ("pack.css", "pack.js"))
    return (
        _environment()
        .get_template("pack.html")
        .render(
            plan=plan,
            rows=_rows(plan, clips),
            clips=tuple(clips.values()),
            fields=[(name, NAMES[name]) for name in CARD_TEXTS],
            roles=ROLES,
            made_on=f"{now:%Y-%m-%d}",
            style=style,
            script=script,
            style_hash=_hash(style),
            script_hash=_hash(script),
        )
    )


def sound_name(number: int, ready: ReadyClip) -> str:
    """Return what a clip's sound is called in the pack: it tells nothing of the call."""
    return f"sound/{number:02d}.{ready.kind.value}"


def title_of(number: int, card: Card) -> str:
    """Return what a clip is called: its card's title, else its number in the pack."""
    return card.title or f"录音 {number}"


def at(ms: int) -> str:
    """Write a place in a clip: ``1:02``."""
    return f"{ms // 60_000}:{ms // 1000 % 60:02d}"


def _clip(number: int, card: Card, ready: ReadyClip) -> PageClip:
    changed = "、".join(ROLES[role] for role in ready.voices if role is not Role.UNKNOWN)
    everybody = Role.UNKNOWN in ready.voices
    return PageClip(
        number=number,
        title=title_of(number, card),
        card=card,
        written=any(getattr(card, name) for name in CARD_TEXTS),
        file=sound_name(number, ready),
        length=at(ready.duration_ms),
        changed="各方" if everybody else changed,
        operator_disguised=changes_operator(ready.voices),
        turns=ready.turns,
    )


def _rows(plan: Plan, clips: Mapping[int, PageClip]) -> tuple[PageRow, ...]:
    begins = accumulate((step.minutes for step in plan.steps), initial=0)
    return tuple(
        PageRow(start, step, None if step.clip_id is None else clips[step.clip_id])
        for start, step in zip(begins, plan.steps, strict=False)
    )


def _inline(name: str) -> Markup:
    source, _, _ = PackageLoader("qa_pipeline.training.packs").get_source(_environment(), name)
    return Markup(source)  # noqa: S704  # nosec B704  # a file of ours


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _environment() -> Environment:
    env = Environment(
        loader=PackageLoader("qa_pipeline.training.packs"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["at"] = at
    return env
