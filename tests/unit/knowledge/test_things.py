"""Documents, places, channels, weekdays, ordinals and fractions in spoken text."""

from __future__ import annotations

import pytest

from qa_pipeline.language.values import Value, stated, things, values


def of(kind: str, text: str) -> list[tuple[str, str]]:
    return [(v.value, v.unit) for v in things(text) if v.kind == kind and v.slot != "negated"]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("户口簿原件和复印件都要带", [("户口簿原件", ""), ("户口簿复印件", "")]),
        ("户口簿原件和复印件各一份", [("户口簿原件", "1"), ("户口簿复印件", "1")]),
        ("带上身份证户口本还有两张一寸照片", [("身份证", ""), ("户口本", ""), ("一寸照片", "2")]),
        ("准备三张两寸白底照片", [("两寸照片", "3")]),
        ("房产证复印件要三份", [("房产证复印件", "3")]),
        ("需要社保缴费证明", [("社保缴费证明", "")]),
        ("换身份证工本费二十", []),
        ("您的结婚证是哪年领的", []),
        ("户口本不用带", []),
        ("不需要提供收入证明", []),
        ("无须携带收入证明", []),
    ],
)
def test_documents_to_bring(text: str, named: list[tuple[str, str]]) -> None:
    assert of("materials", text) == named


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("在人民路一百二十八号政务大厅二楼", "人民路128号 2楼"),
        ("您家是十八号楼三单元五零二", "18号楼3单元502"),
        ("到户籍所在地派出所", "户籍所在地派出所"),
        ("西关正街幺幺八号", "西关正街118号"),
    ],
)
def test_places(text: str, place: str) -> None:
    assert [value for value, _ in of("address", text)] == [place]


@pytest.mark.parametrize("text", ["公安局旁边有个超市", "三号楼漏水", "社区医院报九成"])
def test_landmarks_and_bare_numbers_are_no_places_to_go(text: str) -> None:
    assert of("address", text) == []


@pytest.mark.parametrize(
    ("text", "channels"),
    [
        ("网上就能办", ["online"]),
        ("小程序上约，也能到窗口", ["online", "window"]),
        ("在自助机上打", ["machine"]),
        ("网上办不了，得到窗口", ["window"]),
        ("您的手机号是多少", []),
    ],
)
def test_channels(text: str, channels: list[str]) -> None:
    assert [value for value, _ in of("channel", text)] == channels


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("周一到周五", "Mon-Fri"),
        ("周一三五上午打疫苗", "Mon,Wed,Fri AM"),
        ("礼拜二和礼拜四下午", "Tue,Thu PM"),
        ("周末照常", "Sat,Sun"),
    ],
)
def test_weekdays(text: str, days: str) -> None:
    assert [value for value, _ in of("weekday", text)] == [days]


def test_next_wednesday_is_a_date_and_no_weekday() -> None:
    assert of("weekday", "下周三您再来") == []
    assert [v.value for v in values("下周三您再来")] == ["下周三"]


def test_days_of_rest_are_told() -> None:
    assert [v.slot for v in things("周日休息")] == ["closed"]


def test_listed_ordinals_are_one_value() -> None:
    assert of("ordinal", "第六年和第十年要上线检测") == [("6,10", "年")]


def test_fractions() -> None:
    assert of("fraction", "三分之二以上业主同意") == [("2/3", "")]
    assert of("fraction", "百分之二") == []


def test_identity_numbers_are_no_phones() -> None:
    found = stated("身份证号是六幺零九二幺一九八八零五零三零零幺二")
    assert [(v.kind, v.value) for v in found] == [("id", "610921198805030012")]


def only(text: str) -> Value:
    (value,) = values(text)
    return value


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("最多十五个工作日", "at_most"),
        ("十五个工作日以内", "at_most"),
        ("最少五天", "at_least"),
        ("六十五周岁以上", "at_least"),
        ("二十天左右", "about"),
        ("二十天", ""),
        ("十月十五号之前", "at_most"),
        ("三月一号起", "at_least"),
    ],
)
def test_bounds(text: str, bound: str) -> None:
    assert only(text).bound == bound


def test_each_branch_keeps_its_value() -> None:
    found = [(v.value, v.condition) for v in values("本地户口二十天，外地三十天")]
    assert found == [("20", "本地"), ("30", "外地")]


def test_a_branch_ends_with_its_sentence() -> None:
    assert [v.condition for v in values("外地三十天。工本费二十块")] == ["外地", ""]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一块二一度电", "1.2"),
        ("两块九毛五", "2.95"),
        ("一年封顶四千八", "4800"),
        ("一个月是七百六", "760"),
        ("1万元以上10万元以下罚款", "10000-100000"),
    ],
)
def test_more_money(text: str, value: str) -> None:
    assert only(text).value == value


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("零二九八七六五四三二幺转八零二", "02987654321", "转802"),
        ("您拨打幺二三四五转二号键", "12345", ""),
    ],
)
def test_extensions(text: str, value: str, unit: str) -> None:
    assert [(v.value, v.unit) for v in values(text) if v.kind == "phone"] == [(value, unit)]


def test_thirty_minutes_are_no_end_of_a_service_number() -> None:
    assert [(v.kind, v.value) for v in values("热线96333，30分钟内到")] == [("phone", "96333"), ("duration", "30")]


@pytest.mark.parametrize(
    ("text", "slot"),
    [
        ("每两年检一次", "period"),
        ("一年一次", "period"),
        ("二十四小时有人值班", "service"),
        ("再等三天", "elapsed"),
        ("对方保证三天内修好", "quoted"),
        ("是二十个工作日吗", "quoted"),
        ("肯定给您回复，五个工作日之内", "reply_time"),
    ],
)
def test_what_is_no_time_limit(text: str, slot: str) -> None:
    assert values(text)[0].slot == slot
