"""Packs begun, their running order saved, given out and taken back. Whoever saves says which version they looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, UserError
from qa_pipeline.language.personal.public import public_words
from qa_pipeline.models.accounts import Person, Role
from qa_pipeline.models.clips import ClipState
from qa_pipeline.models.packs import PackStep, PackWord, Plan, Step
from qa_pipeline.store.queries.clips import clip_files
from qa_pipeline.store.queries.knowledge import entries
from qa_pipeline.store.queries.packs import add_pack, add_pack_word, add_plan, given_packs, pack_file
from qa_pipeline.store.queries.people import operators
from qa_pipeline.training.clips.leaving import still_leaving
from qa_pipeline.training.packs.naming import names_in, refuse_names
from qa_pipeline.training.packs.writing import clean

MAKERS = frozenset({Role.TRAINER, Role.SUPERVISOR})
MOST_STEPS = 40
MOST_MINUTES = 240
_TITLE, _AIM, _TEXT = 64, 500, 100


def begin_pack(session: Session, title: str, person: Person, now: datetime) -> Plan:
    """Begin a pack with a title and nothing in it.

    Raises:
        UserError: The title is empty or too long, or holds somebody's number.
    """
    named = _title(title, public_words(entries(session)))
    number = add_pack(session, person.name, now)
    plan = Plan(number, 1, named, "", (), person.name, now)
    add_plan(session, plan)
    return plan


def save_plan(
    session: Session,
    pack_id: int,
    seen: int,
    title: str,
    aim: str,
    steps: Sequence[Step],
    person: Person,
    now: datetime,
    *,
    sees_all: bool = False,
) -> Plan:
    """Save a pack's running order.

    Args:
        session: The unit of work.
        pack_id: The pack.
        seen: The version that whoever saves had before their eyes.
        title: What the session is called.
        aim: What is to be learnt.
        steps: In order.
        person: Who saves.
        now: The centre's wall clock.
        sees_all: Whether they may be told which word gives somebody away.

    Raises:
        Conflict: Somebody else has saved since, or a clip that is new to the pack is not approved.
        UserError: A clip stands twice, a step has no minutes or no words, or there are too many; or a text gives away
            whom a clip is of.
    """
    before = pack_file(session, pack_id).plan
    refuse_stale(before.version, seen, before.saved_by, "课包")
    _refuse_steps(steps)
    _refuse_unapproved(session, {s.clip_id for s in steps if s.clip_id is not None} - set(before.clips))
    public = public_words(entries(session))
    cleaned = tuple(Step(s.minutes, s.clip_id, clean(s.text, "环节", _TEXT, public=public)) for s in steps)
    named, told = _title(title, public), clean(aim, "目的", _AIM, public=public)
    plan = Plan(pack_id, before.version + 1, named, told, cleaned, person.name, now)
    _refuse_names(session, plan, sees_all=sees_all)
    add_plan(session, plan)
    return plan


def give_out(session: Session, pack_id: int, team: str, until: date | None, person: Person, now: datetime) -> None:
    """Let operators open a pack: of a team ('': all), until a day (None: until it is taken back).

    Raises:
        UserError: It holds no clip, there is no such team, or the day has passed.
        Conflict: A clip of it may not be heard any more.
    """
    file = pack_file(session, pack_id)
    require_clips(file.plan)
    still_leaving(session, file.plan.clips)
    if team and team not in {one.team for one in operators(session)}:
        raise UserError(f"没有班组“{team[:32]}”", "从列表中选")
    if until is not None and until < now.date():
        raise UserError(f"截止日期 {until} 已经过去", "选今天或以后的日期，或留空")
    position = 0 if file.word is None else file.word.position + 1
    add_pack_word(session, PackWord(pack_id, position, PackStep.GIVEN, team, until, person.name, now))


def take_back(session: Session, pack_id: int, person: Person, now: datetime) -> None:
    """Let operators open a pack no more.

    Raises:
        Conflict: It is not given out.
    """
    word = pack_file(session, pack_id).word
    if word is None or word.step is not PackStep.GIVEN:
        raise Conflict(f"{pack_id} 号课包没有发放", "刷新页面")
    add_pack_word(session, PackWord(pack_id, word.position + 1, PackStep.TAKEN_BACK, "", None, person.name, now))


def packs_open_to(session: Session, person: Person, day: date) -> tuple[tuple[Plan, PackWord], ...]:
    """Return the packs that are given out to an operator on a day, the newest first."""
    team = team_of(session, person)
    if team is None:
        return ()
    return tuple((plan, word) for plan, word in given_packs(session) if word.opens_to(team, day))


def opens_to(session: Session, word: PackWord | None, person: Person, day: date) -> bool:
    """Whether somebody may open a pack: who makes packs always, an operator while it is given out to them."""
    if person.has(*MAKERS):
        return True
    team = team_of(session, person)
    return word is not None and team is not None and word.opens_to(team, day)


def team_of(session: Session, person: Person) -> str | None:
    """Return an operator's team, None of whoever is no operator of the roster."""
    number = person.account.operator_id
    if number is None or not person.has(Role.OPERATOR):
        return None
    return next((one.team for one in operators(session) if one.operator_id == number), None)


def require_clips(plan: Plan) -> None:
    """Refuse a pack without clips.

    Raises:
        UserError: It has none.
    """
    if not plan.clips:
        raise UserError(f"{plan.pack_id} 号课包里还没有剪辑", "先加入已批准的剪辑，再发放、下载")


def refuse_stale(newest: int, seen: int, by: str, what: str) -> None:
    """Refuse what was written beside an older version.

    Raises:
        Conflict: ``newest`` is not what was seen.
    """
    if newest != seen:
        raise Conflict(
            f"{by} 刚刚改过这个{what}（第 {newest} 版），您看到的是第 {seen} 版，没有保存",
            "刷新页面，在新版上再改；写的内容可先复制",
        )


def _refuse_steps(steps: Sequence[Step]) -> None:
    if len(steps) > MOST_STEPS:
        raise UserError(f"环节有 {len(steps)} 个，最多 {MOST_STEPS} 个", "分成几个课包")
    if doubled := [n for n, times in Counter(s.clip_id for s in steps if s.clip_id is not None).items() if times > 1]:
        raise UserError(f"{doubled[0]} 号剪辑在课包里出现了两次", "去掉一个")
    for place, step in enumerate(steps, 1):
        if not 1 <= step.minutes <= MOST_MINUTES:
            raise UserError(f"第 {place} 个环节的时间 {step.minutes} 分钟不对", f"写 1 至 {MOST_MINUTES} 的整数")
        if step.clip_id is None and not step.text.strip():
            raise UserError(f"第 {place} 个环节没有写做什么", "写上，或去掉这一行")


def _refuse_unapproved(session: Session, added: set[int]) -> None:
    states = {file.clip.clip_id: file.state for file in clip_files(session, added)}
    for number in sorted(added):
        state = states.get(number)
        if state is not ClipState.APPROVED:
            told = "不存在" if state is None else state.name_zh
            raise Conflict(f"{number} 号剪辑{told}，不能加入课包", "只能选已批准的剪辑")


def _refuse_names(session: Session, plan: Plan, *, sees_all: bool) -> None:
    texts = [("课包名称", plan.title), ("目的", plan.aim), *(("环节", step.text) for step in plan.steps)]
    for file in clip_files(session, plan.clips):
        refuse_names(texts, names_in(session, file.clip), sees_all=sees_all)


def _title(text: str, public: Collection[str]) -> str:
    title = clean(text, "课包名称", _TITLE, public=public)
    if not title:
        raise UserError("没有写课包名称", "写上，如“十二月模拟接电：反复投诉”")
    return title
