"""Addresses and offices: 人民路一百二十八号政务大厅二楼, 十八号楼三单元五零二, 户籍所在地派出所."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.language.grammar.reading import Reading
from qa_pipeline.language.numerals import digits, to_number

_NUMBER = r"[零〇一二两三四五六七八九十百千幺\d]+"
_STOP = "在到去往是的您你咱就从把那这个们和跟与及，。；、？！,来于位有找住说叫家我搬"
_ROAD = rf"[^{_STOP}\d\W]{{1,6}}?(?:大道|大街|胡同|[路街巷])(?:[东西南北中]段)?"
_STREET = rf"(?P<road>{_ROAD})(?P<house>{_NUMBER})号(?:院)?"
_BLOCK = (
    rf"(?P<block>{_NUMBER})(?P<blockunit>号楼|栋|"
    rf"幢)(?:(?P<unit>{_NUMBER})单元)?(?:(?P<room>{_NUMBER}+)(?![层楼])(?:室|号(?!楼|线|窗))?)?"
)
_OFFICE = (
    rf"(?P<office>(?:户籍所在地|户籍地|居住地|户口所在地|辖区|就近|附近|所在地?|当地)?的?(?:[^{_STOP}\d\W]{{0,8}}?"
    r"(?:派出所|政务(?:服务)?(?:大厅|中心)|服务大厅|办事大厅|市民(?:之家|中心)|服务中心|便民中心|居委会|村委会|街道办(?:事处)?|社区医院|卫生院|车管所|"
    r"登记处|登记中心|管理局|[^人结]局|[^\s，。去到在的，]{1,4}大厅|银行网点|管理中心|社保所|税务所|司法所|公证处|残联|民政局|大厦|大楼|写字楼)))"
)
_LANDMARK = re.compile(r"^(?:的)?(?:旁边|对面|附近|隔壁|后面|前面|斜对面)")
_GOES = re.compile(r"[到去在找往来][^，,。；;?!]{0,6}$")
_FLOOR = rf"(?P<floor>{_NUMBER})(?:楼|层)(?!上|下)"
_PLACE = re.compile(
    rf"(?:{_STREET}|{_BLOCK})[的，,]?(?:{_OFFICE})?(?:的)?(?:{_FLOOR})?|"
    rf"{_OFFICE.replace('office', 'bare')}(?:的)?(?:{_FLOOR.replace('floor', 'barefloor')})?"
)


def read_places(text: str) -> Iterator[Reading]:
    """Yield places: an address with its numbers as digits (人民路128号 2楼), a block (18号楼3单元502), or an office."""
    for found in _PLACE.finditer(text):
        value = _street(found) or _block(found) or _office(found)
        if value and not (found["bare"] and _passing(text, found)):
            yield Reading("address", value, "", *found.span())


def _passing(text: str, found: re.Match[str]) -> bool:
    """Whether an office is a landmark (公安局旁边), or a hospital that nobody is sent to."""
    if _LANDMARK.search(text[found.end() :]):
        return True
    return found["bare"].endswith(("医院", "卫生院", "大厦", "大楼", "写字楼")) and not _GOES.search(
        text[: found.start()]
    )


def _figure(text: str | None) -> str:
    if not text:
        return ""
    number = to_number(text)
    return digits(text) if number is None else str(number)


def _street(found: re.Match[str]) -> str:
    if not found["road"]:
        return ""
    floor = f" {_figure(found['floor'])}楼" if found["floor"] else ""
    return f"{found['road']}{_figure(found['house'])}号{floor}"


def _block(found: re.Match[str]) -> str:
    if not found["block"]:
        return ""
    unit = f"{_figure(found['unit'])}单元" if found["unit"] else ""
    if not (unit or found["room"]):
        return ""  # 三号楼 alone is a number with a measure word
    return f"{_figure(found['block'])}{found['blockunit']}{unit}{_figure(found['room'])}"


def _office(found: re.Match[str]) -> str:
    if not found["bare"]:
        return ""
    floor = f" {_figure(found['barefloor'])}楼" if found["barefloor"] else ""
    return found["bare"].replace("的", "") + floor
