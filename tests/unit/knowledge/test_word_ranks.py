"""What ranks texts by their words does not speak on the program's stderr."""

import logging

import pytest

from qa_pipeline.knowledge.precedents import PrecedentIndex
from tests.centre import order


def test_earlier_orders_are_indexed_without_a_line_of_the_librarys(caplog: pytest.LogCaptureFixture) -> None:
    fields = {"标题": "路灯不亮", "主要内容": "小区门口路灯不亮", "问题分类": "市政", "承办单位": "城管局"}
    with caplog.at_level(logging.DEBUG):
        PrecedentIndex([order("W1", "H1", **fields)])
    assert [record.name for record in caplog.records] == []
