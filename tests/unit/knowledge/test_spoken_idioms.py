"""How amounts, ages, times and documents are said in the street, and what sounds like them and is something else."""

from __future__ import annotations

import pytest

from qa_pipeline.language.values import stated

_COUNTED = {"measure"}


def read(text: str, *, counts: bool = False) -> list[tuple[str, str]]:
    return [(v.kind, v.value) for v in stated(text) if counts or v.kind not in _COUNTED]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("得等半拉月", "15", "day"),
        ("俩月就下来", "2", "month"),
        ("仨月换一回", "3", "month"),
        ("十天半个月", "10-15", "day"),
        ("十天半拉月", "10-15", "day"),
        ("一年半载下不来", "6-12", "month"),
        ("三两天就好", "2-3", "day"),
        ("十天八天的", "8-10", "day"),
        ("三个月五个月的", "3-5", "month"),
        ("十好几天", "10-19", "day"),
        ("一个来月", "~1", "month"),
        ("个来月就行", "~1", "month"),
        ("两个来小时", "~2", "hour"),
        ("年把时间", "~1", "year"),
        ("百八十天", "80-100", "day"),
        ("一刻钟就到", "15", "minute"),
        ("满一整年", "1", "year"),
    ],
)
def test_stretches_of_time(text: str, value: str, unit: str) -> None:
    assert [(v.value, v.unit) for v in stated(text) if v.kind == "duration"] == [(value, unit)]


@pytest.mark.parametrize("text", ["上半年办的", "下半年再说", "三天两头来", "周六日都开", "人民路上半天没车"])
def test_words_that_are_no_stretch_of_time(text: str) -> None:
    assert "duration" not in {kind for kind, _ in read(text)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("块把钱的事", "~1"),
        ("毛把钱一度", "~0.1"),
        ("百把块钱", "~100"),
        ("万把块", "~10000"),
        ("百八十块", "80-100"),
        ("千儿八百块", "800-1000"),
        ("百十来块钱", "~100"),
        ("小一千块钱", "~1000"),
        ("二十好几块", "20-29"),
        ("两块零五分", "2.05"),
        ("两块零五", "2.05"),
        ("十块零五毛", "10.5"),
        ("一共三千零二十，零头给您抹了", "3020"),
        ("大概一千出头", "1000"),
        ("月租五百六", "560"),
    ],
)
def test_money(text: str, value: str) -> None:
    assert read(text) == [("money", value)]


@pytest.mark.parametrize("text", ["一共三百二十人", "门把钱包夹住了", "一共三百二，都来了"])
def test_counts_are_no_money(text: str) -> None:
    assert "money" not in {kind for kind, _ in read(text)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("打五折", "50"),
        ("八五折优惠", "85"),
        ("给您打九折", "90"),
        ("打对折", "50"),
        ("学生半价", "50"),
        ("报八成半", "85"),
        ("您只出一半", "50"),
        ("百分之三到百分之五", "3-5"),
        ("百分百报销", "100"),
    ],
)
def test_shares_of_a_price(text: str, value: str) -> None:
    assert read(text) == [("percent", value)]


@pytest.mark.parametrize("text", ["现在打折呢", "发的三折页", "把表对折一下", "我百分百理解您", "打骨折", "挫折"])
def test_what_folds_is_no_discount(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize("text", ["一半以上的业主签字", "得过半数", "半数以上同意", "过半数业主，也就是二分之一以上"])
def test_a_majority_is_a_fraction(text: str) -> None:
    assert read(text) == [("fraction", "1/2")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("看岁数八九不离十有七十了", "70"),
        ("老爷子都快八十了", "80"),
        ("奔七十的人了", "70"),
        ("老人家七十挂零", "~70"),
        ("满六十的老人", "60"),
        ("六十以上老人优先", "60"),
        ("虚岁七十一", "71"),
        ("年满十八的才行", "18"),
        ("三岁半的孩子", "3.5"),
    ],
)
def test_ages(text: str, value: str) -> None:
    assert read(text) == [("age", value)]


def test_the_other_sex_has_its_own_age() -> None:
    assert read("退休年龄男的六十，女的五十五") == [("age", "60"), ("age", "55")]


@pytest.mark.parametrize("text", ["满三十减五", "奔三十号楼去", "到七十了吧", "未满十五天", "老人有三十户了"])
def test_numbers_that_are_no_ages(text: str) -> None:
    assert "age" not in {kind for kind, _ in read(text)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("下午差五分三点", "14:55"),
        ("差一刻九点", "08:45"),
        ("九点差一刻", "08:45"),
        ("八点过五分", "08:05"),
        ("晌午十二点以后", "12:00"),
        ("下晌两点", "14:00"),
        ("后半晌四点", "16:00"),
        ("傍黑六点", "18:00"),
        ("一大早六点半", "06:30"),
        ("半夜十二点", "00:00"),
        ("夜里一点", "01:00"),
        ("晚上十点", "22:00"),
        ("五点半下班", "17:30"),
        ("上午九点到晌午十二点", "09:00-12:00"),
        ("早八晚五", "08:00-17:00"),
        ("朝九晚六", "09:00-18:00"),
    ],
)
def test_times_of_day(text: str, value: str) -> None:
    assert read(text) == [("hours", value)]


@pytest.mark.parametrize("text", ["还差五分及格", "三点五倍", "早点来", "晚点到"])
def test_words_that_are_no_time_of_day(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("每月十五号前报", ["每月15日"]),
        ("每个月的二十五号", ["每月25日"]),
        ("每月一号到十号", ["每月1日", "每月10日"]),
        ("每月月底", ["每月底"]),
        ("二十号之前交", ["20日"]),
        ("后儿来", ["后天"]),
        ("今儿个", ["今天"]),
        ("25年1月", ["2025-01"]),
        ("月末之前", ["月底"]),
        ("一到三月", ["01", "03"]),
    ],
)
def test_days(text: str, values: list[str]) -> None:
    assert [value for kind, value in read(text) if kind == "date"] == values


@pytest.mark.parametrize("text", ["您儿子来", "前儿童节", "赶明儿再说", "一号楼前", "五号前台", "人民路五号前"])
def test_words_that_are_no_day(text: str) -> None:
    assert "date" not in {kind for kind, _ in read(text)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("第一批和第三批的名单", "1,3"),
        ("您排在第十七位", "17"),
        ("头一档是三百方", "1"),
        ("第二季度", "2"),
        ("头一年", "1"),
        ("第三个工作日", "3"),
    ],
)
def test_ordinals(text: str, value: str) -> None:
    assert read(text) == [("ordinal", value)]


@pytest.mark.parametrize("text", ["您是第一次打电话吧", "头一天", "每个月的第一个周一"])
def test_greetings_and_days_are_no_ordinals(text: str) -> None:
    assert "ordinal" not in {kind for kind, _ in read(text)}


@pytest.mark.parametrize(
    ("text", "value"),
    [("一米二以下", "1.2"), ("一米七五", "1.75"), ("两公里半", "2.5"), ("八十分贝", "80"), ("一百八十度电", "180")],
)
def test_lengths_and_the_like(text: str, value: str) -> None:
    assert read(text, counts=True) == [("measure", value)]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("带身份证和户口本的复印件各两份", [("身份证复印件", "2"), ("户口本复印件", "2")]),
        ("带病历、发票原件各一份", [("病历", "1"), ("发票原件", "1")]),
        ("带体检表", [("体检表", "")]),
        ("提供介绍函", [("介绍函", "")]),
        ("带着体检化验单", [("体检化验单", "")]),
        ("带判决书", [("判决书", "")]),
        ("身份证正反面复印件带一份", [("身份证复印件", "1")]),
        ("带上缴费凭证", [("缴费凭证", "")]),
    ],
)
def test_documents(text: str, named: list[tuple[str, str]]) -> None:
    assert [(v.value, v.unit) for v in stated(text) if v.kind == "materials"] == named


@pytest.mark.parametrize(
    "text",
    ["老年人凭证打五折", "把水表读数拍照提供", "请居民代表带路", "带单位的人来", "需要表示一下", "名单上要有您"],
)
def test_what_only_ends_like_a_document(text: str) -> None:
    assert "materials" not in {kind for kind, _ in read(text)}
