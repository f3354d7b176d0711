"""The grammar of spoken facts: typed values in one stretch of recognised text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from qa_pipeline.language.numerals import digits, to_number
from qa_pipeline.language.quantities import NUMBER, QUANTITY, Quantity, read_quantity
from qa_pipeline.language.slips import mend
from qa_pipeline.language.speech_roles import slot_of


@dataclass(frozen=True, slots=True)
class Value:
    """A typed value at characters ``start`` to ``end`` (exclusive) of a text.

    ``kind``: duration, money, percent, phone, hours, age, date, measure. ``slot`` is the role it plays (see
    `qa_pipeline.language.speech_roles`). ``mended`` where a number word had to be mended by sound.
    """

    kind: str
    value: str
    unit: str
    slot: str
    start: int
    end: int
    text: str
    mended: bool = False


# Emergency and short numbers (110, 12345, 95598), local numbers, with area code, mobile, 400; one digit may be lost.
_PHONE = re.compile(r"1[12]\d|1[02]\d{3,4}|9[56]\d{3,4}|[2-8]\d{6,7}|0\d{8,11}|1[3-9]\d{8,9}|[48]00\d{6,7}")
_Read = Callable[[re.Match[str]], tuple[str, str] | None]
_ROW = r"[零〇一二三四五六七八九幺\d]"
_PART_OF_DAY = r"(?P<{0}day>早上|早晨|凌晨|上午|中午|下午|傍晚|晚上|夜间|夜里|晚)?"
_CLOCK = (
    _PART_OF_DAY + r"(?P<{0}hour>\d{{1,2}}|[零一二两三四五六七八九十]{{1,3}})(?:[点时:](?!间|候|常)"
    r"(?P<{0}minute>半|整|钟|一刻|三刻|\d{{1,2}}分?|[零一二三四五六七八九十]{{1,3}}分?)?)"
)
_FREE = (
    r"(?P<free>免费|免收(?:任何)?(?:工本费|费用|手续费)?|不收取?(?:任何|您的?|咱们?)?(?:工本|手续)?(?:费用?|钱)|"
    r"(?:不用|不需要|无需|不要|不花|不必)(?:交|缴|花|付|您交|您花)?(?:任何|一分)?(?:费用|钱|费))(?!医疗|电话|乘)"
)
_MONEY_CUES = (
    r"工本费|手续费|登记费|检测费|服务费|押金|费用|收费|票价|学费|收取|交费|缴费|缴纳|罚款|奖励|补贴|补助|限额|额度|最高|最多|"
    r"封顶|起付线|标准|定金|余款|工资|赔偿"
)


def _exact(quantity: Quantity | None) -> str | None:
    return None if quantity is None else quantity.text()


def _phone(found: re.Match[str]) -> tuple[str, str] | None:
    number = digits(found["value"])
    if len(number) in {15, 18}:
        return None  # an identity number
    return (number, "") if _PHONE.fullmatch(number) and (len(number) >= 5 or found["cue"]) else None


def _percent(found: re.Match[str]) -> tuple[str, str] | None:
    if found["tenths"]:
        tenths, more = to_number(found["tenths"]), to_number(found["more"] or "零")
        return None if tenths is None or more is None else (f"{tenths * 10 + more}", "percent")
    value = "100" if found["of"] == "百" else _exact(read_quantity(found["of"] or found["sign"] or found["points"]))
    return None if value is None else (value, "percent")


def _minutes(day: str | None, hour_text: str, minute_text: str | None) -> int | None:
    hour = to_number(hour_text)
    if hour is None or hour > 24:
        return None
    minute = {None: 0, "半": 30, "整": 0, "钟": 0, "一刻": 15, "三刻": 45}.get(minute_text, -1)
    if minute < 0:
        spoken = to_number((minute_text or "").removesuffix("分").removeprefix("零"))
        if spoken is None or spoken > 59:
            return None
        minute = int(spoken)
    late = day in {"下午", "傍晚", "晚上", "夜间", "夜里", "晚"} or (day == "中午" and hour < 3)
    return (int(hour) + (12 if late and hour < 12 else 0)) % 24 * 60 + minute


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _hours(found: re.Match[str]) -> tuple[str, str] | None:
    begin = _minutes(found["aday"], found["ahour"], found["aminute"])
    end = _minutes(found["bday"], found["bhour"], found["bminute"])
    if begin is None or end is None:
        return None
    # 八点半到五点半 ends in the afternoon; 晚上十点到早上六点 goes over midnight.
    if end <= begin and end < 12 * 60 and not found["bday"]:
        end += 12 * 60
    return f"{_clock(begin)}-{_clock(end)}", ""


def _time(found: re.Match[str]) -> tuple[str, str] | None:
    minutes = _minutes(found["aday"], found["ahour"], found["aminute"])
    return None if minutes is None else (_clock(minutes), "")


def _date(found: re.Match[str]) -> tuple[str, str] | None:
    month, day = to_number(found["month"] or ""), to_number(found["mday"] or "")
    if found["word"]:
        return found["word"], ""
    if found["near"]:
        return f"{found['near']}月{day}日" if day else f"{found['near']}月", ""
    if month is None or not 1 <= month <= 12 or (day is not None and not 1 <= day <= 31):
        return None
    return (f"{int(month):02d}-{int(day):02d}" if day else f"{int(month):02d}"), ""


_COINS = {"毛": "0.1", "角": "0.1", "分": "0.01"}


def _yuan(found: re.Match[str]) -> tuple[str, str] | None:
    whole = read_quantity(found["whole"])
    if whole is None:
        return None
    coin = found["coin"]
    scale = Decimal(_COINS.get(coin[0], "1")) if not coin.startswith("万") else Decimal(10000)
    amount = whole.times(scale)
    if tail := found["tail"]:
        amount = amount.plus((to_number(tail) or Decimal(0)) * scale / 10)
    return amount.text(), "yuan"


def _bare_money(found: re.Match[str]) -> tuple[str, str] | None:
    spoken = found["value"] or found["before"]
    value = _exact(read_quantity(spoken))
    return None if value is None else (value, "yuan")


_DURATION_UNITS = {
    "工作日": ("workday", 1), "工作天": ("workday", 1), "月": ("month", 1), "小时": ("hour", 1), "钟头": ("hour", 1),
    "年": ("year", 1), "天": ("day", 1), "日": ("day", 1), "分钟": ("minute", 1), "周": ("day", 7), "星期": ("day", 7),
    "礼拜": ("day", 7), "季度": ("month", 3),
}  # fmt: skip


def _duration(found: re.Match[str]) -> tuple[str, str] | None:
    unit, factor = _DURATION_UNITS[found["unit"]]
    if found["half"]:
        return {"month": ("15", "day"), "year": ("6", "month"), "hour": ("30", "minute"), "day": ("12", "hour")}.get(
            unit
        )
    quantity = read_quantity(found["amount"])
    if quantity is None or (unit == "year" and quantity.low > 1000):
        return None
    if found["and_half"] or found["half_after"]:
        quantity = quantity.plus(Decimal("0.5"))
    quantity = quantity.times(Decimal(factor))
    about = bool(found["about"] or found["about_after"]) and quantity.low == quantity.high
    return Quantity(quantity.low, quantity.high, about or quantity.about).text(), unit


def _age(found: re.Match[str]) -> tuple[str, str] | None:
    value = _exact(read_quantity(found["amount"]))
    return None if value is None else (value, "year")


def _measure(found: re.Match[str]) -> tuple[str, str] | None:
    value = _exact(read_quantity(found["amount"]))
    return None if value is None else (value, found["what"])


_GRAMMAR: tuple[tuple[str, re.Pattern[str], _Read], ...] = (
    ("money", re.compile(_FREE), lambda _: ("0", "yuan")),
    (
        "phone",
        re.compile(
            rf"(?P<cue>拨打|打|电话是?)?(?P<value>(?<!{_ROW})(?:{_ROW}{{2,8}}(?:[-\s,，、杠]{{1,2}}{_ROW}{{2,8}}){{1,4}}|{_ROW}{{5,20}}|"
            rf"(?<=打)1[12]\d|(?<=打)[一幺][一幺二][零〇九二]))(?!{_ROW}|[十百千万亿年块元点]|个工|工作日)"
        ),
        _phone,
    ),
    (
        "percent",
        re.compile(
            rf"百分之(?P<of>{QUANTITY}|百)|(?P<sign>\d+(?:\.\d+)?)\s*[%％]|(?P<points>{NUMBER})个百分点|"
            rf"(?P<tenths>[一二两三四五六七八九\d])成(?P<more>[一二三四五六七八九\d])?(?!立|功|人|交|本|了|绩|年|为)"
        ),
        _percent,
    ),
    ("hours", re.compile(_CLOCK.format("a") + r"(?:到|至|[-~—])(?:第二天|次日|当天)?" + _CLOCK.format("b")), _hours),
    ("hours", re.compile(_CLOCK.format("a").replace("[点时:]", "(?:点(?!儿|多|钱|了|都|也)|:(?=\\d))")), _time),
    (
        "date",
        re.compile(
            r"(?P<word>大?[前昨]天|今天|上周[一二三四五六日天]?|上个?星期[一二三四五六日天]?|上个?礼拜[一二三四五六日天]?)|"
            r"(?:(?P<near>这个?|本|上个?|下个?)月|(?<!个)(?P<month>\d{1,2}|十[一二]?|[一二三四五六七八九])月)"
            r"(?!薪|租)(?:份|的)?(?P<mday>\d{1,2}|[一二三]?十[一二三四五六七八九]?|[一二三四五六七八九])?(?(mday)[号日])"
        ),
        _date,
    ),
    ("age", re.compile(rf"(?P<amount>{QUANTITY})周?岁"), _age),
    (
        "money",
        re.compile(
            rf"(?<!第)(?P<whole>{QUANTITY})(?P<coin>万元|万块|元钱?|块钱|块(?![儿去地砖玻牌肉板])|毛钱?|角钱?|分钱)(?:人民币)?"
            r"(?:(?P<tail>[一二三四五六七八九\d])[毛角]?(?=$|[，。？！,?!\s钱一每吧呢啊左]))?"
        ),
        _yuan,
    ),
    (
        "duration",
        re.compile(
            rf"(?P<about>大概|大约|差不多)?(?<![第每零〇一二三四五六七八九幺\d])(?!(?<=[块元钱])[一1]个?[月年天])"
            rf"(?:(?P<half>半)个?|(?P<amount>{QUANTITY})个?(?P<and_half>半)?)"
            r"(?P<unit>工作日|工作天|(?<=个)月|(?<=半)月|小时|钟头|年(?!级|代)|天(?!然|气)|日(?!常)|分钟|周(?!岁|年|边|围)|星期|礼拜|季度)"
            r"(?P<half_after>(?<!工作[日天])半(?![夜路个年月级价期]))?(?:之?内)?(?P<about_after>左右)?"
        ),
        _duration,
    ),
    (
        "measure",
        re.compile(
            rf"(?P<amount>{QUANTITY})(?P<what>号楼|单元|号院|号|楼|层|栋|室|度|平米|平方米?|路车?|个人|人|次|台|辆|户|名|张|件|份|公里|米|吨)"
        ),
        _measure,
    ),
    (
        "money",
        re.compile(
            rf"(?:{_MONEY_CUES})[^\d零一二两三四五六七八九十百千万，。？,?]{{0,6}}(?P<value>{NUMBER})(?=封顶|左右|以内|吧|啊|$|[，。；？,;?])"
            rf"|(?P<before>{NUMBER})(?=封顶)"
        ),
        _bare_money,
    ),
)


def values(text: str) -> tuple[Value, ...]:
    """Return the typed values of a text, in order, none overlapping another.

    Args:
        text: Recognised or written text, numbers as Chinese words or Arabic digits.

    Source: spoken answers of hotline calls; measured on ``facts.jsonl`` (see tests/unit/knowledge/test_grammar.py).
    """
    heard = mend(text)
    taken: set[int] = set()
    found = [value for kind, pattern, read in _GRAMMAR for value in _read_all(heard.text, kind, pattern, read, taken)]
    return tuple(
        Value(v.kind, v.value, v.unit, slot_of(heard.text, v.kind, v.start, v.end, v.value), v.start, v.end, v.text,
              mended=any(v.start <= place < v.end for place in heard.mended))
        for v in sorted(found, key=lambda value: value.start)
    )  # fmt: skip


def _read_all(text: str, kind: str, pattern: re.Pattern[str], read: _Read, taken: set[int]) -> Iterator[Value]:
    for found in pattern.finditer(text):
        # A cue that only shows what a number is belongs to its clause, not to the value.
        start, end = found.span("value" if found.groupdict().get("value") else 0)
        if taken & set(range(start, end)):
            continue
        if (typed := read(found)) is not None:
            taken.update(range(start, end))
            yield Value(kind, typed[0], typed[1], "", start, end, text[start:end])
