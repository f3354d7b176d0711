"""Names of places: by the centre's gazetteer, and by how they are formed."""

from __future__ import annotations

import pytest

from qa_pipeline.language.places import formed, listed, names_of, out_of_place
from qa_pipeline.models import Gazetteer, Place

CITY = Gazetteer(
    (
        Place("开元区", "区"),
        Place("临江区", "区"),
        Place("和平街道", "街道", "临江区"),
        Place("文化路", "路", "开元区"),
        Place("和平路", "路", "临江区"),
        Place("和平路", "路", "开元区"),
        Place("江安西站", "车站", "开元区", ("老火车站", "西站")),
        Place("书香苑", "小区", "和平街道"),
    )
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("青石区柳荫路翠湖佳园的", ["青石区", "柳荫路", "翠湖佳园"]),
        ("在南湾区滨江路和新华街交叉口", ["南湾区", "滨江路", "新华街"]),
        ("河东区东风路纺织小区六号楼", ["河东区", "东风路", "纺织小区"]),
        ("路灯坏了，马路上有棵树倒了，堵了半条路", []),
        ("我们村口的小区门口", []),
        ("", []),
    ],
)
def test_names_are_found_by_how_they_are_formed(text: str, names: list[str]) -> None:
    assert [one.text for one in formed(text)] == names


def test_the_gazetteer_is_searched_by_every_name_and_the_longest_wins() -> None:
    assert [(one.text, one.places[0].name) for one in listed("就在老火车站那边", CITY)] == [("老火车站", "江安西站")]


def test_without_a_gazetteer_names_are_still_found() -> None:
    assert [one.text for one in names_of("临江区天河路", Gazetteer())] == ["临江区", "天河路"]


def test_a_place_lies_in_all_that_is_around_it() -> None:
    (place,) = CITY.named("书香苑")
    assert CITY.around(place) == ("和平街道", "临江区")


def test_parents_in_a_circle_come_to_an_end() -> None:
    circle = Gazetteer((Place("甲镇", "镇", "乙区"), Place("乙区", "区", "甲镇")))
    assert circle.around(circle.named("甲镇")[0]) == ("乙区", "甲镇")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("临江区文化路", ("文化路", "临江区")),
        ("开元区文化路", None),
        ("临江区和平路", None),
        ("开元区书香苑", ("书香苑", "开元区")),
        ("天河路", None),
    ],
)
def test_a_place_in_another_district_is_told(text: str, wrong: tuple[str, str] | None) -> None:
    found = out_of_place(names_of(text, CITY), CITY)
    assert (None if found is None else (found[0].text, found[1].text)) == wrong
