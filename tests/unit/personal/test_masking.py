"""What is shown in the place of personal data, and to whom."""

from __future__ import annotations

import logging
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.language.personal.finding import Kind
from qa_pipeline.language.personal.logs import MaskingFormatter, quiet_libraries
from qa_pipeline.language.personal.masking import masked, masked_name, masked_number, masked_numbers
from qa_pipeline.language.personal.public import public_words
from qa_pipeline.language.personal.viewers import Viewer, may_see
from qa_pipeline.models import Fact, KnowledgeEntry
from tests.centre import NOW


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("幺三九，零零零零，幺二三四", "幺三九，****，幺二三四"),
        ("办理12345热线，160元", "办理12345热线，160元"),
        ("139 0000 1234", "139 **** 1234"),
        ("0991-2345678", "099*-***5678"),
        ("2345678", "****678"),
        ("我叫王建国，您给我登记一下", "我叫王**，您给我登记一下"),
        ("孩子叫司马子涵", "孩子叫司马**"),
        ("我住在育才路三十二号二单元四零二，停水", "我住在[地址]，停水"),
        ("车牌号陕G一二三四五", "车牌号陕G*****"),
        ("邮箱是zhang.wei@163.com", "邮箱是[邮箱]"),
        ("身份证号是610902201506148821您查", "身份证号是610***************您查"),
        ("卡号6228480012345678912", "卡号***************8912"),
        ("", ""),
    ],
)
def test_each_kind_has_its_stand_in(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_an_office_number_in_a_wrong_answer_stays_readable() -> None:
    text = "座机0991-2345678，手机13912345678"
    assert masked(text, strict=False, but=(Kind.LANDLINE,)) == "座机0991-2345678，手机139****5678"


def test_a_known_name_is_hidden_where_nothing_tells_that_it_is_one() -> None:
    assert masked("后来高峰说不行", known=("高峰",)) == "后来高*说不行"


@pytest.mark.parametrize(
    ("number", "shown"), [("13812345678", "138****5678"), ("3212345", "****345"), ("12345", "*****"), ("", "")]
)
def test_a_number_that_is_known_to_be_one_keeps_what_tells_calls_apart(number: str, shown: str) -> None:
    assert masked_number(number) == shown


def test_a_surname_with_a_title_says_no_more_than_its_stand_in_would() -> None:
    assert masked_name("王女士") == "王女士"
    assert masked_name("王建国") == "王**"
    assert masked_name("") == ""


@given(st.text(alphabet="我电话是幺三八零九二，嗯 1389要个两六", max_size=30))
def test_numbers_hidden_once_are_not_found_again(text: str) -> None:
    once = masked_numbers(text)
    assert len(once) == len(text)
    assert masked_numbers(once).count("*") >= once.count("*")


def test_a_log_line_and_its_traceback_carry_no_number() -> None:
    try:
        raise ValueError("电话幺三九，零零零零，幺二三四")
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "f", 1, "call of %s", ("13900001234",), (type(error), error, error.__traceback__)
        )
    line = MaskingFormatter("%(message)s").format(record)
    assert "139****1234" in line
    assert "零零零零" not in line


def test_who_judges_sees_everything_and_nobody_else() -> None:
    assert {viewer for viewer in Viewer if may_see(viewer)} == {Viewer.REVIEWER, Viewer.SUPERVISOR}
    assert may_see(Viewer.TRAINER, ("trainer",))
    assert all(viewer.name_zh for viewer in Viewer)


def test_numbers_and_places_of_the_knowledge_base_are_public() -> None:
    entry = KnowledgeEntry(
        "K1", 1, "供热", "暖气不热找谁", "拨打0919-6612345或者12345", NOW.date(), facts=(Fact("place", "市民之家三楼"),)
    )
    assert public_words([entry]) >= {"09196612345", "12345", "市民之家三楼"}
    assert masked("供热电话0919-6612345", public=public_words([entry])) == "供热电话0919-6612345"


def test_what_libraries_say_below_info_is_written_nowhere(capsys):
    root, handler = logging.getLogger("a root of its own"), logging.StreamHandler(sys.stdout)
    root.addHandler(handler)
    quiet_libraries(root, "qa_pipeline")
    for name, level in (("bm25s", logging.DEBUG), ("bm25s", logging.INFO), ("qa_pipeline.runs", logging.DEBUG)):
        root.handle(logging.LogRecord(name, level, "", 0, f"{name} {level}", None, None))
    assert capsys.readouterr().out.split("\n") == ["bm25s 20", "qa_pipeline.runs 10", ""]
