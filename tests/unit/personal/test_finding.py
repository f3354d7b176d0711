"""What of a sentence is somebody's personal data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_pipeline.language.personal.checksums import born, identity_check, luhn
from qa_pipeline.language.personal.finder import find, find_numbers
from qa_pipeline.language.personal.numbers import numbers

SPOKEN = "零一二三四五六七八九"


def found(text: str, context: str = "", public: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    return [(one.kind.value, one.text) for one in find(text, context, public)]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("我手机号幺三八，零九幺五，二二三三", "mobile", "13809152233"),
        ("幺七七 洞九幺五 拐拐八三", "mobile", "17709157783"),
        ("号码是幺八幺，两个九，幺五三三六八", "mobile", "18199153368"),
        ("幺三六，嗯，五零九一，七七二三", "mobile", "13650917723"),
        ("一三九八八七要六六五五", "mobile", "13988716655"),
        ("一三九八八七要六六五", None, None),  # ten digits and nothing that calls them a phone
        ("+86 13800138000", "mobile", "13800138000"),
        ("家里电话(0919)3216543", "landline", "09193216543"),
        ("座机八八三四七七二", "landline", "8834772"),
        ("身份证六幺零九零二幺九七二幺幺零五四四幺叉", "id", "61090219721105441X"),
        ("银行卡6222 0212 3456 7890 123", "bank", "6222021234567890123"),
        ("车牌是陕吉八八六六幺", "plate", "陕G88661"),
        ("陕西的陕，G，七七零二五", "plate", "陕G77025"),
        ("他开的陕A五个八", "plate", "陕A88888"),
        ("陕G三个六幺二", "plate", "陕G66612"),
        ("粤B D12345", "plate", "粤BD12345"),
        ("陕A八三K九幺，天天堵在门口", "plate", "陕A83K91"),
        ("川AF六三二七占了消防通道", "plate", "川AF6327"),
        ("扣扣号是九八二四四零幺七七", "qq", "982440177"),
        ("hejun点2019艾特163点com", "email", "hejun.2019@163.com"),
        ("微信号是wxid_abc123", "wechat", "wxid_abc123"),
        ("护照号是E八二三七四六幺五", "id", "E82374615"),
    ],
)
def test_numbers_are_read_as_they_are_spoken(text: str, kind: str | None, value: str | None) -> None:
    read = [(one.kind.value, one.value) for one in find_numbers(text)]
    assert read == ([] if kind is None else [(kind, value)])


@pytest.mark.parametrize(
    "text",
    [
        "您可以拨打95598报修，也可以打12345",
        "要是有危险您赶紧打幺幺零",
        "抢修电话是400-860-1234",
        "工单编号是二零二六幺零幺二零零零三四五",
        "订单号13912345678",
        "从二零一九年八月一号到二零二三年十二月三十一号",
        "一共交了一万二千八百块钱",
        "教育局的电话是零九幺五三二幺二六六零",
        "您的手机号是本机号码吗",
        "陕G牌照的车进西安限行吗",
    ],
)
def test_numbers_of_services_orders_offices_dates_and_money_are_nobodys(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("我姓贺，贺春生，您给写上", ["贺春生"]),
        ("就写吕志明吧，双口吕", ["吕志明"]),
        ("请问是张伟先生吗", ["张伟"]),
        ("那个姓万的，万春来，他占了我家的地", ["万春来"]),
        ("我叫郭海霞，郭靖的郭", ["郭海霞"]),
        ("叫凡志刚，态度特别差", ["凡志刚"]),  # 樊志刚, misheard
        ("好的王女士，我给您登记好了", []),
        ("那个刘主任说下周给答复", []),
        ("李记面馆和陈氏装饰公司", []),
        ("中山路小学的学区怎么划", []),
        ("还有没有王法了", []),
        ("你叫什么名字", []),
        ("王某某欠我钱，我姓欧阳", []),
    ],
)
def test_a_full_name_is_found_and_a_title_a_shop_or_a_street_is_none(text: str, names: list[str]) -> None:
    assert [text for kind, text in found(text) if kind == "name"] == names


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("我住在育才路三十二号二单元四零二", "育才路三十二号二单元四零二"),
        ("我在汉阴县涧池镇东坡村五组住", "汉阴县涧池镇东坡村五组"),
        ("我家在江北办金川街阳光花园小区六号楼三单元五零一", "江北办金川街阳光花园小区六号楼三单元五零一"),
        ("七号楼二单元一一零三的租户天天打麻将", "七号楼二单元一一零三"),
        ("住在滨江花园5洞耳单园301", "滨江花园5洞耳单园301"),  # 5栋二单元301, misheard
    ],
)
def test_an_address_that_leads_to_a_door_is_found_as_it_was_said(text: str, home: str) -> None:
    assert found(text) == [("address", home)]


@pytest.mark.parametrize(
    "text",
    [
        "政务大厅在育才路八十八号",
        "三号楼没电了",
        "小区里二十几栋楼都没暖气",
        "金州路和巴山路十字",
        "您说的是第几单元呢",
    ],
)
def test_an_office_a_building_and_a_crossing_are_nobodys_home(text: str) -> None:
    assert found(text) == []


def test_what_was_asked_before_tells_what_a_bare_number_is() -> None:
    assert found("八八三四七七二") == []
    assert found("八八三四七七二", "您的联系电话是多少") == [("landline", "八八三四七七二")]


def test_a_number_of_the_knowledge_base_is_known_to_anybody() -> None:
    assert found("电话是零九幺五三二幺八八零零") == [("landline", "零九幺五三二幺八八零零")]
    assert found("电话是零九幺五三二幺八八零零", public=("09153218800",)) == []
    assert found("电话是三二幺八八零零", public=("09153218800",)) == []


def test_digits_read_again_after_a_slip_of_the_tongue_are_personal_too() -> None:
    text = "打幺三零九幺六七四四零零，啊不对，是四四零幺"
    assert found(text) == [("mobile", "幺三零九幺六七四四零零"), ("mobile", "四四零幺")]


def test_a_number_that_lost_a_digit_is_likely_and_less_so() -> None:
    whole, short = find("电话是13912345678"), find("电话是1391234567")
    assert [one.kind.value for one in (*whole, *short)] == ["mobile", "mobile"]
    assert 0.5 <= short[0].probability < whole[0].probability


def test_a_house_number_after_a_phone_is_no_part_of_it() -> None:
    assert found("电话13912345678，三号楼")[0] == ("mobile", "13912345678")


def test_check_digits() -> None:
    assert identity_check("11010519491231002X")
    assert identity_check("11010519491231002x")
    assert not identity_check("110105194912310021")
    assert luhn("4111111111111111")
    assert not luhn("4111111111111112")
    assert born("11010519491331002X") is None


@given(st.text(alphabet="0123456789", min_size=17, max_size=17))
def test_of_all_last_places_one_checks(body: str) -> None:
    assert sum(identity_check(body + last) for last in "0123456789X") == 1


@given(
    st.integers(3, 9),
    st.text(alphabet="0123456789", min_size=9, max_size=9),
    st.lists(st.sampled_from(["", " ", "，", "，嗯，"]), min_size=10, max_size=10),
)
def test_a_mobile_is_found_however_it_is_grouped(second: int, rest: str, pauses: list[str]) -> None:
    number = f"1{second}{rest}"
    text = "我电话是" + "".join(SPOKEN[int(d)] + pause for d, pause in zip(number, [*pauses, ""], strict=True)) + "吧"
    assert [(one.kind.value, one.value) for one in numbers(text)] == [("mobile", number)]


@given(st.text(alphabet="我是张伟电话住在路号楼单元村组一三八零五六幺要七，。 AG陕1389@x.个两姓叫不对", max_size=40))
def test_findings_lie_in_the_text_and_do_not_overlap(text: str) -> None:
    end = 0
    for one in find_numbers(text):
        assert one.start >= end
        assert text[one.start : one.end] == one.text != ""
        assert 0 < one.probability <= 1
        end = one.end
