"""What is asked of every word that people give: a name, a reason, another person, a clock that runs forward."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from qa_pipeline.errors import NotFound, UserError
from qa_pipeline.models import Operator
from qa_pipeline.models.persons import as_written, one_person, plain
from qa_pipeline.review import NAME_LIMIT, REASON_LIMIT
from qa_pipeline.store.queries.people import operators

Roster = tuple[Operator, ...]


def roster_of(session: Session) -> Roster:
    """Return everybody on the roster."""
    return operators(session)


def person(text: str, what: str) -> str:
    """Return a person's name as it is kept.

    Args:
        text: As it was typed.
        what: Whose name it is, in Chinese: 登记人.

    Raises:
        UserError: It is empty or too long.
    """
    name = plain(text)
    if not name:
        raise UserError(f"没有写明{what}", "写上姓名或工号")
    if len(name) > NAME_LIMIT:
        raise UserError(f"{what}姓名超过 {NAME_LIMIT} 个字", "请写短一些")
    return name


def wording(text: str, what: str) -> str:
    """Return a reason or an account of what happened as it is kept.

    Raises:
        UserError: It is empty or too long.
    """
    words = as_written(text)
    if not words:
        raise UserError(f"没有写明{what}", f"{what}须写清楚，以便核对")
    if len(words) > REASON_LIMIT:
        raise UserError(f"{what}超过 {REASON_LIMIT} 个字", "请写短一些，材料可另附")
    return words


def known_operator(roster: Roster, text: str) -> Operator:
    """Return the operator of a number, or of a name that only one has.

    Raises:
        NotFound: Nobody on the roster, or more than one.
    """
    wanted = plain(text).casefold()
    found = [o for o in roster if plain(o.operator_id).casefold() == wanted]
    found = found or [o for o in roster if plain(o.name).casefold() == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        numbers = "、".join(o.operator_id for o in found)
        raise NotFound(f"花名册上有 {len(found)} 人叫“{text}”（工号 {numbers}）", "请写工号")
    raise NotFound(f"花名册上没有“{text}”", "请核对工号；新入职的先导入花名册")


def refuse_one_person(name: str, others: Iterable[tuple[str, str]], roster: Roster, does: str) -> None:
    """Refuse a person who may be one of the others, by number or by name.

    Args:
        name: Who wants to do it.
        others: Each with what they are, in Chinese: ``("李四", "登记人")``.
        roster: Everybody on the roster.
        does: What is to be done, in Chinese: 审批.

    Raises:
        UserError: They may be the same person.
    """
    for other, what in others:
        if one_person(name, other, roster):
            raise UserError(f"{name}是{what}，不能{does}", f"请由其他人{does}；重名的写工号")


def refuse_backwards(now: datetime, before: datetime, what: str) -> None:
    """Refuse a time that lies before what it follows.

    Raises:
        UserError: The clock went backwards.
    """
    if now < before:
        raise UserError(
            f"现在是 {now:%Y-%m-%d %H:%M}，早于{what}的时间 {before:%Y-%m-%d %H:%M}", "请先校准本机时钟，再提交"
        )
