"""A pack's running order is saved version by version; what cannot be in it is refused with its reason."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from qa_pipeline.errors import Conflict, NotFound, UserError
from qa_pipeline.models.packs import Step
from qa_pipeline.store.queries.packs import pack_file, pack_lines, plan_versions
from qa_pipeline.training.packs.opening import openable_pack, pack_clips
from qa_pipeline.training.packs.plans import begin_pack, give_out, packs_open_to, save_plan, take_back
from tests.packed import NOW, add_approved, add_pack, person, withdraw

TODAY = NOW.date()


def save(session: Session, pack: int, seen: int, *steps: Step, title: str = "课", aim: str = ""):
    return save_plan(session, pack, seen, title, aim, steps, person(session), NOW)


def test_what_is_saved_comes_back_in_order_and_earlier_versions_stay(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace, clips=2)
    first, second = plan.clips
    again = save(session, plan.pack_id, 2, Step(3, second), Step(4, first), Step(1, None, "讨论"))
    file = pack_file(session, plan.pack_id)
    assert file.plan == again
    assert (file.plan.clips, file.plan.minutes, file.plan.version) == ((second, first), 8, 3)
    assert [one.version for one in plan_versions(session, plan.pack_id)] == [3, 2, 1]
    assert plan_versions(session, plan.pack_id)[1].clips == (first, second)


def test_of_two_who_edit_one_pack_the_second_is_told_and_nothing_is_lost(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace)
    save(session, plan.pack_id, plan.version, Step(5, None, "我的"))
    with pytest.raises(Conflict, match="培训师戊 刚刚改过这个课包（第 3 版），您看到的是第 2 版"):
        save(session, plan.pack_id, plan.version, Step(5, None, "另一个人的"))
    assert pack_file(session, plan.pack_id).plan.steps[0].text == "我的"


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ((Step(0, None, "开场"),), "第 1 个环节的时间 0 分钟"),
        ((Step(5, None, "开场"), Step(241, None, "长")), "第 2 个环节的时间 241"),
        ((Step(5, None, "  "),), "没有写做什么"),
        (tuple(Step(1, None, str(n)) for n in range(41)), "最多 40 个"),
    ],
)
def test_a_running_order_that_makes_no_sense_is_refused(session, steps, why) -> None:
    begun = begin_pack(session, "课", person(session), NOW)
    with pytest.raises(UserError, match=why):
        save(session, begun.pack_id, 1, *steps)


def test_a_clip_stands_once_in_a_pack_and_must_be_approved_when_it_comes_in(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace)
    with pytest.raises(UserError, match="出现了两次"):
        save(session, plan.pack_id, 2, Step(5, plan.clips[0]), Step(5, plan.clips[0]))
    waiting = add_approved(session, centre[0].workspace, approved=False)
    with pytest.raises(Conflict, match="待审听，不能加入课包"):
        save(session, plan.pack_id, 2, Step(5, waiting.clip_id))
    with pytest.raises(Conflict, match="999999 号剪辑不存在"):
        save(session, plan.pack_id, 2, Step(5, 999_999))


def test_a_pack_whose_clip_was_withdrawn_can_still_be_mended(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace, clips=2)
    withdraw(session, plan.clips[0])
    file = save_and_file(session, plan)
    assert [bool(one.why_not) for one in pack_clips(session, file)] == [True, False]
    assert "称呼没有盖住" in pack_clips(session, file)[0].why_not


def save_and_file(session: Session, plan):
    save(session, plan.pack_id, plan.version, *plan.steps, Step(2, None, "补充"))
    return pack_file(session, plan.pack_id)


@pytest.mark.parametrize("title", ["", "   ", "字" * 65, "打给13912345678的那位", "坏\x07了"])
def test_a_title_must_be_there_short_and_nobodys_number(session, title) -> None:
    with pytest.raises(UserError, match="课包名称"):
        begin_pack(session, title, person(session), NOW)


def test_operators_open_what_is_given_to_them_until_its_day_or_until_it_is_taken_back(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace)
    operator, other = person(session, "operator"), person(session, "operator3")  # 一组, 二组
    assert packs_open_to(session, operator, TODAY) == ()
    give_out(session, plan.pack_id, "一组", date(2026, 11, 9), person(session), NOW)
    assert [one.pack_id for one, _ in packs_open_to(session, operator, TODAY)] == [plan.pack_id]
    assert packs_open_to(session, other, TODAY) == ()
    assert packs_open_to(session, operator, date(2026, 11, 10)) == ()
    with pytest.raises(NotFound, match="没有发放给您"):
        openable_pack(session, plan.pack_id, other, TODAY)
    give_out(session, plan.pack_id, "", None, person(session), NOW)
    assert openable_pack(session, plan.pack_id, other, date(2030, 1, 1)).plan == plan
    take_back(session, plan.pack_id, person(session), NOW)
    assert packs_open_to(session, operator, TODAY) == ()
    with pytest.raises(Conflict, match="没有发放"):
        take_back(session, plan.pack_id, person(session), NOW)


def test_a_reviewer_who_is_no_operator_and_makes_no_packs_opens_none(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace)
    give_out(session, plan.pack_id, "", None, person(session), NOW)
    with pytest.raises(NotFound):
        openable_pack(session, plan.pack_id, person(session, "reviewer"), TODAY)


def test_nothing_is_given_out_that_nobody_could_hear(session, centre) -> None:
    empty = begin_pack(session, "空的", person(session), NOW)
    with pytest.raises(UserError, match="还没有剪辑"):
        give_out(session, empty.pack_id, "", None, person(session), NOW)
    plan = add_pack(session, centre[0].workspace)
    with pytest.raises(UserError, match="没有班组“九组”"):
        give_out(session, plan.pack_id, "九组", None, person(session), NOW)
    with pytest.raises(UserError, match="已经过去"):
        give_out(session, plan.pack_id, "", date(2026, 11, 1), person(session), NOW)
    withdraw(session, plan.clips[0])
    with pytest.raises(Conflict, match="已撤回"):
        give_out(session, plan.pack_id, "", None, person(session), NOW)


def test_packs_are_listed_newest_first_a_page_at_a_time(session, centre) -> None:
    plans = [add_pack(session, centre[0].workspace, title=f"第{n}课") for n in range(3)]
    lines, total = pack_lines(session, 2, 0)
    assert total == 3
    assert [one.plan.title for one in lines] == ["第2课", "第1课"]
    assert lines[0].plan.pack_id == plans[2].pack_id
    with pytest.raises(NotFound, match="没有 999 号课包"):
        pack_file(session, 999)


def test_a_pack_s_own_texts_do_not_name_whom_its_clips_are_of(session, centre) -> None:
    plan = add_pack(session, centre[0].workspace)
    for step, title, aim in (("听王海燕怎么说", "课", ""), ("开场", "王海燕的一通", ""), ("开场", "课", "学王海燕")):
        with pytest.raises(UserError, match="里有这通电话的人"):
            save(session, plan.pack_id, plan.version, *plan.steps, Step(2, None, step), title=title, aim=aim)
